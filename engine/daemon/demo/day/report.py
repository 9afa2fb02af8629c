"""What became of a day of tickets: its figures, and whatever is not as it should be."""

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from engine.core.records import Millis
from engine.core.tickets.states import TicketKind
from engine.daemon.demo.day import audit
from engine.daemon.demo.day.count import connect, histories
from engine.daemon.demo.day.state import Day
from engine.daemon.paths import SitePaths


@dataclass(slots=True)
class DayReport:
    """What became of the day; `ok` only without errors."""

    seed: int
    calls_planned: int = 0
    calls_placed: int = 0
    records: int = 0
    kills: int = 0
    tickets: int = 0
    by_type: dict[str, int] = field(default_factory=dict)
    told_by_keys: int = 0
    merged: int = 0
    outages: int = 0
    suspects_dismissed: int = 0
    called_back: int = 0
    told_by_telephone: int = 0
    reopened: int = 0
    complaint_handling_rate: float = 0.0
    faults_answered: float = 0.0
    steps: dict[str, int] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    lost_answers: int = 0
    conflicts: int = 0
    figures_compared: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing was lost, nothing is left, all figures are true."""
        return not self.errors


def judge(
    report: DayReport,
    day: Day,
    paths: SitePaths,
    owner_of_nobody: str,
    started: Millis,
) -> None:
    """Look at all that is stored of a day, and put figures and faults into the report. Blocks."""
    ledger = day.ledger
    with closing(connect(paths.database)) as conn:
        told = histories(conn, owner_of_nobody)
        report.errors += audit.unanswered(conn, told, day.since)
        report.errors += audit.kept(conn, day, paths.attachments)
        rows = conn.execute(
            "SELECT type, state, merged_into, reply <> '', reopened, creator FROM tickets"
            " WHERE created_at >= ?",
            (day.since,),
        ).fetchall()
        calls = Counter(
            cli for (cli,) in conn.execute(
                "SELECT cli FROM calls WHERE accepted_at >= ? AND direction = 'inbound'", (started,)
            )
        )  # fmt: skip
    report.records = sum(calls.values())
    report.calls_placed = sum(day.calls_placed.values())
    for cli, count in day.calls_placed.items():
        if calls[cli] != count:
            report.errors.append(f"{cli} called {count} times, on record are {calls[cli]}")
    report.tickets = len(rows)
    report.by_type = dict(Counter(row[0] for row in rows))
    report.merged = sum(bool(row[2]) for row in rows)
    report.told_by_keys = sum(not row[5] for row in rows)
    report.reopened = sum(row[4] for row in rows)
    report.complaint_handling_rate = _share(day, rows, TicketKind.COMPLAINT)
    report.faults_answered = _share(day, rows, TicketKind.FAULT)
    report.outages, report.suspects_dismissed = len(day.outages), day.dismissed
    report.told_by_telephone = len(day.telephoned)
    report.steps = {str(deed): count for deed, count in sorted(ledger.deeds.items())}
    report.acknowledged = {
        "tickets": len(ledger.tickets),
        "remarks": len(ledger.remarks),
        "files": len(ledger.files),
    }
    report.lost_answers, report.conflicts = ledger.lost_answers, ledger.conflicts
    report.errors += ledger.troubles
    if not day.outages:
        report.errors.append("nothing looked like an outage")
    if report.complaint_handling_rate < 1 or report.faults_answered < 1:
        report.errors.append("not every complaint and every fault has its answer")


def _share(day: Day, rows: list[tuple[Any, ...]], kind: TicketKind) -> float:
    """How many of a kind have their answer: closed with a reply, or seen to with another one."""
    mine = [row for row in rows if day.types[row[0]].kind is kind]
    done = sum((row[1] == "closed" and bool(row[3])) or bool(row[2]) for row in mine)
    return done / len(mine) if mine else 1.0
