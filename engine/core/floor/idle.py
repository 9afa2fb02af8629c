"""Who may be given a call: the idle agents, together by what they can do."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.core.floor.ordered import Key, OrderedIds
from engine.core.plan import Plan
from engine.core.records import Millis
from engine.core.states import Strategy


@dataclass(frozen=True, slots=True, eq=False)
class SkillSet:
    """What an agent at a seat can do; equal ones are the same object. `dids` empty: callers of any number."""

    levels: Mapping[str, int]
    dids: frozenset[str]

    def level(self, queue_id: str, did: str) -> int:
        """The level for a caller of this queue and number, 1 is the best; 0: cannot be served."""
        return self.levels.get(queue_id, 0) if not self.dids or did in self.dids else 0


class SkillSets:
    """Makes the skill sets of one plan, each once."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sets: dict[object, SkillSet] = {}
        self._known: dict[tuple[str, str], SkillSet] = {}
        self.limited_dids = frozenset(did for seat in plan.seats.values() for did in seat.dids)
        self.strategies = frozenset(_order_of(queue.strategy) for queue in plan.queues.values())

    def of(self, staff_number: str, seat_id: str) -> SkillSet:
        """The skills of an agent, as far as the seat serves them."""
        known = self._known.get((staff_number, seat_id))
        if known is None:
            known = self._known[staff_number, seat_id] = self._make(staff_number, seat_id)
        return known

    def _make(self, staff_number: str, seat_id: str) -> SkillSet:
        seat = self._plan.seats[seat_id]
        own = self._plan.skills.get(staff_number, dict.fromkeys(self._plan.queues, 1))
        levels = {queue_id: own[queue_id] for queue_id in sorted(own) if queue_id in (seat.queues or own)}
        value = (tuple(levels.items()), seat.dids)
        return self._sets.setdefault(value, SkillSet(levels, seat.dids))


@dataclass(slots=True, kw_only=True)
class IdleFacts:
    """What the strategies go by."""

    idle_since: Millis
    answered_at: Millis  # the last call that was taken, 0: none yet
    answered_today: int


class IdleAgents:
    """The idle agents in pools of equal skills, each pool in the order of every strategy in use.

    With one skill set for all there is one pool, and a decision costs the logarithm of its size; else it
    costs as many looks as there are different skill sets among those who are idle.
    """

    def __init__(self, strategies: Iterable[Strategy]) -> None:
        self._strategies = tuple(strategies)
        self._pools: dict[SkillSet, dict[Strategy, OrderedIds]] = {}
        self._skills: dict[str, SkillSet] = {}
        self._entered = 0

    def add(self, staff_number: str, skills: SkillSet, facts: IdleFacts) -> None:
        """Somebody is idle who was not."""
        self._skills[staff_number] = skills
        self._entered += 1
        pool = self._pools.get(skills)
        if pool is None:
            pool = self._pools[skills] = {strategy: OrderedIds() for strategy in self._strategies}
        for strategy, order in pool.items():
            order.put_back(staff_number, self._key(strategy, facts))

    def _key(self, strategy: Strategy, facts: IdleFacts) -> Key:
        match strategy:
            case Strategy.ROUND_ROBIN:
                return facts.answered_at, facts.idle_since
            case Strategy.FEWEST_CALLS:
                return facts.answered_today, facts.idle_since
            case _:
                return facts.idle_since, self._entered

    def remove(self, staff_number: str) -> None:
        """Somebody may not be idle any more."""
        skills = self._skills.pop(staff_number, None)
        if skills is None:
            return
        pool = self._pools[skills]
        for order in pool.values():
            order.take(staff_number)
        if not len(order):
            del self._pools[skills]

    def best(self, queue_id: str, did: str, strategy: Strategy, worst_level: int | None) -> str | None:
        """Who is to get a caller: the best level first, then the strategy; `worst_level` None: any."""
        found = self._best_pools(queue_id, did, strategy, worst_level)
        return min(found)[2] if found else None

    def best_level(self, queue_id: str, did: str) -> int:
        """The best level among the idle; 0: nobody can."""
        levels = [skills.level(queue_id, did) for skills in self._pools]
        return min(filter(None, levels), default=0)

    def all_best(self, queue_id: str, did: str, worst_level: int | None) -> list[str]:
        """Everybody of the best level, longest idle first."""
        best = self.best_level(queue_id, did)
        if not best or (worst_level is not None and best > worst_level):
            return []
        order = _order_of(Strategy.RING_ALL)
        found = [
            (key, name)
            for skills, pool in self._pools.items()
            if skills.level(queue_id, did) == best
            for key, name in pool[order].items()
        ]
        return [name for _, name in sorted(found)]

    def _best_pools(
        self, queue_id: str, did: str, strategy: Strategy, worst_level: int | None
    ) -> list[tuple[int, Key, str]]:
        order = _order_of(strategy)
        found = []
        for skills, pool in self._pools.items():
            level = skills.level(queue_id, did)
            if level and (worst_level is None or level <= worst_level):
                found.append((level, *pool[order].head()))
        return found

    def among(self, staff_numbers: Iterable[str]) -> set[str]:
        """Those of them who are idle."""
        return self._skills.keys() & staff_numbers

    def __len__(self) -> int:
        return len(self._skills)

    def __iter__(self) -> Iterator[str]:
        return iter(self._skills)


def _order_of(strategy: Strategy) -> Strategy:
    """Ringing all needs an order too: who is told first."""
    return Strategy.LONGEST_IDLE if strategy is Strategy.RING_ALL else strategy
