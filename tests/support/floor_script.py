"""A call centre in virtual time, so that a test of the floor reads like a call.

    floor = given(agents=["8001"]).ready("8001")
    floor.at("09:00:00").call_arrives("c1").presses("0").presented("c1", "8001")
    floor.after("4s").picks_up("8001").after("90s").hangs_up("c1")
    assert floor.record("c1").talk_ms == 90_000

Agent 8001 sits at seat1 and so on; a call that is not named is the one named last. Timers fire by themselves
when time passes them. Every step fails the test when the floor reports a fault of its own.
"""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from engine.core import events as fact
from engine.core import requests as ask
from engine.core.floor import Floor, look
from engine.core.floor.entities import Agent, Call
from engine.core.plan import Plan
from engine.core.records import CallNote, CallRecord, Customer, CustomerCard, Millis
from engine.core.states import AgentState, AgentStatus, CallState, Direction, RingFailure, TargetKind
from engine.core.views import AgentView, DeskView
from tests.support.floor_door import FloorDoor
from tests.support.floor_site import clock, leg_of, make_plan, seat_of, span

E = TypeVar("E")


class FloorScript(FloorDoor):
    """Drives one floor; every word returns the script, so that a story is one chain."""

    def __init__(self, plan: Plan, now: Millis) -> None:
        super().__init__(plan, now)
        self._call = ""

    # The switch

    def switch_is_up(self) -> Self:
        return self.handle(fact.SwitchUp())

    def switch_is_down(self, reason: str = "link lost") -> Self:
        return self.handle(fact.SwitchDown(reason=reason))

    def phone(self, staff_number: str, *, reachable: bool) -> Self:
        return self.handle(fact.SeatReachable(seat_id=seat_of(staff_number), reachable=reachable))

    # The caller

    def call_arrives(self, call_id: str, cli: str = "13893812345", line: str = "line1") -> Self:
        self._call = call_id
        event = fact.CallArrived(
            call_id=call_id, line_id=line, did="96335", cli=cli, cli_raw=f"+86{cli}", at=self.now
        )
        return self.handle(event)

    def call_waits(self, call_id: str, key: str = "0") -> Self:
        """Arrives and chooses a queue at once."""
        return self.call_arrives(call_id).presses(key)

    def call(self, call_id: str) -> Self:
        """Speak of this call from here on."""
        self._call = call_id
        return self

    def presses(self, digits: str, call_id: str = "") -> Self:
        return self.handle(fact.PromptsPlayed(call_id=self._named(call_id), digits=digits))

    def hears_out(self, call_id: str = "") -> Self:
        """The prompts end and no key was pressed."""
        return self.presses("", call_id)

    def announced(self, call_id: str = "") -> Self:
        return self.handle(fact.Announced(call_id=self._named(call_id)))

    def speaks_for(self, length: str, call_id: str = "") -> Self:
        """The voice message ends."""
        call_id = self._named(call_id)
        event = fact.MessageRecorded(call_id=call_id, file=f"{call_id}.wav", length_ms=span(length))
        return self.handle(event)

    def hangs_up(self, call_id: str = "", cause: int = 16) -> Self:
        return self.handle(fact.CustomerLegEnded(call_id=self._named(call_id), cause=cause))

    def is_found(self, customer_id: int, call_id: str = "", others: int = 0) -> Self:
        """The look-up ends; 0: an unknown caller."""
        customer = Customer(id=customer_id, name=f"客户{customer_id}") if customer_id else None
        matches = tuple(Customer(id=customer_id + n) for n in range(1, others + 1))
        card = CustomerCard(cli="13893812345", customer=customer, matches=matches)
        return self.handle(fact.CustomerFound(call_id=self._named(call_id), card=card))

    # The agent's phone

    def phone_rings(self, staff_number: str, call_id: str = "") -> Self:
        return self.handle(fact.SeatRang(call_id=self._named(call_id), seat_id=seat_of(staff_number)))

    def picks_up(self, staff_number: str, call_id: str = "") -> Self:
        return self.handle(fact.SeatAnswered(call_id=self._named(call_id), seat_id=seat_of(staff_number)))

    def ring_fails(
        self,
        staff_number: str,
        failure: RingFailure = RingFailure.NO_ANSWER,
        call_id: str = "",
        cause: int = 0,
    ) -> Self:
        seat_id = seat_of(staff_number)
        return self.handle(
            fact.RingFailed(call_id=self._named(call_id), seat_id=seat_id, failure=failure, cause=cause)
        )

    def puts_down(self, staff_number: str, call_id: str = "", cause: int = 16) -> Self:
        """The agent's leg is gone."""
        seat_id = seat_of(staff_number)
        return self.handle(fact.SeatLegEnded(call_id=self._named(call_id), seat_id=seat_id, cause=cause))

    def held(self, call_id: str = "") -> Self:
        return self.handle(fact.CallHeld(call_id=self._named(call_id)))

    def retrieved(self, call_id: str = "") -> Self:
        return self.handle(fact.CallRetrieved(call_id=self._named(call_id)))

    # The agent's console

    def logs_in(self, staff_number: str, seat_id: str = "") -> Self:
        seat_id = seat_id or seat_of(staff_number)
        return self.request(ask.LogIn(staff_number=staff_number, name=staff_number, seat_id=seat_id))

    def logs_out(self, staff_number: str) -> Self:
        return self.request(ask.LogOut(staff_number=staff_number))

    def ready(self, *staff_numbers: str) -> Self:
        for staff_number in staff_numbers:
            self.request(ask.GoReady(staff_number=staff_number))
        return self

    def goes_on_break(self, staff_number: str, reason: str = "meal") -> Self:
        return self.request(ask.GoOnBreak(staff_number=staff_number, reason=reason))

    def answers(self, staff_number: str) -> Self:
        """F4."""
        return self.request(ask.Answer(staff_number=staff_number))

    def rejects(self, staff_number: str) -> Self:
        return self.request(ask.Reject(staff_number=staff_number))

    def asks_hang_up(self, staff_number: str) -> Self:
        return self.request(ask.HangUp(staff_number=staff_number))

    def asks_hold(self, staff_number: str) -> Self:
        return self.request(ask.Hold(staff_number=staff_number))

    def asks_retrieve(self, staff_number: str) -> Self:
        return self.request(ask.Retrieve(staff_number=staff_number))

    def finishes_wrap_up(self, staff_number: str) -> Self:
        return self.request(ask.FinishWrapUp(staff_number=staff_number))

    def console_goes(self, staff_number: str) -> Self:
        return self.handle(fact.ConsoleLost(staff_number=staff_number))

    def console_comes(self, staff_number: str) -> Self:
        return self.handle(fact.ConsoleAttached(staff_number=staff_number))

    def notes(self, call_id: str = "", **words: str | int | bool) -> Self:
        note = CallNote(**words)  # type: ignore[arg-type]
        return self.handle(fact.NoteSaved(call_id=self._named(call_id), note=note))

    # Three parties: a leg is named by the staff number of who sits there, or OUTSIDE

    def dials(self, staff_number: str, number: str, call_id: str) -> Self:
        """F3; the call is the one spoken of from here on."""
        self._call = call_id
        return self.request(ask.Dial(staff_number=staff_number, call_id=call_id, number=number))

    def customer_answers(self, call_id: str = "") -> Self:
        return self.handle(fact.CustomerAnswered(call_id=self._named(call_id)))

    def customer_fails(self, failure: RingFailure, call_id: str = "", cause: int = 17) -> Self:
        event = fact.CustomerFailed(call_id=self._named(call_id), failure=failure, cause=cause)
        return self.handle(event)

    def transfers(self, staff_number: str, kind: TargetKind, value: str = "") -> Self:
        target = ask.Target(kind=kind, value=value)
        return self.request(ask.Transfer(staff_number=staff_number, target=target))

    def consults(self, staff_number: str, kind: TargetKind, value: str) -> Self:
        target = ask.Target(kind=kind, value=value)
        return self.request(ask.Consult(staff_number=staff_number, target=target))

    def party_rings(self, leg: str, call_id: str = "") -> Self:
        return self.handle(fact.SeatRang(call_id=self._named(call_id), seat_id=leg_of(leg)))

    def party_answers(self, leg: str, call_id: str = "") -> Self:
        return self.handle(fact.SeatAnswered(call_id=self._named(call_id), seat_id=leg_of(leg)))

    def party_fails(self, leg: str, failure: RingFailure = RingFailure.NO_ANSWER) -> Self:
        event = fact.RingFailed(call_id=self._call, seat_id=leg_of(leg), failure=failure)
        return self.handle(event)

    def party_leaves(self, leg: str, call_id: str = "", cause: int = 16) -> Self:
        event = fact.SeatLegEnded(call_id=self._named(call_id), seat_id=leg_of(leg), cause=cause)
        return self.handle(event)

    def alternates(self, staff_number: str) -> Self:
        return self.request(ask.Alternate(staff_number=staff_number))

    def alternated(self, *, to_customer: bool) -> Self:
        return self.handle(fact.LegsAlternated(call_id=self._call, to_customer=to_customer))

    def completes(self, staff_number: str) -> Self:
        return self.request(ask.CompleteTransfer(staff_number=staff_number))

    def transfer_done(self, leg: str) -> Self:
        return self.handle(fact.TransferDone(call_id=self._call, party=leg_of(leg)))

    def cancels(self, staff_number: str) -> Self:
        return self.request(ask.CancelConsult(staff_number=staff_number))

    def confers(self, staff_number: str) -> Self:
        return self.request(ask.Conference(staff_number=staff_number))

    def conference_began(self) -> Self:
        return self.handle(fact.ConferenceBegan(call_id=self._call))

    def order_fails(self) -> Self:
        return self.handle(fact.OrderFailed(call_id=self._call))

    # A restart of the engine

    def restart(self, *, day: bool = True) -> Self:
        """A new engine with what was stored, while Asterisk and the phones went on; it has no calls yet."""
        old = self.floor.state
        queue_days = old.day if day else {}
        agent_days = [look.agent_day(old, staff_number, self.now) for staff_number in old.agent_day]
        self.floor, self.timers = Floor(self.plan, self.now), {}
        self.start(list(self.memories.values()), queue_days, agent_days if day else ())
        for seat_id, reachable in old.reachable.items():
            self.handle(fact.SeatReachable(seat_id=seat_id, reachable=reachable))
        return self

    def adopts(self, call_id: str, *, stored: bool = True) -> Self:
        """A caller who rings all seats by the dialplan alone."""
        return self._adopt(call_id, CallState.UNATTENDED, stored=stored)

    def adopts_talk(
        self,
        call_id: str,
        staff_number: str,
        *,
        stored: bool = True,
        since: Millis = 0,
        direction: Direction = Direction.INBOUND,
    ) -> Self:
        """A talk that is up."""
        seat_id = seat_of(staff_number)
        return self._adopt(call_id, CallState.TALKING, seat_id, since, direction, stored=stored)

    def _adopt(
        self,
        call_id: str,
        state: CallState,
        seat_id: str = "",
        answered_at: Millis = 0,
        direction: Direction = Direction.INBOUND,
        *,
        stored: bool,
    ) -> Self:
        self._call = call_id
        return self.handle(
            fact.CallAdopted(
                call_id=call_id,
                line_id="line1",
                did="96335",
                cli="13893812345",
                cli_raw="13893812345",
                accepted_at=self.now - 60_000,
                state=state,
                seat_id=seat_id,
                answered_at=answered_at,
                direction=direction,
                stored=self.records.get(call_id) if stored else None,
            )
        )

    # What there is now

    def agent(self, staff_number: str) -> Agent:
        return self.floor.state.agents[staff_number]

    def call_now(self, call_id: str = "") -> Call:
        return self.floor.state.calls[self._named(call_id)]

    def record(self, call_id: str = "") -> CallRecord:
        """The call's row as it was stored last."""
        return self.records[self._named(call_id)]

    def ordered(self, kind: type[E]) -> list[E]:
        """The effects of one kind of the last step."""
        return [effect for effect in self.steps if isinstance(effect, kind)]

    def view_of(self, staff_number: str) -> AgentView:
        """What supervisors see of an agent."""
        return look.agent_view(self.floor.state, self.agent(staff_number))

    def desk(self, staff_number: str) -> DeskView:
        """What the agent's console shows."""
        desk = self.floor.desk(staff_number, self.now)
        assert desk is not None
        return desk

    # Checks

    def presented(self, call_id: str, staff_number: str) -> Self:
        call, agent = self.call_now(call_id), self.agent(staff_number)
        assert call.state is CallState.PRESENTED, call
        assert agent.state in (AgentState.RESERVED, AgentState.RINGING), agent
        assert (agent.call_id, call.record.staff_number) == (call_id, staff_number)
        self._call = call_id
        return self

    def waiting(self, *call_ids: str, queue: str = "general") -> Self:
        """Exactly these wait in the queue, in this order."""
        assert tuple(self.floor.state.waiting[queue]) == call_ids
        return self

    def agent_is(self, staff_number: str, state: AgentState, status: AgentStatus = AgentStatus.READY) -> Self:
        agent = self.agent(staff_number)
        assert (agent.state, agent.status) == (state, status), agent
        return self

    def on_break(self, staff_number: str, reason: str) -> Self:
        self.agent_is(staff_number, AgentState.IDLE, AgentStatus.BREAK)
        assert self.agent(staff_number).reason == reason
        return self

    def call_is(self, state: CallState, call_id: str = "") -> Self:
        assert self.call_now(call_id).state is state
        return self

    def shows(self, text: str) -> Self:
        """The floor in one line."""
        assert repr(self.floor) == f"<Floor {text}>"
        return self

    def gone(self, *call_ids: str) -> Self:
        """The calls are over, and nothing of them is left."""
        assert not self.floor.state.calls.keys() & set(call_ids)
        assert not [name for name in self.timers if name.partition(":")[2] in call_ids]
        return self

    def _named(self, call_id: str) -> str:
        self._call = call_id or self._call
        return self._call


def given(
    *,
    agents: Iterable[str] = (),
    plan: Plan | None = None,
    at: str = "08:59:00",
    **rules: Any,
) -> FloorScript:
    """A floor with its switch and phones up, and these agents logged in, on break."""
    script = FloorScript(plan or make_plan(**rules), clock(at)).start().switch_is_up()
    for staff_number in agents:
        script.phone(staff_number, reachable=True).logs_in(staff_number)
    return script
