"""What flows ask services: one question a call at a time, and an answer, or none in time."""

from dataclasses import replace

from engine.core.effects import AskService, LookUpCustomer, PlayPrompts, Step, StoreCall
from engine.core.events import ServiceAnswered
from engine.core.floor import spoken
from engine.core.floor.entities import Call, Question
from engine.core.floor.state import FloorState
from engine.core.ivr.actions import Ask
from engine.core.ivr.services import CUSTOMER, FAILED, IDENTIFIED, Identified
from engine.core.ivr.values import Values
from engine.core.records import Millis

# Nobody is kept waiting for longer; an answer that comes later is not heard.
LIMIT_MS = 8_000
# From when on a caller is asked for patience, and how often.
SLOW_MS = 1_500
SLOW_AGAIN_MS = 6_000
PATIENCE_PROMPT = "please_wait"
DONE = "done"  # of services that change something


def ask(floor: FloorState, call: Call, action: Ask, now: Millis) -> None:
    """The flow wants to know something, or to have something done."""
    call.questions += 1
    call.question = Question(request=call.questions, service=action.service)
    spoken.given(call, action)
    floor.set_timer(f"service:{call.id}", now + LIMIT_MS)
    floor.set_timer(f"slow:{call.id}", now + SLOW_MS)
    floor.emit(
        AskService(
            call_id=call.id,
            request=call.questions,
            key=f"{call.id}:{call.questions}",
            service=action.service,
            arguments=action.arguments,
            cli=call.record.cli,
            customer_id=_customer_of(call.position.values),
            identified=str(call.position.values.get(IDENTIFIED, "")),
            language=call.position.language,
        )
    )


def awaited(floor: FloorState, event: ServiceAnswered) -> Call | None:
    """The call whose flow waits for this answer; None: it is late, or came before."""
    call = floor.calls.get(event.call_id)
    question = call.question if call is not None else None
    if question is not None and question.request == event.request and question.answer is None:
        return call
    floor.ignored += 1
    text = f"answer {event.request} {event.outcome}: nobody waits for it any more"
    floor.emit(Step(subject=f"call={event.call_id}", text=text))
    return None


def take(floor: FloorState, call: Call, question: Question, answer: ServiceAnswered) -> None:
    """Keep the answer until the caller has been asked for patience; the agent's card has what was changed."""
    question.answer = answer
    for name in ("service", "slow"):
        floor.cancel_timer(f"{name}:{call.id}")
    text = f"{question.service} -[{question.request}]> {answer.outcome}"
    floor.emit(Step(subject=f"call={call.id}", text=text))
    customer_id = call.record.customer_id
    if answer.outcome == DONE and customer_id:
        floor.emit(LookUpCustomer(call_id=call.id, cli=call.record.cli, customer_id=customer_id))


def none_came(call: Call, question: Question) -> ServiceAnswered:
    """What counts as the answer when time is up."""
    return ServiceAnswered(call_id=call.id, request=question.request, outcome=FAILED)


def slow(floor: FloorState, call_id: str, now: Millis) -> None:
    """Ask the caller for patience: silence sounds like a dead line."""
    call = floor.calls[call_id]
    question = call.question
    assert question is not None
    if not question.soothing:
        question.soothing = True
        floor.emit(PlayPrompts(call_id=call.id, prompts=(PATIENCE_PROMPT,), language=call.position.language))
    floor.set_timer(f"slow:{call.id}", now + SLOW_AGAIN_MS)


def forget(floor: FloorState, call: Call) -> None:
    """The caller is gone; what was asked is done all the same, and the answer is not heard."""
    if call.question is not None:
        call.question = None
        for name in ("service", "slow"):
            floor.cancel_timer(f"{name}:{call.id}")


def know_customer(floor: FloorState, call: Call, values: Values) -> None:
    """An answer says who is calling: that is the call's customer, and the card that an agent will see.

    A number says less than the agent who has asked the caller.
    """
    customer_id = _customer_of(values)
    told_by_agent = call.record.customer_id and call.record.answered_at
    if not customer_id or (told_by_agent and values.get(IDENTIFIED) != Identified.PASSWORD):
        return
    if customer_id != call.record.customer_id:
        call.record = replace(call.record, customer_id=customer_id)
        floor.emit(StoreCall(record=call.record))
    if customer_id != _customer_on_card(call):
        floor.emit(LookUpCustomer(call_id=call.id, cli=call.record.cli, customer_id=customer_id))


def _customer_of(values: Values) -> int:
    customer_id = values.get(CUSTOMER, 0)
    return customer_id if isinstance(customer_id, int) else 0


def _customer_on_card(call: Call) -> int:
    """Whose card it is; 0: nobody's, or that of several who share the number."""
    card = call.card
    return card.customer.id if card is not None and card.customer is not None and not card.matches else 0
