"""The desk for callers' questions: whatever the families do, there is an answer, and nothing leaks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from msgspec.structs import replace

from db.store import Store
from engine.config import parse_config
from engine.core.effects import AskService
from engine.core.events import ServiceAnswered
from engine.core.ivr.services import SERVICES
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.people import People
from engine.daemon.services import desk
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.services.boss import make_boss
from engine.daemon.services.checking import WrongAnswer, check
from engine.daemon.services.desk import ServiceDesk, all_handlers
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.vault import Vault
from tests.support.database import new_database
from tests.support.site import HOME
from tests.support.until import until

pytestmark = pytest.mark.asyncio

BALANCE = {"balance": 100, "arrears": 0}
SECRET = "840271"


@dataclass
class Counter:
    """A desk with handlers of the test, and what it told."""

    tools: Tools
    vault: Vault = field(default_factory=Vault)
    handlers: dict[str, Handler] = field(default_factory=dict)
    told: list[ServiceAnswered] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = ServiceDesk(self.tools, self.vault, self.told.append, self.handlers)

    def answers(self, service: str, outcome: str, **values: Any) -> None:
        """The family says this."""

        async def handle(asked: Asked, tools: Tools) -> Answer:
            self.asked.append(asked)
            return Answer(outcome, values)

        self.handlers[service] = handle

    def fails(self, service: str, error: Exception) -> None:
        """The family breaks."""

        async def handle(asked: Asked, tools: Tools) -> Answer:
            raise error

        self.handlers[service] = handle

    def hangs(self, service: str) -> asyncio.Event:
        """The family takes its time, until the event is set."""
        until_set = asyncio.Event()

        async def handle(asked: Asked, tools: Tools) -> Answer:
            await until_set.wait()
            return Answer(next(iter(SERVICES[service].answers)), SERVICES[service].answers["done"])

        self.handlers[service] = handle
        return until_set

    def begin(self, service: str, **words: Any) -> None:
        """A caller who is known by number asks."""
        known = {"customer_id": 7, "identified": "number", "cli": "1", "arguments": {}, **words}
        self.desk.ask(AskService(call_id="c1", request=3, key="c1:3", service=service, **known))

    async def outcome(self, service: str, **words: Any) -> str:
        """What comes of a question."""
        before = len(self.told)
        self.begin(service, **words)
        await until(lambda: len(self.told) > before)
        assert (self.told[-1].call_id, self.told[-1].request) == ("c1", 3)
        return self.told[-1].outcome


@pytest_asyncio.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
    config = replace(config, site=replace(config.site, data=str(tmp_path)))
    paths, clock = SitePaths.of(config, tmp_path), Clock()
    store = Store(new_database(tmp_path / "fourseat.db"))
    store.open()
    boss = make_boss(config, paths, store, clock)
    tickets = TicketDesk(store, clock, config, HOME, paths.attachments)
    tools = Tools(
        store=store,
        config=config,
        paths=paths,
        clock=clock,
        boss=boss,
        tickets=tickets,
        people=People(store, config.security, clock),
        vault=Vault(),
    )
    counter = Counter(tools)
    await counter.desk.start()
    yield counter
    await counter.desk.close(1.0)
    store.close()


async def test_there_is_a_family_for_each_service() -> None:
    assert all_handlers().keys() == SERVICES.keys()


async def test_an_answer_is_told_with_its_values(counter: Counter) -> None:
    counter.answers("balance", "paid", **BALANCE)
    assert await counter.outcome("balance") == "paid"
    assert counter.told[0].values == BALANCE
    (asked,) = counter.asked
    assert (asked.key, asked.customer_id, asked.cli) == ("c1:3", 7, "1")
    assert asked.zone.key == "Asia/Shanghai"
    assert abs(asked.local_now.timestamp() * 1000 - asked.now) < 1


@pytest.mark.parametrize(
    ("service", "customer_id", "identified", "outcome"),
    [
        ("balance", 7, "number", "paid"),
        ("balance", 7, "password", "paid"),
        ("balance", 7, "", "unidentified"),
        ("balance", 0, "password", "unidentified"),
        ("cancel_package", 7, "number", "unidentified"),
        ("cancel_package", 7, "password", "gone"),
    ],
)
async def test_who_is_not_known_well_enough_is_not_served(
    counter: Counter, service: str, customer_id: int, identified: str, outcome: str
) -> None:
    counter.answers("balance", "paid", **BALANCE)
    counter.answers("cancel_package", "gone")
    assert await counter.outcome(service, customer_id=customer_id, identified=identified) == outcome
    assert bool(counter.asked) is (outcome != "unidentified")


@pytest.mark.parametrize("error", [RuntimeError("broken"), TimeoutError(), KeyError("x")])
async def test_a_family_that_breaks_is_a_failure_and_one_line_in_the_log(
    counter: Counter, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    counter.fails("balance", error)
    assert await counter.outcome("balance") == "failed"
    assert counter.told[0].values == {}
    (line,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "call=c1 service balance" in line.message
    assert "\n" not in line.message


async def test_nobody_waits_for_ever(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "READ_LIMIT_S", 0.01)
    counter.hangs("balance")
    assert await counter.outcome("balance") == "failed"


@pytest.mark.parametrize("service", ["nonsense", "bills"])
async def test_what_nobody_answers_fails(counter: Counter, service: str) -> None:
    assert await counter.outcome(service) == "failed"


async def test_what_was_keyed_in_secretly_is_known_to_the_family_alone(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    counter.answers("recharge", "wrong")
    token = counter.vault.keep("c1", SECRET)
    assert await counter.outcome("recharge", arguments={"card": "4711", "secret": token}) == "wrong"
    (asked,) = counter.asked
    assert (asked.text("secret"), asked.text("card"), asked.text("nothing")) == (SECRET, "4711", "")
    assert (asked.number("card"), asked.number("nothing")) == (4711, 0)
    assert SECRET not in repr(asked)
    counter.fails("recharge", RuntimeError(f"cannot use {SECRET}"))
    assert await counter.outcome("recharge", arguments={"card": "4711", "secret": token}) == "failed"
    assert SECRET not in caplog.text


async def test_a_secret_is_known_even_when_the_caller_has_just_hung_up(counter: Counter) -> None:
    counter.answers("recharge", "wrong")
    arguments = {"card": "4711", "secret": counter.vault.keep("c1", SECRET)}
    counter.begin("recharge", arguments=arguments)
    counter.vault.forget("c1")
    await until(lambda: bool(counter.told))
    assert counter.asked[0].text("secret") == SECRET
    assert await counter.outcome("recharge", arguments=arguments) == "failed"  # it is forgotten by now


async def test_at_the_end_what_changes_something_is_finished_and_the_rest_is_not(counter: Counter) -> None:
    counter.hangs("balance")
    go_on = counter.hangs("reauthorise")
    counter.begin("balance")
    counter.begin("reauthorise")
    closing = asyncio.ensure_future(counter.desk.close(5.0))
    await asyncio.sleep(0)
    go_on.set()
    await closing
    assert [told.outcome for told in counter.told] == ["done"]
    assert repr(counter.desk) == "<ServiceDesk 2 services, 0 questions>"


async def test_another_billing_side_answers_after_a_change_of_the_configuration(counter: Counter) -> None:
    former, config = counter.tools.boss, counter.tools.config
    counter.desk.reconfigure(replace(config, queues=config.queues))
    assert counter.tools.boss is former
    go_on = counter.hangs("reauthorise")
    counter.begin("reauthorise")
    counter.desk.reconfigure(replace(config, boss=replace(config.boss, authorise=("/bin/true",))))
    assert counter.tools.boss is not former
    go_on.set()
    await until(lambda: bool(counter.told))


@pytest.mark.parametrize(
    ("service", "answer"),
    [
        ("balance", Answer("rich")),
        ("balance", Answer("paid", {"balance": 1})),
        ("balance", Answer("paid", {"balance": 1, "arrears": 0, "more": 1})),
        ("balance", Answer("paid", {"balance": "1", "arrears": 0})),
        ("balance", Answer("failed", {"balance": 1})),
        ("bills", Answer("found", {"bills": "many"})),
        ("bills", Answer("found", {"bills": ({"month": "2026-10"},)})),
        ("bills", Answer("found", {"bills": ({"month": "2026-10", "item": "x", "amount": "1"},)})),
        ("order", Answer("gone", {"name": ({"x": 1},)})),
    ],
)
async def test_an_answer_that_flows_do_not_know_is_our_fault(
    counter: Counter, service: str, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(WrongAnswer):
        check(service, answer)
    counter.answers(service, answer.outcome, **answer.values)
    assert await counter.outcome(service, identified="password") == "failed"
    assert "WrongAnswer" in caplog.text


async def test_the_samples_are_answers_that_flows_know() -> None:
    for name, service in SERVICES.items():
        for outcome in service.outcomes:
            check(name, Answer(outcome, service.answers.get(outcome, {})))
