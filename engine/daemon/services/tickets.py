"""Callers tell of faults, complaints and the like, and hear what has become of them: each is a ticket."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from db.ticket_calls import cancel_ticket, own_tickets, rate_ticket, remark_by_voice
from engine.adapters.asterisk.wav import wav_length_ms
from engine.core.ivr.services import FAILED
from engine.core.ivr.values import Row
from engine.core.lines import Matter
from engine.core.records import Millis
from engine.core.tickets.heard import SOMEBODY, STATUS, Heard, about, heard
from engine.core.tickets.records import CUSTOMER, Attachment, NewTicket, Ticket
from engine.core.tickets.states import TicketKind
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.tickets.book import TOLD_BY_MESSAGE

log = logging.getLogger(__name__)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")


async def report_fault(asked: Asked, tools: Tools) -> Answer:
    """Take a fault down, unless the same is known already."""
    line, fault = asked.text("line"), asked.text("fault")
    matter = Matter.of(line, fault)
    if not matter.known:
        log.warning(
            "call=%s there is no fault %r of %r: it counts as another one", asked.call_id, fault, line
        )
    answer = await _report(asked, tools, TicketKind.FAULT, matter)
    if answer is None:
        return Answer(FAILED)
    outcome, ticket = answer
    return Answer(outcome, {"number": ticket.number, "expected": _expected(ticket, asked.zone)})


async def report_message(asked: Asked, tools: Tools) -> Answer:
    """Take down what the caller has said: a complaint, a suggestion, a report."""
    kind = next((kind for kind in TOLD_BY_MESSAGE if kind == asked.text("kind")), None)
    if kind is None:
        log.error("call=%s there is no kind of message %r", asked.call_id, asked.text("kind"))
        return Answer(FAILED)
    answer = await _report(asked, tools, kind, Matter("", ""))
    return Answer(FAILED) if answer is None else Answer(answer[0], {"number": answer[1].number})


async def list_own(asked: Asked, tools: Tools) -> Answer:
    """What has become of the caller's tickets."""
    tickets = await asyncio.wrap_future(tools.store.read(own_tickets, asked.customer_id, asked.now))
    if not tickets:
        return Answer("none")
    names = await tools.tickets.names()
    return Answer("found", {"cases": tuple(_row(ticket, asked, tools, names) for ticket in tickets)})


async def remark(asked: Asked, tools: Tools) -> Answer:
    """Add what the caller has said to a ticket."""
    recording = await recording_of(asked, tools)
    if recording is None:
        log.error("call=%s a remark on ticket %s without a recording", asked.call_id, asked.text("number"))
        return Answer(FAILED)
    return await _change(asked, tools, remark_by_voice, recording)


async def rate(asked: Asked, tools: Tools) -> Answer:
    """Give a settled ticket a mark."""
    return await _change(asked, tools, rate_ticket, asked.number("score"))


async def cancel(asked: Asked, tools: Tools) -> Answer:
    """The caller does not want it any more."""
    return await _change(asked, tools, cancel_ticket)


async def _change(asked: Asked, tools: Tools, function: Callable[..., str], *values: object) -> Answer:
    number = asked.text("number")
    return Answer(
        await tools.tickets.by_caller(function, asked.key, number, asked.customer_id, *values, at=asked.now)
    )


async def _report(asked: Asked, tools: Tools, kind: TicketKind, matter: Matter) -> tuple[str, Ticket] | None:
    """The outcome and the ticket; None where the site has no type of this kind."""
    types = [one.id for one in tools.tickets.book.types.values() if one.kind is kind]
    if not types:
        log.error("call=%s there is no type of ticket of the kind %s", asked.call_id, kind)
        return None
    new = NewTicket(
        key=asked.key,
        type=kind if kind in types else types[0],
        line=matter.line,
        fault=matter.fault,
        customer_id=asked.customer_id,
        phone=asked.cli,
        call_id=asked.call_id,
    )
    return await tools.tickets.report(new, await recording_of(asked, tools), at=asked.now)


def moment_text(at: Millis, zone: ZoneInfo) -> str:
    """An instant on the site's clock, as values have it."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"


def _row(ticket: Ticket, asked: Asked, tools: Tools, names: Mapping[str, str]) -> Row:
    language = asked.language or tools.config.site.language
    how_far = heard(ticket)
    kind = tools.tickets.rules.type_of(ticket).kind
    done_at = ticket.replied_at or ticket.closed_at
    expected = moment_text(done_at, asked.zone) if how_far is Heard.DONE else _expected(ticket, asked.zone)
    return {
        "number": ticket.number,
        "kind": str(kind),
        "about": about(ticket, kind, language),
        "reported": moment_text(ticket.created_at, asked.zone)[:10],
        "state": str(how_far),
        "status": STATUS[how_far].of(language),
        "technician": names.get(ticket.technician, ticket.technician) or SOMEBODY.of(language),
        "expected": expected,
    }


def expected_text(at: Millis, zone: ZoneInfo) -> str:
    """By when something should be settled, at the next full hour: that is how people name a time."""
    due = datetime.fromtimestamp(at / 1000, zone)
    if due.minute or due.second or due.microsecond:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return moment_text(int(due.timestamp() * 1000), zone)


def _expected(ticket: Ticket, zone: ZoneInfo) -> str:
    return expected_text(ticket.expected_at or ticket.resolve_by, zone)


async def recording_of(asked: Asked, tools: Tools) -> Attachment | None:
    """The voice message that the question names; None: it names none."""
    name = asked.text("recording")
    if not name:
        return None
    recording = await asyncio.to_thread(measured, tools.paths.messages, name, asked.now)
    if recording.error:
        log.error("call=%s voice message %r of a ticket: %s", asked.call_id, name[:80], recording.error)
    return recording


def measured(folder: Path, name: str, at: Millis) -> Attachment:
    """A voice message with its length and digest. One that cannot be had is told of, and nothing is lost."""
    stem = name.removesuffix(".wav")
    if not _FILE.fullmatch(stem):
        return _voice(re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80], at, error="bad_name")
    path = folder / f"{stem}.wav"
    try:
        if path.is_symlink() or not path.is_file():
            return _voice(path.name, at, error="missing")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size, length_ms = path.stat().st_size, wav_length_ms(str(path))
    except OSError as error:
        return _voice(path.name, at, error=f"unreadable: {error.strerror}")
    return replace(_voice(path.name, at), length_ms=length_ms, size=size, sha256=digest)


def _voice(name: str, at: Millis, error: str = "") -> Attachment:
    """What a caller has said, of a ticket that is yet to be found or made."""
    return Attachment(ticket="", name=name, kind="wav", size=0, sha256="", at=at, who=CUSTOMER, error=error)


SERVICES: dict[str, Handler] = {
    "report_fault": report_fault,
    "report_message": report_message,
    "own_cases": list_own,
    "case_remark": remark,
    "rate_case": rate,
    "cancel_case": cancel,
}
