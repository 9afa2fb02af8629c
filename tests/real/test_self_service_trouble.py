"""What goes wrong around callers: a billing side that is gone, lost prompts, keys that nobody expects."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from engine.core.notices import NoticeKind
from engine.core.states import CallState
from engine.wire.notices import AddNoticeParams
from tests.adapters.boss.server import Question, Server, do_it_and_say_nothing, obey
from tests.real.office import Office, all_of, cli_of, open_office
from tests.real.said import Visitor, sentence
from tests.real.world import call_in, cut_short, prompt
from tests.support.centre import Whole, eventually
from tests.support.until import until

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

WEST = "西川片区"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def boss() -> AsyncIterator[Server]:
    """The billing side of another house."""
    async with Server() as server:
        server.answers["balance"] = {"outcome": "paid", "values": {"balance": 7_005, "arrears": 0}}
        server.answers["recharge"] = {"outcome": "done", "values": {"amount": 5_000, "balance": 12_005}}
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running(whole_centre: Whole, boss: Server) -> AsyncIterator[Office]:
    def asks_the_boss(settings: dict[str, Any]) -> None:
        settings["boss"] |= {"kind": "http", "url": boss.url, "timeout_ms": 2_000, "retries": 0}
        settings["boss"] |= {"breaker_failures": 100}

    async with open_office(whole_centre, asks_the_boss) as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def office(running: Office, real: Whole) -> AsyncIterator[Office]:
    await real.desk("seat1", ready=False)
    yield running
    await running.gateway.hang_up_all()


async def person(office: Office, caller: Visitor, keys: str = "0") -> None:
    """The caller asks for a person by 0, and waits for one."""
    await caller.press(keys)
    await call_in(office.real, caller.cli, CallState.QUEUED)
    await caller.hang_up()


# The billing side


async def test_the_billing_side_is_gone_and_comes_back(office: Office, boss: Server) -> None:
    office.customer(401)
    caller = await office.call(cli_of(401))
    await boss.down()
    try:
        await caller.press("5,1")
        await caller.hears("service_down")
        await caller.press("*")
        await caller.hears("main_menu")
    finally:
        await boss.up()
    await caller.press("5,1")
    await caller.hears_out("balance_paid", balance=7_005)
    await boss.down()
    try:
        await caller.press("1,1")
        await caller.hears("service_down")
        await person(office, caller)
    finally:
        await boss.up()


async def test_a_payment_whose_answer_is_lost_is_made_once(office: Office, boss: Server) -> None:
    """One caller hangs up before the answer, one never gets any; what became of it is known afterwards."""
    answers = asyncio.Event()

    async def after_a_while(server: Server, question: Question, writer: asyncio.StreamWriter) -> None:
        await answers.wait()
        await obey(server, question, writer)

    before = len(boss.carried_out)
    leaver, waiter = await _at_the_secret(office, 402), await _at_the_secret(office, 403)
    boss.next_ones.append(after_a_while)
    await leaver.press("6093815724#")
    await caller_asked(boss, leaver)
    await leaver.hang_up()
    await office.visit(leaver.cli)
    assert _requests(office, leaver) == [("unknown", "")]
    answers.set()
    boss.next_ones.append(do_it_and_say_nothing)
    await waiter.press("6093815725#")
    await waiter.hears("please_wait")
    await waiter.hears("pay_unsure")
    await waiter.hears("account_next")
    await person(office, waiter)

    async def both_known() -> bool | None:
        return (_requests(office, leaver) == _requests(office, waiter) == [("done", "done")]) or None

    await eventually(both_known, 12, "the end of both payments")
    assert len(boss.carried_out) == before + 2
    office.secrets |= {"6093815724", "6093815725"}
    office.secrets_kept()


async def _at_the_secret(office: Office, number: int) -> Visitor:
    office.customer(number)
    caller = await office.call(cli_of(number))
    await caller.press(f"5,3,88000{number}#")
    await caller.hears("card_confirm", card=f"88000{number}")
    await caller.press("1")
    await caller.hears("enter_card_secret")
    return caller


async def caller_asked(boss: Server, caller: Visitor) -> None:
    """The billing side has the question of this caller."""
    await until(lambda: any(one.key and one.body.get("cli") == caller.cli for one in boss.questions), 10)


def _requests(office: Office, caller: Visitor) -> list[tuple[Any, ...]]:
    return office.rows(
        "SELECT r.state, r.outcome FROM boss_requests r JOIN calls c USING (call_id) WHERE c.cli = ?",
        caller.cli,
    )


# Prompts


async def test_a_lost_prompt_is_spoken_and_without_a_voice_passed_over(office: Office) -> None:
    real = office.real
    names = ("packages_menu", "more_menu")
    files = {prompt(real, name): await asyncio.to_thread(prompt(real, name).read_bytes) for name in names}
    office.customer(411)
    caller = await office.call(cli_of(411))
    seconds = sentence(real, "packages_menu").seconds
    try:
        for path in files:
            await asyncio.to_thread(path.unlink)
        await caller.press("5,4")
        began = await caller.hears_out("packages_menu")
        spoken = caller.call.heard(began).part(0, seconds)
        assert spoken.level_dbfs() > -35
        assert sentence(real, "packages_menu").seconds == pytest.approx(seconds, rel=0.1)
        worker = _speech_worker(real)
        os.kill(worker, signal.SIGSTOP)
        try:
            pressed = caller.call.now
            await caller.press("*,5")
            heard = await caller.hears("back_or_person")  # what is said behind the menu
            assert heard - pressed < 5
            await person(office, caller)
        finally:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
    finally:
        for path, data in files.items():
            await asyncio.to_thread(path.write_bytes, data)


def _speech_worker(real: Whole) -> int:
    """The process that speaks for this engine."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes()
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            if b"speech.worker" in command and int(parent) == real.centre.engine.pid:
                return int(folder.name)
    raise LookupError("no speech worker")


