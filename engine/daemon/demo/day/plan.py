"""Who calls on a day of tickets, what is wanted, and how each matter is written down."""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.adapters.exchange import AwaitAgent, Pause, Press, Say, Script, Step
from engine.core.tickets.records import NewTicket


class Matter(StrEnum):
    """What a customer calls for."""

    OUTAGE = "outage"  # one of several in one area
    BY_KEYS = "by_keys"  # a fault told to the voice menu
    AGAIN = "again"  # a fault; the customer calls a second time
    COMPLAINT = "complaint"  # answered by telephone
    FAULT = "fault"
    QUESTION = "question"  # answered in the same talk
    SUGGESTION = "suggestion"
    ORDER = "order"
    VISIT = "visit"


@dataclass(frozen=True, slots=True)
class Caller:
    """A customer of the practice site."""

    id: int
    name: str
    phone: str
    area: str
    address: str


@dataclass(frozen=True, slots=True)
class Errand:
    """What one customer wants. `mark` stands in the ticket's text and is found again there."""

    mark: str
    matter: Matter
    caller: Caller

    @property
    def calls(self) -> int:
        """How often the customer means to call."""
        return 2 if self.matter is Matter.AGAIN else 1


# type, category and fields of what agents write down
_FORMS: dict[Matter, tuple[tuple[str, str, dict[str, str]], ...]] = {
    Matter.OUTAGE: (("fault", "tv_no_signal", {}),),
    Matter.BY_KEYS: (("fault", "tv_no_signal", {}),),  # if the caller ends at a person after all
    Matter.AGAIN: (("fault", "broadband_unstable", {}),),
    Matter.FAULT: (("fault", "broadband_slow", {}), ("fault", "box_remote", {}), ("fault", "tv_card", {})),
    Matter.COMPLAINT: (("complaint", "attitude", {}), ("complaint", "repair_late", {})),
    Matter.QUESTION: (("consult", "packages", {}),),
    Matter.SUGGESTION: (("suggestion", "programmes", {}),),
    Matter.ORDER: (("order", "move", {}),),
    Matter.VISIT: (("visit", "setup", {"visit_date": "2030-01-15"}),),
}
# Of ten that are neither of the outage nor twice nor by keys.
_MIX = (
    Matter.COMPLAINT,
    Matter.FAULT,
    Matter.QUESTION,
    Matter.FAULT,
    Matter.ORDER,
    Matter.COMPLAINT,
    Matter.FAULT,
    Matter.SUGGESTION,
    Matter.VISIT,
    Matter.FAULT,
)


def plan_day(count: int, of_outage: int, callers: Sequence[Caller], seed: int) -> list[Errand]:
    """So many calls: of one area as many as make an outage, of ten one twice, and one or two by keys."""
    source = random.Random(seed)
    by_area: dict[str, list[Caller]] = defaultdict(list)
    for caller in callers:
        by_area[caller.area].append(caller)
    area = max(sorted(by_area), key=lambda name: len(by_area[name]))
    struck = source.sample(by_area[area], of_outage)
    others = [caller for caller in callers if caller.area != area]
    source.shuffle(others)
    tenth = max(1, count // 10)
    by_keys = max(1, count // 5)
    matters = [Matter.AGAIN] * tenth + [Matter.BY_KEYS] * by_keys
    rest = count - of_outage - 2 * tenth - by_keys
    assert rest >= 0, "too few calls for a day"
    matters += [_MIX[number % len(_MIX)] for number in range(rest)]
    assert len(others) >= len(matters), "too few customers for so many calls"
    pairs = [(Matter.OUTAGE, caller) for caller in struck] + list(zip(matters, others, strict=False))
    source.shuffle(pairs)
    return [Errand(f"M{seed}.{number:03}", *pair) for number, pair in enumerate(pairs, 1)]


def form_of(errand: Errand, call_id: str, again: bool) -> NewTicket:
    """What an agent writes down; the same key however often it is sent."""
    source = random.Random(errand.mark)
    kind, category, fields = source.choice(_FORMS[errand.matter])
    solved = errand.matter is Matter.QUESTION
    caller = errand.caller
    return NewTicket(
        key=f"day-{errand.mark}-{2 if again else 1}",
        type=kind,
        category=category,
        text=f"客户反映的情况 [{errand.mark}{'b' if again else ''}]",
        fields=fields,
        customer_id=caller.id,
        contact=caller.name,
        phone=caller.phone,
        address=caller.address,
        area=caller.area,
        call_id=call_id,
        solved=solved,
        reply="已当面答复客户" if solved else "",
    )


def script_of(errand: Errand, describe_s: float, sound: str) -> Script:
    """What the caller does on the line; a talk is short. `describe_s`: how long it is asked what is wrong."""
    opening: tuple[Step, ...] = (Pause(0.4),)
    if errand.matter is Matter.BY_KEYS:
        keys = (Press("2"), Pause(0.7), Press("1"), Pause(0.7), Press("1"))
        words = (Pause(describe_s + 1.2), Say(sound), Press("#"), Pause(1.5))
        return Script(cli=errand.caller.phone, steps=(*opening, Pause(0.6), *keys, *words))
    talk: tuple[Step, ...] = (Press("0"), AwaitAgent(10), Pause(1.0))
    return Script(cli=errand.caller.phone, steps=(*opening, *talk))
