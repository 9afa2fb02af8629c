"""What the lines of a console are written on."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.cells import cell_len

from engine.core.records import Millis
from tui.labels import SiteWords
from tui.widgets.lines import Part


@dataclass(frozen=True, slots=True)
class Paper:
    """The width in cells, the time (of the loss, while the link is lost), and the words of the site."""

    width: int
    now: Millis
    zone: datetime.tzinfo
    words: SiteWords
    connected: bool = True
    watched: bool = False  # a supervisor sees this screen
    view_at: Millis = 0  # when the view that is painted came
    names: Mapping[str, str] = field(default_factory=dict)  # of other agents, by staff number


def cells_of(parts: list[Part]) -> int:
    """The cells that the parts of a line take."""
    return sum(cell_len(part if isinstance(part, str) else part[0]) for part in parts)
