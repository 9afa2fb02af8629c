"""The switch against a fake Asterisk: what is asked for, and that every order ends in its one fact."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from engine.adapters.asterisk.caller import Sounds
from engine.adapters.asterisk.switch import Switch, SwitchSettings
from engine.core import effects as do
from engine.core import events as fact
from engine.core.ivr.values import secret_token
from engine.core.states import RingFailure, SpyMode
from tests.adapters.asterisk.conftest import until
from tests.support.fake_asterisk import FakeAsterisk, FakeCaller, Messages, failure, listing, message

pytestmark = pytest.mark.asyncio

CALL = "c-1"
CUSTOMER = "PJSIP/line1-00000001"
SEAT = "PJSIP/seat1-00000002"
THIRD = "PJSIP/seat2-00000003"
SETTINGS = SwitchSettings(
    host="127.0.0.1",
    ami_port=0,
    ami_user="fourseat",
    ami_secret="secret",
    agi_port=0,
    seats=frozenset({"seat1", "seat2", "seat3"}),
    lines=frozenset({"line1"}),
    sounds=Sounds(prompts="/nowhere", messages="/nowhere"),
)


def event(name: str, call_id: str = CALL, role: str = "", **headers: str) -> str:
    """An AMI event of a channel of the call."""
    variables = [f"FS_CALL={call_id}", "FS_LINE=", "FS_DID=", f"FS_ROLE={role}"]
    return message(Event=name, ChanVariable=variables, **headers)


def dialled(name: str, channel: str, unique_id: str, *, by: str = "", **headers: str) -> str:
    """A DialBegin, DialState or DialEnd of a phone; `by`: whose channel dials it."""
    source = {"Channel": by, "ChanVariable": [f"FS_CALL={CALL}"]} if by else {}
    variables = [f"FS_CALL={CALL}"]
    return message(
        Event=name,
        **source,
        DestChannel=channel,
        DestUniqueid=unique_id,
        DestChanVariable=variables,
        **headers,
    )


class Bench:
    """A switch at a fake Asterisk; `channels` is what is up when it asks."""

    def __init__(self, asterisk: FakeAsterisk) -> None:
        self.asterisk = asterisk
        self.facts: list[fact.Event] = []
        self.channels: list[dict[str, str]] = []
        self._callers: list[FakeCaller] = []
        asterisk.answers["PJSIPShowEndpoints"] = lambda action: listing(
            "EndpointList", "EndpointListComplete"
        )
        asterisk.answers["CoreShowChannels"] = lambda action: listing(
            "CoreShowChannel", "CoreShowChannelsComplete", *self.channels
        )
        settings = {name: getattr(SETTINGS, name) for name in SETTINGS.__dataclass_fields__}
        self.secrets: list[tuple[str, str]] = []
        self.switch = Switch(
            SwitchSettings(**settings | {"ami_port": asterisk.port}), self.facts.append, self.keep_secret
        )

    def keep_secret(self, call_id: str, digits: str) -> str:
        """A token, as the vault gives it."""
        self.secrets.append((call_id, digits))
        return secret_token(len(self.secrets), len(digits))

    async def told(self, kind: type, times: int = 1, **fields: object) -> Any:
        """Wait until a fact was told so often; returns the last one."""

        def found() -> list[fact.Event]:
            return [
                one
                for one in self.facts
                if isinstance(one, kind)
                and all(getattr(one, name) == value for name, value in fields.items())
            ]

        await until(lambda: len(found()) >= times)
        return found()[times - 1]

    async def session(self, script: str) -> FakeCaller:
        """The customer's channel enters a session."""
        caller = await FakeCaller.call(
            self.switch.agi_port, script, channel=CUSTOMER, uniqueid="1.1", arg_1=CALL, arg_2="line1"
        )
        self._callers.append(caller)
        return caller

    async def close(self) -> None:
        """The switch lets go of Asterisk."""
        for caller in self._callers:
            caller.close()
        await self.switch.stop()

    async def talk(self) -> FakeCaller:
        """A caller whom seat 1 has on hold; both legs wait."""
        caller = await self.session("inbound")
        await self.told(fact.CallArrived)
        await self.asterisk.send(
            dialled("DialBegin", SEAT, "1.2", by=CUSTOMER),
            dialled("DialEnd", SEAT, "1.2", by=CUSTOMER, DialStatus="ANSWER"),
        )
        await self.told(fact.SeatAnswered, seat_id="seat1")
        return caller

    async def third(self) -> None:
        """Seat 2 has been dialled by seat 1, and is up."""
        await self.asterisk.send(
            dialled("DialBegin", THIRD, "1.3", by=SEAT),
            dialled("DialEnd", THIRD, "1.3", by=SEAT, DialStatus="ANSWER"),
        )
        await self.told(fact.SeatAnswered, seat_id="seat2")


