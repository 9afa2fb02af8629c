"""Asterisk's own call records: what happened while no engine looked, each call once."""

import csv
import glob
import io
import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from db.agents import load_agent_memory
from db.calls import get_call, open_calls, store_call
from db.cdr_import import cdr_offset, set_cdr_offset
from db.ticket_files import in_a_ticket
from engine.adapters.asterisk.legs import endpoint_of
from engine.adapters.asterisk.render import CDR_FIELDS
from engine.adapters.asterisk.translate import leg_failure
from engine.adapters.asterisk.wav import wav_length_ms
from engine.core.records import CallRecord, Millis
from engine.core.states import AgentStatus, Direction, EndedBy, Outcome, RingFailure

log = logging.getLogger(__name__)

_MIN_MESSAGE_MS = 1000
_CAUSE_BUSY = 17  # Q.850
_NOT_REACHED = {
    RingFailure.NO_ANSWER: Outcome.NO_ANSWER,
    RingFailure.BUSY: Outcome.BUSY,
    RingFailure.REJECTED: Outcome.BUSY,
    RingFailure.UNREACHABLE: Outcome.UNREACHABLE,
    RingFailure.CANCELLED: Outcome.CANCELLED,
}
_DIRECTIONS = {str(direction): direction for direction in Direction}

Row = dict[str, str]


def import_cdr(conn: sqlite3.Connection, path: Path, up: frozenset[str], messages: Path) -> list[CallRecord]:
    """Close or add the rows of calls that ended unseen; calls in `up` go on. Returns what was written.

    Reads on from where the last import stopped; a call whose row is finished already is left alone.
    """
    offset = cdr_offset(conn)
    try:
        size = path.stat().st_size
    except OSError:
        return []
    offset = offset if offset <= size else 0  # the file was rotated
    with path.open("rb") as file:
        file.seek(offset)
        data = file.read()
    data = data[: data.rfind(b"\n") + 1]  # a line that is just being written is read the next time
    sitting = {
        memory.seat_id: memory.staff_number
        for memory in load_agent_memory(conn)
        if memory.status is not AgentStatus.LOGGED_OUT
    }
    written = []
    for row in _rows(data.decode("utf-8", "replace")):
        call_id = row["fs_call"]
        stored = get_call(conn, call_id)
        if call_id in up or (stored is not None and stored.ended_at):
            continue
        record = _record(conn, row, stored, messages, sitting)
        store_call(conn, record)
        written.append(record)
        log.info("call=%s imported from Asterisk's record: %s", call_id, record.outcome)
    set_cdr_offset(conn, offset + len(data))
    return written


def _rows(text: str) -> Iterator[Row]:
    """The lines that speak of a whole call."""
    for values in csv.reader(io.StringIO(text)):
        if len(values) != len(CDR_FIELDS):
            log.warning("a line of Asterisk's call records has %d fields: passed over", len(values))
            continue
        row = dict(zip(CDR_FIELDS, values, strict=True))
        if row["fs_final"] == "1" and row["fs_call"]:
            yield row


def _millis(text: str) -> Millis:
    """`1763757000.123` as milliseconds; 0 for anything else."""
    seconds, _, fraction = text.partition(".")
    if not seconds.isdecimal():
        return 0
    return int(seconds) * 1000 + int((fraction + "000")[:3] if fraction.isdecimal() else 0)


def _record(
    conn: sqlite3.Connection,
    row: Row,
    stored: CallRecord | None,
    messages: Path,
    sitting: Mapping[str, str],
) -> CallRecord:
    """What is known of the call, from our own row and from Asterisk's; `sitting`: who has which seat."""
    accepted_at, ended_at = _millis(row["fs_accepted"]), _millis(row["fs_ended"])
    cause = row["fs_cause"]
    record = stored or CallRecord(
        call_id=row["fs_call"],
        line_id=row["fs_line"],
        did=row["fs_did"],
        cli=row["fs_cli"],
        cli_raw=row["fs_cli"],
        accepted_at=accepted_at or _millis(row["fs_started"]) or ended_at,
        unattended=not row["fs_seat"],  # one that an agent began is nobody's to attend to
        direction=_DIRECTIONS.get(row["fs_direction"], Direction.INBOUND),
        seat_id=row["fs_seat"],
        staff_number=sitting.get(row["fs_seat"], ""),
    )
    record = replace(
        record,
        ended_at=max(ended_at, record.accepted_at),
        customer_cause=int(cause) if cause.isdecimal() else 0,
        unattended=record.unattended or bool(row["fs_unattended"]),
    )
    if row["fs_dialstatus"] == "ANSWER" or record.answered_at:
        return _talked(row, record, sitting)
    record = _with_message(conn, record, messages)
    ended_by = EndedBy.CUSTOMER if record.direction is Direction.INBOUND else EndedBy.SYSTEM
    return replace(record, outcome=_outcome(record, row), ended_by=ended_by)


