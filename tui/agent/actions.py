"""What each command of the agent does: requests to the engine, and where the cursor goes."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from engine.core.records import Customer
from engine.core.states import AgentState, AgentStatus
from engine.wire.customers import SaveCustomerParams
from engine.wire.messages import Reason
from engine.wire.methods import BreakParams, NoteParams
from tui.agent.caller import choose_customer
from tui.agent.phone import PHONE_PERFORMERS, WITH_THIRD, settle
from tui.agent.ticket_actions import TICKET_PERFORMERS
from tui.client import EngineFault, EngineGone
from tui.widgets.chooser import Choice, Chooser
from tui.words import pick, tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp
    from tui.agent.desk import DeskScreen

READY = "ready"
WAITING = (AgentState.IDLE, AgentState.UNREACHABLE)


async def change_status(app: "AgentApp") -> None:
    """F2: from a break ready at once, else the list of reasons; F2 again is ready."""
    view = app.view
    if view is None:
        return
    if view.agent.status is AgentStatus.BREAK and view.agent.state in WAITING:
        if await app.ask("agent.ready") is not None:
            app.say(tr("You are ready for calls"), "good")
        return
    choice = await app.choose(_status_chooser(app))
    if choice is not None:
        await _take_status(app, choice)


def _status_chooser(app: "AgentApp") -> Chooser:
    view = app.view
    assert view is not None
    in_call = app.situation().in_call
    choices = []
    not_ready = view.agent.next_status or view.agent.status is AgentStatus.BREAK
    if view.agent.state is AgentState.WRAP_UP or not_ready:
        ready = tr("Ready after this call") if in_call else tr("Ready")
        choices.append(Choice(("0", "f2"), READY, f"{ready}  (F2)"))
    for n, reason in enumerate(app.words.reasons[:9], 1):
        choices.append(Choice((str(n),), reason.id, pick(reason.name, reason.name_en)))
    title = tr("Break after this call, because of") if in_call else tr("Break, because of")
    return Chooser(title, choices)


async def _take_status(app: "AgentApp", choice: str) -> None:
    in_wrap_up = app.situation().state is AgentState.WRAP_UP
    if in_wrap_up and not await store_form(app):
        return
    if choice == READY:
        await app.ask("agent.ready")
        return
    if await app.ask("agent.break", BreakParams(reason=choice)) is None:
        return
    if in_wrap_up:
        await _end_wrap_up(app)
    elif app.situation().in_call:
        app.say(tr("Break after this call: {reason}", reason=app.words.reason(choice)), "good")


async def _end_wrap_up(app: "AgentApp") -> None:
    """Finish it, if it has not ended by itself in this moment."""
    if app.situation().state is AgentState.WRAP_UP:
        await app.ask("agent.finish_wrap_up")


async def answer(app: "AgentApp") -> None:
    """F4: take the ringing call, or speak again to the one on hold."""
    view = app.view
    if view is None:
        return
    if view.agent.state is AgentState.CONSULTING:
        await app.ask("agent.alternate")
    elif view.agent.state is AgentState.HOLDING:
        await app.ask("agent.retrieve")
    elif await app.ask("agent.answer") is not None and view.phone == "ring":
        app.say(tr("If the phone does not pick up by itself, pick it up"), "strong")


async def hold(app: "AgentApp") -> None:
    """F5: the customer hears music; in a consultation, speak to the other one."""
    consulting = app.situation().state is AgentState.CONSULTING
    await app.ask("agent.alternate" if consulting else "agent.hold")


async def hang_up(app: "AgentApp") -> None:
    """F8: refuse a ringing call, let the third party go, or end the talk."""
    now = app.situation()
    if now.state in WITH_THIRD and not now.guest:
        await app.ask("agent.cancel_consult")
        return
    ringing = now.state in (AgentState.RINGING, AgentState.RESERVED)
    app.rejected = ringing
    if await app.ask("agent.reject" if ringing else "agent.hang_up") is None:
        app.rejected = False


async def open_results(app: "AgentApp") -> None:
    """F9: to the dispositions, and from there back to the notes; in the tasks: settle one."""
    if app.panel == "tasks":
        await settle(app)
        return
    app.open_panel("")
    _desk(app).focus_results()


async def save(app: "AgentApp") -> None:
    """Ctrl+S: store the customer's fields and the note, whichever has changed."""
    desk = _desk(app)
    if desk.card_form.unsaved and not await _save_customer(app, desk.card_form.customer()):
        return
    if desk.notes.unsaved:
        await store_form(app)


