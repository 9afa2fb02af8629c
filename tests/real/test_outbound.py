"""Calls that an agent begins, by ear and on record."""

import pytest

from engine.adapters.exchange import Behaviour, Telephone
from engine.adapters.phone import PhoneState
from engine.adapters.unix_socket.client import EngineError
from engine.core.records import CallRecord
from engine.core.states import AgentState, Direction, EndedBy, Outcome
from engine.wire.methods import CallIdParams
from engine.wire.phone import DialParams, DigitsParams
from tests.real.scene import MUSIC, OUTSIDE_TONE, Scene
from tests.real.steps import FRIEND, colleague, state
from tests.real.world import SEAT_TONES, recording
from tests.support.centre import Desk, Whole, eventually

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

_RING_HZ = 450  # what a Chinese network sends while it rings


async def dial(desk: Desk, number: str) -> str:
    """F3; returns the call id."""
    call_id: str = (await desk.ask("agent.dial", DialParams(number=number))).call_id
    return call_id


async def test_an_agent_dials_out(real: Whole) -> None:
    """The network's ringing, the talk, keys, hold: one recording has it all; the line shows its number."""
    scene = Scene(real)
    scene.person_outside(FRIEND, rings_seconds=1.2)
    desk = await real.desk("seat2", ready=False)
    await dial(desk, FRIEND)
    await state(desk, AgentState.DIALLING)
    await state(desk, AgentState.TALKING)
    await scene.listen("talk", seat2={"outside"}, outside={"seat2"})
    await desk.ask("agent.digits", DigitsParams(digits="40"))
    await desk.ask("agent.hold")
    await state(desk, AgentState.HOLDING)
    await scene.listen("hold", seat2=set(), outside=MUSIC)
    await desk.ask("agent.retrieve")
    await state(desk, AgentState.TALKING)
    await scene.listen("again", seat2={"outside"}, outside={"seat2"})
    await desk.ask("agent.hang_up")
    await state(desk, AgentState.WRAP_UP)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    (received,) = real.centre.exchange.received
    lines = {line.id: line.number for line in real.centre.site.config.lines}
    assert (received.cli, received.keys) == (lines[received.line_id], "40")
    detail = await real.detail(FRIEND)
    record = detail.record
    assert (record.direction, record.outcome, record.ended_by) == (
        Direction.OUTBOUND,
        Outcome.ANSWERED,
        EndedBy.AGENT,
    )
    assert not record.offered_at
    await scene.judge()
    assert scene.heard_first("seat2").tone_seconds(_RING_HZ) > 0.4
    assert recording(real, detail, 0).tone_seconds(OUTSIDE_TONE) > 2
    assert recording(real, detail, 1).tone_seconds(SEAT_TONES["seat2"]) > 1


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [(Behaviour.BUSY, Outcome.BUSY), (Behaviour.UNKNOWN, Outcome.UNREACHABLE)],
)
async def test_a_number_that_cannot_be_reached(real: Whole, behaviour: Behaviour, outcome: Outcome) -> None:
    real.centre.exchange.telephones[FRIEND] = Telephone(behaviour=behaviour)
    desk = await real.desk("seat2", ready=False)
    call_id = await dial(desk, FRIEND)
    await desk.until(lambda view: view.agent.state is AgentState.IDLE and view.notice != "")
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)

    async def ended() -> CallRecord | None:
        try:
            record: CallRecord = (await real.ask("calls.show", CallIdParams(call_id=call_id))).record
        except EngineError as error:
            if error.reason != "not_found":
                raise
            return None  # it is about to be written
        return record if record.ended_at else None

    record = await eventually(ended, 10, "the end on record")
    assert (record.outcome, record.direction) == (outcome, Direction.OUTBOUND)


async def test_an_agent_gives_up_while_it_rings(real: Whole) -> None:
    real.centre.exchange.telephones[FRIEND] = Telephone(behaviour=Behaviour.RINGS)
    desk = await real.desk("seat2", ready=False)
    await dial(desk, FRIEND)
    await real.phones["seat2"].wait_for(PhoneState.TALKING, 10)
    await eventually(lambda: _ringing(real), 5, "ringing outside")
    await desk.ask("agent.hang_up")
    await state(desk, AgentState.IDLE)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    await eventually(lambda: _over(real), 5, "the end outside")


async def _ringing(real: Whole) -> bool | None:
    return bool(real.centre.exchange.received) or None


async def _over(real: Whole) -> bool | None:
    return real.centre.exchange.received[-1].ended_at > 0 or None


async def test_the_person_outside_hangs_up_first(real: Whole) -> None:
    scene = Scene(real)
    scene.person_outside(FRIEND)
    desk = await real.desk("seat2", ready=False)
    await dial(desk, FRIEND)
    await state(desk, AgentState.TALKING)
    await real.centre.exchange.put_down(FRIEND)
    await state(desk, AgentState.WRAP_UP)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    record = (await real.detail(FRIEND)).record
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)


async def test_an_agent_calls_a_colleague(real: Whole) -> None:
    scene = Scene(real)
    desk = await real.desk("seat2", ready=False)
    other = await colleague(real, "seat3")
    await dial(desk, "803")
    await state(desk, AgentState.TALKING)
    await scene.listen("talk", seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.hang_up")
    for seat_id in ("seat2", "seat3"):
        await real.phones[seat_id].wait_for(PhoneState.IDLE, 10)
    await other.until(lambda view: view.agent.state in (AgentState.IDLE, AgentState.WRAP_UP))
    await scene.judge()
