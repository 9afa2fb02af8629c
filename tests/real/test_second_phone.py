"""A consultation and a conference with a phone of another make."""

from pathlib import Path

import pytest

from engine.core.states import AgentState
from tests.real.debian_phone import debian_phone
from tests.real.scene import MUSIC, Scene
from tests.real.steps import agent, conferring, consulting, state, talk_at
from tests.real.world import CLI, talking
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]


async def test_a_phone_of_another_make_is_asked_joins_and_keeps_the_call(real: Whole, tmp_path: Path) -> None:
    scene = Scene(real, CLI)
    async with debian_phone(real, "seat1", tmp_path) as phone:
        desk, call = await talk_at(real, "seat2")
        other = await real.desk("seat1", ready=False)
        await consulting(desk, agent("8001"))
        await scene.listen("asking", caller=MUSIC, seat2={"seat1"}, seat1={"seat2"})
        await conferring(desk)
        everybody = {"caller", "seat1", "seat2"}
        await scene.listen("three", **{party: everybody - {party} for party in everybody})
        await desk.ask("agent.hang_up")
        await talking(other, CLI)
        await scene.listen("two", caller={"seat1"}, seat1={"caller"})
        await other.ask("agent.hang_up")
        placed = await call
        scene.other_ear("seat1", phone.heard())
        await state(other, AgentState.WRAP_UP)
        await real.detail(CLI)
    assert not placed.hung_up_by_caller
    await scene.judge()
