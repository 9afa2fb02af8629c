"""Random days of a site that uses every rule of distribution, and changes its configuration while it runs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.core import effects as do
from engine.core import events as fact
from engine.core.floor.entities import Call
from engine.core.plan import NumberPlan, Plan
from engine.core.records import Customer, CustomerCard, PastCall
from engine.core.states import Outcome, Strategy
from tests.support.floor_day import Day, Line, Order
from tests.support.floor_site import FLOW, make_plan, make_queue

DIDS = ("96335", "96335", "110")
SKILLS = {"8001": {"general": 1}, "8002": {"general": 2, "fault": 1}, "8003": {"general": 3, "fault": 2}}


def plans() -> Sequence[Plan]:
    """The configurations among which the site is changed."""
    rich: dict[str, Any] = {"vip_ms": 60_000, "recaller_ms": 60_000, "sticky_ms": 15_000}
    fault = make_queue("fault", overflow="general", overflow_ms=25_000, **rich)
    urgent = {"110": NumberPlan(did="110", flow=FLOW, priority_ms=30_000)}
    skilled = make_plan(fault=fault, relax_ms=20_000, auto=["seat2"], **rich)
    skilled = replace(skilled, skills=SKILLS, numbers=urgent, max_on_break=1)
    all_at_once = make_plan(
        strategy=Strategy.RING_ALL, relax_ms=5_000, announce_every_ms=0, auto=["seat1", "seat4"]
    )
    robin = make_plan(fault=fault, strategy=Strategy.ROUND_ROBIN, max_waiting=2)
    limits = {"seat1": {"queues": frozenset({"fault"})}, "seat2": {"dids": frozenset({"110"})}}
    seats = {name: replace(seat, **limits.get(name, {})) for name, seat in robin.seats.items()}  # type: ignore[arg-type]
    return (
        skilled,
        replace(all_at_once, skills={"8004": {"general": 2, "fault": 1}}),
        replace(robin, seats=seats),
        make_plan(strategy=Strategy.FEWEST_CALLS),
    )


class DistributionDay(Day):
    """Callers of several numbers, important ones, ones who come back, and customers whom agents know."""

    def arrives(self, who: int, how: int) -> None:
        if len(self.lines) < 6:
            self.calls_made += 1
            call_id, cli = f"c{self.calls_made}", str(who % 5 or "")
            self.lines[call_id] = Line(call_id)
            did = DIDS[how % len(DIDS)]
            self.tell(
                fact.CallArrived(call_id=call_id, line_id="line1", did=did, cli=cli, cli_raw=cli, at=self.now)
            )

    def _carry_out(self, line: Line, order: Order, how: int) -> None:
        if not isinstance(order, do.LookUpCustomer):
            super()._carry_out(line, order, how)
            return
        staff_number = self.staff[how % len(self.staff)]
        past = PastCall(call_id="x", at=self.now, staff_number=staff_number, outcome=Outcome.ANSWERED)
        customer = Customer(id=how, name="王", vip=how % 4 == 1) if how % 2 else None
        card = CustomerCard(cli="1", customer=customer, past_calls=(past,) if how % 3 else ())
        self.tell(fact.CustomerFound(call_id=line.call_id, card=card))

    def replans(self, who: int, how: int) -> None:
        """The configuration is changed."""
        self.plan = plans()[how % len(plans())]
        self._take(self.floor.replan(self.plan, self.now))

    # What must be true besides

    def check_order(self, calls: list[Call]) -> None:
        """By the instant that the place has, which lies at or before the offer."""
        places = [self.floor.state.waiting[call.record.queue_id].place(call.id) for call in calls]
        assert [place.key for place in places] == sorted(place.key for place in places)
        for call, place in zip(calls, places, strict=True):
            assert place.since == call.waits_since
            assert place.key[0] <= place.since
            assert (place.lane is None) is bool(call.sticks_to)

    def timers_of_wait(self, call: Call) -> set[str]:
        queue = self.plan.queues[call.record.queue_id]
        wanted = {"wait": True, "announce": queue.announce_every_ms, "overflow": queue.overflow}
        wanted |= {"sticky": call.sticks_to}
        return {f"{name}:{call.id}" for name, is_wanted in wanted.items() if is_wanted}

    def timers_of_queues(self) -> set[str]:
        return {name for name in self.timers if name.startswith("relax:") and self._relaxes(name)}

    def _relaxes(self, timer_id: str) -> bool:
        """Whether a free agent of a worse level could take a caller of this queue later."""
        state, queue_id = self.floor.state, timer_id.partition(":")[2]
        calls = [state.calls[call_id] for call_id in state.waiting[queue_id]]
        return any(self.level_for(state.agents[name], call) for name in state.idle for call in calls)
