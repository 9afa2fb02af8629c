"""A caller who goes through a list, row by row: bills, packages, cases.

The fields of the row that is being read out are among the values, so that prompts can say them; they stay
there only when the caller chooses the row.
"""

from dataclasses import replace

from engine.core.ivr.actions import IvrPosition, Onward, Play, Step, Turn
from engine.core.ivr.nodes import DTMF_KEYS, IvrFacts
from engine.core.ivr.service_nodes import ListNode
from engine.core.ivr.values import Row, Values

CHOOSE, FORWARD, AGAIN, BACK, LEAVE = "1", ("", "2", "#"), "3", "*", "9"
_SAID_A_ROW = 5  # who has had so much said, counted over all rows, goes on: nobody goes round for ever


def arrive(position: IvrPosition, node: ListNode, keys: str, facts: IvrFacts) -> Turn:
    """Who knows the list may leave it before it begins; no other early key means anything to a row."""
    if not _rows(position.values, node):
        return Onward(node.next, keys)
    if keys[:1] == LEAVE:
        return Onward(node.next, keys[1:], acted=True)
    return _say(replace(position, before=position.values), node, 0)


def played(position: IvrPosition, node: ListNode, digits: str, facts: IvrFacts) -> Turn:
    """What the caller wants of the row that was said."""
    key, rest = digits[:1], digits[1:]
    if key == CHOOSE and node.chosen:
        return Onward(node.chosen, rest, values=position.values)
    rows = _rows(_outside(position), node)
    row = position.row + (key in FORWARD) - (key == BACK)
    if key == LEAVE or row >= len(rows) or position.tries >= _SAID_A_ROW * len(rows):
        return Onward(node.next, rest)
    return _say(position, node, max(row, 0))


def _say(position: IvrPosition, node: ListNode, row: int) -> Step:
    """Say one row; after the first one which key does what."""
    outside = _outside(position)
    fields = _rows(outside, node)[row]
    action = Play(
        prompts=(*node.prompts, node.hint) if row == 0 and node.hint else node.prompts,
        barge_in=DTMF_KEYS,
        max_digits=1,
        timeout_ms=node.pause_ms,
    )
    return replace(position, row=row, tries=position.tries + 1, values={**outside, **fields}), action


def _outside(position: IvrPosition) -> Values:
    """The values without those of the row."""
    return position.values if position.before is None else position.before


def _rows(values: Values, node: ListNode) -> tuple[Row, ...]:
    """The rows of the list; none where the value is missing, or is no list."""
    items = values.get(node.items)
    return items if isinstance(items, tuple) else ()
