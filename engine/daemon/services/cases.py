"""Callers tell of faults, complaints and the like, and hear what has become of them."""

import asyncio
import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from db.case_lists import own_cases
from db.cases import cancel_case, rate_case, remark_case, report_case
from engine.adapters.asterisk.caller import wav_length_ms
from engine.config import Cases
from engine.core.cases import SOMEBODY, STATUS, Case, CaseKind, CaseRecording, CaseState, NewCase, about
from engine.core.ivr.services import FAILED
from engine.core.ivr.values import Row
from engine.core.lines import Matter
from engine.core.records import Millis
from engine.daemon.services.base import Answer, Asked, Handler, Tools

log = logging.getLogger(__name__)

_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_TOLD_BY_MESSAGE = (CaseKind.COMPLAINT, CaseKind.SUGGESTION, CaseKind.REPORT)


async def report_fault(asked: Asked, tools: Tools) -> Answer:
    """Take a fault down, unless the same is known already."""
    line, fault = asked.text("line"), asked.text("fault")
    matter = Matter.of(line, fault)
    if not matter.known:
        log.warning(
            "call=%s there is no fault %r of %r: it counts as another one", asked.call_id, fault, line
        )
    new = await _new_case(asked, tools, CaseKind.FAULT)
    new = replace(new, line=matter.line, fault=matter.fault)
    outcome, case = await asyncio.wrap_future(tools.store.submit(report_case, new))
    return Answer(outcome, {"number": case.number, "expected": moment_text(case.expected_at, asked.zone)})


async def report_message(asked: Asked, tools: Tools) -> Answer:
    """Take down what the caller has said: a complaint, a suggestion, a report."""
    kind = next((kind for kind in _TOLD_BY_MESSAGE if kind == asked.text("kind")), None)
    if kind is None:
        log.error("call=%s there is no kind of message %r", asked.call_id, asked.text("kind"))
        return Answer(FAILED)
    new = await _new_case(asked, tools, kind)
    outcome, case = await asyncio.wrap_future(tools.store.submit(report_case, new))
    return Answer(outcome, {"number": case.number})


async def list_own(asked: Asked, tools: Tools) -> Answer:
    """What has become of the caller's cases."""
    cases = await asyncio.wrap_future(tools.store.read(own_cases, asked.customer_id, asked.now))
    if not cases:
        return Answer("none")
    language = asked.language or tools.config.site.language
    return Answer("found", {"cases": tuple(_row(case, language, asked.zone) for case in cases)})


async def remark(asked: Asked, tools: Tools) -> Answer:
    """Add what the caller has said to a case."""
    recording = await _recording(asked, tools)
    if recording is None:
        log.error("call=%s a remark on case %s without a recording", asked.call_id, asked.text("number"))
        return Answer(FAILED)
    done = tools.store.submit(
        remark_case, asked.key, asked.text("number"), asked.customer_id, recording, asked.now
    )
    return Answer(await asyncio.wrap_future(done))


async def rate(asked: Asked, tools: Tools) -> Answer:
    """Give a finished case a mark."""
    done = tools.store.submit(
        rate_case, asked.key, asked.text("number"), asked.customer_id, asked.number("score"), asked.now
    )
    return Answer(await asyncio.wrap_future(done))


async def cancel(asked: Asked, tools: Tools) -> Answer:
    """The caller does not want it any more."""
    done = tools.store.submit(cancel_case, asked.key, asked.text("number"), asked.customer_id, asked.now)
    return Answer(await asyncio.wrap_future(done))


async def _new_case(asked: Asked, tools: Tools, kind: CaseKind) -> NewCase:
    return NewCase(
        key=asked.key,
        day=f"{asked.local_now:%y%m%d}",
        kind=kind,
        customer_id=asked.customer_id,
        cli=asked.cli,
        call_id=asked.call_id,
        at=asked.now,
        expected_at=expected_at(asked.local_now, hours_of(tools.config.cases)[kind]),
        recording=await _recording(asked, tools),
    )


def hours_of(config: Cases) -> Mapping[CaseKind, int]:
    """Within how many hours each kind of case is to be settled."""
    return {
        CaseKind.FAULT: config.fault_hours,
        CaseKind.COMPLAINT: config.complaint_hours,
        CaseKind.SUGGESTION: config.suggestion_hours,
        CaseKind.REPORT: config.report_hours,
    }


def expected_at(reported: datetime, hours: int) -> Millis:
    """So many hours later, at the next full hour: that is how people name a time."""
    due = reported + timedelta(hours=hours)
    if due.minute or due.second or due.microsecond:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return int(due.timestamp() * 1000)


def moment_text(at: Millis, zone: ZoneInfo) -> str:
    """An instant on the site's clock, as values have it."""
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"


def _row(case: Case, language: str, zone: ZoneInfo) -> Row:
    at = case.done_at if case.state is CaseState.DONE else case.expected_at
    return {
        "number": case.number,
        "kind": str(case.kind),
        "about": about(case, language),
        "reported": moment_text(case.reported_at, zone)[:10],
        "state": str(case.state),
        "status": STATUS[case.state].of(language),
        "technician": case.technician or SOMEBODY.of(language),
        "expected": moment_text(at, zone),
    }


async def _recording(asked: Asked, tools: Tools) -> CaseRecording | None:
    """The voice message that the question names; None: it names none."""
    name = asked.text("recording")
    if not name:
        return None
    recording = await asyncio.to_thread(measured, tools.paths.messages, name, asked.now)
    if recording.error:
        log.error("call=%s voice message %r of a case: %s", asked.call_id, name[:80], recording.error)
    return recording


def measured(folder: Path, name: str, at: Millis) -> CaseRecording:
    """A voice message with its length and digest. One that cannot be had is told of, and nothing is lost."""
    stem = name.removesuffix(".wav")
    if not _FILE.fullmatch(stem):
        return CaseRecording(name=re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80], at=at, error="bad_name")
    path = folder / f"{stem}.wav"
    try:
        if path.is_symlink() or not path.is_file():
            return CaseRecording(name=path.name, at=at, error="missing")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size, length_ms = path.stat().st_size, wav_length_ms(str(path))
    except OSError as error:
        return CaseRecording(name=path.name, at=at, error=f"unreadable: {error.strerror}")
    return CaseRecording(name=path.name, at=at, length_ms=length_ms, size=size, sha256=digest)


SERVICES: dict[str, Handler] = {
    "report_fault": report_fault,
    "report_message": report_message,
    "own_cases": list_own,
    "case_remark": remark,
    "rate_case": rate,
    "cancel_case": cancel,
}
