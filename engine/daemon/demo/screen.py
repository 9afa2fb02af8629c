"""What the demo prints: steps on standard error, results on standard output."""

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from engine.adapters.exchange import PlacedCall
from engine.daemon.demo.day.report import DayReport
from engine.daemon.demo.site import Person
from engine.daemon.demo.verify import Report, Verdict


def say(line: str) -> None:
    """One step of the way; a terminal that is gone is no trouble."""
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


@contextlib.contextmanager
def progress(calls: int) -> Iterator[Callable[[int, PlacedCall], None]]:
    """A bar on a terminal, nothing elsewhere; the function is called after each call."""
    console = Console(stderr=True)
    columns = (TextColumn("通话 calls"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("calls", total=calls)
        yield lambda done, call: bar.update(task, completed=done)


def print_json(report: Report) -> None:
    """One object on one line."""
    print(msgspec.json.encode(report).decode(), flush=True)


def print_day(report: DayReport, *, as_json: bool) -> None:
    """A day of tickets: one object on one line, or a figure a line and what is wrong."""
    figures = msgspec.to_builtins(report)
    if as_json:
        print(msgspec.json.encode(figures).decode(), flush=True)
        return
    table = Table(Column("数字 figure", no_wrap=True), "值 value")  # long lists go on in the next line
    for name, value in figures.items():
        if name != "errors":
            several = isinstance(value, dict)
            text = "  ".join(f"{key} {count}" for key, count in value.items()) if several else str(value)
            table.add_row(name.replace("_", " "), text)
    console = Console()
    console.print(table)
    for error in report.errors:
        console.print(f"FAIL {error}", markup=False, highlight=False, soft_wrap=True)


def print_table(report: Report, verdicts: Sequence[Verdict]) -> None:
    """One line a call, then the sums and what is wrong."""
    headings = ("主叫 from", "线 line", "安排 plan", "结果 outcome", "秒 s", "录音 dB")
    table = Table(*(Column(heading, no_wrap=True) for heading in headings))
    for verdict in verdicts:
        record, recording = verdict.record, verdict.recording
        sound = "-"
        if recording is not None:
            sound = f"{recording.customer_rms_dbfs:.0f}/{recording.agent_rms_dbfs:.0f}"
        table.add_row(
            verdict.placed.script.cli or "-",
            verdict.placed.line_id,
            verdict.planned.fate,
            str(record.outcome) if record is not None else "-",
            f"{verdict.placed.length_ms / 1000:.1f}",
            "FAIL" if verdict.recording_problems else sound,
        )
    console = Console()
    console.print(table)
    console.print(
        f"呼叫 placed {report.calls_placed} = 记录 records {report.records} ="
        f" 接听 answered {report.answered} + 放弃 abandoned {report.abandoned}"
        f" + 菜单内挂机 left in the menu {report.ivr_exits}; 录音完好 recordings {report.recordings_ok}",
        highlight=False,
        soft_wrap=True,
    )
    for error in report.errors:
        console.print(f"FAIL {error}", markup=False, highlight=False, soft_wrap=True)


def print_people(people: Sequence[Person], socket: str, supervisor_seat: str) -> None:
    """Who may log in, with the PINs of the demo; `supervisor_seat` has the phone for listening."""
    table = Table("工号 staff no.", "姓名 name", "角色 role", "密码 PIN")
    for person in people:
        table.add_row(person.staff_number, person.name, person.role, person.pin)
    console = Console(stderr=True)
    console.print(table)
    console.print(
        f"另开一个终端看班长界面  the supervisor's console, in another terminal:\n"
        f"  fourseat --socket {socket} supervisor --staff 8801 --seat {supervisor_seat}\n"
        f"维护站的界面  the console of the maintenance station:\n"
        f"  fourseat --socket {socket} station --staff 7001\n"
        "F2 就绪 ready, F4 接听 answer, Ctrl+Q 退出 leave",
        highlight=False,
        soft_wrap=True,
    )
