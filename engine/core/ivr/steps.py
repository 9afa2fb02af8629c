"""What each kind of node does when a caller comes to it, and when an answer comes.

Every function gets the caller's position and the node, and returns the next thing to do or the next node.
"""

from dataclasses import replace

from engine.core.ivr.actions import HangUp, IvrPosition, Offer, Onward, Play, Step, TakeMessage, Turn
from engine.core.ivr.nodes import (
    DTMF_KEYS,
    BranchNode,
    HangUpNode,
    IvrFacts,
    MenuNode,
    MessageNode,
    PlayNode,
    QueueNode,
)
from engine.core.states import QueueExit


def say(prompts: tuple[str, ...], *, barge_in: bool) -> Play:
    """Prompts after which no key is awaited."""
    return Play(prompts=prompts, barge_in=DTMF_KEYS if barge_in else "", max_digits=1 if barge_in else 0)


# When a caller comes to a node; `keys` are those pressed early


def arrive_play(position: IvrPosition, node: PlayNode, keys: str, facts: IvrFacts) -> Turn:
    if node.barge_in and keys:
        return Onward(node.next, keys)
    return position, say(node.prompts, barge_in=node.barge_in)


def arrive_menu(position: IvrPosition, node: MenuNode, keys: str, facts: IvrFacts) -> Turn:
    if node.barge_in and keys and keys[0] in node.keys:
        return Onward(node.keys[keys[0]], keys[1:], acted=True)
    early = node.wrong_key if keys and node.barge_in else ""
    return _ask_again(position, node, early)


def arrive_branch(position: IvrPosition, node: BranchNode, keys: str, facts: IvrFacts) -> Turn:
    return Onward(node.targets[facts.answer(node.on, position.language)], keys)


def arrive_queue(position: IvrPosition, node: QueueNode, keys: str, facts: IvrFacts) -> Turn:
    return position, Offer(queue_id=node.queue)


def arrive_message(position: IvrPosition, node: MessageNode, keys: str, facts: IvrFacts) -> Turn:
    return replace(position, tries=1), _take_message(node, node.prompts)


def arrive_hang_up(position: IvrPosition, node: HangUpNode, keys: str, facts: IvrFacts) -> Turn:
    last_word = say(node.prompts, barge_in=False) if node.prompts else HangUp()
    return replace(position, leaving=True), last_word


# When an answer comes


def play_played(position: IvrPosition, node: PlayNode, digits: str, facts: IvrFacts) -> Turn:
    return Onward(node.next, digits if node.barge_in else "")


def menu_played(position: IvrPosition, node: MenuNode, digits: str, facts: IvrFacts) -> Turn:
    if digits and digits[0] in node.keys:
        return Onward(node.keys[digits[0]], digits[1:])
    if position.tries < node.tries:
        return _ask_again(position, node, node.wrong_key if digits else node.no_input)
    return Onward(node.exhausted)


def message_words_played(position: IvrPosition, node: MessageNode, digits: str, facts: IvrFacts) -> Turn:
    """The words before the beep were heard by themselves, and 0 was not pressed."""
    return position, _take_message(node, ())


def message_taken(
    position: IvrPosition, node: MessageNode, message: tuple[int, str], facts: IvrFacts
) -> Turn:
    length_ms, file = message
    if length_ms >= node.min_ms:
        return Onward(node.next, values={**position.values, node.store: file} if node.store else None)
    if position.tries < node.tries:
        prompts = (node.too_short, *node.prompts) if node.too_short else node.prompts
        return replace(position, tries=position.tries + 1), _take_message(node, prompts)
    return Onward(node.exhausted)


def queue_left(position: IvrPosition, node: QueueNode, why: QueueExit, facts: IvrFacts) -> Turn:
    return Onward(node.exits[why])


def callback_asked(position: IvrPosition, node: QueueNode, _: None, facts: IvrFacts) -> Turn:
    return Onward(node.callback, back=position.node)


def _ask_again(position: IvrPosition, node: MenuNode, before: str) -> Step:
    """Say a menu, after a word on what was wrong the last time."""
    action = Play(
        prompts=(before, *node.prompts) if before else node.prompts,
        barge_in=DTMF_KEYS if node.barge_in else "",
        max_digits=1,
        timeout_ms=node.timeout_ms,
    )
    return replace(position, tries=position.tries + 1), action


def _take_message(node: MessageNode, prompts: tuple[str, ...]) -> TakeMessage:
    return TakeMessage(
        prompts=prompts,
        max_seconds=node.max_seconds,
        silence_seconds=node.silence_seconds,
        min_ms=node.min_ms,
        part=bool(node.store),
    )
