"""Views to consoles: a snapshot on subscription, then what has changed, coalesced."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine.adapters.unix_socket import Connection
from engine.core.effects import ViewsChanged
from engine.core.floor import Floor
from engine.core.floor.look import queue_strip, switch_view
from engine.core.views import AlarmView, FloorView
from engine.daemon.clock import Clock
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import VIEW_CHANGED, Views

# Desks of the agents concerned are told at once; everybody else's queue strip and the supervisors may
# wait for the next changes.
_COALESCE_S = 0.05


@dataclass(slots=True)
class _Changes:
    agents: set[str] = field(default_factory=set)
    calls: set[str] = field(default_factory=set)
    queues: set[str] = field(default_factory=set)
    switch: bool = False


class Publisher:
    """Knows which console watches what."""

    def __init__(self, floor: Floor, clock: Clock) -> None:
        self._floor = floor
        self._clock = clock
        self._desks: dict[str, set[Connection]] = {}
        self._floors: set[Connection] = set()
        self._alarms: tuple[AlarmView, ...] = ()
        self._changes = _Changes()
        self._strips: dict[Connection, object] = {}  # what a desk shows of queues and switch
        self._urgent: set[str] = set()
        self._urgent_due: asyncio.Handle | None = None
        self._due: asyncio.TimerHandle | None = None

    def subscribe(self, connection: Connection, staff_number: str, topics: Iterable[str]) -> Views:
        """Watch topics; returns their present views."""
        desk = floor = None
        if "desk" in topics:
            self._desks.setdefault(staff_number, set()).add(connection)
            desk = self._floor.desk(staff_number, self._clock.now())
            self._strips[connection] = self._strip()
        if "floor" in topics:
            self._floors.add(connection)
            floor = self._whole()
        return Views(desk=desk, floor=floor)

    def unsubscribe(self, connection: Connection) -> None:
        """The console is gone."""
        self._floors.discard(connection)
        self._strips.pop(connection, None)
        for staff_number, connections in list(self._desks.items()):
            connections.discard(connection)
            if not connections:
                del self._desks[staff_number]

    def changed(self, effect: ViewsChanged) -> None:
        """Something looks different now."""
        loop = asyncio.get_running_loop()
        self._urgent |= effect.agents & self._desks.keys()
        if self._urgent and self._urgent_due is None:
            self._urgent_due = loop.call_soon(self._push_urgent)
        changes = self._changes
        changes.agents |= effect.agents
        changes.calls |= effect.calls
        changes.queues |= effect.queues
        changes.switch |= effect.switch
        if self._due is None:
            self._due = loop.call_later(_COALESCE_S, self._push)

    def all_changed(self) -> None:
        """Seats, queues or lines are other ones now: everybody gets the whole anew."""
        self._push_desks(list(self._desks))
        whole = Views(floor=self._whole())
        for connection in self._floors:
            connection.notify(VIEW_CHANGED, whole, "floor", _merge_views)

    def alarms_changed(self, alarms: tuple[AlarmView, ...]) -> None:
        """Other alarms are up."""
        self._alarms = alarms
        change = Views(floor=FloorView(whole=False, alarms=alarms))
        for connection in self._floors:
            connection.notify(VIEW_CHANGED, change, "floor", _merge_views)

    def _whole(self) -> FloorView:
        return replace(self._floor.view(), alarms=self._alarms)

    def close(self) -> None:
        """The engine stops."""
        for handle in (self._due, self._urgent_due):
            if handle is not None:
                handle.cancel()

    def _push_urgent(self) -> None:
        self._urgent_due = None
        urgent, self._urgent = self._urgent, set()
        self._push_desks(urgent)

    def _push_desks(self, staff_numbers: Iterable[str]) -> None:
        now = self._clock.now()
        strip = self._strip()
        for staff_number in staff_numbers:
            watchers = self._desks.get(staff_number)
            desk = self._floor.desk(staff_number, now) if watchers else None
            if watchers and desk is not None:
                for connection in watchers:
                    connection.notify(VIEW_CHANGED, Views(desk=desk), "desk")
                    self._strips[connection] = strip

    def _strip(self) -> object:
        """What all desks show alike: the callers who wait, and the switch."""
        return queue_strip(self._floor.state), switch_view(self._floor.state)

    def _outdated(self) -> list[str]:
        """Desks that show it as it was; a call that is served at once changes nothing of it."""
        strip = self._strip()
        return [
            staff_number
            for staff_number, watchers in self._desks.items()
            if any(self._strips.get(connection) != strip for connection in watchers)
        ]

    def _push(self) -> None:
        self._due = None
        changes, self._changes = self._changes, _Changes()
        if changes.queues or changes.switch:
            self._push_desks(self._outdated())
        if not self._floors:
            return
        view = self._floor.change(changes.agents, changes.calls, changes.queues, changes.switch)
        for connection in self._floors:
            connection.notify(VIEW_CHANGED, Views(floor=view), "floor", _merge_views)


def _merge_views(old: object, new: object) -> object:
    assert isinstance(old, Views)
    assert isinstance(new, Views)
    if old.floor is None or new.floor is None:
        return new
    return Views(floor=merge_floor(old.floor, new.floor))