# Keys


async def test_keys_that_nobody_expects(office: Office) -> None:
    said = ("enter_account", "entry_missing", "sign_in_why", "sign_in_given_up")
    with cut_short(office.real, 0.9, *said):
        await all_of(
            _corrects_with_a_star(office),
            _presses_forty_keys(office),
            _asks_for_a_person_at_each_kind_of_node(office),
            _says_nothing(office),
            _presses_too_late(office),
        )


async def _corrects_with_a_star(office: Office) -> None:
    office.customer(421)
    caller = await office.call(cli_of(421))
    await caller.press("5,3")
    await caller.hears("enter_card")
    await caller.press("12345678*9911*88000421#")
    await caller.hears("card_confirm", card="88000421")
    await person(office, caller)


async def _presses_forty_keys(office: Office) -> None:
    """What is more than fits answers nothing that is asked afterwards."""
    office.customer(422)
    caller = await office.call(cli_of(422))
    await caller.press("5,3")
    await caller.hears("enter_card")
    await caller.press("8" * 40)
    await caller.hears("card_confirm", card="8" * 32)
    await person(office, caller)
    assert await office.keys_of(caller.cli) == ["5", "3", "8" * 32, "0"]


async def _asks_for_a_person_at_each_kind_of_node(office: Office) -> None:
    stranger = "139111424"
    office.customer(423)
    callers = {
        "an entry, ended": (f"{stranger}01", "5", "enter_account", "0#"),
        "an entry, timed out": (f"{stranger}02", "5", "enter_account", "0"),
        "a secret": (f"{stranger}03", "5,30000423#", "enter_password", "0#"),
        "a play": (f"{stranger}04", "1,4", "info_halls", "0"),
        "words before a beep": (f"{stranger}05", "3,1", "speak_complaint", "0"),
        "a read-back": (cli_of(423), "5,3,88000423#", "card_confirm", "0"),
    }
    await all_of(*(_person_from(office, *steps) for steps in callers.values()))


async def _person_from(office: Office, cli: str, keys: str, prompt_id: str, zero: str) -> None:
    caller = await office.call(cli)
    await caller.press(keys)
    values = {"card": "88000423"} if prompt_id == "card_confirm" else {}
    await caller.hears(prompt_id, **values)
    await person(office, caller, zero)


async def _says_nothing(office: Office) -> None:
    caller = await office.call("13911142501")
    await caller.press("5")
    await caller.hears("enter_account")
    for _ in range(2):
        await caller.hears("entry_missing")
        await caller.hears("enter_account")
    await caller.hears("sign_in_given_up")
    await caller.hears("anything_else")
    await person(office, caller)
    assert await office.keys_of(caller.cli) == ["5", "0"]


async def _presses_too_late(office: Office) -> None:
    """When the offer to be called is over, its key means nothing any more."""
    params = AddNoticeParams(
        kind=NoticeKind.OUTAGE, areas=(WEST,), until_at=office.hours_from_now(3), text="西川停电"
    )
    outage = (await office.real.ask("notices.add", params)).notice
    office.customer(426, area=WEST)
    caller = await office.call(cli_of(426))
    await caller.hears("outage_choice")
    await caller.hears("main_menu")
    await caller.press("#")
    await caller.hears("wrong_key")
    await caller.hears("main_menu")
    await person(office, caller)
    assert office.rows("SELECT * FROM outage_watchers WHERE notice_id = ?", outage.id) == []
