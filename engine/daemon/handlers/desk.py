"""What an agent's console asks for."""

from dataclasses import replace

import msgspec

from db.calls import save_note
from db.drafts import delete_draft, put_draft
from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.events import NoteSaved
from engine.core.records import AgentDay, CallNote
from engine.core.states import SUPERVISING
from engine.daemon.handlers.context import Context, Handler, asking, asking_plainly
from engine.wire.messages import Fault, Reason
from engine.wire.methods import Done, DraftParams, NoteParams, Nothing

_MAX_NOTE = 4000
_MAX_FORM = 16_000  # bytes of a half-filled customer or ticket


async def day(context: Context, connection: Connection, params: Nothing) -> AgentDay:
    """Own figures since midnight."""
    engine = context.engine
    return engine.floor.day(context.who(connection).staff_number, engine.clock.now())


def _check_note(context: Context, note: CallNote) -> None:
    if len(note.note) > _MAX_NOTE:
        raise Fault(Reason.INVALID, f"a note has at most {_MAX_NOTE} characters", "note")
    for name, form in (("form", note.form), ("ticket", note.ticket)):
        if len(note.field) > 64 or len(msgspec.json.encode(form)) > _MAX_FORM:
            raise Fault(Reason.TOO_LONG, f"a half-filled form has at most {_MAX_FORM} bytes", name)
    known = {item.id for item in context.config.dispositions}
    if note.disposition and note.disposition not in known:
        raise Fault(Reason.INVALID, f"unknown disposition `{note.disposition}`", "disposition")


def _check_own_call(context: Context, connection: Connection, call_id: str) -> None:
    """An agent writes on the call at hand; on an older one only if it was the own, which the floor knows."""
    identity = context.who(connection)
    if identity.role in SUPERVISING:
        return
    floor = context.engine.floor
    known = floor.owner_of(call_id)
    if known and identity.staff_number != known and not floor.is_on(call_id, identity.staff_number):
        raise Fault(Reason.NOT_ALLOWED, "this call belongs to another agent")


async def draft(context: Context, connection: Connection, params: DraftParams) -> Done:
    """Keep the half-filled form: it survives the console and the engine."""
    _check_note(context, params.note)
    _check_own_call(context, connection, params.call_id)
    staff_number = context.who(connection).staff_number
    now = context.engine.clock.now()
    form = msgspec.to_builtins(params.note)
    context.store.post(put_draft, staff_number, params.call_id, form, now)
    context.engine.emit(NoteSaved(call_id=params.call_id, note=params.note))
    return Done()


async def note(context: Context, connection: Connection, params: NoteParams) -> Done:
    """Store note and disposition."""
    _check_note(context, params.note)
    _check_own_call(context, connection, params.call_id)
    staff_number = context.who(connection).staff_number
    now = context.engine.clock.now()
    stored = replace(params.note, form=None, field="", ticket=None)
    await context.write(save_note, params.call_id, staff_number, stored, now)
    context.store.post(delete_draft, staff_number, params.call_id)
    context.engine.emit(NoteSaved(call_id=params.call_id, note=stored))
    return Done()


HANDLERS: dict[str, Handler] = {
    "agent.ready": asking_plainly(ask.GoReady),
    "agent.break": asking(lambda who, params: ask.GoOnBreak(staff_number=who, reason=params.reason)),
    "agent.answer": asking_plainly(ask.Answer),
    "agent.reject": asking_plainly(ask.Reject),
    "agent.hang_up": asking_plainly(ask.HangUp),
    "agent.hold": asking_plainly(ask.Hold),
    "agent.retrieve": asking_plainly(ask.Retrieve),
    "agent.finish_wrap_up": asking_plainly(ask.FinishWrapUp),
    "agent.day": day,
    "call.draft": draft,
    "call.note": note,
}
