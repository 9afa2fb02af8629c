"""What the dialplan does around the engine: while it steers, when it dies, and at the phones."""

import threading
import time

import pytest

from tests.asterisk_config.conftest import Town
from tests.asterisk_config.telephone import Agi, Hungup, wait_for

pytestmark = pytest.mark.asterisk


class Phone:
    """A seat's phone that answers, and what it was rung for."""

    def __init__(self) -> None:
        self.rang_at: list[float] = []
        self.from_numbers: list[str] = []
        self.headers: list[str] = []

    def __call__(self, session: Agi) -> None:
        self.rang_at.append(time.time())
        self.from_numbers.append(session.argument(2))
        self.headers.append(session.command("GET FULL VARIABLE ${PJSIP_HEADER(read,Call-Info)}"))
        session.command("ANSWER")
        session.command('STREAM FILE vm-goodbye ""')
        session.command("HANGUP")


def listen(session: Agi) -> None:
    """A caller who waits for whatever comes."""
    session.command("WAIT FOR DIGIT 60000")


@pytest.fixture(scope="module")
def phone(town: Town) -> Phone:
    phone = Phone()
    town.phone("seat1", "8001", phone)
    return phone


def test_engine_that_is_done_ends_the_call(town: Town) -> None:
    seen: list[dict[str, str]] = []

    def engine(session: Agi) -> None:
        seen.append(session.env)
        session.command("SET VARIABLE FS_DONE 1")

    with town.engine(engine):
        town.call("done", listen, cli="13893111001")
        record = town.record_of("13893111001")
    assert record["fs_done"] == "1"
    assert record["fs_unattended"] == ""
    assert record["fs_hangup_source"] != record["channel"]
    assert seen[0]["agi_network_script"] == "inbound"
    assert [seen[0][f"agi_arg_{n}"] for n in (1, 2, 3)] == [record["fs_call"], "line1", "96335"]


def test_dead_engine_leaves_the_caller_to_all_phones_within_a_second(town: Town, phone: Phone) -> None:
    died_at: list[float] = []

    def engine(session: Agi) -> None:
        session.command("SET VARIABLE FS_GREETED 1")
        session.command("SET MUSIC ON default")
        died_at.append(time.time())

    before = len(phone.rang_at)
    with town.engine(engine):
        town.call("orphan", listen, cli="13893111002")
        record = town.record_of("13893111002")
    assert phone.rang_at[before] - died_at[0] < 1.0
    assert phone.from_numbers[before] == "13893111002"
    assert record["fs_dialstatus"] == "ANSWER"
    assert record["fs_unattended"] == "1"
    assert record["fs_peer"].startswith("PJSIP/seat1-")
    assert int(record["fs_talk_ms"]) > 500
    assert record["fs_message"] == ""


def test_talk_that_ended_is_not_queued_again(town: Town, phone: Phone) -> None:
    def engine(session: Agi) -> None:
        session.command("EXEC Dial PJSIP/seat1,20,gm(default)b(agent-leg^s^1)")

    before = len(phone.rang_at)
    with town.engine(engine):
        town.call("talked", listen, cli="13893111003")
        record = town.record_of("13893111003")
    assert record["fs_dialstatus"] == "ANSWER"
    assert record["fs_unattended"] == ""
    assert len(phone.rang_at) == before + 1
    assert "answer-after" not in phone.headers[before]


def test_auto_answer_headers_only_when_asked_for(town: Town, phone: Phone) -> None:
    def engine(session: Agi) -> None:
        session.command("SET VARIABLE _FS_AUTO 1")
        session.command("EXEC Dial PJSIP/seat1,20,gm(default)b(agent-leg^s^1)")

    before = len(phone.rang_at)
    with town.engine(engine):
        town.call("auto", listen, cli="13893111004")
        town.record_of("13893111004")
    assert phone.headers[before].endswith("(<sip:127.0.0.1>;answer-after=0)")


def test_engine_that_dies_during_hold_leaves_the_caller_to_all_phones(town: Town, phone: Phone) -> None:
    """Redirect parts a talk, a new session has the caller; if that dies, all phones ring."""
    talking, resumed = threading.Event(), threading.Event()

    def engine(session: Agi) -> None:
        if session.script == "resume":
            resumed.set()
            return
        talking.set()
        session.command("EXEC Dial PJSIP/seat1,20,gm(default)b(agent-leg^s^1)")
        raise Hungup

    def stay(session: Agi) -> None:
        phone.rang_at.append(time.time())
        session.command("ANSWER")
        session.command("WAIT FOR DIGIT 60000")

    before = len(phone.rang_at)
    town.phones["8001"] = stay
    try:
        with town.engine(engine):
            town.call("held", listen, cli="13893111005")
            wait_for(talking.is_set, "the talk")
            wait_for(lambda: "2 active channels" in town.pbx.cli("core show channels"), "both legs")
            caller, seat = channels(town)
            wait_for(lambda: "Up" in town.pbx.cli(f"core show channel {seat}"), "the answer")
            town.pbx.cli(f"channel redirect {caller} engine-caller,s,1")
            wait_for(resumed.is_set, "the resumed session")
            wait_for(lambda: len(phone.rang_at) == before + 2, "the phones ring again")
    finally:
        town.phones["8001"] = phone
        town.pbx.cli("channel request hangup all")
    assert town.record_of("13893111005")["fs_unattended"] == "1"


def channels(town: Town) -> tuple[str, str]:
    names = [line.split("!")[0] for line in town.pbx.cli("core show channels concise").splitlines()]
    return (
        next(name for name in names if name.startswith("PJSIP/line1")),
        next(name for name in names if name.startswith("PJSIP/seat1")),
    )


def test_seat_reaches_emergency_and_other_seats_but_nobody_else(town: Town, phone: Phone) -> None:
    heard: list[list[str]] = []

    def outside(session: Agi) -> None:
        heard.append([session.argument(n) for n in (1, 2, 3)])
        session.command("ANSWER")

    town.phones["110"] = town.phones["13893119999"] = outside
    town.dial_from_seat("110")
    wait_for(lambda: heard, "the emergency call")
    assert heard == [["110", "801", "line1"]]

    before = len(phone.rang_at)
    town.dial_from_seat("801")
    wait_for(lambda: len(phone.rang_at) > before, "the other seat")

    town.dial_from_seat("13893119999")
    wait_for(lambda: "0 active channels" in town.pbx.cli("core show channels"), "the end of all calls", 20)
    assert len(heard) == 1


def test_nothing_was_logged_as_an_error(town: Town, phone: Phone) -> None:
    assert town.errors() == []