async def store_form(app: "AgentApp") -> bool:
    """Store the note of the call; True when nothing is left unsaved."""
    desk = _desk(app)
    call_id = app.view.call.call_id if app.view and app.view.call else ""
    note = desk.notes.note
    if not call_id or not desk.notes.unsaved:
        return True
    if await app.ask("call.note", NoteParams(call_id=call_id, note=note)) is None:
        return False
    desk.notes.mark_stored(note)
    if desk.card_form.unsaved or app.ticket_draft(call_id) is not None:
        app.form_changed()  # with the note its draft is gone, and what is half filled with it
    app.say(tr("Stored"), "good")
    return True


async def _save_customer(app: "AgentApp", customer: Customer) -> bool:
    call_id = app.view.call.call_id if app.view and app.view.call else ""
    if not customer.name:
        app.say(tr("A customer needs a name"), "warn")
        _desk(app).card_form.focus_first()
        return False
    card = await app.ask("customer.save", SaveCustomerParams(customer=customer, call_id=call_id))
    if card is None:
        return False
    if call_id:
        app.show_own_card(card)
        _desk(app).focus_notes()
    else:
        _desk(app).end_edit()
    app.say(tr("Customer {name} stored", name=customer.name), "good")
    return True


async def finish(app: "AgentApp") -> None:
    """Enter in the dispositions while wrapping up: store and be free for the next call."""
    if await store_form(app):
        await _end_wrap_up(app)


async def extend(app: "AgentApp") -> None:
    """More time for the after-call work, once."""
    if await app.ask("agent.extend_wrap_up") is not None:
        app.say(tr("The wrap-up is longer now"), "good")


async def search(app: "AgentApp") -> None:
    """Ctrl+F: open the search over the work area."""
    app.open_panel("search")
    _desk(app).search.start()


async def edit_customer(app: "AgentApp") -> None:
    """Ctrl+E: the fields of the shown customer; of the found one while searching."""
    desk = _desk(app)
    if app.panel == "search" and desk.search.shown is not None:
        desk.edit_customer(desk.search.shown, take_cursor=True)
    elif desk.card_form.open:
        desk.card_form.focus_first()
    elif app.card and app.card.customer:
        desk.edit_customer(app.card.customer, take_cursor=True)


async def show_day(app: "AgentApp") -> None:
    """Ctrl+T: own figures and calls."""
    app.load_own_calls()
    app.open_panel("day")
    _desk(app).day.table.focus()


async def back(app: "AgentApp") -> None:
    """Esc: out of the fields or the panel; never ends a call."""
    desk = _desk(app)
    if desk.card_form.has_cursor and not desk.card_form.unsaved and app.card and app.card.customer:
        desk.end_edit()
        desk.focus_notes()
    elif desk.card_form.has_cursor:
        desk.focus_notes()
    elif app.panel:
        app.leave_panel()
    elif app.situation().in_call:
        app.say(tr("Esc never ends a call; F8 hangs up"))


async def quit_console(app: "AgentApp") -> None:
    """Ctrl+Q: log out and leave; in a wrap-up after a question."""
    if app.situation().state is AgentState.WRAP_UP:
        choices = [
            Choice(("1",), "stay", tr("No, stay")),
            Choice(("2",), "leave", tr("Yes: store the form, end the wrap-up and log out")),
        ]
        if await app.choose(Chooser(tr("Log out during the wrap-up?"), choices)) != "leave":
            return
        if not await store_form(app):
            return
    try:
        await app.engine.call("session.log_out")
    except EngineFault as fault:
        if fault.reason == Reason.REFUSED:
            app.say(tr("You cannot log out during a call"), "warn")
            return
    except EngineGone:
        pass  # the engine notices by itself that this console is gone
    app.exit(0)


def _desk(app: "AgentApp") -> "DeskScreen":
    assert app.desk is not None
    return app.desk


PERFORMERS: dict[str, Callable[["AgentApp"], Awaitable[None]]] = {
    "status.change": change_status,
    "call.answer": answer,
    "call.hold": hold,
    "call.hang_up": hang_up,
    "form.disposition": open_results,
    "form.save": save,
    "form.finish": finish,
    "form.extend": extend,
    "customer.search": search,
    "customer.edit": edit_customer,
    "customer.choose": choose_customer,
    "day.show": show_day,
    "panel.back": back,
    "session.quit": quit_console,
    **PHONE_PERFORMERS,
    **TICKET_PERFORMERS,
}