@pytest_asyncio.fixture
async def bench(asterisk: FakeAsterisk) -> AsyncIterator[Bench]:
    """A switch that is up."""
    built = Bench(asterisk)
    await built.switch.start()
    await built.told(fact.SwitchUp)
    yield built
    await built.close()


def waits(channel: str, unique_id: str) -> str:
    """The dialplan's word that a leg has arrived where it waits."""
    return event("UserEvent", UserEvent="FourseatWaits", Channel=channel, Uniqueid=unique_id)


async def hold(bench: Bench) -> FakeCaller:
    """Hold the talk as Asterisk does it."""
    bench.switch.perform(do.HoldCall(call_id=CALL, seat_id="seat1", music="default"))
    redirect = await bench.asterisk.wait_received("Redirect")
    assert (redirect["Channel"], redirect["ExtraChannel"]) in ((CUSTOMER, SEAT), (SEAT, CUSTOMER))
    caller = await bench.session("resume")
    await bench.asterisk.send(waits(SEAT, "1.2"))
    await caller.expect('SET MUSIC ON "default"')
    await bench.told(fact.CallHeld)
    return caller


async def test_a_leg_is_joined_only_after_it_has_arrived(bench: Bench) -> None:
    await bench.talk()
    await hold(bench)
    bench.switch.perform(
        do.DialParty(call_id=CALL, seat_id="seat1", party="seat2", auto=True, ring_ms=20_000)
    )
    await bench.asterisk.wait_received("Redirect", 2)
    await bench.third()
    bench.switch.perform(do.JoinParty(call_id=CALL, seat_id="seat1", party="seat2"))
    redirect = await bench.asterisk.wait_received("Redirect", 3)
    assert {redirect["Channel"], redirect["ExtraChannel"]} == {SEAT, THIRD}
    await bench.asterisk.send(waits(SEAT, "1.2"))
    for _ in range(5):  # more than an order too early would have needed
        await bench.switch.command("core show version")
    assert not bench.asterisk.actions("Bridge")
    await bench.asterisk.send(waits(THIRD, "1.3"))
    bridge = await bench.asterisk.wait_received("Bridge")
    assert {bridge["Channel1"], bridge["Channel2"]} == {CUSTOMER, THIRD}
    done = await bench.told(fact.TransferDone)
    assert (done.call_id, done.party) == (CALL, "seat2")


async def test_a_party_that_hangs_up_on_the_way_spoils_the_order_at_once(bench: Bench) -> None:
    await bench.talk()
    await hold(bench)
    bench.switch.perform(do.DialParty(call_id=CALL, seat_id="seat1", party="seat2", ring_ms=20_000))
    await bench.asterisk.wait_received("Redirect", 2)
    await bench.third()
    bench.switch.perform(do.JoinParty(call_id=CALL, seat_id="seat1", party="seat2"))
    await bench.asterisk.wait_received("Redirect", 3)
    await bench.asterisk.send(waits(SEAT, "1.2"), event("Hangup", Channel=THIRD, Uniqueid="1.3", Cause="16"))
    await bench.told(fact.OrderFailed)
    assert not bench.asterisk.actions("Bridge")
    assert (await bench.told(fact.SeatLegEnded)).seat_id == "seat2"


