"""A day on the floor, driven by whims: of callers, agents, phones, and a switch that is not to be trusted.

`Day` plays the part of Asterisk and of the database. It remembers what the floor has ordered, and carries it
out sooner or later, with success or failure, twice or never. After each step `check` holds the floor against
what must be true whatever happens.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.floor import Floor
from engine.core.plan import Plan
from engine.core.records import AgentMemory, CallNote, CallRecord, Customer, CustomerCard, Millis
from engine.core.requests import Refusal, Request
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, Outcome, RingFailure
from engine.wire.floor_merge import merge_floor
from tests.support.floor_checks import AgentFigures, FloorChecks, check_record

Order = (
    do.PlayPrompts
    | do.Announce
    | do.RecordMessage
    | do.RingSeat
    | do.StopRinging
    | do.HoldCall
    | do.RetrieveCall
    | do.HangUpCall
    | do.HangUpSeat
    | do.LookUpCustomer
)
DIGITS = ("0", "0", "0", "0", "2", "2", "4", "9", "7", "", "02")
PAUSES = (0, 1, 40, 700, 3_000, 9_000, 20_000, 45_000, 300_000, 3_600_000)

IN_TALK = (CallState.TALKING, CallState.HOLDING)


@dataclass(slots=True)
class Line:
    """A call as the switch sees it, which is how it truly is."""

    call_id: str
    orders: list[Order] = field(default_factory=list)
    dialled: str = ""  # seat whose phone is being dialled
    talking: str = ""  # seat whose phone is picked up
    recording: bool = False


class Day(FloorChecks):
    """One site, one day, one floor at a time."""

    def __init__(self, plan: Plan, now: Millis, staff: Iterable[str]) -> None:
        self.plan = plan
        self.now = now
        self.staff = tuple(staff)
        self.seats = tuple(plan.seats)
        self.lines: dict[str, Line] = {}
        self.late: list[fact.Event] = []  # facts that are still on their way
        self.told: list[fact.Event] = []  # facts that came lately
        self.timers: dict[str, Millis] = {}
        self.records: dict[str, CallRecord] = {}
        self.memories: dict[str, AgentMemory] = {}
        self.figures = {staff_number: AgentFigures() for staff_number in self.staff}
        self.finished: Counter[str] = Counter()  # recordings made final
        self.reachable = dict.fromkeys(self.seats, True)
        self.switch_up = False
        self.restoring = False  # the engine does not know yet of all calls that are up
        self.calls_made = 0
        self.sound = True  # no check has failed
        self._start_engine()
        self.tell(fact.SwitchUp())

    # The floor's door

    def tell(self, event: fact.Event) -> None:
        """A fact reaches the floor."""
        if isinstance(event, fact.SwitchUp | fact.SwitchDown):
            self.switch_up = isinstance(event, fact.SwitchUp)
        self.told = [*self.told[-15:], event]
        self._take(self.floor.handle(event, self.now))

    def request(self, request: Request) -> None:
        """Somebody at a console wants something."""
        before = self._looks()
        result = self.floor.request(request, self.now)
        if isinstance(result, Refusal):
            assert self._looks() == before, "a refusal changed something"
            assert self.floor.state.take_effects() == ()
        else:
            self._take(result)

    def _looks(self) -> object:
        desks = [self.floor.desk(staff_number, self.now) for staff_number in self.staff]
        return self.floor.view(), desks, dict(self.floor.state.timers)

    def _take(self, effects: tuple[do.Effect, ...]) -> None:
        self.sound = False
        for effect in effects:
            match effect:
                case do.Step():
                    assert not effect.fault, effect
                case do.SetTimer():
                    assert effect.at >= self.now
                    self.timers[effect.timer_id] = effect.at
                case do.CancelTimer():
                    del self.timers[effect.timer_id]
                case do.StoreCall():
                    self._store(effect.record)
                case do.StoreAgent():
                    self.memories[effect.memory.staff_number] = effect.memory
                case do.CountPresented():
                    assert effect.ended in ("answered", "rona", "rejected", "unreachable", "abandoned")
                    assert 0 < effect.presented_at <= effect.at == self.now
                    self.figures[effect.staff_number].ended[effect.ended] += 1
                case do.StorePart():
                    assert effect.part.ended_at >= effect.part.began_at
                case do.FinishRecording():
                    self.finished[effect.call_id] += 1
                case do.ViewsChanged():
                    change = self.floor.change(effect.agents, effect.calls, effect.queues, effect.switch)
                    self.seen = merge_floor(self.seen, change)
                case do.StartMusic() | do.AskPhoneToAnswer():
                    pass
                case _:
                    self._order(effect)
        self.check()
        self.sound = True

    def _store(self, record: CallRecord) -> None:
        before = self.records.get(record.call_id)
        if before is not None and before.ended_at:
            assert record.ended_at == before.ended_at, "an end is an end"
            assert record.outcome == before.outcome or record.outcome is Outcome.VOICEMAIL
        self.records[record.call_id] = record

    def _order(self, order: Order) -> None:
        line = self.lines.get(order.call_id)
        if line is None:
            return
        if isinstance(order, do.RingSeat):
            line.dialled = order.seat_id
        line.orders.append(order)

    # What happens: the switch carries out orders

    def arrives(self, who: int, how: int) -> None:
        """A new call, while lines are free."""
        if len(self.lines) < 6:
            self.calls_made += 1
            call_id = f"c{self.calls_made}"
            self.lines[call_id] = Line(call_id)
            self.tell(
                fact.CallArrived(
                    call_id=call_id, line_id="line1", did="96335", cli="1", cli_raw="1", at=self.now
                )
            )

    def carried_out(self, who: int, how: int) -> None:
        """The newest order of a call, mostly, is done or fails."""
        lines = [line for line in self.lines.values() if line.orders]
        if lines:
            line = lines[who % len(lines)]
            self._carry_out(line, line.orders.pop(0 if how % 5 == 0 else -1), how)

    def never(self, who: int, how: int) -> None:
        """An order is forgotten."""
        lines = [line for line in self.lines.values() if line.orders]
        if lines:
            line = lines[who % len(lines)]
            line.orders.pop(how % len(line.orders))

    def _carry_out(self, line: Line, order: Order, how: int) -> None:
        call_id = line.call_id
        match order:
            case do.PlayPrompts():
                digits = DIGITS[how % len(DIGITS)] if order.max_digits else ""
                self.tell(fact.PromptsPlayed(call_id=call_id, digits=self.keys_for(order, digits)))
            case do.Announce():
                self.tell(fact.Announced(call_id=call_id))
            case do.RecordMessage():
                self.tell(self._recorded(order, how % 3 * 2_000))
            case do.RingSeat():
                self._ring(line, order, how)
            case do.StopRinging():
                if line.dialled == order.seat_id:
                    self._ring_ends(line, order.seat_id, RingFailure.CANCELLED)
            case do.HoldCall():
                if line.talking:
                    self.tell(fact.CallHeld(call_id=call_id))
            case do.RetrieveCall():
                if line.talking:
                    self.tell(fact.CallRetrieved(call_id=call_id))
            case do.HangUpCall():
                self._customer_gone(line, how)
            case do.HangUpSeat():
                self._seat_hangs_up(line)
            case do.LookUpCustomer():
                customer = Customer(id=how, name="王") if how % 2 else None
                self.tell(fact.CustomerFound(call_id=call_id, card=CustomerCard(cli="1", customer=customer)))

    def keys_for(self, order: do.PlayPrompts, digits: str) -> str:
        """What the caller presses, instead of these."""
        return digits

    def _recorded(self, order: do.RecordMessage, length_ms: Millis) -> fact.MessageRecorded:
        name = order.name or "m"
        return fact.MessageRecorded(
            call_id=order.call_id, file=f"{name}.wav", length_ms=length_ms, part=bool(order.name)
        )

    def _ring(self, line: Line, order: do.RingSeat, how: int) -> None:
        if how % 8 < 2:
            line.orders.append(order)  # rings on
            self.tell(fact.SeatRang(call_id=line.call_id, seat_id=order.seat_id))
        elif how % 8 < 6:
            line.dialled, line.talking = "", order.seat_id
            self.tell(fact.SeatAnswered(call_id=line.call_id, seat_id=order.seat_id))
        else:
            self._ring_ends(line, order.seat_id, list(RingFailure)[how // 8 % len(RingFailure)])

    def _ring_ends(self, line: Line, seat_id: str, failure: RingFailure) -> None:
        line.dialled = ""
        line.orders = [order for order in line.orders if not isinstance(order, do.RingSeat)]
        self.tell(fact.RingFailed(call_id=line.call_id, seat_id=seat_id, failure=failure, cause=16))

    # What happens: people hang up

    def customer_hangs_up(self, who: int, how: int) -> None:
        """A caller is gone, in the middle of whatever it was."""
        if self.lines:
            self._customer_gone(list(self.lines.values())[who % len(self.lines)], how)

    def _customer_gone(self, line: Line, how: int) -> None:
        """The facts of the other leg come before, after, or much later."""
        call_id = line.call_id
        others: list[fact.Event] = []
        if line.talking:
            others.append(fact.SeatLegEnded(call_id=call_id, seat_id=line.talking, cause=16))
        if line.dialled:
            others.append(
                fact.RingFailed(call_id=call_id, seat_id=line.dialled, failure=RingFailure.CANCELLED)
            )
        recordings = [order for order in line.orders if isinstance(order, do.RecordMessage)]
        others += [self._recorded(order, how % 2 * 3_000) for order in recordings[:1]]
        gone = fact.CustomerLegEnded(call_id=call_id, cause=16)
        before = others if how % 3 == 0 else []
        self.late += others if how % 3 == 2 else []
        for event in before:
            self.tell(event)
        del self.lines[call_id]
        for event in (gone, *(others if how % 3 == 1 else ())):
            self.tell(event)

    def agent_hangs_up(self, who: int, how: int) -> None:
        """An agent puts the phone down."""
        talks = [line for line in self.lines.values() if line.talking]
        if talks:
            self._seat_hangs_up(talks[who % len(talks)])

    def _seat_hangs_up(self, line: Line) -> None:
        if line.talking:
            seat_id, line.talking = line.talking, ""
            self.tell(fact.SeatLegEnded(call_id=line.call_id, seat_id=seat_id, cause=16))

    def answered_unattended(self, who: int, how: int) -> None:
        """A caller who rings all seats is answered at one of them."""
        ringing = [
            line
            for line in self.lines.values()
            if not line.talking and self._state(line.call_id) is CallState.UNATTENDED
        ]
        if ringing:
            line = ringing[who % len(ringing)]
            line.talking = self.seats[how % len(self.seats)]
            self.tell(fact.SeatAnswered(call_id=line.call_id, seat_id=line.talking))

    def _state(self, call_id: str) -> CallState | None:
        call = self.floor.state.calls.get(call_id)
        return call.state if call is not None else None

    # What happens: late, double and false facts

    def comes_late(self, who: int, how: int) -> None:
        """A fact that was on its way arrives."""
        if self.late:
            self.tell(self.late.pop(how % len(self.late)))

    def comes_twice(self, who: int, how: int) -> None:
        """A fact is told again; arrivals only of calls that are up, since ids are never used again."""
        event = self.told[how % len(self.told)]
        if not isinstance(event, fact.CallArrived | fact.CallAdopted) or event.call_id in self.lines:
            self.tell(event)

    def false_timer(self, who: int, how: int) -> None:
        """A timer fires that was cancelled, or moved to a later time."""
        names = [*self.timers, "wrap:9999", "ring:c9999"]
        self.tell(fact.TimerFired(timer_id=names[how % len(names)]))

    # What happens: time, consoles, phones, the link

    def time_passes(self, who: int, how: int) -> None:
        """Timers fire in the order of their time."""
        then = self.now + PAUSES[how % len(PAUSES)]
        while self.timers:
            timer_id = min(self.timers, key=lambda name: (self.timers[name], name != "midnight"))
            if self.timers[timer_id] > then:
                break
            self._clock_to(max(self.now, self.timers[timer_id]))
            if timer_id == "midnight":
                self.figures = {staff_number: AgentFigures() for staff_number in self.staff}
            due = self.timers.pop(timer_id)
            assert self.floor.state.timers[timer_id] == due
            self.tell(fact.TimerFired(timer_id=timer_id))
        self._clock_to(then)

    def _clock_to(self, then: Millis) -> None:
        for staff_number, agent in self.floor.state.agents.items():
            self.figures[staff_number].logged_in_ms += then - self.now
            if agent.status is AgentStatus.BREAK:
                self.figures[staff_number].break_ms += then - self.now
        self.now = then

    def console(self, who: int, how: int) -> None:
        staff_number = self.staff[who % len(self.staff)]
        if how % 2:
            self.tell(fact.ConsoleAttached(staff_number=staff_number))
        else:
            self.tell(fact.ConsoleLost(staff_number=staff_number))

    def phone(self, who: int, how: int) -> None:
        seat_id = self.seats[who % len(self.seats)]
        self.reachable[seat_id] = bool(how % 3)
        self.tell(fact.SeatReachable(seat_id=seat_id, reachable=self.reachable[seat_id]))

    def link(self, who: int, how: int) -> None:
        self.tell(fact.SwitchDown(reason="link lost"))

    def link_back(self, who: int, how: int) -> None:
        self.tell(fact.SwitchUp())

    def logs_in_ready(self, who: int) -> None:
        staff_number, seat_id = self.staff[who], self.seats[who]
        self.request(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id))
        self.request(ask.GoReady(staff_number=staff_number))

    def serves(self, who: int, how: int) -> None:
        """An agent does what makes sense now."""
        staff_number = self.staff[who % len(self.staff)]
        agent = self.floor.state.agents.get(staff_number)
        if agent is None:
            self.logs_in_ready(who % len(self.staff))
        elif agent.state is AgentState.RINGING:
            self.request(ask.Answer(staff_number=staff_number))
        elif agent.state is AgentState.TALKING:
            wish = ask.HangUp if how % 3 == 0 else ask.Hold
            self.request(wish(staff_number=staff_number))
        elif agent.state is AgentState.HOLDING:
            self.request(ask.Retrieve(staff_number=staff_number))
        elif agent.state is AgentState.WRAP_UP and how % 2:
            self.request(ask.FinishWrapUp(staff_number=staff_number))
        else:
            self.request(ask.GoReady(staff_number=staff_number))

    def asks(self, who: int, how: int) -> None:
        """An agent asks for something that may make sense or not."""
        staff_number = self.staff[who % len(self.staff)]
        seat_id = self.seats[(who if how % 4 else how // 4) % len(self.seats)]
        wishes: tuple[Request, ...] = (
            ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id),
            ask.GoReady(staff_number=staff_number),
            ask.Answer(staff_number=staff_number),
            ask.Hold(staff_number=staff_number),
            ask.Retrieve(staff_number=staff_number),
            ask.HangUp(staff_number=staff_number),
            ask.FinishWrapUp(staff_number=staff_number),
            ask.GoOnBreak(staff_number=staff_number, reason="meal"),
            ask.Reject(staff_number=staff_number),
            ask.LogOut(staff_number=staff_number),
        )
        self.request(wishes[how % len(wishes)])

    def writes(self, who: int, how: int) -> None:
        """An agent saves the form."""
        if self.lines:
            call_id = list(self.lines)[who % len(self.lines)]
            note = CallNote(note="x", disposition="complaint", customer_id=how % 3)
            self.tell(fact.NoteSaved(call_id=call_id, note=note))

    # What happens: the engine dies and comes back

    def restarts(self, who: int, how: int) -> None:
        """Asterisk carries on; some callers have hung up meanwhile and got their record from its own."""
        for n, line in enumerate(list(self.lines.values())):
            if (how + n) % 4 == 0:
                self._vanish(line)
        for call_id, record in self.records.items():
            if not record.ended_at and call_id not in self.lines:
                self.records[call_id] = closed(record, self.now)
        self.late.clear()
        self.told.clear()
        self.restoring = True
        self._start_engine()
        for line in self.lines.values():
            line.orders, line.dialled = [], ""
            state = CallState.TALKING if line.talking else CallState.UNATTENDED
            self.tell(
                fact.CallAdopted(
                    call_id=line.call_id,
                    line_id="line1",
                    did="96335",
                    cli="1",
                    cli_raw="1",
                    accepted_at=self.now,
                    state=state,
                    seat_id=line.talking,
                    answered_at=self.now if line.talking else 0,
                    stored=self.records.get(line.call_id),
                )
            )
        self.restoring = False
        self.tell(fact.SwitchUp() if how % 5 else fact.SwitchDown(reason="not yet"))

    def _vanish(self, line: Line) -> None:
        del self.lines[line.call_id]
        self.records[line.call_id] = closed(self.records[line.call_id], self.now)
        self.finished[line.call_id] = 1

    def _start_engine(self) -> None:
        self.floor = Floor(self.plan, self.now)
        self.seen = self.floor.view()
        self.timers = {}
        self.switch_up = False
        queues = {queue_id: self._queue_day(queue_id) for queue_id in self.plan.queues}
        self._take(
            self.floor.start(
                self.now,
                [memory for memory in self.memories.values() if memory.status is not AgentStatus.LOGGED_OUT],
                queues,
                [self._agent_day(staff_number) for staff_number in self.staff],
            )
        )
        self.seen = self.floor.view()
        for seat_id, reachable in self.reachable.items():
            self.tell(fact.SeatReachable(seat_id=seat_id, reachable=reachable))

    # The end

    def close_down(self) -> None:
        """Everybody goes home; nothing may be left."""
        for event in self.late:
            self.tell(event)
        for line in list(self.lines.values()):
            self._customer_gone(line, 1)
        for _ in range(3):
            self.time_passes(0, 7)
        for staff_number in list(self.floor.state.agents):
            self.request(ask.LogOut(staff_number=staff_number))
        state = self.floor.state
        assert (state.calls, state.agents, state.places) == ({}, {}, {})
        assert list(self.timers) == ["midnight"]
        assert len(self.records) == self.calls_made == len(self.finished)
        assert set(self.finished.values()) <= {1}, "a recording was made final twice"
        for record in self.records.values():
            check_record(record)


def closed(record: CallRecord, now: Millis) -> CallRecord:
    """A call that ended in an outage, as the importer of Asterisk's own records closes it."""
    if record.answered_at:
        outcome = Outcome.ANSWERED
    else:
        outcome = Outcome.ABANDONED if record.offered_at else Outcome.IVR_EXIT
    wait_ms = record.wait_ms if record.answered_at or not record.offered_at else now - record.offered_at
    return replace(record, ended_at=now, outcome=outcome, wait_ms=wait_ms, ended_by=EndedBy.CUSTOMER)
