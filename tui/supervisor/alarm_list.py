"""All alarms of now over the screen, each with what to do."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from engine.core.views import AlarmView, LineView
from tui.alarms import alarm_level, alarm_remedy, alarm_words
from tui.labels import time_of_day
from tui.widgets.cells import safe, wrap
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.widgets.paper import Paper
from tui.words import tr

WIDTH = 68


class AlarmList(Overlay[bool]):
    """True when the user has said to know them."""

    DEFAULT_CSS = """
    AlarmList { align: center middle; background: $background 40%; }
    AlarmList > VerticalScroll { width: 76; height: auto; max-height: 22; padding: 1 3; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", show=False),
        Binding("enter", "answer(True)", show=False),
        Binding("k", "answer(True)", show=False),
    ]

    def __init__(self, alarms: Sequence[AlarmView], paper: Paper, lines: Sequence[LineView]) -> None:
        super().__init__()
        self._page = [line((f"{tr('Alarms')} {len(alarms)}", "title")), line("")]
        for alarm in alarms:
            word, tone = alarm_level(alarm)
            since = time_of_day(alarm.since, paper.zone)
            self._page.append(line((f" {word} ", tone), f" {tr('since')} {since}"))
            words = wrap(safe(alarm_words(alarm, paper.words, lines)), WIDTH)
            self._page += [line((text, "strong")) for text in words]
            self._page += [line((text, "label")) for text in wrap(alarm_remedy(alarm), WIDTH)]
            self._page.append(line(""))
        self._page.append(line((tr("k or Enter: I know   Esc: back"), "faint")))

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Lines(self._page)

    def action_answer(self, known: bool) -> None:
        """Leave, with or without saying that one knows."""
        self.leave(known)