@pytest.mark.parametrize(
    "order",
    [
        do.HoldCall(call_id=CALL, seat_id="seat2", music="default"),
        do.RetrieveCall(call_id=CALL, seat_id="seat2"),
        do.AlternateLegs(call_id=CALL, seat_id="seat1", party="seat2", to_customer=True, music="default"),
        do.JoinParty(call_id=CALL, seat_id="seat1", party="seat2"),
        do.BeginConference(call_id=CALL, seat_id="seat1", party="seat2"),
        do.GiveToSpy(call_id=CALL, seat_id="seat1", spy_seat_id="seat3"),
        do.HoldCall(call_id="nobody", seat_id="seat1", music="default"),
    ],
    ids=lambda order: type(order).__name__,
)
async def test_an_order_about_a_leg_that_is_not_there_fails(bench: Bench, order: Any) -> None:
    await bench.talk()
    bench.switch.perform(order)
    assert (await bench.told(fact.OrderFailed)).call_id == order.call_id
    assert not bench.asterisk.actions("Redirect")


NASTY = ["", "1,2", "1&PJSIP/line1", "12)", "${SHELL(id)}", "1\r\nAction: Logoff", "1" * 33, "一二三"]


@pytest.mark.parametrize("number", NASTY)
async def test_what_is_no_number_never_reaches_asterisk(bench: Bench, number: str) -> None:
    await bench.talk()
    await hold(bench)
    before = len(bench.asterisk.received)
    bench.switch.perform(
        do.DialParty(
            call_id=CALL, seat_id="seat1", party=do.OUTSIDE, number=number, line_id="line1", ring_ms=1000
        )
    )
    failed = await bench.told(fact.RingFailed, seat_id=do.OUTSIDE)
    assert failed.failure is RingFailure.UNREACHABLE
    bench.switch.perform(
        do.PlaceCall(call_id="o-1", seat_id="seat2", auto=False, number=number, line_id="line1", ring_ms=1000)
    )
    await bench.told(fact.RingFailed, call_id="o-1")
    asked = {action["Action"] for action in bench.asterisk.received[before:]}
    assert asked <= {"Ping", "PJSIPShowEndpoints", "CoreShowChannels"}


async def test_a_dialled_party_fails_once_whatever_tells_of_it(bench: Bench) -> None:
    await bench.talk()
    await hold(bench)
    bench.switch.perform(do.DialParty(call_id=CALL, seat_id="seat1", party="seat2", ring_ms=1000))
    await bench.asterisk.wait_received("Redirect", 2)
    told = event("UserEvent", UserEvent="FourseatDialled", Uniqueid="1.2", Status="BUSY", Cause="17")
    await bench.asterisk.send(
        dialled("DialBegin", THIRD, "1.3", by=SEAT),
        dialled("DialEnd", THIRD, "1.3", by=SEAT, DialStatus="BUSY"),
        event("Hangup", Channel=THIRD, Uniqueid="1.3", Cause="17"),
        told,
        event("Hangup", Channel=SEAT, Uniqueid="1.2", Cause="16"),
    )
    await bench.told(fact.SeatLegEnded)
    failed = [one for one in bench.facts if isinstance(one, fact.RingFailed)]
    assert [(one.seat_id, one.failure, one.cause) for one in failed] == [("seat2", RingFailure.BUSY, 17)]


async def test_a_party_without_a_phone_fails_by_the_dialplans_word(bench: Bench) -> None:
    await bench.talk()
    await hold(bench)
    bench.switch.perform(do.DialParty(call_id=CALL, seat_id="seat1", party="seat2", ring_ms=1000))
    await bench.asterisk.wait_received("Redirect", 2)
    await bench.asterisk.send(
        event("UserEvent", UserEvent="FourseatDialled", Uniqueid="1.2", Status="CHANUNAVAIL", Cause="20")
    )
    failed = await bench.told(fact.RingFailed)
    assert (failed.seat_id, failed.failure) == ("seat2", RingFailure.UNREACHABLE)


