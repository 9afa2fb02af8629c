"""The menu hands callers over: to an agent who is free, to a number outside; who is not reached hears on."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from engine.adapters.exchange import Listen, Pause, Press
from engine.core.states import CallState, EndedBy, Outcome
from tests.real.scene import Scene
from tests.real.steps import FRIEND
from tests.real.world import CALLER, CLI, call_in, other_configuration, presented, talking, tone
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

BUSY = "13900000486"
FLOW = f"""
start = "menu"
[nodes.menu]
kind = "menu"
prompts = ["leave_message"]
timeout_seconds = 20
exhausted = "bye"
keys = {{ 4 = "agent", 5 = "friend", 6 = "busy" }}
[nodes.agent]
kind = "transfer"
agent = "8002"
failed = "menu"
[nodes.friend]
kind = "transfer"
number = "{FRIEND}"
failed = "menu"
[nodes.busy]
kind = "transfer"
number = "{BUSY}"
failed = "menu"
[nodes.bye]
kind = "hangup"
"""
THINKS = Pause(1.5)


@pytest_asyncio.fixture(loop_scope="session")
async def real(real: Whole) -> AsyncIterator[Whole]:
    """The centre with a menu that hands over by keys."""
    (real.centre.site.paths.home / "handing_over.toml").write_text(FLOW, encoding="utf-8")
    async with other_configuration(
        real, lambda settings: settings["ivr"].__setitem__("flow", "handing_over.toml")
    ):
        yield real


async def test_to_an_agent_who_may_say_no(real: Whole) -> None:
    scene = Scene(real, CLI)
    desk = await real.desk("seat2")
    call = real.call(CLI, THINKS, Press("4"), Pause(5), Press("4"), tone(CALLER))
    await presented(desk, CLI)
    await desk.ask("agent.reject")
    await call_in(real, CLI, CallState.IVR)
    await desk.ask("agent.ready")
    await presented(desk, CLI)
    await desk.ask("agent.answer")
    await talking(desk, CLI)
    await scene.listen("talk", caller={"seat2"}, seat2={"caller"})
    await desk.ask("agent.hang_up")
    await call
    record = (await real.detail(CLI)).record
    await scene.judge()
    assert (record.outcome, record.staff_number, record.queue_id) == (Outcome.ANSWERED, "8002", "")
    assert (record.ended_by, record.presented_count) == (EndedBy.AGENT, 2)


async def test_nobody_waits_for_an_agent_who_is_not_there(real: Whole) -> None:
    call = real.call(CLI, THINKS, Press("4"), Pause(2), Press("9"))
    placed = await call
    assert placed.hung_up_by_caller
    record = (await real.detail(CLI)).record
    assert (record.outcome, record.presented_count) == (Outcome.IVR_EXIT, 0)
    assert record.ivr_path == ("menu", "agent", "menu")


async def test_to_a_number_that_is_busy_and_to_one_that_answers(real: Whole) -> None:
    scene = Scene(real, CLI)
    scene.person_outside(FRIEND, rings_seconds=1.0)
    call = real.call(CLI, THINKS, Press("6"), Pause(4), Press("5"), tone(CALLER), Listen(20))
    await call_in(real, CLI, CallState.FORWARDED)
    await real.until_received(FRIEND)
    await scene.listen("talk", caller={"outside"}, outside={"caller"})
    await real.hang_up(CLI)
    await call
    record = (await real.detail(CLI)).record
    await scene.judge()
    assert record.ivr_path == ("menu", "busy", "menu", "friend")
    assert (record.outcome, record.transfers) == (Outcome.IVR_EXIT, 1)
