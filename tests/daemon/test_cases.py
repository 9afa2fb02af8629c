"""Cases, outages and notices: what callers are answered, and what the office does through the socket."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from db.case_lists import list_cases, show_case
from db.cases import update_case
from db.customers import save_customer
from db.notices import add_notice, end_notice, watch_outage
from db.store import Store
from engine.config import Cases, parse_config
from engine.core.cases import CaseChange, CaseKind, CaseState
from engine.core.ivr.services import FAILED, Identified
from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeKind, Watcher
from engine.core.records import Customer
from engine.core.states import CallbackKind, CallbackState
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.services import cases, outages
from engine.daemon.services.base import Answer, Asked, Tools
from engine.daemon.services.checking import check
from engine.daemon.tickets.desk import TicketDesk
from engine.wire.callbacks import CallbacksParams
from engine.wire.cases import CaseNumberParams, CasesParams, UpdateCaseParams
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams
from engine.wire.notices import AddNoticeParams, ChangeNoticeParams, NoticeIdParams, NoticesParams
from tests.support.site import HOME, FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = 3_600_000
NOW = int(datetime(2026, 11, 21, 10, 23, tzinfo=ZONE).timestamp() * 1000)
LI, WANG = "13900000001", "13900000002"
SERVICES = cases.SERVICES | outages.SERVICES


class Office:
    """The services on a database of their own, and short words to ask them."""

    def __init__(self, folder: Path) -> None:
        config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
        paths = SitePaths(data=folder, home=folder, socket=folder / "s")
        paths.create()
        self.store = Store(paths.database)
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
    assert answer == Answer("done", {"number": "261121001", "expected": "2026-11-22 11:00"})
    again = await office.ask("report_fault", line="tv", fault="no_signal", call_id="c2")
    assert again == Answer("already", {"number": "261121001", "expected": "2026-11-22 11:00"})


@pytest.mark.asyncio
async def test_the_day_of_the_number_is_the_sites(office: Office) -> None:
    midnight = int(datetime(2026, 11, 22, 0, 0, tzinfo=ZONE).timestamp() * 1000)
    before = await office.ask("report_fault", line="tv", fault="card", now=midnight - 1)
    after = await office.ask("report_fault", line="tv", fault="slow", now=midnight)
    assert [before.values["number"], after.values["number"]] == ["261121001", "261122001"]
    assert [before.values["expected"], after.values["expected"]] == ["2026-11-23 00:00", "2026-11-23 00:00"]


@pytest.mark.asyncio
async def test_asked_twice_is_told_once(office: Office) -> None:
    office.voice()
    questions = [
        office.ask("report_message", kind="complaint", recording="c1-1", key="same") for _ in range(5)
    ]
    answers = await asyncio.gather(*questions)
    assert answers == [Answer("done", {"number": "261121001"})] * 5
    assert len(office.do(list_cases)) == 1


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
    ((case, _),) = office.do(list_cases)
    assert case.fault == "other"


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["fault", "", "lawsuit", "COMPLAINT"])
async def test_a_kind_of_message_that_is_none(office: Office, kind: str) -> None:
    assert await office.ask("report_message", kind=kind, recording="c1-1") == Answer(FAILED)
    assert office.do(list_cases) == []


# Voice messages


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["c1-1", "c1-1.wav"])
async def test_a_voice_message_is_kept_with_length_and_digest(office: Office, name: str) -> None:
    file = office.voice()
    answer = await office.ask("report_message", kind="report", recording=name)
    _, _, _, (recording,) = office.do(show_case, answer.values["number"])
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
    _, _, _, (recording,) = office.do(show_case, answer.values["number"])
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
    sent = CaseChange(state=CaseState.DISPATCHED, technician="王师傅", expected_at=until)
    office.do(update_case, "261121001", sent, "8001", NOW)
    office.do(update_case, "261121002", CaseChange(state=CaseState.DONE), "8001", NOW + HOUR)
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
        conn.execute("CREATE TRIGGER full BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'no room'); END")

    office.do(refuse)
    with pytest.raises(Exception, match="no room"):
        await office.ask("report_fault", line="tv", fault="card", key="k")
    office.do(lambda conn: conn.execute("DROP TRIGGER full"))
    answer = await office.ask("report_fault", line="tv", fault="card", key="k")
    assert answer.values["number"] == "261121001"


@pytest.mark.parametrize(
    ("reported", "hours", "expected"),
    [("10:23", 24, "2026-11-22 11:00"), ("10:00", 24, "2026-11-22 10:00"), ("23:30", 1, "2026-11-22 01:00")],
)
def test_a_time_is_named_by_the_hour(reported: str, hours: int, expected: str) -> None:
    at = datetime.strptime(f"2026-11-21 {reported}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    assert cases.moment_text(cases.expected_at(at, hours), ZONE) == expected


def test_every_kind_of_case_has_its_time() -> None:
    assert set(cases.hours_of(Cases())) == set(CaseKind)


# Through the socket


async def told(site: FakeSite, number: str = LI, key: str = "k1") -> str:
    """A caller has told of a fault."""
    service = site.service
    tools = Tools(
        store=service.store,
        config=service.config,
        paths=service.paths,
        clock=service.engine.clock,
        boss=Any,  # type: ignore[arg-type]
        tickets=service.tickets,
    )
    asked = Asked(
        call_id="c1",
        request=1,
        key=key,
        service="report_fault",
        arguments={"line": "tv", "fault": "no_signal"},
        cli=number,
        now=service.engine.clock.now(),
        zone=tools.zone,
    )
    return str((await cases.report_fault(asked, tools)).values["number"])


async def watches(site: FakeSite, outage: int, *numbers: str) -> None:
    for number in numbers:
        await asyncio.wrap_future(
            site.service.store.submit(watch_outage, outage, Watcher(number=number, call_id=f"x{number}"), 5)
        )


async def refused(client: EngineClient, method: str, params: Any) -> Reason:
    with pytest.raises(EngineFault) as refusal:
        await client.call(method, params)
    return Reason(refusal.value.reason)


@pytest.mark.asyncio
async def test_agents_see_and_change_cases(site: FakeSite) -> None:
    number = await told(site)
    agent = await site.console()
    (row,) = (await agent.call("cases.list", CasesParams())).cases
    assert row.case.number == number
    change = UpdateCaseParams(
        number=number,
        state=CaseState.DISPATCHED,
        technician="王师傅",
        expected_at=row.case.expected_at + HOUR,
        remark="带梯子",
        version=row.case.version,
    )
    updated = await agent.call("cases.update", change)
    assert (updated.case.state, updated.case.technician) == (CaseState.DISPATCHED, "王师傅")
    assert await refused(agent, "cases.update", change) is Reason.CONFLICT
    detail = await agent.call("cases.show", CaseNumberParams(number=number))
    assert [step.who for step in detail.steps] == ["", "8001", "8001", "8001", "8001"]
    assert detail.folder == str(site.service.paths.messages)
    admin = await site.console("8901", "")
    audit = await admin.call("audit.list", AuditParams())
    assert ("8001", "cases.update", number) in [(row.who, row.what, row.subject) for row in audit.rows]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("params", "reason"),
    [
        (UpdateCaseParams(number="", remark="x"), Reason.NOT_FOUND),
        (UpdateCaseParams(number="' OR 1=1", remark="x"), Reason.NOT_FOUND),
        (UpdateCaseParams(number="?", technician="长" * 999), Reason.INVALID),
        (UpdateCaseParams(number="?", expected_at=1), Reason.INVALID),
        (UpdateCaseParams(number="?", expected_at=2**62), Reason.INVALID),
        (UpdateCaseParams(number="?", expected_at=-5), Reason.INVALID),
        (UpdateCaseParams(number="?", version=-3), Reason.CONFLICT),
    ],
)
async def test_rubbish_is_refused_in_words(site: FakeSite, params: UpdateCaseParams, reason: Reason) -> None:
    number = await told(site)
    agent = await site.console()
    params.number = params.number.replace("?", number)
    assert await refused(agent, "cases.update", params) is reason
    assert (await agent.call("cases.show", CaseNumberParams(number=number))).case.version == 1


@pytest.mark.asyncio
async def test_supervisors_announce_and_agents_look(site: FakeSite) -> None:
    supervisor, agent = await site.console("8801", ""), await site.console()
    now = site.service.engine.clock.now()
    params = AddNoticeParams(
        kind=NoticeKind.OUTAGE, areas=("城东",), until_at=now + HOUR, text="光缆抢修", text_en="cable"
    )
    added = await supervisor.call("notices.add", params)
    assert added.notice.by == "8801"
    assert added.notice.from_at >= now
    changed = await supervisor.call(
        "notices.change", ChangeNoticeParams(id=added.notice.id, until_at=now + 2 * HOUR)
    )
    assert changed.notice == replace(added.notice, until_at=now + 2 * HOUR)
    (row,) = (await agent.call("notices.list", NoticesParams())).notices
    assert (row.notice, row.waiting) == (changed.notice, 0)
    for method, wanted in (
        ("notices.add", params),
        ("notices.change", ChangeNoticeParams(id=1)),
        ("notices.end", NoticeIdParams(id=1)),
    ):
        assert await refused(agent, method, wanted) is Reason.NOT_ALLOWED
    assert await refused(supervisor, "notices.end", NoticeIdParams(id=99)) is Reason.NOT_FOUND
    assert await refused(supervisor, "notices.end", NoticeIdParams(id=2**70)) is Reason.NOT_FOUND
    assert await refused(supervisor, "notices.add", AddNoticeParams(from_at=-1)) is Reason.INVALID
    assert await refused(supervisor, "notices.add", AddNoticeParams()) is Reason.INVALID


@pytest.mark.asyncio
async def test_the_end_of_an_outage_puts_each_number_down_once(site: FakeSite) -> None:
    supervisor, agent = await site.console("8801", ""), await site.console()
    now = site.service.engine.clock.now()
    params = AddNoticeParams(kind=NoticeKind.OUTAGE, until_at=now + HOUR, text="光缆抢修")
    first, second = [(await supervisor.call("notices.add", params)).notice.id for _ in range(2)]
    await watches(site, first, LI, WANG)
    await watches(site, second, LI)
    ended = await supervisor.call("notices.end", NoticeIdParams(id=first))
    assert ended.to_call == 2
    assert (await supervisor.call("notices.end", NoticeIdParams(id=first))).to_call == 0
    assert (await supervisor.call("notices.end", NoticeIdParams(id=second))).to_call == 1
    tasks = [row.record for row in (await agent.call("callbacks.list", CallbacksParams())).callbacks]
    assert [(task.number, task.kind, task.state, task.remark) for task in tasks] == [
        (LI, CallbackKind.REPAIRED, CallbackState.OPEN, "光缆抢修"),
        (WANG, CallbackKind.REPAIRED, CallbackState.OPEN, "光缆抢修"),
    ]


@pytest.mark.asyncio
async def test_an_engine_that_stopped_in_between_calls_the_rest(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    now = site.service.engine.clock.now()
    params = AddNoticeParams(kind=NoticeKind.OUTAGE, until_at=now + HOUR, text="光缆抢修")
    outage = (await supervisor.call("notices.add", params)).notice.id
    await watches(site, outage, LI)
    await asyncio.wrap_future(site.service.store.submit(end_notice, outage, now))
    await site.restart()
    agent = await site.console()
    await until(lambda: len(site.service.engine.floor.state.wishes) == 1)
    assert len((await agent.call("callbacks.list", CallbacksParams())).callbacks) == 1
    await site.restart()
    agent = await site.console()
    assert len((await agent.call("callbacks.list", CallbacksParams())).callbacks) == 1


@pytest.mark.asyncio
async def test_an_outage_that_nobody_ends_is_a_problem_of_the_site(site: FakeSite) -> None:
    supervisor = await site.console("8801", "")
    now = site.service.engine.clock.now()

    async def problems() -> list[str]:
        return [text for text in (await supervisor.call("floor.status")).problems if "notice end" in text]

    params = AddNoticeParams(kind=NoticeKind.OUTAGE, from_at=now - 9, until_at=now + HOUR, text="光缆抢修")
    outage = (await supervisor.call("notices.add", params)).notice.id
    assert await problems() == []
    await supervisor.call("notices.change", ChangeNoticeParams(id=outage, until_at=now - 1))
    (problem,) = await problems()
    assert f"停播停网 {outage} 号" in problem
    await supervisor.call("notices.end", NoticeIdParams(id=outage))
    assert await problems() == []