def place(bench: Bench) -> None:
    """Seat 1 calls somebody outside."""
    bench.switch.perform(
        do.PlaceCall(
            call_id=CALL, seat_id="seat1", auto=True, number="13800138000", line_id="line1", ring_ms=9000
        )
    )


FAR = "PJSIP/line1-00000009"


async def test_who_is_dialled_from_a_seat_is_the_customer(bench: Bench) -> None:
    place(bench)
    originate = await bench.asterisk.wait_received("Originate")
    assert originate["Channel"] == "PJSIP/seat1"
    variables = originate["Variable"].split("\n")
    assert {"_FS_TO=13800138000", "FS_OVER=line1", f"__FS_CALL={CALL}"} <= set(variables)
    assert any("answer-after=0" in variable for variable in variables)
    await bench.asterisk.send(
        dialled("DialBegin", SEAT, "1.2"),
        dialled("DialState", SEAT, "1.2", DialStatus="RINGING"),
        dialled("DialEnd", SEAT, "1.2", DialStatus="ANSWER"),
        dialled("DialBegin", FAR, "1.9", by=SEAT),
        dialled("DialState", FAR, "1.9", by=SEAT, DialStatus="RINGING"),
        dialled("DialEnd", FAR, "1.9", by=SEAT, DialStatus="ANSWER"),
        event("HangupRequest", Channel=FAR, Uniqueid="1.9", Cause="16"),
    )
    await bench.told(fact.CustomerLegEnded)
    names = [type(one).__name__ for one in bench.facts if not isinstance(one, fact.SwitchUp)]
    assert names == ["SeatRang", "SeatAnswered", "CustomerAnswered", "CustomerLegEnded"]


async def test_a_session_that_begins_behind_a_hang_up_is_ended_too(bench: Bench) -> None:
    """Asterisk runs it on a dead channel: it says no HANGUP, and the channel would stay for ever."""
    await bench.talk()
    await bench.asterisk.send(event("HangupRequest", Channel=CUSTOMER, Uniqueid="1.1", Cause="16"))
    await bench.told(fact.CustomerLegEnded)
    caller = await bench.session("talked")
    await caller.expect('SET VARIABLE "FS_DONE" "1"')


@pytest.mark.parametrize(
    ("status", "cause", "failure"),
    [
        ("BUSY", "17", RingFailure.BUSY),
        ("NOANSWER", "1", RingFailure.UNREACHABLE),
        ("NOANSWER", "0", RingFailure.NO_ANSWER),
        ("CANCEL", "16", RingFailure.CANCELLED),
        ("CONGESTION", "34", RingFailure.UNREACHABLE),
        ("CHANUNAVAIL", "21", RingFailure.REJECTED),
    ],
)
async def test_who_is_not_reached_is_no_customer_who_left(
    bench: Bench, status: str, cause: str, failure: RingFailure
) -> None:
    place(bench)
    await bench.asterisk.wait_received("Originate")
    await bench.asterisk.send(
        dialled("DialBegin", SEAT, "1.2"),
        dialled("DialEnd", SEAT, "1.2", DialStatus="ANSWER"),
        dialled("DialBegin", FAR, "1.9", by=SEAT),
        event("HangupRequest", Channel=FAR, Uniqueid="1.9", Cause=cause),
        dialled("DialEnd", FAR, "1.9", by=SEAT, DialStatus=status),
        event("Hangup", Channel=FAR, Uniqueid="1.9", Cause=cause),
    )
    assert (await bench.told(fact.CustomerFailed)).failure is failure
    assert not any(isinstance(one, fact.CustomerLegEnded) for one in bench.facts)


def originate_response(action: dict[str, str], response: str) -> str:
    """How a call at one of our own phones went."""
    return message(
        Event="OriginateResponse", ActionID=action["ActionID"], Response=response, Reason="0", Uniqueid=""
    )


