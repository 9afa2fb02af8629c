"""People who do phone work at random, sensible or not, at the real Asterisk; the seed decides what.

work = RandomWork(real, seed)
await work.begin()
for _ in range(60):
    await work.step()    # fails when floor, Asterisk, phones and consoles do not agree afterwards
await work.end()
"""

import asyncio
import random
import time
from contextlib import suppress

import msgspec
import pytest

from engine.adapters.asterisk.errors import AsteriskError
from engine.adapters.exchange import Behaviour, Listen, PlacedCall, Press, Telephone
from engine.adapters.phone import PhoneError, PhoneState
from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.core.states import AgentState, AgentStatus, CallState, Direction, SpyMode, TargetKind
from engine.core.views import AgentView, CallRow, FloorView
from engine.wire.base import Params
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import BreakParams, SubscribeParams, Views
from engine.wire.phone import DialParams, DialResult, DigitsParams, SwitchParams, TargetParams
from engine.wire.supervision import (
    AgentParams,
    ForceStatusParams,
    ListenParams,
    MoveParams,
    PickParams,
    SupervisedCallParams,
)
from tests.real.afterwards import EngineLog, check_call, journal_end, timers_left
from tests.real.agreement import Agreement
from tests.real.switchboard import Switchboard
from tests.support.centre import Desk, Whole, eventually

MOST_CALLS = 6
FRIEND, BUSY, NOBODY, UNKNOWN = "13911119999", "13900000486", "13900000480", "13900000404"
NUMBERS = (FRIEND, FRIEND, FRIEND, BUSY, NOBODY, UNKNOWN, "0085212345678", "110", "801", "802", "803", "")
HAPPENS = {
    "asks_sensibly": 40,
    "asks_anything": 10,
    "supervises": 12,
    "phone_is_picked_up": 16,
    "phone_is_put_down": 3,
    "arrives": 7,
    "customer_hangs_up": 3,
    "other_hangs_up": 2,
}
_SUPERVISOR = "8801"
_FREE = (AgentState.IDLE, AgentState.WRAP_UP)
_AT_ONCE = (1, 1, 1, 1, 2, 2, 3)
_SETTLES_S = 8.0
_LATE_FACTS_S = 12.0  # so long the floor keeps a call of which a last fact is on its way
_QUIET_S = 0.1
_LOOKS_S = 0.03
_REFUSALS = ("refused", "not_allowed", "bad_params", "invalid", "not_found")


