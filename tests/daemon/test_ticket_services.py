"""Tickets, outages and notices: what callers are answered who ask by keys."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.customers import save_customer
from db.notices import add_notice, end_notice
from db.store import Store
from db.tickets import act_on
from engine.config import parse_config
from engine.core.ivr.services import FAILED, Identified
from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeKind
from engine.core.records import Customer
from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.people import People
from engine.daemon.services import outages, tickets
from engine.daemon.services.base import Answer, Asked, Tools
from engine.daemon.services.checking import check
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.vault import Vault
from tests.support.database import new_database
from tests.support.site import HOME
from tests.support.tickets import ADMIN, all_tickets, shown

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3_600_000
NOW = int(datetime(2026, 11, 21, 10, 23, tzinfo=ZONE).timestamp() * 1000)
LI, WANG = "13900000001", "13900000002"
SERVICES = tickets.SERVICES | outages.SERVICES


class Office:
    """The services on a database of their own, and short words to ask them."""

    def __init__(self, folder: Path) -> None:
        config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
        paths = SitePaths(data=folder, home=folder, socket=folder / "s")
        paths.create()
        self.store = Store(new_database(paths.database))
        self.store.open()
        clock = Clock()
        tickets = TicketDesk(self.store, clock, config, HOME, paths.attachments)
        self.tools = Tools(
            store=self.store,
            config=config,
            paths=paths,
            clock=clock,
            boss=Any,  # type: ignore[arg-type]
            tickets=tickets,
            people=People(self.store, config.security, clock),
            vault=Vault(),
        )
        self.asked = 0

    async def ask(self, service: str, **arguments: Any) -> Answer:
        """What a caller is answered; `cli`, `customer_id`, `key`, `now`, `language` and `call_id` say who."""
        self.asked += 1
        who: dict[str, Any] = {"cli": LI, "call_id": "c1", "key": f"c1:{self.asked}", "now": NOW}
        for name in (*who, "customer_id", "language"):
            if name in arguments:
                who[name] = arguments.pop(name)
        asked = Asked(
            request=self.asked,
            service=service,
            arguments=arguments,
            zone=ZONE,
            identified=Identified.NUMBER,
            **who,
        )
        answer = await SERVICES[service](asked, self.tools)
        check(service, answer)
        return answer

    def do(self, function: Any, *args: Any, **kwargs: Any) -> Any:
        return self.store.submit(function, *args, **kwargs).result()

    def customer(self, **values: Any) -> int:
        customer = Customer(**{"name": "李秀英", "phones": (LI,), "area": "城东", **values})
        return int(self.do(save_customer, customer).id)

    def deed(self, number: str, deed: Deed, now: int = NOW, **values: Any) -> None:
        """What somebody of the office does to a ticket."""
        self.do(act_on, number, Act(deed=deed, **values), ADMIN, self.tools.tickets.rules, now)

    def settle(self, number: str, now: int) -> None:
        """A fault that was dispatched by itself is returned, and the customer knows."""
        kind = self.tools.tickets.book.types["fault"]
        self.deed(number, Deed.ACCEPT, now)
        for point, _ in kind.checklist:
            self.deed(number, Deed.CHECK, now, target=point)
        self.deed(number, Deed.RETURN, now, text="已修复", code=kind.causes[0][0])
        self.deed(number, Deed.REPLY, now, text="已告知")

    def voice(self, name: str = "c1-1", seconds: int = 4) -> Path:
        file = self.tools.paths.messages / f"{name}.wav"
        file.write_bytes(b"RIFF".ljust(44, b"\0") + bytes(16_000 * seconds))
        return file

    def announce(self, **values: Any) -> int:
        notice = Notice(
            **{
                "kind": NoticeKind.OUTAGE,
                "areas": ("城东",),
                "from_at": NOW - HOUR,
                "until_at": NOW + 8 * HOUR,
                "text": "光缆抢修",
                "text_en": "cable repair",
                **values,
            }
        )
        return int(self.do(add_notice, notice).id)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    office = Office(tmp_path)
    yield office
    office.store.close()


# Reporting


@pytest.mark.asyncio
async def test_a_fault_has_a_number_and_an_expected_time(office: Office) -> None:
    answer = await office.ask("report_fault", line="tv", fault="no_signal")
    assert answer == Answer("done", {"number": "261121001", "expected": "2026-11-23 11:00"})
    again = await office.ask("report_fault", line="tv", fault="no_signal", call_id="c2")
    assert again == Answer("already", {"number": "261121001", "expected": "2026-11-23 11:00"})


@pytest.mark.asyncio
async def test_the_day_of_the_number_is_the_sites(office: Office) -> None:
    midnight = int(datetime(2026, 11, 22, 0, 0, tzinfo=ZONE).timestamp() * 1000)
    before = await office.ask("report_fault", line="tv", fault="card", now=midnight - 1)
    after = await office.ask("report_fault", line="tv", fault="slow", now=midnight)
    assert [before.values["number"], after.values["number"]] == ["261121001", "261122001"]
    assert [before.values["expected"], after.values["expected"]] == ["2026-11-24 00:00", "2026-11-24 00:00"]


@pytest.mark.asyncio
async def test_asked_twice_is_told_once(office: Office) -> None:
    office.voice()
    questions = [
        office.ask("report_message", kind="complaint", recording="c1-1", key="same") for _ in range(5)
    ]
    answers = await asyncio.gather(*questions)
    assert answers == [Answer("done", {"number": "261121001"})] * 5
    assert len(office.do(all_tickets)) == 1


@pytest.mark.asyncio
async def test_every_line_and_fault_can_be_told(office: Office) -> None:
    count = 0
    for line, entry in LINES.items():
        for fault in entry.faults:
            count += 1
            answer = await office.ask("report_fault", line=line, fault=fault)
            assert answer.values["number"] == f"261121{count:03d}"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"line": "tv", "fault": "' OR 1=1"},
        {"line": 7, "fault": 7},
        {"line": "\ud800", "fault": "x" * 9999},
    ],
)
async def test_a_wrong_code_does_not_lose_a_fault(office: Office, arguments: dict[str, Any]) -> None:
    answer = await office.ask("report_fault", cli="\ud800", **arguments)
    assert answer.outcome == "done"
    (ticket,) = office.do(all_tickets)
    assert ticket.fault == "other"


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["fault", "", "lawsuit", "COMPLAINT"])
async def test_a_kind_of_message_that_is_none(office: Office, kind: str) -> None:
    assert await office.ask("report_message", kind=kind, recording="c1-1") == Answer(FAILED)
    assert office.do(all_tickets) == []


# Voice messages


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["c1-1", "c1-1.wav"])
async def test_a_voice_message_is_kept_with_length_and_digest(office: Office, name: str) -> None:
    file = office.voice()
    answer = await office.ask("report_message", kind="report", recording=name)
    (recording,) = office.do(shown, answer.values["number"]).attachments
    assert (recording.name, recording.length_ms, recording.error) == ("c1-1.wav", 4_000, "")
    assert recording.size == file.stat().st_size
    assert len(recording.sha256) == 64


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("nothing-here", "missing"),
        ("../secret", "bad_name"),
        ("/etc/passwd", "bad_name"),
        (".hidden", "bad_name"),
        ("a\x00b", "bad_name"),
        ("录音", "bad_name"),
        ("x" * 5000, "bad_name"),
        ("link", "missing"),
        ("folder", "missing"),
    ],
)
async def test_a_file_that_cannot_be_had_is_told_of_and_loses_nothing(
    office: Office, name: str, error: str
) -> None:
    secret = office.tools.paths.recordings / "secret.wav"
    secret.write_bytes(b"secret")
    (office.tools.paths.messages / "link.wav").symlink_to(secret)
    (office.tools.paths.messages / "folder.wav").mkdir()
    answer = await office.ask("report_message", kind="suggestion", recording=name)
    (recording,) = office.do(shown, answer.values["number"]).attachments
    assert (recording.error, recording.sha256, recording.size) == (error, "", 0)
    assert recording.name
    assert "/" not in recording.name


@pytest.mark.asyncio
async def test_a_remark_needs_a_recording(office: Office) -> None:
    li = office.customer()
    number = (await office.ask("report_fault", line="tv", fault="card", customer_id=li)).values["number"]
    assert await office.ask("case_remark", number=number, customer_id=li) == Answer(FAILED)
    office.voice()
    assert await office.ask("case_remark", number=number, recording="c1-1", customer_id=li) == Answer("done")
    assert await office.ask("case_remark", number="1", recording="c1-1", customer_id=li) == Answer("gone")


# Own cases


@pytest.mark.asyncio
async def test_own_cases_can_be_said(office: Office) -> None:
    li = office.customer()
    assert await office.ask("own_cases", customer_id=li) == Answer("none")
    await office.ask("report_fault", line="tv", fault="no_signal", customer_id=li)
    await office.ask("report_fault", line="broadband", fault="slow", customer_id=li)
    until = int(datetime(2026, 11, 22, 14, 0, tzinfo=ZONE).timestamp() * 1000)
    office.deed("261121001", Deed.ASSIGN, target="王师傅")
    office.deed("261121001", Deed.EXPECT, at=until)
    office.settle("261121002", NOW + HOUR)
    answer = await office.ask("own_cases", customer_id=li, now=NOW + 2 * HOUR)
    assert answer.values["cases"] == (
        {
            "number": "261121001",
            "kind": "fault",
            "about": "数字电视无信号",
            "reported": "2026-11-21",
            "state": "dispatched",
            "status": "已派单",
            "technician": "王师傅",
            "expected": "2026-11-22 14:00",
        },
        {
            "number": "261121002",
            "kind": "fault",
            "about": "宽带网速慢",
            "reported": "2026-11-21",
            "state": "done",
            "status": "已处理完毕",
            "technician": "维修人员",
            "expected": "2026-11-21 11:23",
        },
    )
    english = await office.ask("own_cases", customer_id=li, language="en")
    assert [row["about"] for row in english.values["cases"]] == [  # type: ignore[index, union-attr]
        "digital TV, no signal",
        "broadband, slow",
    ]


@pytest.mark.asyncio
async def test_a_mark_and_a_change_of_mind(office: Office) -> None:
    li = office.customer()
    number = (await office.ask("report_fault", line="tv", fault="card", customer_id=li)).values["number"]
    assert (await office.ask("rate_case", number=number, score=5, customer_id=li)).outcome == "refused"
    assert (await office.ask("rate_case", number=number, score="x", customer_id=li)).outcome == "refused"
    assert (await office.ask("cancel_case", number=number, customer_id=li + 1)).outcome == "gone"
    assert (await office.ask("cancel_case", number=number, customer_id=li)).outcome == "done"
    assert (await office.ask("cancel_case", customer_id=li)).outcome == "gone"


# Outages and notices


@pytest.mark.asyncio
async def test_an_outage_where_the_caller_lives(office: Office) -> None:
    li, far = office.customer(), office.customer(name="王", phones=(WANG,), area="城西")
    outage = office.announce()
    known = Answer("known", {"outage": outage, "outage_text": "光缆抢修", "expected": "2026-11-21 18:23"})
    assert await office.ask("outage", customer_id=li) == known
    assert await office.ask("outage", customer_id=li, line="tv") == known
    assert (await office.ask("outage", customer_id=li, language="en")).values["outage_text"] == "cable repair"
    assert await office.ask("outage", customer_id=far) == Answer("none")
    assert await office.ask("outage") == Answer("none")
    assert await office.ask("outage", customer_id=li, line="no such line") == known


@pytest.mark.asyncio
async def test_the_newest_three_notices(office: Office) -> None:
    li = office.customer()
    assert await office.ask("notices", customer_id=li) == Answer("none")
    ids = [
        office.announce(kind=NoticeKind.NOTICE, text=f"通知{n}", text_en="", from_at=NOW - 9 + n, areas=areas)
        for n, areas in enumerate(((), ("城东",), ("城西",), (), ("城东",)))
    ]
    answer = await office.ask("notices", customer_id=li, language="en")
    assert answer.values["notices"] == tuple({"notice": ids[n], "text": f"通知{n}"} for n in (4, 3, 1))
    assert answer.values["news"] == "通知4 通知3 通知1"
    stranger = await office.ask("notices")
    assert [row["text"] for row in stranger.values["notices"]] == ["通知3", "通知0"]  # type: ignore[index, union-attr]


@pytest.mark.asyncio
async def test_who_wants_to_know_when_it_is_repaired(office: Office) -> None:
    li = office.customer()
    outage = office.announce()
    assert await office.ask("tell_when_repaired", outage=outage, customer_id=li) == Answer("done")
    assert await office.ask("tell_when_repaired", outage=outage, call_id="c2") == Answer("already")
    assert await office.ask("tell_when_repaired", outage=outage, cli="") == Answer(FAILED)
    assert await office.ask("tell_when_repaired", outage=outage, cli="00441234567") == Answer(FAILED)
    # a number that is withheld: the customer's own
    assert await office.ask(
        "tell_when_repaired", outage=outage, cli="", customer_id=li, call_id="c3"
    ) == Answer("already")
    assert await office.ask("tell_when_repaired", outage="x" * 99) == Answer("gone")
    office.do(end_notice, outage, NOW)
    assert await office.ask("tell_when_repaired", outage=outage, cli=WANG) == Answer("gone")


@pytest.mark.asyncio
async def test_a_database_that_cannot_write_says_so_to_the_desk(office: Office) -> None:
    def refuse(conn: Any) -> None:
        conn.execute("CREATE TRIGGER full BEFORE INSERT ON tickets BEGIN SELECT RAISE(ABORT, 'no room'); END")

    office.do(refuse)
    with pytest.raises(Exception, match="no room"):
        await office.ask("report_fault", line="tv", fault="card", key="k")
    office.do(lambda conn: conn.execute("DROP TRIGGER full"))
    answer = await office.ask("report_fault", line="tv", fault="card", key="k")
    assert answer.values["number"] == "261121001"
