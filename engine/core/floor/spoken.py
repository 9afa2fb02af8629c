"""What callers told on the way: cases take it. What no case took is kept as the voice message of the call.

A part that was given to a service counts, and the newest one does; an earlier one that was given to none was
spoken anew by the caller, or silent: its file is thrown away.
"""

from dataclasses import replace

from engine.core.effects import DiscardMessage, KeepMessage, Step
from engine.core.events import MessageRecorded, ServiceAnswered
from engine.core.floor.entities import Call, SpokenPart
from engine.core.floor.state import FloorState
from engine.core.ivr.actions import Ask
from engine.core.records import Millis
from engine.core.states import Outcome

# Outcomes of services whose case has the recording now.
_TAKEN = ("done", "already")
# What the caller came for has happened, or will: the message changes nothing about it.
_STANDS = (Outcome.ANSWERED, Outcome.ABANDONED, Outcome.CALLBACK)


def recorded(call: Call, event: MessageRecorded) -> None:
    """The caller has told something, or nothing: then the file holds silence."""
    known = call.spoken.get(event.file)
    if event.file and (known is None or not known.length_ms):
        call.spoken[event.file] = SpokenPart(length_ms=event.length_ms)


def given(call: Call, action: Ask) -> None:
    """The question that goes out now hands over what was told."""
    for value in action.arguments.values():
        if isinstance(value, str) and value in call.spoken:
            call.spoken[value].request = call.questions


def answered(call: Call, answer: ServiceAnswered) -> None:
    """The case has what was told, also when the caller did not wait for the answer."""
    for part in call.spoken.values():
        if part.request == answer.request and answer.outcome in _TAKEN:
            part.taken = True


def is_awaited(call: Call) -> bool:
    """The last question handed something over, and has not been answered."""
    question = call.question
    return (
        question is not None
        and question.answer is None
        and any(part.request == question.request for part in call.spoken.values())
    )


def settle(floor: FloorState, call: Call, now: Millis) -> None:
    """The call is over and no case will come any more: nothing that was told may lie there unknown."""
    newest = next(reversed(call.spoken), "")
    kept = []
    for file, part in call.spoken.items():
        if part.taken:
            continue
        if part.length_ms and (part.request or file == newest):
            kept.append((file, part.length_ms))
        else:
            floor.emit(DiscardMessage(call_id=call.id, file=file))
    call.spoken.clear()
    if kept and not call.record.message_ms:
        _keep(floor, call, *kept.pop(), now)
    for file, _ in kept:
        text = f"{file} was told and no case has it; the call has another message"
        floor.emit(Step(subject=f"call={call.id}", text=text))


def _keep(floor: FloorState, call: Call, file: str, length_ms: Millis, now: Millis) -> None:
    outcome = call.record.outcome
    call.record = replace(
        call.record,
        message_file=file,
        message_ms=length_ms,
        outcome=outcome if outcome in _STANDS else Outcome.VOICEMAIL,
    )
    floor.emit(KeepMessage(call_id=call.id, file=file, length_ms=length_ms, at=now))
