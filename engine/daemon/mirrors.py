"""Screens that are watched: from the agent's console to the supervisors, who see and never touch."""

from dataclasses import dataclass, field

from engine.adapters.unix_socket import Connection
from engine.core.records import Millis
from engine.wire.mirror import MIRROR_FRAME, MIRROR_WANTED, MirrorFrame, MirrorWanted, merge_frames


@dataclass(slots=True)
class Watched:
    """An agent's screen, and who watches it since when. `picture` is whole, or not painted yet."""

    picture: MirrorFrame | None = None
    watchers: dict[Connection, Millis] = field(default_factory=dict)


@dataclass(slots=True)
class Mirrors:
    """The watched screens by staff number; a screen that nobody watches is not here and is not sent."""

    watched: dict[str, Watched] = field(default_factory=dict)

    def console_attached(self, staff_number: str, console: Connection) -> None:
        """The agent is at a console, maybe a new one: it is told if somebody watches."""
        if staff_number in self.watched:
            console.notify(MIRROR_WANTED, MirrorWanted(on=True), MIRROR_WANTED)

    def console_gone(self, staff_number: str, now: Millis) -> None:
        """The agent's console is gone: the picture stands still until there is one again."""
        screen = self.watched.get(staff_number)
        if screen is not None and screen.picture is not None:
            picture = screen.picture
            still = MirrorFrame(
                staff_number=staff_number,
                at=now,
                live=False,
                whole=False,
                width=picture.width,
                height=picture.height,
                rows={},
            )
            _show(screen, still)

    def paint(self, staff_number: str, frame: MirrorFrame) -> None:
        """The console has painted."""
        screen = self.watched.get(staff_number)
        if screen is not None and (frame.whole or screen.picture is not None):
            _show(screen, frame)

    def join(self, staff_number: str, console: Connection | None, watcher: Connection, now: Millis) -> None:
        """Watch from now on, beginning with the whole picture if there is one."""
        screen = self.watched.setdefault(staff_number, Watched())
        screen.watchers[watcher] = now
        if screen.picture is not None:
            watcher.notify(MIRROR_FRAME, screen.picture, MIRROR_FRAME, merge_frames)
        if console is not None:
            console.notify(MIRROR_WANTED, MirrorWanted(on=True), MIRROR_WANTED)

    def leave(self, watcher: Connection, consoles: dict[str, Connection]) -> tuple[str, Millis] | None:
        """Watch no more; whose screen it was, and since when. A console that nobody watches is told."""
        for staff_number, screen in self.watched.items():
            if watcher not in screen.watchers:
                continue
            since = screen.watchers.pop(watcher)
            if not screen.watchers:
                del self.watched[staff_number]
                if staff_number in consoles:
                    consoles[staff_number].notify(MIRROR_WANTED, MirrorWanted(on=False), MIRROR_WANTED)
            return staff_number, since
        return None


def _show(screen: Watched, frame: MirrorFrame) -> None:
    screen.picture = frame if screen.picture is None else merge_frames(screen.picture, frame)
    for watcher in screen.watchers:
        watcher.notify(MIRROR_FRAME, frame, MIRROR_FRAME, merge_frames)
