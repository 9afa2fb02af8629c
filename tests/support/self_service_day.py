"""A day of callers who serve themselves: services answer late, never, twice, or to nobody any more."""

from collections.abc import Iterable
from typing import Any

from engine.core import effects as do
from engine.core import events as fact
from engine.core.effects import OUTSIDE
from engine.core.floor.entities import Call
from engine.core.ivr.services import FAILED, SERVICES, UNIDENTIFIED
from engine.core.ivr.values import Values, secret_token
from engine.core.plan import Plan
from engine.core.records import Millis
from engine.core.states import CallState, RingFailure
from tests.support.floor_day import Day

KEYS = ("1", "2", "3", "4", "5", "6", "0", "9", "", "4711#", "1#", "0#", "*", "24", "1" * 40)


class SelfServiceDay(Day):
    """`Day` with a menu that asks services, takes recordings on the way, and hands callers over."""

    def __init__(self, plan: Plan, now: Millis, staff: Iterable[str]) -> None:
        self.questions: list[do.AskService] = []  # asked lately, answered or not
        self.keys: set[str] = set()  # of all questions of the day
        self.pressed = 0
        super().__init__(plan, now, staff)

    def _order(self, order: Any) -> None:
        match order:
            case do.AskService():
                assert order.key not in self.keys, "two questions with one key"
                assert order.arguments.keys() >= set(SERVICES[order.service].arguments)
                self.keys.add(order.key)
                self.questions = [*self.questions[-5:], order]
            case do.PlayPrompts():
                assert not any(isinstance(value, tuple) for value in order.values.values())
                super()._order(order)
            case do.RingOutside() if order.call_id in self.lines:
                self.lines[order.call_id].dialled = OUTSIDE
                super()._order(order)  # type: ignore[arg-type]
            case _:
                super()._order(order)

    def keys_for(self, order: do.PlayPrompts, digits: str) -> str:
        self.pressed += 1
        if order.secret and self.pressed % 3:
            return secret_token(self.pressed, 6)
        return KEYS[self.pressed * 7 % len(KEYS)] if order.max_digits else ""

    def answers(self, who: int, how: int) -> None:
        """A service answers a question, one that was answered before too."""
        if self.questions:
            question = self.questions[-1 - who % len(self.questions) if who % 3 else -1]
            outcomes = (*SERVICES[question.service].answers, FAILED, UNIDENTIFIED)
            outcome = outcomes[how % len(outcomes)]
            values: Values = SERVICES[question.service].answers.get(outcome, {})
            self.tell(
                fact.ServiceAnswered(
                    call_id=question.call_id, request=question.request, outcome=outcome, values=values
                )
            )

    def outside(self, who: int, how: int) -> None:
        """The outside party rings, picks up, cannot be reached, or hangs up."""
        lines = [line for line in self.lines.values() if OUTSIDE in (line.dialled, line.talking)]
        if not lines:
            return
        line = lines[who % len(lines)]
        line.orders = [order for order in line.orders if not isinstance(order, do.RingOutside)]
        if line.talking == OUTSIDE:
            self._seat_hangs_up(line)
        elif how % 3 == 0:
            self.tell(fact.SeatRang(call_id=line.call_id, seat_id=OUTSIDE))
        elif how % 3 == 1:
            line.dialled, line.talking = "", OUTSIDE
            self.tell(fact.SeatAnswered(call_id=line.call_id, seat_id=OUTSIDE))
        else:
            self._ring_ends(line, OUTSIDE, RingFailure.BUSY)

    def timers_of_flow(self, call: Call) -> set[str]:
        timers = set()
        if call.question is not None and call.question.answer is None:
            timers |= {f"service:{call.id}", f"slow:{call.id}"}
        if call.state is CallState.FORWARDED and call.third is not None and not call.third.answered:
            timers.add(f"party:{call.id}")
        return timers

    def check(self) -> None:
        super().check()
        for call in self.floor.state.calls.values():
            assert call.question is None or call.state is CallState.IVR, "a question nobody waits for"
            assert not call.connecting or call.state in (
                CallState.PRESENTED,
                CallState.FORWARDED,
                CallState.ENDED,
            )
