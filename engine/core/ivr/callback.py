"""A caller who would rather be called back: the number is read out and confirmed, or another one keyed in.

Each question costs one of the node's tries, so that nobody is asked for ever.
"""

from dataclasses import replace

from engine.core.ivr.actions import Book, IvrPosition, Onward, Play, Step, Turn
from engine.core.ivr.nodes import DTMF_KEYS, Booking, CallbackNode, IvrFacts
from engine.core.ivr.steps import say
from engine.core.voice.pieces import pieces_for_digits

CONFIRM, OTHER_NUMBER, CANCEL = "1", "2", "0"
END_OF_NUMBER = "#"
_LONGEST_NUMBER = 16
_BOOKED = "booked"  # in place of the number, once it is settled


def arrive(position: IvrPosition, node: CallbackNode, keys: str, facts: IvrFacts) -> Turn:
    """What it is about is heard whole: a key pressed too often confirms no number that was not heard."""
    return (position, say(node.prompts, barge_in=False)) if node.prompts else _first(position, node, facts)


def _first(position: IvrPosition, node: CallbackNode, facts: IvrFacts) -> Step:
    """The own number is read out, if it may be called; else another one is asked for."""
    number = facts.callback_number(facts.cli)
    return _read_out(position, node, (), number) if number else _ask(position, node, ())


def played(position: IvrPosition, node: CallbackNode, digits: str, facts: IvrFacts) -> Turn:
    """A key for the number that was read out, or a number keyed in."""
    if position.tries == 0:
        return _first(position, node, facts)
    if position.entered == _BOOKED:
        return Onward(node.next)
    if not position.entered:
        return _number_keyed(position, node, digits, facts)
    key = digits[:1]
    if key == CONFIRM:
        return position, Book(number=position.entered, queue_id=node.queue)
    if key == CANCEL or position.tries >= node.tries:
        return _give_up(position, node)
    if key == OTHER_NUMBER:
        return _ask(position, node, ())
    return _read_out(position, node, (node.wrong_key,) if key else (), position.entered)


def booked(position: IvrPosition, node: CallbackNode, booking: Booking, facts: IvrFacts) -> Turn:
    """The place is kept, was kept already, or the number may not be called after all."""
    if booking is Booking.REFUSED:
        return _refuse(position, node)
    word = node.booked if booking is Booking.BOOKED else node.already
    return replace(position, entered=_BOOKED), say((word,), barge_in=False)


def _number_keyed(position: IvrPosition, node: CallbackNode, digits: str, facts: IvrFacts) -> Turn:
    keyed = digits.rstrip(END_OF_NUMBER)
    number = facts.callback_number(keyed)
    if position.tries >= node.tries:
        return _give_up(position, node)
    if number:
        return _read_out(position, node, (), number)
    return _refuse(position, node) if keyed else _ask(position, node, ())


def _refuse(position: IvrPosition, node: CallbackNode) -> Turn:
    if position.tries >= node.tries:
        return _give_up(position, node)
    return _ask(position, node, (node.refused,))


def _give_up(position: IvrPosition, node: CallbackNode) -> Onward:
    """Who was waiting goes on waiting, at the old place."""
    return Onward(position.back or node.cancelled or node.next)


def _read_out(position: IvrPosition, node: CallbackNode, before: tuple[str, ...], number: str) -> Step:
    action = Play(
        prompts=(*before, node.number_is, *pieces_for_digits(number), node.confirm),
        barge_in=DTMF_KEYS,
        max_digits=1,
        timeout_ms=node.timeout_ms,
    )
    return replace(position, tries=position.tries + 1, entered=number), action


def _ask(position: IvrPosition, node: CallbackNode, before: tuple[str, ...]) -> Step:
    action = Play(
        prompts=(*before, node.enter_number),
        barge_in=DTMF_KEYS,
        max_digits=_LONGEST_NUMBER,
        timeout_ms=node.timeout_ms,
        terminator=END_OF_NUMBER,
    )
    return replace(position, tries=position.tries + 1, entered=""), action