@pytest.mark.parametrize("response_first", [False, True])
async def test_an_own_phone_fails_once_and_with_its_cause(bench: Bench, response_first: bool) -> None:
    place(bench)
    action = await bench.asterisk.wait_received("Originate")
    ends = [
        dialled("DialEnd", SEAT, "1.2", DialStatus="BUSY"),
        event("Hangup", Channel=SEAT, Uniqueid="1.2", Cause="17"),
    ]
    response = [originate_response(action, "Failure")]
    order = [*response, *ends] if response_first else [*ends, *response]
    await bench.asterisk.send(dialled("DialBegin", SEAT, "1.2"), *order)
    await bench.told(fact.RingFailed)
    await bench.asterisk.send(message(Event="DeviceStateChange", Device="PJSIP/seat2", State="NOT_INUSE"))
    await bench.told(fact.SeatReachable)
    failed = [one for one in bench.facts if isinstance(one, fact.RingFailed)]
    assert [(one.failure, one.cause) for one in failed] == [(RingFailure.BUSY, 17)]


@pytest.mark.parametrize("refused", [False, True], ids=["told later", "refused at once"])
async def test_an_own_phone_that_is_not_there(bench: Bench, refused: bool) -> None:
    if refused:
        bench.asterisk.answers["Originate"] = lambda action: [failure("Extension does not exist.")]
    place(bench)
    action = await bench.asterisk.wait_received("Originate")
    if not refused:
        await bench.asterisk.send(originate_response(action, "Failure"))
    failed = await bench.told(fact.RingFailed)
    assert (failed.seat_id, failed.failure) == ("seat1", RingFailure.UNREACHABLE)


async def test_a_call_that_vanished_while_nobody_listened(bench: Bench) -> None:
    place(bench)
    await bench.asterisk.wait_received("Originate")
    bench.asterisk.cut()
    assert (await bench.told(fact.RingFailed)).failure is RingFailure.UNREACHABLE


async def spied(bench: Bench) -> str:
    """A supervisor at seat 3 listens to seat 1; returns the id of that leg."""
    await bench.talk()
    bench.switch.perform(
        do.Spy(spy_seat_id="seat3", seat_id="seat1", mode=SpyMode.LISTEN, auto=False, ring_ms=5000)
    )
    originate = await bench.asterisk.wait_received("Originate")
    assert f"FS_SPIED={SEAT}" in originate["Variable"].split("\n")
    assert "FS_CALL=" not in originate["Variable"].replace("FS_SPIED_CALL=", "")
    unique_id = originate["ChannelId"]
    spy = "PJSIP/seat3-00000005"
    await bench.asterisk.send(
        message(Event="DialBegin", DestChannel=spy, DestUniqueid=unique_id),
        message(Event="DialEnd", DestChannel=spy, DestUniqueid=unique_id, DialStatus="ANSWER"),
        message(Event="ChanSpyStart", SpyerUniqueid=unique_id, SpyerChannel=spy),
    )
    assert (await bench.told(fact.SpyBegan)).mode is SpyMode.LISTEN
    return unique_id


async def test_a_supervisor_changes_the_mode_without_a_new_call(bench: Bench) -> None:
    unique_id = await spied(bench)
    bench.switch.perform(
        do.Spy(spy_seat_id="seat3", seat_id="seat1", mode=SpyMode.WHISPER, auto=False, ring_ms=5000)
    )
    redirect = await bench.asterisk.wait_received("Redirect")
    assert redirect["Context"] == "engine-spy"
    await bench.asterisk.send(message(Event="ChanSpyStart", SpyerUniqueid=unique_id))
    assert (await bench.told(fact.SpyBegan, 2)).mode is SpyMode.WHISPER
    await bench.asterisk.send(message(Event="Hangup", Uniqueid=unique_id, Cause="16"))
    assert (await bench.told(fact.SpyEnded)).failure is None
    assert len(bench.asterisk.actions("Originate")) == 1