class RandomWork:
    """Two agents and a supervisor, who may do whatever agents do, and up to six calls."""

    def __init__(self, real: Whole, seed: int) -> None:
        self._real, self._random = real, random.Random(seed)
        self.board = Switchboard(real)
        self._watcher = SocketClient(str(real.centre.site.paths.socket), "watcher", on_views=self._seen)
        self._watched = FloorView(whole=True)
        self._desks: dict[str, Desk] = {}
        self._clis: list[str] = []
        first = 13_700_000_000 + 1000 * seed  # nobody calls twice
        self._numbers = map(str, range(first, first + 1000))
        self.done = self.refused = 0
        self.dialled: set[str] = set()  # calls that agents have begun
        self.seen_states: set[CallState] = set()
        self.log: list[str] = []
        self._engine_log, self._journal_began = EngineLog(real), journal_end(real)
        self._seats = real.centre.site.config.seats

    async def begin(self) -> None:
        """Everybody logs in, and the first callers arrive."""
        friend = Telephone(rings_seconds=0.2, steps=(Listen(120),))
        self._real.centre.exchange.telephones |= {FRIEND: friend, "110": friend}
        self._real.centre.exchange.telephones[NOBODY] = Telephone(behaviour=Behaviour.RINGS)
        await self.board.start()
        await self._watcher.open()
        self._seen(await self._watcher.call("view.subscribe", SubscribeParams(topics=["floor"])))
        self._desks = {
            "8001": await self._real.desk("seat1"),
            "8002": await self._real.desk("seat2"),
            _SUPERVISOR: await self._real.supervisor("seat3"),
        }
        await self.arrives()
        await self.agrees()

    async def close(self) -> None:
        """Let go of what only this test has."""
        await self._all_outside_hang_up()
        await self._watcher.close()
        await self.board.stop()

    async def step(self) -> int:
        """One thing happens, or several at once; then everything settles, and all agree. Returns how many."""
        for phone in self._real.phones.values():
            phone.pick_up_after_s = None if self._random.random() < 0.35 else 0.05
        count = self._random.choice(_AT_ONCE)
        self.log.append(f"-- {count}")
        happened = await asyncio.gather(*(self._happens() for _ in range(count)))
        await self.agrees()
        return sum(happened)

    async def _happens(self) -> bool:
        what = self._random.choices(list(HAPPENS), list(HAPPENS.values()))[0]
        return bool(await getattr(self, what)())

    # Looking

    @property
    def floor(self) -> FloorView:
        """As the watching console shows it."""
        return self._watched

    def _seen(self, views: Views) -> None:
        assert views.floor is not None
        self._watched = merge_floor(self._watched, views.floor)
        self.board.moved_at = time.monotonic()
        self.seen_states |= {call.state for call in self._watched.calls}

    async def agrees(self) -> None:
        """Return as soon as nothing moves any more, and nothing is wrong."""
        deadline, problems = time.monotonic() + _SETTLES_S, ["nothing settles"]
        while time.monotonic() < deadline:
            await asyncio.sleep(_LOOKS_S)
            began = time.monotonic()
            if began - self.board.moved_at < _QUIET_S:
                continue
            looked = await self._look()
            if self.board.moved_at < began:
                if not looked:
                    return
                problems = looked
        told = "\n".join(self.log[-15:])
        pytest.fail(
            "\n".join([*problems, "", *map(str, await self.board.channels()), "", told]), pytrace=False
        )

    def _answered(self) -> list[tuple[str, PlacedCall]]:
        """The callers whose line was answered."""
        placed = [(cli, self._real.placed[cli]) for cli in self._clis if cli in self._real.placed]
        return [(cli, call) for cli, call in placed if call.answered_at]

    async def _look(self) -> list[str]:
        floor, channels = await self._real.floor(), await self.board.channels()
        look = Agreement(floor, channels, self._seats)
        phones = {seat_id: phone.state for seat_id, phone in self._real.phones.items()}
        callers = {cli for cli, call in self._answered() if not call.ended_at}
        problems = look.problems(phones, {name: desk.view for name, desk in self._desks.items()}, callers)
        if _told(self._watched) != _told(floor):
            problems.append(f"the watching console shows {_told(self._watched)}, not {_told(floor)}")
        return problems

    # Asking

    async def _ask(self, desk: Desk, method: str, params: Params | None = None) -> bool:
        """One request; whatever makes no sense is refused, and nothing else goes wrong."""
        told, place = f"{desk.person.staff_number} {method} {_short(params)}", len(self.log)
        self.log.append(told)
        try:
            answer = await desk.ask(method, params)
            self.done += 1
            if isinstance(answer, DialResult):
                self.dialled.add(answer.call_id)
        except EngineError as refusal:
            if refusal.reason not in _REFUSALS:
                pytest.fail(f"{told}: {refusal.reason} {refusal}")
            self.log[place] += f": {refusal.detail or refusal.reason}"
            self.refused += 1
        return True

    def _tell(self, what: str) -> bool:
        self.log.append(what)
        self.done += 1
        return True

    def _agent(self, desk: Desk) -> AgentView:
        return desk.view.agent

    async def asks_sensibly(self) -> bool:
        """An agent wants what makes sense now."""
        desks = list(self._desks.values())
        busy = [desk for desk in desks if self._agent(desk).state not in _FREE]
        desk = self._random.choice([*desks, *busy, *busy, *busy])
        agent = self._agent(desk)
        wishes = {
            AgentState.RESERVED: ("agent.answer",),
            AgentState.RINGING: ("agent.answer", "phone"),
            AgentState.DIALLING: ("nothing", "nothing", "nothing", "agent.hang_up"),
            AgentState.HOLDING: ("agent.retrieve", "consult", "transfer"),
            AgentState.CONSULTING: (
                "agent.complete_transfer",
                "agent.conference",
                "agent.conference",
                "agent.alternate",
                "agent.alternate",
                "agent.cancel_consult",
            ),
            AgentState.CONFERENCE: ("agent.hang_up", "agent.cancel_consult"),
            AgentState.WRAP_UP: ("agent.finish_wrap_up", "agent.ready"),
            AgentState.TALKING: ("consult", "consult", "consult", "transfer", "transfer", "agent.hold"),
            AgentState.MONITORING: ("monitor.stop",),
        }.get(agent.state)
        if wishes is None and agent.status is not AgentStatus.READY:
            wishes = ("agent.ready", "dial")
        wish = self._random.choice(wishes or ("dial",))
        match wish:
            case "consult" | "transfer":
                return await self._ask(desk, f"agent.{wish}", self._sensible_target())
            case "dial":
                return await self._dials(desk)
            case "phone":
                return await self.phone_is_picked_up()
            case "nothing":
                return False
        return await self._ask(desk, wish)

    def _sensible_target(self) -> TargetParams:
        """A colleague who is free, if there is one, or somebody outside."""
        free = [name for name, desk in self._desks.items() if self._agent(desk).state is AgentState.IDLE]
        if free and self._random.random() < 0.7:
            return TargetParams(kind=TargetKind.AGENT, value=self._random.choice(free))
        return TargetParams(kind=TargetKind.NUMBER, value=FRIEND)

    def _target(self) -> TargetParams:
        kind = self._random.choice(list(TargetKind))
        values = {
            TargetKind.AGENT: (*self._desks, "8009"),
            TargetKind.QUEUE: ("general", "fault", "x"),
            TargetKind.NODE: ("main_menu", "leave_message", "x"),
            TargetKind.SURVEY: ("",),
        }.get(kind, NUMBERS)
        return TargetParams(kind=kind, value=self._random.choice(values))

    async def _dials(self, desk: Desk) -> bool:
        if len(self.floor.calls) >= MOST_CALLS:
            return False
        return await self._ask(desk, "agent.dial", DialParams(number=self._random.choice(NUMBERS)))

    async def asks_anything(self) -> bool:
        """An agent wants something, whether it makes sense or not."""
        desk, on = self._random.choice(list(self._desks.values())), self._random.random() < 0.5
        wishes: dict[str, Params | None] = dict.fromkeys(
            f"agent.{name}"
            for name in (
                "ready answer reject hang_up hold retrieve finish_wrap_up alternate complete_transfer"
                " cancel_consult conference extend_wrap_up"
            ).split()
        )
        wishes |= {
            "agent.break": BreakParams(reason=self._random.choice(("meal", "x"))),
            "agent.transfer": self._target(),
            "agent.consult": self._target(),
            "agent.digits": DigitsParams(digits="12#"),
            "agent.mute": SwitchParams(on=on),
            "agent.help": SwitchParams(on=on),
        }
        method = self._random.choice(list(wishes))
        return await self._ask(desk, method, wishes[method])

    async def supervises(self) -> bool:
        """The supervisor, or an agent who may not, does something to somebody."""
        desk = self._desks[_SUPERVISOR if self._random.random() < 0.95 else "8001"]
        agents = [name for name in self._desks if name != _SUPERVISOR]
        agent = self._random.choice(agents if self._random.random() < 0.9 else [*agents, _SUPERVISOR])
        talking = [name for name in agents if self._agent(self._desks[name]).call_id]
        spied = self._random.choice(talking or agents)
        calls = [call.call_id for call in self.floor.calls] or ["x"]
        waiting = [call.call_id for call in self.floor.calls if call.state is CallState.QUEUED] or calls
        call_id = self._random.choice(waiting)
        status = self._random.choice((AgentStatus.READY, AgentStatus.READY, AgentStatus.BREAK))
        reason = "meal" if status is AgentStatus.BREAK else ""
        queue_id = self._random.choice(("", "general", "complaint", "x"))
        wishes: list[tuple[str, Params | None]] = [
            *(("monitor.listen", ListenParams(staff_number=spied, mode=mode)) for mode in SpyMode),
            ("monitor.stop", None),
            ("monitor.take_over", AgentParams(staff_number=spied)),
            ("calls.pick", PickParams(call_id=call_id, staff_number=self._random.choice((agent, "")))),
            ("calls.move", MoveParams(call_id=call_id, queue_id=queue_id)),
            ("agents.force", ForceStatusParams(staff_number=agent, status=status, reason=reason)),
            ("agents.force", ForceStatusParams(staff_number=agent, status=status, reason=reason)),
        ]
        if self._random.random() < 0.3:
            wishes = [("calls.release", SupervisedCallParams(call_id=self._random.choice(calls)))]
        return await self._ask(desk, *self._random.choice(wishes))

    # What happens at phones

    async def phone_is_picked_up(self) -> bool:
        """Somebody at a seat sees to a phone that rings."""
        return await self._at_a_phone(PhoneState.RINGING, ("answer", "answer", "answer", "decline"))

    async def phone_is_put_down(self) -> bool:
        """A phone is put down in the middle of whatever goes on."""
        return await self._at_a_phone(PhoneState.TALKING, ("hang_up",))

    async def _at_a_phone(self, state: PhoneState, whats: tuple[str, ...]) -> bool:
        seats = [seat_id for seat_id, phone in self._real.phones.items() if phone.state is state]
        if not seats:
            return False
        seat_id, what = self._random.choice(seats), self._random.choice(whats)
        with suppress(PhoneError):  # in the same moment it has stopped ringing
            await getattr(self._real.phones[seat_id], what)()
        return self._tell(f"{seat_id} {what}")

    async def arrives(self) -> bool:
        """Somebody calls, and presses a key."""
        if len(self.floor.calls) >= MOST_CALLS:
            return False
        cli, key = next(self._numbers), self._random.choice("0223")
        self._clis.append(cli)
        self._real.call(cli, Press(key), Listen(180))
        return self._tell(f"{cli} calls, and presses {key}")

    async def customer_hangs_up(self) -> bool:
        """A caller has had enough."""
        there = [call.cli for call in self.floor.calls if call.direction is Direction.INBOUND]
        if not there:
            return False
        cli = self._random.choice(there)
        await self._real.hang_up(cli)
        return self._tell(f"{cli} hangs up")

    async def other_hangs_up(self) -> bool:
        """Somebody outside who was called hangs up."""
        exchange = self._real.centre.exchange
        there = {call.number for call in exchange.received if call.answered_at and not call.ended_at}
        if not there:
            return False
        number = self._random.choice(sorted(there))
        await exchange.put_down(number)
        return self._tell(f"{number} hangs up")

    # The end

    async def end(self) -> None:
        """All hang up, and finish their work; whatever is left then is wrong."""
        self._tell("everybody hangs up")
        for phone in self._real.phones.values():
            phone.pick_up_after_s = None
        for desk in self._desks.values():
            with suppress(EngineError):
                await desk.ask("agent.break", BreakParams(reason="meal"))
        await self._all_outside_hang_up()
        for phone in self._real.phones.values():
            with suppress(PhoneError):
                await phone.hang_up()
        await self.agrees()
        for desk in self._desks.values():
            with suppress(EngineError):
                await desk.ask("agent.finish_wrap_up")
        await self.agrees()
        floor = await self._real.floor()
        assert (floor.calls, floor.spies) == ((), ())
        assert {agent.state for agent in floor.agents} == {AgentState.IDLE}
        assert await self.board.channels() == []
        with suppress(AsteriskError):  # what an empty list of some kinds is
            assert await self.board.bridges() == []
        for desk in self._desks.values():
            await desk.ask("session.log_out")
        assert (await self._real.floor()).agents == ()
        await self._records()

    async def _all_outside_hang_up(self) -> None:
        exchange = self._real.centre.exchange
        await exchange.hang_up_all()
        for number in {call.number for call in exchange.received if not call.ended_at}:
            await exchange.put_down(number)

    async def _records(self) -> None:
        """Every call has one row, and its times add up; no timer runs on."""
        clis = [cli for cli, _ in self._answered()]

        async def written() -> list[CallRow] | None:
            rows = await self._real.rows()
            return rows if all(row.outcome for row in rows) else None

        rows = await eventually(written, 15, "an outcome of every call")
        assert {row.call_id for row in rows} >= self.dialled
        assert sorted(row.cli for row in rows if row.call_id not in self.dialled) == sorted(clis)
        for row in rows:
            check_call(self._real, row.call_id)
        await eventually(self._no_timers, _LATE_FACTS_S, "without timers")
        faults = self._engine_log.faults()
        assert not faults, faults

    async def _no_timers(self) -> bool | None:
        return not timers_left(self._real, self._journal_began) or None


def _short(params: Params | None) -> str:
    """The values of a request."""
    return " ".join(str(value) for value in msgspec.to_builtins(params).values()) if params else ""


def _told(floor: FloorView) -> object:
    """What consoles are told, whatever the order."""
    agents = sorted(floor.agents, key=lambda agent: agent.staff_number)
    calls = sorted(floor.calls, key=lambda call: call.call_id)
    return agents, calls, set(floor.spies or ()), floor.lines