def _with_message(conn: sqlite3.Connection, record: CallRecord, messages: Path) -> CallRecord:
    """With the voice message that lies there, if it is long enough to hold a word.

    That is the one of the call, else the last thing that the caller told on the way and no ticket has.
    """
    parts = sorted(messages.glob(f"{glob.escape(record.call_id)}-*.wav"), reverse=True)
    for path in (messages / f"{record.call_id}.wav", *parts):
        length_ms = wav_length_ms(str(path))
        if length_ms >= _MIN_MESSAGE_MS and not in_a_ticket(conn, path.name):
            return replace(record, message_file=path.name, message_ms=length_ms)
    return record


def add_message(conn: sqlite3.Connection, call_id: str, messages: Path) -> CallRecord | None:
    """The voice message of a call that rang all seats by itself and ended before the engine's eyes.

    Returns the call's new record, None if nothing has changed.
    """
    stored = get_call(conn, call_id)
    if stored is None or not stored.unattended or stored.answered_at or stored.message_ms:
        return None
    record = _with_message(conn, stored, messages)
    if not record.message_ms:
        return None
    record = replace(record, outcome=Outcome.VOICEMAIL)
    store_call(conn, record)
    return record


def _talked(row: Row, record: CallRecord, sitting: Mapping[str, str]) -> CallRecord:
    """A talk that ended unseen. Who was rung before the engine was gone need not be who picked up."""
    if not record.answered_at:
        seat_id = endpoint_of(row["fs_peer"])
        record = replace(record, seat_id=seat_id, staff_number=sitting.get(seat_id, ""))
    talk_ms = int(row["fs_talk_ms"]) if row["fs_talk_ms"].isdecimal() else 0
    told_at = record.answered_at or _millis(row["fs_answered"])
    answered_at = told_at or max(record.accepted_at, record.ended_at - talk_ms)
    inbound = record.direction is Direction.INBOUND
    offered_at = record.offered_at or (answered_at if inbound else 0)
    return replace(
        record,
        answered_at=answered_at,
        offered_at=offered_at,
        wait_ms=answered_at - offered_at if offered_at else 0,
        talk_ms=max(0, record.ended_at - answered_at - record.hold_ms),
        ended_by=_who_hung_up(row),
        outcome=Outcome.ANSWERED,
    )


def _who_hung_up(row: Row) -> EndedBy:
    """By the channel that Asterisk names as the source of the hang-up."""
    source = row["fs_hangup_source"]
    if not source:
        return EndedBy.UNKNOWN
    return EndedBy.CUSTOMER if source == row["channel"] else EndedBy.AGENT


def _outcome(record: CallRecord, row: Row) -> Outcome:
    if record.direction is not Direction.INBOUND:
        status = "BUSY" if record.customer_cause == _CAUSE_BUSY else "NOANSWER"
        return _NOT_REACHED[leg_failure(status, record.customer_cause)]
    if row["fs_unattended"] and not record.message_ms:
        return Outcome.ABANDONED
    return _known_outcome(record)


def close_vanished(conn: sqlite3.Connection, up: frozenset[str], now: Millis) -> list[CallRecord]:
    """Close rows of calls that neither go on nor left a record, as after a power cut. Returns them."""
    written = []
    for record in open_calls(conn):
        if record.call_id in up:
            continue
        last = max(record.accepted_at, record.offered_at, record.answered_at)
        outcome = _known_outcome(record)
        closed = replace(record, ended_at=max(last, 1), outcome=outcome, ended_by=EndedBy.UNKNOWN)
        store_call(conn, closed)
        written.append(closed)
        log.warning("call=%s vanished without a record: closed at %d, found at %d", record.call_id, last, now)
    return written


def _known_outcome(record: CallRecord) -> Outcome:
    if record.answered_at:
        return Outcome.ANSWERED
    if record.direction is not Direction.INBOUND:
        return Outcome.NO_ANSWER
    if record.message_ms:
        return Outcome.VOICEMAIL
    return Outcome.ABANDONED if record.offered_at else Outcome.IVR_EXIT
