"""Whether floor, Asterisk, phones and consoles say the same: who talks with whom, and who waits.

Each function returns what is wrong, in sentences; nothing when all agree.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.adapters.phone import PhoneState
from engine.config import Seat
from engine.core.states import AgentState, CallState, Direction, SpyMode
from engine.core.views import AgentView, CallView, DeskView, FloorView
from tests.real.switchboard import CUSTOMER, OUTSIDE, SPY, Channel

_IN_TALK = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING, AgentState.CONFERENCE)
_OWNER_IS = {
    CallState.DIALLING: {AgentState.DIALLING},
    CallState.PRESENTED: {AgentState.RESERVED, AgentState.RINGING},
    CallState.TALKING: {AgentState.TALKING},
    CallState.HOLDING: {AgentState.HOLDING},
    CallState.CONSULTING: {AgentState.CONSULTING},
    CallState.CONFERENCE: {AgentState.CONFERENCE},
}
_NOTHING_TO_DO = (AgentState.IDLE, AgentState.UNREACHABLE, AgentState.WRAP_UP)
_RUNG = (AgentState.RESERVED, AgentState.RINGING)
_OPTIONS = {SpyMode.LISTEN: "qE", SpyMode.WHISPER: "qEw", SpyMode.BARGE: "qEB"}


@dataclass(frozen=True, slots=True)
class Shape:
    """The legs that a call in some state has: `groups` of those who hear one another, and who is rung."""

    groups: frozenset[frozenset[str]]
    rung: frozenset[str] = frozenset()
    music: frozenset[str] = frozenset()


class Agreement:
    """One look at everything."""

    def __init__(
        self,
        floor: FloorView,
        channels: list[Channel],
        seats: Sequence[Seat],
    ) -> None:
        self.floor = floor
        self.channels = channels
        self._seats = {seat.id for seat in seats}
        self._lines = {line.line_id for line in floor.lines}
        self._answer_alone = {seat.id for seat in seats if seat.phone == "auto"}
        self.agents = {agent.staff_number: agent for agent in floor.agents}
        self._seat_of = {seat.extension: seat.id for seat in seats}
        self._seat_of |= {agent.staff_number: agent.seat_id for agent in floor.agents}

    def problems(
        self, phones: Mapping[str, PhoneState], desks: Mapping[str, DeskView], callers: set[str]
    ) -> list[str]:
        """Everything that is wrong. `callers`: the numbers of all who are on a line."""
        return [
            *self._strangers(),
            *(problem for call in self.floor.calls for problem in self._call(call)),
            *(problem for agent in self.floor.agents for problem in self._agent(agent)),
            *self._two_calls(),
            *self._spies(),
            *self._phones(phones),
            *self._busy_lines(),
            *self._desks(desks),
            *self._callers(callers),
        ]

    # Calls

    def _strangers(self) -> Iterator[str]:
        """Channels and bridges that belong to no call."""
        calls = {call.call_id for call in self.floor.calls}
        bridges: dict[str, set[str]] = {}
        for channel in self.channels:
            if channel.endpoint not in self._seats | self._lines:
                yield f"a channel of nobody: {channel}"
            if channel.role != SPY and channel.call_id not in calls:
                yield f"a channel of no call: {channel}"
            if channel.role != SPY and channel.bridge:
                bridges.setdefault(channel.bridge, set()).add(channel.call_id)
        yield from (f"a bridge of several calls: {ids}" for ids in bridges.values() if len(ids) > 1)

    def _legs(self, call: CallView) -> dict[str, Channel]:
        """The channels of a call by party."""
        return {
            CUSTOMER if channel.role == CUSTOMER else self._party(channel.endpoint): channel
            for channel in self.channels
            if channel.call_id == call.call_id and channel.role != SPY
        }

    def _party(self, endpoint: str) -> str:
        return endpoint if endpoint in self._seats else OUTSIDE

    def _call(self, call: CallView) -> Iterator[str]:
        legs = self._legs(call)
        count = sum(channel.call_id == call.call_id and channel.role != SPY for channel in self.channels)
        if count != len(legs):
            yield f"{_name(call)} has {count} channels, of {sorted(legs)}"
        owner = self.agents.get(call.staff_number)
        if call.state in _OWNER_IS and (owner is None or owner.state not in _OWNER_IS[call.state]):
            yield f"{_name(call)} is of {call.staff_number}, who is {owner and owner.state}"
        if call.state in (CallState.DIALLING, CallState.CLOSING, CallState.UNATTENDED):
            yield from self._loose(call, legs)
            return
        wanted, there = self._wanted(call), _shape(legs)
        if (wanted.groups, wanted.rung) != (there.groups, there.rung):
            yield f"{_name(call)}: {_text(there)}, not {_text(wanted)}"
        elif not wanted.music <= there.music:
            yield f"{_name(call)}: no music for {sorted(wanted.music - there.music)}"

    def _loose(self, call: CallView, legs: Mapping[str, Channel]) -> Iterator[str]:
        """A call on its way somewhere: who may be in it, and that nobody hears anybody yet."""
        if call.state is CallState.UNATTENDED:
            yield f"{_name(call)}, with an engine there"
        if call.state is CallState.DIALLING and self._seat(call.staff_number) not in legs:
            yield f"{_name(call)} without its agent's leg"
        if any(len(group) > 1 for group in _shape(legs).groups):
            yield f"{_name(call)}: {_text(_shape(legs))}"

    def _wanted(self, call: CallView) -> Shape:
        """What a call's legs must look like, by what the floor says of it."""
        own, party = self._seat(call.staff_number), call.party
        third = {self._seat(party.number)} if party is not None else set()
        alone = Shape(_groups({CUSTOMER}))
        if call.state is CallState.PRESENTED:
            rung = {a.seat_id for a in self.floor.agents if a.call_id == call.call_id and self._rings(a)}
            return replace(alone, rung=frozenset(rung))
        if call.state is CallState.QUEUED:
            return alone
        if call.state is CallState.TALKING:
            return Shape(_groups({CUSTOMER, own}))
        if call.state is CallState.HOLDING:
            return Shape(_groups({CUSTOMER}, {own}), music=frozenset({CUSTOMER}))
        if party is None:
            return alone  # in the menu, or leaving a message
        if not party.answered:
            own_leg = [{own}] if call.state is CallState.CONSULTING else []
            return Shape(_groups({CUSTOMER}, *own_leg), frozenset(third), frozenset({CUSTOMER}))
        if call.state is CallState.CONSULTING and party.active:
            return Shape(_groups({CUSTOMER}, {own} | third), music=frozenset({CUSTOMER}))
        if call.state is CallState.CONSULTING:
            return Shape(_groups({CUSTOMER, own}, third), music=frozenset(third))
        if call.state is CallState.FORWARDED:
            return Shape(_groups({CUSTOMER} | third))
        return Shape(_groups({CUSTOMER, own} | third))

    def _rings(self, agent: AgentView) -> bool:
        """Whether an agent's phone rings; one that answers by itself is not rung before its agent wants."""
        there = any(channel.endpoint == agent.seat_id for channel in self.channels)
        return agent.state in _RUNG and (there or agent.seat_id not in self._answer_alone)

    def _seat(self, number: str) -> str:
        """The seat of an agent or an extension; anybody else is outside."""
        return self._seat_of.get(number, OUTSIDE)

    # Agents

    def _agent(self, agent: AgentView) -> Iterator[str]:
        own = [channel for channel in self.channels if channel.endpoint == agent.seat_id]
        name = f"{agent.staff_number} {agent.state}"
        if len(own) > 1:
            yield f"{name} has several legs: {'; '.join(map(str, own))}"
        if agent.state in _NOTHING_TO_DO and own:
            yield f"{name} has a leg: {own[0]}"
        if agent.state in (AgentState.IDLE, AgentState.UNREACHABLE, AgentState.MONITORING) and agent.call_id:
            yield f"{name} has a call"
        if agent.state in (*_IN_TALK, *_RUNG, AgentState.DIALLING):
            people = [call for call in self.floor.calls if agent.staff_number in self._people(call)]
            if [call.call_id for call in people] != [agent.call_id]:
                yield f"{name} of {agent.call_id} is in {[_name(call) for call in people]}"
        if agent.state in _IN_TALK and not (own and own[0].up):
            yield f"{name} has no leg that is up"

    def _people(self, call: CallView) -> set[str]:
        """The agents in a call, or rung for it."""
        people = {call.staff_number} if call.state in _OWNER_IS else set()
        if call.party is not None:
            seat_id = self._seat(call.party.number)
            people |= {agent.staff_number for agent in self.floor.agents if agent.seat_id == seat_id}
        return people

    def _two_calls(self) -> Iterator[str]:
        counts = Counter(name for call in self.floor.calls for name in self._people(call))
        yield from (f"{name} is in {count} calls" for name, count in counts.items() if count > 1)

    # Supervisors

    def _spies(self) -> Iterator[str]:
        spying = {channel.endpoint: channel for channel in self.channels if channel.role == SPY}
        for spy in self.floor.spies or ():
            supervisor, agent = self.agents[spy.staff_number], self.agents.get(spy.agent)
            channel = spying.pop(supervisor.seat_id, None)
            if supervisor.state is not AgentState.MONITORING:
                yield f"{spy.staff_number} listens, and is {supervisor.state}"
            if agent is None or agent.call_id != spy.call_id:
                yield f"{spy.staff_number} listens to {spy.agent}, who is not in {spy.call_id}"
            elif channel is None or channel.up != (spy.since > 0):
                yield f"{spy.staff_number} listens since {spy.since}: {channel}"
            elif channel.up:
                yield from self._heard(spy.mode, channel, agent)
        yield from (f"a spy of nobody: {channel}" for channel in spying.values())

    def _heard(self, mode: SpyMode, channel: Channel, agent: AgentView) -> Iterator[str]:
        """That the supervisor is in this agent's talk, in this mode."""
        spied = next(leg for leg in self.channels if leg.endpoint == agent.seat_id)
        if mode is SpyMode.BARGE and agent.state is AgentState.CONFERENCE:
            if not channel.bridge or channel.bridge != spied.bridge:
                yield f"not in the conference: {channel}"
        elif channel.doing != f"ChanSpy({spied.name},{_OPTIONS[mode]})":
            yield f"{mode} of {spied.name}: {channel}"

    # What others see

    def _phones(self, phones: Mapping[str, PhoneState]) -> Iterator[str]:
        for seat_id, state in phones.items():
            legs = [channel for channel in self.channels if channel.endpoint == seat_id]
            up = any(leg.up for leg in legs)
            wanted = PhoneState.TALKING if up else PhoneState.RINGING if legs else PhoneState.IDLE
            if state is not wanted:
                yield f"the phone of {seat_id} is {state}: {'; '.join(map(str, legs)) or 'no channel'}"

    def _busy_lines(self) -> Iterator[str]:
        """Of a call that an agent begins the line is taken from the beginning."""
        busy = Counter(channel.endpoint for channel in self.channels)
        dialling = {c.line_id for c in self.floor.calls if c.state is CallState.DIALLING and c.line_id}
        for line in self.floor.lines:
            if line.busy != busy[line.line_id] and line.line_id not in dialling:
                yield f"{line.line_id}: {line.busy} busy, {busy[line.line_id]} channels"

    def _desks(self, desks: Mapping[str, DeskView]) -> Iterator[str]:
        calls = {call.call_id: call for call in self.floor.calls}
        if set(desks) != set(self.agents):
            yield f"agents {sorted(self.agents)}, consoles {sorted(desks)}"
            return
        for name, desk in desks.items():
            agent = self.agents[name]
            if desk.agent != agent:
                yield f"the console of {name} shows {desk.agent}, not {agent}"
            shown = replace(desk.call, party=None) if desk.call is not None else None
            call = calls.get(agent.call_id)
            if call is not None and shown != replace(call, party=None):
                yield f"the console of {name} shows {shown}, not {call}"
            if call is None and shown is not None and agent.state is not AgentState.WRAP_UP:
                yield f"the console of {name} shows {shown}, which is over"

    def _callers(self, callers: set[str]) -> Iterator[str]:
        there = {call.cli for call in self.floor.calls if call.direction is Direction.INBOUND}
        if there != callers:
            yield f"callers {sorted(callers)}, calls of {sorted(there)}"


def _groups(*groups: set[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(group) for group in groups)


def _shape(legs: Mapping[str, Channel]) -> Shape:
    """Who is with whom, by Asterisk."""
    together: dict[str, set[str]] = {}
    for party, leg in legs.items():
        if leg.up:
            together.setdefault(leg.bridge or party, set()).add(party)
    rung = frozenset(party for party, leg in legs.items() if not leg.up)
    music = frozenset(party for party, leg in legs.items() if leg.music)
    return Shape(_groups(*together.values()), rung, music)


def _text(shape: Shape) -> str:
    groups = ", ".join(sorted("+".join(sorted(group)) for group in shape.groups))
    return f"{groups or 'nobody'}{' rings ' if shape.rung else ''}{'+'.join(sorted(shape.rung))}"


def _name(call: CallView) -> str:
    return f"{call.call_id} {call.state}"
