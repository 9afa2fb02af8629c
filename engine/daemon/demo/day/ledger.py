"""What the scripted people were told is kept, and what they tried without an answer."""

import asyncio
import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engine.adapters.unix_socket.client import EngineError
from engine.core.tickets.records import Act, Attachment, NewTicket, Ticket
from engine.core.tickets.states import Deed, Refused
from engine.daemon.demo.day.line import GONE, Line
from engine.wire.messages import Reason
from engine.wire.methods import Params
from engine.wire.tickets import (
    ActParams,
    AttachParams,
    CreatedTicket,
    CreateTicketParams,
    TicketDetail,
    TicketNumberParams,
)


@dataclass
class Ledger:
    """By the whole day. Values are numbers of tickets; keys are told apart wherever they are found."""

    tickets: dict[str, str] = field(default_factory=dict)  # by the mark in the text
    tickets_tried: set[str] = field(default_factory=set)
    remarks: dict[str, str] = field(default_factory=dict)  # by text
    remarks_tried: dict[str, str] = field(default_factory=dict)
    files: dict[str, tuple[str, str]] = field(default_factory=dict)  # by name, with SHA-256
    files_tried: dict[str, str] = field(default_factory=dict)
    deeds: Counter[Deed] = field(default_factory=Counter)
    writing: asyncio.Event = field(default_factory=asyncio.Event)  # somebody has begun to wait for an answer
    lost_answers: int = 0
    conflicts: int = 0
    troubles: list[str] = field(default_factory=list)


class Hand:
    """What one person does to tickets, written down."""

    def __init__(self, line: Line, ledger: Ledger) -> None:
        self.line = line
        self.ledger = ledger

    async def create(self, new: NewTicket, mark: str) -> CreatedTicket:
        """A new ticket, or those of the same matter; asked until it is answered."""
        self.ledger.tickets_tried.add(mark)
        while True:
            try:
                made: CreatedTicket = await self._write("tickets.create", CreateTicketParams(ticket=new))
                break
            except EngineError as error:
                self._lost(error)
        if made.row is not None:
            self.ledger.tickets[mark] = made.row.ticket.number
        return made

    async def act(self, ticket: Ticket, act: Act) -> Ticket | None:
        """Do something to the ticket as it was seen; None: it is to be looked at again."""
        try:
            row = await self._write("tickets.act", ActParams(number=ticket.number, act=act))
        except EngineError as error:
            if error.reason == Reason.CONFLICT or error.detail.partition(":")[0] == Refused.ILLEGAL:
                self.ledger.conflicts += 1
            elif error.reason == GONE:
                self.ledger.lost_answers += 1
            else:
                self.ledger.troubles.append(f"{ticket.number} {act.deed} {ticket.state}: {error}")
            return None
        self.ledger.deeds[act.deed] += 1
        after: Ticket = row.ticket
        return after

    async def remark(self, number: str, text: str) -> None:
        """Add a remark once: after a lost answer it is looked whether it is there."""
        self.ledger.remarks_tried[text] = number
        while True:
            detail = await self.show(number)
            if any(step.deed is Deed.REMARK and step.text == text for step in detail.steps):
                self.ledger.remarks[text] = number
                return
            ticket = detail.row.ticket
            act = Act(deed=Deed.REMARK, text=text, version=ticket.version)
            if await self.act(ticket, act) is not None:
                self.ledger.remarks[text] = number
                return

    async def attach(self, number: str, name: str, content: bytes) -> None:
        """Add a file; asked until it is answered."""
        self.ledger.files_tried[name] = number
        data = base64.b64encode(content).decode()
        params = AttachParams(number=number, name=name, offset=0, data=data, last=True)
        while True:
            try:
                kept: Attachment | None = (await self._write("tickets.attach", params)).attachment
                break
            except EngineError as error:
                self._lost(error)
        digest = hashlib.sha256(content).hexdigest()
        if kept is None or kept.sha256 != digest:
            self.ledger.troubles.append(f"{number}: {name} was kept as {kept}")
        self.ledger.files[name] = (number, digest)

    async def show(self, number: str) -> TicketDetail:
        """One ticket as it is now."""
        detail: TicketDetail = await self.line.ask("tickets.show", TicketNumberParams(number=number))
        return detail

    async def _write(self, method: str, params: Params) -> Any:
        self.ledger.writing.set()
        return await self.line.once(method, params)

    def _lost(self, error: EngineError) -> None:
        if error.reason != GONE:
            raise error
        self.ledger.lost_answers += 1
