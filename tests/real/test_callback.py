"""Callers who would rather be called back, and customers who are asked for a mark, on a real Asterisk."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from engine.adapters.exchange import Pause, PlacedCall, Press
from engine.adapters.phone import PhoneState
from engine.core.records import CallbackRecord
from engine.core.states import AgentState, CallbackResult, CallbackState, CallState, EndedBy, Outcome
from engine.wire.callbacks import CallbacksParams, SurveysParams
from engine.wire.configuration import ChangeParams, Edit, UndoParams
from tests.real.scene import Scene
from tests.real.steps import state
from tests.real.world import CLI, call_in, gone, heard_by, prompt
from tests.support.centre import Desk, Whole, eventually

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def offering(real: Whole) -> AsyncIterator[Whole]:
    """The centre with callbacks and surveys switched on."""
    edits = [
        Edit(section="callback", key="enabled", value=True),
        Edit(section="callback", key="quiet_hours", value=""),
        Edit(section="queues", id="fault", key="survey", value=True),
    ]
    await real.ask("config.change", ChangeParams(edits=edits))
    yield real
    await real.ask("config.undo", UndoParams())


async def wishes(real: Whole) -> list[CallbackRecord]:
    found = await real.ask("callbacks.list", CallbacksParams(everything=True))
    return [row.record for row in found.callbacks]


async def wish_is(real: Whole, wanted: CallbackState) -> CallbackRecord:
    """The newest wish of the caller's number, when it is in this state."""

    async def there() -> CallbackRecord | None:
        mine = sorted((wish for wish in await wishes(real) if wish.number == CLI), key=lambda wish: wish.id)
        return mine[-1] if mine and mine[-1].state is wanted else None

    found: CallbackRecord = await eventually(there, 15, f"wish {wanted}")
    return found


async def test_a_caller_keeps_the_place_and_is_called_back(offering: Whole) -> None:
    """Key 1 in the waiting music, 1 for the number that is read out; later the customer's phone rings."""
    real, scene = offering, Scene(offering)
    scene.person_outside(CLI)
    desk = await real.desk("seat2", ready=False)
    call = real.call(CLI, Press("2"), Pause(3), Press("11"), Pause(14), Press("1"), Pause(15))
    placed = await call
    assert not placed.hung_up_by_caller
    said = heard_by(placed)
    for name in ("callback_intro", "callback_confirm", "callback_booked"):
        assert said.find(prompt(real, name)) is not None, name
    wish = await wish_is(real, CallbackState.WAITING)
    booked = (await real.detail(CLI)).record
    assert (booked.outcome, booked.call_id) == (Outcome.CALLBACK, wish.call_id)
    await desk.ask("agent.ready")
    view = await desk.until(lambda view: view.call is not None and view.call.cli == CLI)
    assert view.callback is not None
    assert view.callback.id == wish.id
    await desk.ask("agent.answer")
    await state(desk, AgentState.TALKING)
    await scene.listen("talk", seat2={"outside"}, outside={"seat2"})
    wish = await wish_is(real, CallbackState.DONE)
    assert (wish.result, wish.tries, wish.staff_number) == (
        CallbackResult.REACHED,
        1,
        desk.view.agent.staff_number,
    )
    await desk.ask("agent.hang_up")
    await state(desk, AgentState.WRAP_UP)
    await real.phones["seat2"].wait_for(PhoneState.IDLE, 10)
    assert len(real.centre.exchange.received) == 1
    await scene.judge()


async def test_a_customer_gives_a_mark_after_the_talk(offering: Whole) -> None:
    """The agent hangs up, the customer is asked, presses a wrong key, then 4, and hears the thanks."""
    real = offering
    desk, call = await marked_call(real)
    await desk.ask("agent.hang_up")
    await state(desk, AgentState.WRAP_UP)
    await call_in(real, CLI, CallState.IVR)
    placed: PlacedCall = await call
    assert not placed.hung_up_by_caller
    said = heard_by(placed)
    for name in ("survey_question", "survey_wrong_key", "survey_thanks"):
        assert said.find(prompt(real, name)) is not None, name
    record = (await real.detail(CLI)).record
    assert (record.survey, record.outcome, record.ended_by) == (4, Outcome.ANSWERED, EndedBy.AGENT)
    marks = await real.ask("surveys.list", SurveysParams())
    assert (marks.surveys[0].call_id, marks.surveys[0].score) == (record.call_id, 4)
    assert marks.surveys[0].staff_number == record.staff_number
    await gone(real, CLI)


async def marked_call(real: Whole) -> "tuple[Desk, asyncio.Task[PlacedCall]]":
    """A talk of a caller who presses 8 and 4 some seconds after the agent has hung up."""
    desk = await real.desk("seat2")
    call = real.call(CLI, Press("2"), Pause(8), Press("8"), Pause(4), Press("4"), Pause(15))
    await desk.until(lambda view: view.call is not None and view.call.state is CallState.PRESENTED)
    await desk.ask("agent.answer")
    await state(desk, AgentState.TALKING)
    return desk, call
