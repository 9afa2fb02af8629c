"""Supervisors in talks, by ear: nobody, the agent or everybody hears them, and no hang-up is late for it."""

import time

import pytest

from engine.adapters.phone import PhoneState
from engine.core.states import AgentState, EndedBy, Outcome, SpyMode
from engine.wire.supervision import AgentParams, ListenParams
from tests.real.scene import MUSIC, Scene
from tests.real.steps import agent, colleague, conferring, consulting, state, talk_at
from tests.real.world import CLI, gone, recording_whole, talking
from tests.support.centre import Desk, Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def listening(desk: Desk, mode: SpyMode, staff_number: str = "8002") -> None:
    """Be in the agent's talk in this way."""
    await desk.ask("monitor.listen", ListenParams(staff_number=staff_number, mode=mode))
    await desk.until(lambda view: view.spy is not None and view.spy.since > 0 and view.spy.mode is mode)


async def test_who_hears_the_supervisor(real: Whole) -> None:
    """Listen, whisper, barge in, and back, without a new call; then the supervisor takes the call over."""
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    real.phones["seat3"].pick_up_after_s = 0.1
    supervisor = await real.supervisor("seat3")
    calls = real.phones["seat3"].calls
    await listening(supervisor, SpyMode.LISTEN)
    both = {"caller", "seat2"}
    await scene.listen("listen", caller={"seat2"}, seat2={"caller"}, seat3=both)
    await listening(supervisor, SpyMode.WHISPER)
    await scene.listen("whisper", caller={"seat2"}, seat2={"caller", "seat3"}, seat3=both)
    await listening(supervisor, SpyMode.BARGE)
    await scene.listen("barge", caller={"seat2", "seat3"}, seat2={"caller", "seat3"}, seat3=both)
    await desk.ask("agent.hold")
    await state(desk, AgentState.HOLDING)
    await scene.listen("hold", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.retrieve")
    await talking(desk, CLI)
    await listening(supervisor, SpyMode.LISTEN)
    await scene.listen("listen again", caller={"seat2"}, seat2={"caller"}, seat3=both)
    await supervisor.ask("monitor.take_over", AgentParams(staff_number="8002"))
    await talking(supervisor, CLI)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    await scene.listen("taken over", caller={"seat3"}, seat3={"caller"})
    assert real.phones["seat3"].calls == calls + 1
    await supervisor.ask("agent.hang_up")
    placed = await call
    assert not placed.hung_up_by_caller
    detail = await real.detail(CLI)
    await scene.judge()
    assert (detail.record.outcome, detail.record.ended_by, detail.record.staff_number) == (
        Outcome.ANSWERED,
        EndedBy.AGENT,
        "8801",
    )
    recording_whole(real, detail)


async def test_in_a_conference_everybody_hears_who_has_barged_in(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await colleague(real, "seat3")
    real.phones["seat1"].pick_up_after_s = 0.1
    supervisor = await real.supervisor("seat1")
    await listening(supervisor, SpyMode.BARGE)
    await consulting(desk, agent("8003"))
    await scene.listen("asking", caller=MUSIC, seat2={"seat1", "seat3"}, seat3={"seat1", "seat2"})
    await conferring(desk)
    everybody = {"caller", "seat1", "seat2", "seat3"}
    await scene.listen("conference", **{party: everybody - {party} for party in everybody})
    await real.hang_up(CLI)
    await call
    for seat_id in ("seat1", "seat2", "seat3"):
        await real.phones[seat_id].wait_for(PhoneState.IDLE, 10)
    await scene.judge()


@pytest.mark.parametrize("by_customer", [False, True], ids=["agent", "customer"])
@pytest.mark.parametrize("mode", [SpyMode.LISTEN, SpyMode.BARGE])
async def test_the_line_is_not_free_later_because_somebody_listens(
    real: Whole, mode: SpyMode, by_customer: bool
) -> None:
    """Whoever hangs up, agent or customer."""
    desk, call = await talk_at(real, "seat2")
    supervisor = await real.supervisor("seat3")
    real.phones["seat3"].pick_up_after_s = 0.1
    await listening(supervisor, mode)
    began = time.monotonic()
    if by_customer:
        await real.hang_up(CLI)
        await gone(real, CLI)
    else:
        await desk.ask("agent.hang_up")
    await call
    line_s = time.monotonic() - began
    for seat_id in ("seat2", "seat3"):
        await real.phones[seat_id].wait_for(PhoneState.IDLE, 10)
    await state(supervisor, AgentState.IDLE)
    print(f"line free after {line_s * 1000:.0f} ms")
    assert line_s < 0.5
