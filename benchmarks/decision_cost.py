"""What a decision of the floor costs, from four seats to two hundred.

Every line is busy: as many callers talk as there are seats, all others wait. Then, again and again, a talk
ends, the caller who waits longest gets the agent, and a new caller takes the free line. No Asterisk, no
sockets: the floor alone, and what it shows.
"""

import statistics
import time
from collections import deque
from dataclasses import dataclass

from engine.core import events as fact
from engine.core import requests as ask
from engine.core.effects import Effect, RingSeat, ViewsChanged
from engine.core.floor import Floor
from engine.core.ivr.nodes import Flow, HangUpNode, QueueNode
from engine.core.plan import LinePlan, Plan, QueuePlan, SeatPlan
from engine.core.requests import Refusal
from engine.core.states import QueueExit

# (seats, lines): a small centre, and ever larger ones
SIZES = ((4, 2), (4, 16), (50, 200), (200, 780))
_STEP_MS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Medians in microseconds at one size."""

    seats: int
    lines: int
    assign: float  # a talk ends -> the order to ring for the next caller
    step: float  # any fact
    change: float  # the views that a step changes, for supervisors
    desk: float  # one agent's desk


def measure_cost(seats: int, lines: int, rounds: int) -> Cost:
    """Run the floor at one size."""
    load = _Load(seats, lines)
    for _ in range(rounds):
        load.round()
    return Cost(
        seats=seats,
        lines=lines,
        assign=statistics.median(load.assigns),
        step=statistics.median(load.steps),
        change=statistics.median(load.changes),
        desk=statistics.median(load.desks),
    )


class _Load:
    """One floor under full load."""

    def __init__(self, seats: int, lines: int) -> None:
        self.now = 1_800_000_000_000
        self.floor = Floor(_plan(seats, lines), self.now)
        self.assigns: list[float] = []
        self.steps: list[float] = []
        self.changes: list[float] = []
        self.desks: list[float] = []
        self._talks: deque[tuple[str, str]] = deque()  # call, seat
        self._calls = 0
        self.floor.handle(fact.SwitchUp(), self.now)
        for n in range(seats):
            self.floor.handle(fact.SeatReachable(seat_id=f"seat{n}", reachable=True), self.now)
            self._ask(ask.LogIn(staff_number=str(n), name="agent", seat_id=f"seat{n}"))
            self._ask(ask.GoReady(staff_number=str(n)))
        for _ in range(lines):
            self._arrive()
        for spent in (self.assigns, self.steps, self.changes, self.desks):
            spent.clear()

    def round(self) -> None:
        """One talk ends, and everything that follows."""
        call_id, seat_id = self._talks.popleft()
        self._handle(fact.SeatLegEnded(call_id=call_id, seat_id=seat_id))
        self._handle(fact.CustomerLegEnded(call_id=call_id))
        self._arrive()

    def _arrive(self) -> None:
        self._calls += 1
        call_id = f"c{self._calls}"
        arrived = fact.CallArrived(
            call_id=call_id, line_id="line0", did="96335", cli="1", cli_raw="1", at=self.now
        )
        self._handle(arrived)

    def _ask(self, request: ask.Request) -> None:
        result = self.floor.request(request, self.now)
        assert not isinstance(result, Refusal), result

    def _handle(self, event: fact.Event) -> None:
        self.now += _STEP_MS
        start = time.perf_counter_ns()
        effects = self.floor.handle(event, self.now)
        spent = (time.perf_counter_ns() - start) / 1000
        self.steps.append(spent)
        if isinstance(event, fact.SeatLegEnded):
            self.assigns.append(spent)
        self._show(effects)
        for effect in effects:
            if isinstance(effect, RingSeat):
                self._talks.append((effect.call_id, effect.seat_id))
                self._handle(fact.SeatAnswered(call_id=effect.call_id, seat_id=effect.seat_id))

    def _show(self, effects: tuple[Effect, ...]) -> None:
        changed = effects[-1]
        assert isinstance(changed, ViewsChanged)
        start = time.perf_counter_ns()
        self.floor.change(changed.agents, changed.calls, changed.queues, changed.switch)
        middle = time.perf_counter_ns()
        self.floor.desk("0", self.now)
        self.changes.append((middle - start) / 1000)
        self.desks.append((time.perf_counter_ns() - middle) / 1000)


def _plan(seats: int, lines: int) -> Plan:
    exits = dict.fromkeys(QueueExit, "bye")
    queue = QueuePlan(
        id="general",
        name="人工服务",
        name_en="General",
        music="default",
        ring_ms=20_000,
        wrap_up_ms=0,
        max_wait_ms=3_600_000,
        max_waiting=lines,
        announce_first_ms=20_000,
        announce_every_ms=45_000,
        service_level_ms=20_000,
        short_abandon_ms=5_000,
    )
    return Plan(
        seats={
            f"seat{n}": SeatPlan(id=f"seat{n}", name="", extension=str(n), auto=False) for n in range(seats)
        },
        queues={queue.id: queue},
        lines={"line0": LinePlan(id="line0", name="外线", channels=lines)},
        break_reasons=frozenset(),
        console_grace_ms=10_000,
        flow=Flow(
            start="general", nodes={"general": QueueNode(queue="general", exits=exits), "bye": HangUpNode()}
        ),
        language="zh",
        is_open=lambda now: True,
        next_midnight=lambda now: now + 86_400_000,
    )
