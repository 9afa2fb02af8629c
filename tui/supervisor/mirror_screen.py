"""An agent's screen, live, to look at: keys do what they do on the floor, for this agent."""

import msgspec
from textual.app import ComposeResult

from engine.core.records import Millis
from engine.core.views import FloorView, SpyView
from engine.wire.mirror import MirrorFrame, merge_frames
from tui.labels import SPY_MODES, agent_state, running, time_of_day
from tui.widgets.cells import fit, safe
from tui.widgets.console import ConsoleScreen
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines, Part, line
from tui.widgets.mirror import MirrorView
from tui.widgets.paper import Paper, cells_of
from tui.words import tr


class MirrorScreen(ConsoleScreen):
    """The picture, and below it a line that says whose it is; it may hide the agent's hint bar."""

    DEFAULT_CSS = """
    MirrorScreen #mirror-status { height: 1; background: $panel; }
    MirrorScreen MessageLine { display: none; }
    MirrorScreen HintBar { display: none; }
    MirrorScreen.-roomy MessageLine, MirrorScreen.-roomy HintBar { display: block; }
    """

    def __init__(self, staff_number: str) -> None:
        super().__init__()
        self.staff_number = staff_number
        self.view = MirrorView()
        self.hints = HintBar()
        self._status = Lines(widget_id="mirror-status")
        self._message = _Message(self)

    def compose(self) -> ComposeResult:
        yield self.view
        yield self._status
        yield self._message
        yield self.hints

    def on_mount(self) -> None:
        self.view.focus()

    def take(self, frame: MirrorFrame) -> None:
        """The agent's console has painted."""
        if frame.staff_number != self.staff_number:
            return
        before = self.view.picture
        if before is not None or frame.whole:
            self.view.show(frame if before is None else merge_frames(before, frame))

    def stands_still(self, now: Millis) -> None:
        """The link was lost: the picture is an old one until the agent's console has painted again."""
        picture = self.view.picture
        if picture is not None and picture.live:
            self.view.show(msgspec.structs.replace(picture, live=False, at=now))

    def paint(self, floor: FloorView, spy: SpyView | None, paper: Paper) -> None:
        """Paint the status line."""
        picture = self.view.picture
        rows = picture.height if picture is not None else 24
        self.set_class(self.size.height >= rows + 3, "-roomy")
        agent = next((one for one in floor.agents if one.staff_number == self.staff_number), None)
        parts: list[Part] = [(f" {tr('Screen')} ", "talking"), (f" {safe(self._who(floor))} ", "strong")]
        if agent is not None:
            word, letter, tone = agent_state(agent)
            parts.append((f"{word} {letter} ", tone))
        parts += self._link(paper)
        if spy is not None and spy.agent == self.staff_number:
            parts.append((f" {tr(SPY_MODES[spy.mode])} {running(spy.since, paper.now)} ", "talking"))
        keys: list[Part] = [(" Esc", "key"), f" {tr('Back')} "]
        room = paper.width - cells_of(keys) - cells_of(parts)
        said = "" if self.has_class("-roomy") else self._message.words
        self._status.show([line(*parts, (fit(f" {said}", room), "strong"), *keys)])

    def _who(self, floor: FloorView) -> str:
        agent = next((one for one in floor.agents if one.staff_number == self.staff_number), None)
        return f"{agent.name} {self.staff_number}" if agent else self.staff_number

    def _link(self, paper: Paper) -> list[Part]:
        picture = self.view.picture
        if not paper.connected:
            at = time_of_day(paper.now, paper.zone, seconds=True)
            return [(f" {tr('link lost, stands still since {time}', time=at)} ", "ringing")]
        if picture is None:
            return [(f" {tr('no picture yet')} ", "label")]
        if not picture.live:
            at = time_of_day(picture.at, paper.zone, seconds=True)
            return [(f" {tr('console closed, stands still since {time}', time=at)} ", "ringing")]
        return [(f" {tr('live')} ", "good")]


class _Message(MessageLine):
    """Says its words also where there is no room for a line of its own."""

    words = ""

    def __init__(self, screen: MirrorScreen) -> None:
        super().__init__()
        self._mirror = screen

    def say(self, text: str, tone: str = "plain") -> None:
        """Show one message instead of the one before."""
        self.words = safe(text)
        super().say(text, tone)
        app = self._mirror.app
        app.call_later(getattr(app, "repaint", lambda: None))
