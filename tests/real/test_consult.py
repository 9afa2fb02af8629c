"""Consultation, by ear: the customer hears music, and whoever is spoken to hears the agent."""

import pytest

from engine.core.states import EndedBy, Outcome
from engine.wire.phone import DigitsParams, SwitchParams
from tests.real.scene import MUSIC, Scene
from tests.real.steps import consulting, talk_at
from tests.real.world import CALLER, CLI, recording, recording_whole, talking
from tests.support.centre import Whole
from tests.support.heard import longest_hole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


async def test_who_hears_whom_while_an_agent_asks_a_colleague(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk, call = await talk_at(real, "seat2")
    await real.desk("seat3")
    real.phones["seat3"].pick_up_after_s = 0.1
    await desk.ask("agent.mute", SwitchParams(on=True))
    await desk.until(lambda view: view.agent.muted)
    await scene.listen("muted", caller=set(), seat2={"caller"})
    await desk.ask("agent.mute", SwitchParams(on=False))
    await desk.ask("agent.digits", DigitsParams(digits="18#"))
    await consulting(desk, "8003")
    await scene.listen("asking", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.alternate")
    await desk.until(lambda view: _active(view) is False)
    await scene.listen("with the customer", caller={"seat2"}, seat2={"caller"}, seat3=MUSIC)
    await desk.ask("agent.alternate")
    await desk.until(lambda view: _active(view) is True)
    await scene.listen("asking again", caller=MUSIC, seat2={"seat3"}, seat3={"seat2"})
    await desk.ask("agent.cancel_consult")
    await talking(desk, CLI)
    await scene.listen("back", caller={"seat2"}, seat2={"caller"})
    await desk.ask("agent.hang_up")
    placed = await call
    detail = await real.detail(CLI)
    await scene.judge()
    assert placed.keys == "18#"
    assert (detail.record.outcome, detail.record.ended_by) == (Outcome.ANSWERED, EndedBy.AGENT)
    recording_whole(real, detail)
    assert longest_hole(recording(real, detail, 0).tone_spans(CALLER)) < 0.3


def _active(view: object) -> bool | None:
    call = view.call  # type: ignore[attr-defined]
    return call.party.active if call is not None and call.party is not None else None
