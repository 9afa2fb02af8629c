"""The letter of each deed, in the order in which a screen offers them."""

from collections.abc import Collection

from textual.content import Content

from engine.core.tickets.states import Deed
from tui.tickets.labels import DEEDS
from tui.widgets.cells import clip
from tui.widgets.lines import Part, line
from tui.widgets.paper import cells_of
from tui.words import tr

# The first that is offered is what comes next. Letters are those of the Chinese words where they are free.
MOVES: tuple[tuple[Deed, str], ...] = (
    (Deed.ACCEPT, "j"),
    (Deed.ARRIVE, "d"),
    (Deed.RETURN, "f"),
    (Deed.VERIFY, "y"),
    (Deed.RESUME, "s"),
    (Deed.FOLLOW_UP, "g"),
    (Deed.REPLY, "h"),
    (Deed.DISPATCH, "p"),
    (Deed.CLOSE, "b"),
    (Deed.SEND_BACK, "t"),
    (Deed.SUSPEND, "s"),
    (Deed.REOPEN, "k"),
    (Deed.UNMERGE, "m"),
    (Deed.MERGE, "m"),
    (Deed.CANCEL, "x"),
)
TRACES: tuple[tuple[Deed, str], ...] = (
    (Deed.REMARK, "n"),
    (Deed.ASSIGN, "a"),
    (Deed.OWN, "o"),
    (Deed.EXPECT, "w"),
    (Deed.CHECK, "c"),
    (Deed.AGAIN, "z"),
    (Deed.EDIT, "e"),
    (Deed.ATTACH, "i"),
    (Deed.ESCALATE, "u"),
)
IN_BULK = frozenset(
    {
        Deed.VERIFY,
        Deed.DISPATCH,
        Deed.ACCEPT,
        Deed.REPLY,
        Deed.CLOSE,
        Deed.SUSPEND,
        Deed.RESUME,
        Deed.CANCEL,
        Deed.MERGE,
        Deed.OWN,
        Deed.ASSIGN,
        Deed.REMARK,
        Deed.EXPECT,
        Deed.ESCALATE,
    }
)


def deed_of(key: str | None, offered: Collection[Deed]) -> Deed | None:
    """What a letter does to a ticket to which these deeds are possible."""
    return next((deed for deed, letter in (*MOVES, *TRACES) if letter == key and deed in offered), None)


def meant_by(key: str | None) -> Deed | None:
    """What a letter stands for, whether it is possible or not."""
    return next((deed for deed, letter in (*MOVES, *TRACES) if letter == key), None)


def deed_lines(offered: Collection[Deed], width: int) -> list[Content]:
    """Two lines: what moves the ticket, what comes next in front; and what only leaves a trace."""
    moves = [one for one in MOVES if one[0] in offered]
    traces = [one for one in TRACES if one[0] in offered]
    return [_line(moves, width, ahead=True), _line(traces, width, ahead=False)]


def _line(deeds: list[tuple[Deed, str]], width: int, *, ahead: bool) -> Content:
    parts: list[Part] = []
    for n, (deed, letter) in enumerate(deeds):
        tone = "next" if ahead and n == 0 else "plain"
        word = tr(DEEDS[deed])
        room = width - cells_of(parts) - len(letter) - 3  # a space in front, between and behind
        if room < 4:
            break
        parts += [(f" {letter}", "next" if tone == "next" else "key"), (f" {clip(word, room)} ", tone)]
    return line(*parts)
