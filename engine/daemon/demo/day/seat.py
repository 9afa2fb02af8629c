"""Agents on a day of tickets: they take calls, write down what is wanted, and tell customers by telephone."""

import asyncio
import time
from collections.abc import Callable

from engine.adapters.phone import Phone
from engine.adapters.unix_socket.client import EngineError
from engine.core.records import CallNote
from engine.core.states import AgentState, AgentStatus, Direction, RefusalCode
from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.states import Deed, TicketState
from engine.core.views import CallView, DeskView
from engine.daemon.demo.day.ledger import Hand
from engine.daemon.demo.day.line import GONE, Line
from engine.daemon.demo.day.plan import Errand, Matter, form_of
from engine.daemon.demo.day.state import Day
from engine.daemon.demo.site import Person
from engine.wire.messages import Reason
from engine.wire.methods import NoteParams, Views
from engine.wire.phone import DialParams

_LOOK_S = 0.5  # after which a desk is looked at even though nothing was told
_BETWEEN_DIALS_S = 1.5  # whoever dials: lines are few
_PICKS_UP_S = 0.2


class SeatAgent:
    """One agent at one seat; `line` is also the one by which the same person sees to own tickets."""

    def __init__(
        self, path: str, person: Person, seat: str, phone: Phone, day: Day, came: Callable[[str], None]
    ) -> None:
        self.line = Line(path, person, seat, self._seen)
        self.hand = Hand(self.line, day.ledger)
        self._me = person.staff_number
        self._day = day
        self._came = came
        self._view: DeskView | None = None
        self._changed = asyncio.Event()
        self._written: set[tuple[str, str]] = set()
        self._dialled: dict[str, str] = {}  # call id to the number of its ticket
        self._reached: set[str] = set()  # call ids
        self._waiting: asyncio.Queue[str] = day.to_telephone.setdefault(self._me, asyncio.Queue())
        phone.pick_up_after_s = _PICKS_UP_S

    def _seen(self, views: Views) -> None:
        if views.desk is not None:
            self._view = views.desk
            self._changed.set()

    async def run(self) -> None:
        """Work until cancelled."""
        await self.line.open()
        while True:
            self._changed.clear()
            try:
                await self._step()
            except EngineError as error:
                # what is refused has changed meanwhile; what is lost is done again, the line comes back
                if error.reason not in (GONE, Reason.REFUSED, Reason.CONFLICT, Reason.NOT_FOUND):
                    raise
                if error.reason == GONE:
                    await self.line.open()
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._changed.wait()
            except TimeoutError:
                pass

    async def _step(self) -> None:
        view = self._view
        if view is None:
            return
        agent, call = view.agent, view.call
        if agent.state is AgentState.IDLE:
            await self._idle(view)
        elif call is None:
            return
        elif agent.state in (AgentState.RESERVED, AgentState.RINGING):
            if view.phone == "auto" and self._first(call.call_id, "answer"):
                await self.line.once("agent.answer")
        elif agent.state is AgentState.TALKING:
            await self._talk(call)
        elif agent.state is AgentState.WRAP_UP:
            await self._wrap_up(call)

    def _first(self, call_id: str, what: str) -> bool:
        new = (call_id, what) not in self._written
        self._written.add((call_id, what))
        return new

    async def _idle(self, view: DeskView) -> None:
        if self._waiting.empty() or time.monotonic() < self._day.dial_after:
            await self._get_ready(view)
        else:
            self._day.dial_after = time.monotonic() + _BETWEEN_DIALS_S
            await self._dial(view, self._waiting.get_nowait())

    async def _get_ready(self, view: DeskView) -> None:
        if view.agent.status is AgentStatus.BREAK:
            await self.line.once("agent.ready")

    async def _talk(self, call: CallView) -> None:
        if call.direction is Direction.OUTBOUND:
            self._reached.add(call.call_id)
            await self.line.once("agent.hang_up")
            return
        self._came(call.cli)
        await self._take_down(call)

    async def _wrap_up(self, call: CallView) -> None:
        if call.direction is Direction.OUTBOUND:
            await self._told(call.call_id)
        else:
            await self._take_down(call)
        note = CallNote(note="按客户要求登记", disposition="answered_question")
        await self.line.ask("call.note", NoteParams(call_id=call.call_id, note=note))
        await self.line.once("agent.ready")

    # What customers want

    async def _take_down(self, call: CallView) -> None:
        errand = self._day.errand_of(call.cli)
        if errand is None or not self._first(call.call_id, "taken"):
            return
        self._day.in_hand.add(errand.mark)
        try:
            await self._write_down(errand, call.call_id)
        finally:
            self._day.in_hand.discard(errand.mark)

    async def _write_down(self, errand: Errand, call_id: str) -> None:
        again = self._day.done(errand) > 0
        new = form_of(errand, call_id, again)
        made = await self.hand.create(new, errand.mark + ("b" if again else ""))
        if made.row is not None and not again and errand.matter is Matter.AGAIN:
            act = Act(deed=Deed.SUSPEND, code="customer", text="客户外出,回家后再来电")
            await self._surely(made.row.ticket.number, act, TicketState.SUSPENDED)
        if made.row is None:
            number = made.same[0].ticket.number
            await self._surely(number, Act(deed=Deed.AGAIN, text="客户再次来电", target=call_id), None)
            ticket = (await self.hand.show(number)).row.ticket
            if ticket.state is TicketState.SUSPENDED:
                await self._surely(number, Act(deed=Deed.RESUME), ticket.resume_to)
        self._day.taken[errand.mark] = min(errand.calls, self._day.done(errand) + 1)

    async def _surely(self, number: str, act: Act, then: TicketState | None) -> Ticket | None:
        """Do it unless it is done: after a lost answer the history says whether it was."""
        while True:
            detail = await self.hand.show(number)
            ticket = detail.row.ticket
            same = [step for step in detail.steps if (step.deed, step.text) == (act.deed, act.text)]
            if any(step.who == self._me for step in same) if then is None else ticket.state is then:
                return ticket
            if act.deed not in detail.row.deeds:
                return None
            made = Act(deed=act.deed, text=act.text, code=act.code, target=act.target, version=ticket.version)
            after = await self.hand.act(ticket, made)
            if after is not None:
                return after

    # Customers are told by telephone

    async def _dial(self, view: DeskView, number: str) -> None:
        ticket = (await self.hand.show(number)).row.ticket
        if ticket.state is not TicketState.RETURNED or number in self._day.telephoned:
            return
        self._waiting.put_nowait(number)  # until it is done
        params = DialParams(number=ticket.phone, customer_id=ticket.customer_id)
        try:
            made = await self.line.once("agent.dial", params)
        except EngineError as error:
            if error.detail == RefusalCode.NO_FREE_LINE:
                await self._get_ready(view)
                return
            raise
        self._dialled[made.call_id] = number

    async def _told(self, call_id: str) -> None:
        number = self._dialled.pop(call_id, "")
        if not number:
            return
        code = "reached" if call_id in self._reached else "no_answer"
        act = Act(deed=Deed.CALL, target=call_id, code=code, text=f"通话 {call_id}")
        await self._surely(number, act, None)
        if code == "reached":
            self._day.telephoned.add(number)