async def test_a_supervisors_phone_that_is_not_picked_up(bench: Bench) -> None:
    await bench.talk()
    bench.switch.perform(
        do.Spy(spy_seat_id="seat3", seat_id="seat1", mode=SpyMode.LISTEN, auto=False, ring_ms=5000)
    )
    unique_id = (await bench.asterisk.wait_received("Originate"))["ChannelId"]
    await bench.asterisk.send(
        message(Event="DialBegin", DestChannel="PJSIP/seat3-00000005", DestUniqueid=unique_id),
        message(Event="DialEnd", DestUniqueid=unique_id, DialStatus="BUSY"),
        message(Event="Hangup", Uniqueid=unique_id, Cause="17"),
    )
    assert (await bench.told(fact.SpyEnded)).failure is RingFailure.BUSY


async def test_nobody_is_spied_on_who_does_not_talk(bench: Bench) -> None:
    bench.switch.perform(
        do.Spy(spy_seat_id="seat3", seat_id="seat1", mode=SpyMode.LISTEN, auto=False, ring_ms=5000)
    )
    assert (await bench.told(fact.SpyEnded)).failure is RingFailure.UNREACHABLE


def channel(name: str, unique_id: str, role: str = "", call_id: str = CALL) -> dict[str, Any]:
    """One row of CoreShowChannels."""
    return {
        "Channel": name,
        "Uniqueid": unique_id,
        "ChannelStateDesc": "Up",
        "Duration": "00:00:05",
        "CallerIDNum": "13800138000",
        "ChanVariable": [f"FS_CALL={call_id}", "FS_LINE=line1", "FS_DID=96335", f"FS_ROLE={role}"],
    }


@pytest.mark.parametrize(
    ("channels", "seat_id"),
    [
        ([channel(CUSTOMER, "1", "customer"), channel(SEAT, "2"), channel(THIRD, "3", "third")], "seat1"),
        ([channel(CUSTOMER, "1", "customer"), channel(THIRD, "3", "third")], "seat2"),
        ([channel(FAR, "4", "third"), channel(CUSTOMER, "1", "customer"), channel(SEAT, "2")], "seat1"),
        ([channel(SEAT, "1", "customer"), channel(THIRD, "2")], "seat2"),
    ],
    ids=["conference", "after a transfer", "somebody outside is asked", "a colleague was called"],
)
async def test_what_went_on_without_the_engine_is_one_talk(
    asterisk: FakeAsterisk, channels: list[dict[str, Any]], seat_id: str
) -> None:
    bench = Bench(asterisk)
    bench.channels = channels
    asterisk.answers["Getvar"] = _only_that_it_was_begun_here
    await bench.switch.start()
    adopted = await bench.told(fact.CallAdopted)
    assert (adopted.seat_id, adopted.state, adopted.direction) == (seat_id, "talking", "outbound")
    await bench.told(fact.SwitchUp)
    bench.switch.perform(do.HoldCall(call_id=CALL, seat_id=seat_id, music="default"))
    await asterisk.wait_received("Redirect")
    await bench.close()


def _only_that_it_was_begun_here(action: dict[str, str]) -> Messages:
    value = "outbound" if action["Variable"] == "FS_DIRECTION" else ""
    return [message(Response="Success", ActionID="$ID", Variable=action["Variable"], Value=value)]


async def test_a_supervisor_whom_this_engine_does_not_know_is_taken_off(asterisk: FakeAsterisk) -> None:
    bench = Bench(asterisk)
    bench.channels = [channel("PJSIP/seat3-00000005", "spy-1a-1", "spy", call_id="")]
    await bench.switch.start()
    hang_up = await asterisk.wait_received("Hangup")
    assert hang_up["Channel"] == "spy-1a-1"
    await bench.told(fact.SwitchUp)
    assert not any(isinstance(one, fact.CallAdopted) for one in bench.facts)
    await bench.close()
