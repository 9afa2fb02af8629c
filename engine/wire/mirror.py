"""The live picture of an agent's screen: what the console paints, row by row, for supervisors to see.

A console paints for nobody until it is told by `mirror.wanted` that somebody watches.
"""

from typing import Annotated, TypeAlias

import msgspec

from engine.core.records import Millis
from engine.wire.base import A, Done, Method, Nothing, Params, Result, S

MAX_WIDTH = 400  # cells
MAX_HEIGHT = 200  # rows
MAX_SPANS = 400  # pieces of one row
MIRROR_WANTED = "mirror.wanted"
MIRROR_FRAME = "mirror.frame"

# A text and its style: `flags;colour;background`, flags of b(old) d(im) i(talic) u(nderlined) r(everse),
# colours as six hexadecimal digits or empty. Whoever paints it relies on nothing else: a console is a client.
Span: TypeAlias = tuple[
    Annotated[str, msgspec.Meta(max_length=MAX_WIDTH)], Annotated[str, msgspec.Meta(max_length=24)]
]
Row: TypeAlias = Annotated[list[Span], msgspec.Meta(max_length=MAX_SPANS)]
Line: TypeAlias = Annotated[int, msgspec.Meta(ge=0, lt=MAX_HEIGHT)]


class WatchParams(Params):
    """`staff_number`: whose screen. One screen at a time: another one takes its place."""

    staff_number: str


class PaintedParams(Params):
    """What a console has painted: the rows that changed, with `whole` all of them."""

    whole: bool
    width: Annotated[int, msgspec.Meta(ge=1, le=MAX_WIDTH)]
    height: Annotated[int, msgspec.Meta(ge=1, le=MAX_HEIGHT)]
    rows: Annotated[dict[Line, Row], msgspec.Meta(max_length=MAX_HEIGHT)]


class MirrorWanted(Result):
    """Notification to a console: whether somebody watches its screen."""

    on: bool


class MirrorFrame(Result):
    """Notification to a watcher: a screen, whole or the rows that changed.

    `live` is False while the agent has no console: the picture stands still since `at`.
    """

    staff_number: str
    at: Millis
    live: bool
    whole: bool
    width: int
    height: int
    rows: dict[int, Row]


def merge_frames(old: MirrorFrame, new: MirrorFrame) -> MirrorFrame:
    """One frame worth both, so that a slow watcher gets the newest picture and nothing piles up."""
    if new.whole or new.staff_number != old.staff_number:
        return new
    return MirrorFrame(
        staff_number=new.staff_number,
        at=new.at,
        live=new.live,
        whole=old.whole,
        width=new.width,
        height=new.height,
        rows={**old.rows, **new.rows},
    )


MIRROR_METHODS: tuple[Method, ...] = (
    Method("mirror.watch", WatchParams, Done, S, "See an agent's screen live; audited."),
    Method("mirror.stop", Nothing, Done, S, "See it no more."),
    Method("mirror.paint", PaintedParams, Done, A, "What the own console has painted, while it is wanted."),
)
