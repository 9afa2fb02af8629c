"""A caller who keys in a number: counted, judged, and where it is wished read back.

While it is read back the number is among the values, so that the prompt can say it; it stays there only when
the caller goes on with it. Each time the caller is asked costs one of the node's tries.
"""

from dataclasses import replace

from engine.core.ivr.actions import IvrPosition, Onward, Play, Step, Turn
from engine.core.ivr.nodes import DTMF_KEYS, OPERATOR_KEY, IvrFacts
from engine.core.ivr.service_nodes import EntryNode
from engine.core.ivr.values import Values, is_secret, keyed, length_of

RIGHT, ANEW = "1", "2"


def arrive(position: IvrPosition, node: EntryNode, keys: str, facts: IvrFacts) -> Turn:
    """Keys pressed early are the first ones of the number; a secret one is asked for anew."""
    position = _without_number(position, node)
    number, rest, complete = ("", "", False) if node.secret else counted(node, keys)
    if not number:
        return _ask(position, node, "")
    position = replace(position, tries=1, entered=number)
    if complete:
        return _judge(position, node, number, rest)
    return position, _await_keys(node, (), node.longest - len(number))


def played(position: IvrPosition, node: EntryNode, digits: str, facts: IvrFacts) -> Turn:
    """The keys of the number, or the one that says whether it is right."""
    if node.store in position.values:
        return _confirmed(position, node, digits)
    return _judge(position, node, keyed(position.entered + digits, node.terminator), "")


def asks_for_person(position: IvrPosition, node: EntryNode, digits: str) -> bool:
    """A 0 by itself, or pressed again and again, is no number; nor is it an answer to a reading back."""
    if node.store in position.values:
        return digits[:1] == OPERATOR_KEY
    return _only_zeros(keyed(position.entered + digits, node.terminator))


def asks_for_person_early(node: EntryNode, keys: str) -> bool:
    """The same of keys that were pressed before, where they make a whole entry."""
    number, _, complete = counted(node, keys)
    return complete and not node.secret and _only_zeros(number)


def counted(node: EntryNode, keys: str) -> tuple[str, str, bool]:
    """Of a row of keys: the number, the keys behind it, and whether it is complete."""
    number = ""
    for place, key in enumerate(keys, 1):
        if key == node.terminator:
            return number, keys[place:], True
        number = "" if key == "*" else number + key
        if len(number) == node.longest:
            return number, keys[place:].removeprefix(node.terminator), True
    return number, "", False


def _only_zeros(number: str) -> bool:
    return bool(number) and not number.strip(OPERATOR_KEY)


def _judge(position: IvrPosition, node: EntryNode, number: str, rest: str) -> Turn:
    if not node.shortest <= length_of(number) <= node.longest or _only_zeros(number):
        return _ask_again(position, node, node.wrong if number else node.no_input)
    values = {**position.values, node.store: number}
    if node.confirm and not is_secret(number):
        return _read_back(replace(position, values=values), node)
    return Onward(node.next, rest, acted=True, values=values)


def _confirmed(position: IvrPosition, node: EntryNode, digits: str) -> Turn:
    key = digits[:1]
    if key == RIGHT:
        return Onward(node.next, digits[1:], values=position.values)
    if key == ANEW:
        return _ask_again(_without_number(position, node), node, "")
    if position.tries >= node.tries:
        return Onward(node.exhausted)
    return _read_back(replace(position, tries=position.tries + 1), node)


def _ask_again(position: IvrPosition, node: EntryNode, before: str) -> Turn:
    return _ask(position, node, before) if position.tries < node.tries else Onward(node.exhausted)


def _ask(position: IvrPosition, node: EntryNode, before: str) -> Step:
    """Say what is to be keyed in, after a word on what was wrong the last time."""
    prompts = (before, *node.prompts) if before else node.prompts
    asked = replace(position, tries=position.tries + 1, entered="")
    return asked, _await_keys(node, prompts, node.longest)


def _await_keys(node: EntryNode, prompts: tuple[str, ...], most: int) -> Play:
    return Play(
        prompts=prompts,
        barge_in=DTMF_KEYS,
        max_digits=most,
        timeout_ms=node.timeout_ms,
        terminator=node.terminator,
        secret=node.secret,
    )


def _read_back(position: IvrPosition, node: EntryNode) -> Step:
    return position, Play(
        prompts=(node.confirm,), barge_in=DTMF_KEYS, max_digits=1, timeout_ms=node.timeout_ms
    )


def _without_number(position: IvrPosition, node: EntryNode) -> IvrPosition:
    values: Values = {name: value for name, value in position.values.items() if name != node.store}
    return replace(position, values=values, before=values)
