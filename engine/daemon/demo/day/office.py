"""Who sees to tickets on a day: owners, the supervisor, and people of the departments."""

import asyncio
import random

from engine.adapters.unix_socket.client import EngineError
from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.states import Deed, TicketState
from engine.daemon.demo.day.ledger import Hand
from engine.daemon.demo.day.line import GONE
from engine.daemon.demo.day.state import Day
from engine.wire.messages import Reason
from engine.wire.notices import NoticesParams
from engine.wire.tickets import ConfirmOutageParams, SuspectParams, TicketRow, TicketsParams

_POLL_S = 0.25
_MOST = 500
_HOUR_MS = 3_600_000
_DEPARTMENT = {"complaint": "repair", "report": "repair", "suggestion": "business"}
_PNG = b"\x89PNG\r\n\x1a\n"


class Clerk:
    """Somebody with a list of tickets: the own ones, or those of the department."""

    def __init__(self, hand: Hand, day: Day, view: str, *, telephones: bool = False) -> None:
        person = hand.line.person
        assert person is not None
        self._hand = hand
        self._day = day
        self._view = view
        self._telephones = telephones
        self._me = person.staff_number
        self._sent_back: set[str] = set()
        self._asked: set[str] = set()

    async def run(self) -> None:
        """Work until cancelled."""
        wanted = TicketsParams(view=self._view, since=self._day.since, limit=_MOST)
        while True:
            rows = (await self._hand.line.ask("tickets.list", wanted)).tickets
            for row in rows:
                await self._see_to(row)
            await asyncio.sleep(_POLL_S)

    async def _see_to(self, row: TicketRow) -> None:
        ticket = row.ticket
        if self._day.is_of_outage(ticket.phone):
            return
        work = self._in_department if self._view == "department" else self._as_owner
        act = await work(ticket)
        if act is None:
            return
        if act.deed not in row.deeds:
            self._day.ledger.troubles.append(f"{ticket.number} {ticket.state}: {self._me} may not {act.deed}")
            return
        await self._hand.act(ticket, act)

    def _chance(self, ticket: Ticket, what: str) -> float:
        return random.Random(f"{self._day.seed} {ticket.number} {what}").random()

    async def _in_department(self, ticket: Ticket) -> Act | None:
        known = ticket.version
        number = ticket.number
        match ticket.state:
            case TicketState.DISPATCHED:
                if self._not_ours(ticket):
                    self._sent_back.add(number)
                    return Act(deed=Deed.SEND_BACK, text="地址不在本站片区", version=known)
                return Act(deed=Deed.ACCEPT, version=known)
            case TicketState.ACCEPTED if not ticket.technician:
                return Act(deed=Deed.ASSIGN, target=self._me, version=known)
            case TicketState.ACCEPTED:
                return Act(deed=Deed.ARRIVE, version=known)
            case TicketState.ON_SITE:
                return await self._on_site(ticket)
        return None

    async def _on_site(self, ticket: Ticket) -> Act | None:
        number, kind = ticket.number, self._day.types[ticket.type]
        remark = f"现场情况 {number}/{ticket.reopened}"
        if remark not in self._day.ledger.remarks:
            await self._hand.remark(number, remark)
            return None
        name = f"{number}.png"
        if self._chance(ticket, "photo") < 0.5 and name not in self._day.ledger.files:
            await self._hand.attach(number, name, _PNG + number.encode() * 4_000)
            return None
        missing = [point for point, _ in kind.checklist if point not in ticket.checked]
        if missing:
            return Act(deed=Deed.CHECK, target=missing[0], version=ticket.version)
        cause = kind.causes[0][0] if kind.causes else ""
        return Act(deed=Deed.RETURN, text="已处理完毕", code=cause, version=ticket.version)

    async def _as_owner(self, ticket: Ticket) -> Act | None:
        kind, known = self._day.types[ticket.type], ticket.version
        unhappy = self._chance(ticket, "happy") < 0.1 and not ticket.reopened
        match ticket.state:
            case TicketState.NEW if kind.route.verify:
                return Act(deed=Deed.VERIFY, version=known)
            case TicketState.NEW | TicketState.VERIFIED if ticket.type == "consult":
                return Act(deed=Deed.REPLY, text="已查明并答复客户", version=known)
            case TicketState.NEW | TicketState.VERIFIED:
                target = "repair" if ticket.returned_at or self._was_sent_back(ticket) else ""
                return Act(
                    deed=Deed.DISPATCH, target=target or _DEPARTMENT.get(ticket.type, ""), version=known
                )
            case TicketState.SUSPENDED if not self._day.waits_for_second_call(ticket.phone):
                return Act(deed=Deed.RESUME, version=known)
            case TicketState.RETURNED if self._telephones and ticket.type == "complaint":
                return self._by_telephone(ticket)
            case TicketState.RETURNED:
                return Act(deed=Deed.REPLY, text="您反映的问题已处理", version=known)
            case TicketState.REPLIED if kind.follow_up:
                score = 2 if unhappy else 5
                return Act(deed=Deed.FOLLOW_UP, score=score, version=known)
            case TicketState.FOLLOWED_UP if unhappy:
                return Act(deed=Deed.REOPEN, text="客户说没有修好", version=known)
            case TicketState.REPLIED | TicketState.FOLLOWED_UP:
                return Act(deed=Deed.CLOSE, version=known)
        return None

    def _by_telephone(self, ticket: Ticket) -> Act | None:
        if ticket.number in self._day.telephoned:
            return Act(deed=Deed.REPLY, text="已电话告知客户处理结果", version=ticket.version)
        if ticket.number not in self._asked:
            self._asked.add(ticket.number)
            self._day.to_telephone[self._me].put_nowait(ticket.number)
        return None

    def _not_ours(self, ticket: Ticket) -> bool:
        """The station passes a few on, each once."""
        new = ticket.number not in self._sent_back
        return new and ticket.department == "east" and self._was_sent_back(ticket)

    def _was_sent_back(self, ticket: Ticket) -> bool:
        return self._chance(ticket, "back") < 0.06


async def decide_outages(hand: Hand, day: Day) -> None:
    """A supervisor looks at what is suspected until cancelled: that of today is one, others are none."""
    while True:
        for suspect in (await hand.line.ask("outages.suspected")).suspects:
            try:
                if suspect.area == day.outage_area and not day.outages:
                    until_at = suspect.at + 4 * _HOUR_MS
                    params = ConfirmOutageParams(id=suspect.id, until_at=until_at)
                    done = await hand.line.once("outages.confirm", params)
                    day.outages.append(done.notice_id)
                elif suspect.area != day.outage_area:
                    await hand.line.once("outages.dismiss", SuspectParams(id=suspect.id))
                    day.dismissed += 1
            except EngineError as error:
                if error.reason == GONE:
                    await _look_what_became_of_it(hand, day)
                elif error.reason not in (Reason.CONFLICT, Reason.NOT_FOUND):
                    raise
        await asyncio.sleep(_POLL_S)


async def _look_what_became_of_it(hand: Hand, day: Day) -> None:
    """The answer was lost: the announcement says whether it is an outage by now."""
    for row in (await hand.line.ask("notices.list", NoticesParams())).notices:
        notice = row.notice
        if day.outage_area in notice.areas and notice.at >= day.since and notice.id not in day.outages:
            day.outages.append(notice.id)
