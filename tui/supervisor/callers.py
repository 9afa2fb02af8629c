"""Waiting callers: given to an agent, moved up, moved to another queue."""

from typing import TYPE_CHECKING

from engine.core.states import CallState
from engine.core.views import CallView
from engine.wire.supervision import MoveParams, PickParams
from tui.labels import agent_state, phone_number, running
from tui.supervisor.notices import customer_of
from tui.widgets.picker import Picker
from tui.widgets.rows import Column, Row
from tui.words import pick, tr

if TYPE_CHECKING:
    from tui.supervisor.app import SupervisorApp


async def pick_caller(app: "SupervisorApp") -> None:
    """Give the caller under the cursor to an agent, or the agent under the cursor a caller."""
    now = app.situation()
    if now.call is not None and now.call.state is CallState.QUEUED:
        call: CallView | None = now.call
        staff_number = await _pick_agent(app, now.call)
    else:
        staff_number = now.agent.staff_number if now.agent else None
        call = await _pick_waiting(app, now.agent.name if now.agent else "")
    if call is None or staff_number is None:
        return
    params = PickParams(call_id=call.call_id, staff_number=staff_number)
    if await app.ask("calls.pick", params) is not None:
        agent = app.agent(staff_number)
        name = agent.name if agent else staff_number
        app.say(tr("{customer} goes to {name}", customer=customer_of(call), name=name), "good")


async def _pick_agent(app: "SupervisorApp", call: CallView) -> str | None:
    agents = app.floor.agents if app.floor else ()
    ordered = sorted(agents, key=lambda a: (a.staff_number != app.staff_number, a.staff_number))
    rows = []
    for agent in ordered:
        word, letter, tone = agent_state(agent)
        name = tr("Myself") if agent.staff_number == app.staff_number else agent.name
        seat = app.words.seat(agent.seat_id)
        rows.append(
            Row(agent.staff_number, (name, agent.staff_number, f"{word} {letter}", seat), ("", "", tone))
        )
    title = tr("Who takes {customer}?", customer=customer_of(call))
    return await app.ask_over(Picker(title, _agent_columns, rows)) if rows else None


def _agent_columns() -> list[Column]:
    return [
        Column(tr("Name"), 16, share=1),
        Column(tr("No."), 6),
        Column(tr("State"), 12),
        Column(tr("Seat"), 10),
    ]


async def _pick_waiting(app: "SupervisorApp", name: str) -> CallView | None:
    calls = app.floor.calls if app.floor else ()
    waiting = sorted(
        (call for call in calls if call.state is CallState.QUEUED), key=lambda c: (c.offered_at, c.call_id)
    )
    rows = [
        Row(
            call.call_id,
            (
                call.customer_name or tr("unknown"),
                phone_number(call.cli) or tr("no number"),
                app.words.queue(call.queue_id),
                running(call.offered_at, app.now()),
            ),
        )
        for call in waiting
    ]
    if not rows:
        return None
    call_id = await app.ask_over(Picker(tr("Which caller for {name}?", name=name), _caller_columns, rows))
    return next((call for call in waiting if call.call_id == call_id), None)


def _caller_columns() -> list[Column]:
    return [
        Column(tr("Customer"), 14, share=1),
        Column(tr("Number"), 13),
        Column(tr("Queue"), 10, share=1),
        Column(tr("Since"), 7, right=True),
    ]


async def move_up(app: "SupervisorApp") -> None:
    """Make the caller the next one."""
    call = app.situation().call
    assert call is not None, "the command is disabled without a call"
    if await app.ask("calls.move", MoveParams(call_id=call.call_id)) is not None:
        app.say(tr("{customer} is the next one now", customer=customer_of(call)), "good")


async def move(app: "SupervisorApp") -> None:
    """Move the caller to another queue."""
    call = app.situation().call
    assert call is not None, "the command is disabled without a call"
    queues = app.floor.queues if app.floor else ()
    rows = [
        Row(queue.queue_id, (pick(queue.name, queue.name_en), str(queue.waiting)))
        for queue in queues
        if queue.queue_id != call.queue_id
    ]
    title = tr("To which queue does {customer} go?", customer=customer_of(call))
    queue_id = await app.ask_over(Picker(title, _queue_columns, rows))
    if queue_id is None:
        return
    if await app.ask("calls.move", MoveParams(call_id=call.call_id, queue_id=queue_id)) is not None:
        values = {"customer": customer_of(call), "queue": app.words.queue(queue_id)}
        app.say(tr("{customer} waits for {queue} now", **values), "good")


def _queue_columns() -> list[Column]:
    return [Column(tr("Queue"), 20, share=1), Column(tr("Waiting"), 8, right=True)]
