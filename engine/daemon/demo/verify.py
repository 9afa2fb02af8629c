"""Was every practice call accounted for? The engine is asked through its socket, and the files are read."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.exchange import PlacedCall
from engine.adapters.unix_socket.client import SocketClient
from engine.core.records import CallRecord, RecordingInfo
from engine.core.states import Outcome
from engine.daemon.demo.callers import PlannedCall
from engine.wire.methods import CallDetail, CallIdParams, CallsParams

_SETTLE_S = 20.0  # until the last record is closed and its recording is finished
_POLL_S = 0.25
_LENGTH_TOLERANCE_MS = 1000
_SILENT_DBFS = -45.0  # speech is at about -20, the noise of the practice line at -64
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Verdict:
    """One placed call beside what the engine has of it."""

    planned: PlannedCall
    placed: PlacedCall
    record: CallRecord | None
    recording: RecordingInfo | None
    problems: tuple[str, ...]
    recording_problems: tuple[str, ...]


@dataclass(slots=True)
class Report:
    """The result of a run."""

    calls_placed: int = 0
    records: int = 0
    answered: int = 0
    abandoned: int = 0
    ivr_exits: int = 0
    recordings_ok: int = 0
    errors: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Every placed call has its one record, its outcome and its recording."""
        outcomes = self.answered + self.abandoned + self.ivr_exits
        return not self.errors and self.calls_placed == self.records == outcomes == self.recordings_ok


class Verifier:
    """Compares a run with the engine's records since an instant (UTC milliseconds)."""

    def __init__(self, client: SocketClient, since: int, recordings: Path) -> None:
        self._client = client
        self._since = since
        self._recordings = recordings

    async def verify(
        self, calls: Sequence[tuple[PlannedCall, PlacedCall]], troubles: Sequence[str]
    ) -> tuple[Report, list[Verdict]]:
        """The report and a verdict for each placed call. Raises EngineError."""
        details = await self._settled(len(calls))
        report = Report(calls_placed=len(calls), records=len(details), errors=list(troubles))
        verdicts = [self._judge(planned, placed, details) for planned, placed in calls]
        for verdict in verdicts:
            who = f"call from {verdict.placed.script.cli or 'a withheld number'} ({verdict.planned.fate})"
            report.errors += [f"{who}: {problem}" for problem in verdict.problems]
            report.errors += [f"{who}: {problem}" for problem in verdict.recording_problems]
            report.recordings_ok += not verdict.recording_problems
        for detail in details:
            record = detail.record
            report.answered += record.outcome is Outcome.ANSWERED
            report.abandoned += record.outcome is Outcome.ABANDONED
            report.ivr_exits += record.outcome is Outcome.IVR_EXIT
        known = {verdict.record.call_id for verdict in verdicts if verdict.record is not None}
        for detail in details:
            if detail.record.call_id not in known:
                report.errors.append(f"record {detail.record.call_id} belongs to no call that was placed")
        return report, verdicts

    async def _settled(self, expected: int) -> list[CallDetail]:
        """All records of the run, once each is closed and has a finished recording, or after a while."""
        deadline = time.monotonic() + _SETTLE_S
        while True:
            rows = (await self._client.call("calls.list", CallsParams(since=self._since, limit=_MOST))).calls
            details = [await self._show(row.call_id) for row in rows]
            settled = all(detail.record.ended_at and detail.recordings for detail in details)
            if (settled and len(details) >= expected) or time.monotonic() > deadline:
                return details
            await asyncio.sleep(_POLL_S)

    async def _show(self, call_id: str) -> CallDetail:
        detail: CallDetail = await self._client.call("calls.show", CallIdParams(call_id=call_id))
        return detail

    def _judge(self, planned: PlannedCall, placed: PlacedCall, details: Sequence[CallDetail]) -> Verdict:
        mine = [detail for detail in details if detail.record.cli == placed.script.cli]
        problems = [placed.failure] if placed.failure else []
        if len(mine) != 1:
            problems.append(f"{len(mine)} records instead of one")
            return Verdict(planned, placed, None, None, tuple(problems), ("no record, so no recording",))
        detail = mine[0]
        problems += _record_problems(planned, placed, detail.record)
        sounds = [info for info in detail.recordings if info.kind == "call"]
        if len(sounds) != 1:
            wrong = [f"{len(sounds)} recordings instead of one"]
        else:
            wrong = recording_problems(sounds[0], detail.record, self._recordings)
        return Verdict(
            planned, placed, detail.record, sounds[0] if sounds else None, tuple(problems), tuple(wrong)
        )


def _record_problems(planned: PlannedCall, placed: PlacedCall, record: CallRecord) -> list[str]:
    problems = []
    if not record.ended_at:
        return ["its record is still open"]
    if record.outcome is not planned.outcome:
        problems.append(f"recorded as {record.outcome}, not {planned.outcome}")
    if record.ended_by is not planned.ended_by:
        problems.append(f"ended by {record.ended_by} on record, not by {planned.ended_by}")
    length_ms = record.ended_at - record.accepted_at
    if abs(length_ms - placed.length_ms) > _LENGTH_TOLERANCE_MS:
        problems.append(f"{length_ms} ms long on record, {placed.length_ms} ms at the exchange")
    return problems


def recording_problems(info: RecordingInfo, record: CallRecord, folder: Path) -> list[str]:
    """What is wrong with a finished recording, in sentences; empty when all is well. Reads the whole file."""
    import numpy as np  # audio libraries: only when they are needed
    import soundfile

    if info.error:
        return [f"no recording: {info.error}"]
    path = folder / info.path
    try:
        data = path.read_bytes()
        samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        return [f"the recording cannot be read: {error}"]
    problems = []
    if hashlib.sha256(data).hexdigest() != info.sha256:
        problems.append("the recording is not the file that was stored: SHA-256 differs")
    call_ms = record.ended_at - record.accepted_at
    file_ms = len(samples) * 1000 // rate
    for name, length_ms in (("file", file_ms), ("stored length", info.length_ms)):
        if abs(length_ms - call_ms) > _LENGTH_TOLERANCE_MS:
            problems.append(f"the recording's {name} is {length_ms} ms, the call's {call_ms} ms")
    if samples.shape[1] != 2:
        return [*problems, "the recording is not stereo"]
    parts = {"": samples}
    if record.answered_at:  # prompts and music are on the agent's side too: look at the talk alone as well
        parts[" in the talk"] = samples[(record.answered_at - record.accepted_at) * rate // 1000 :]
    for when, part in parts.items():
        for side, channel in (("customer's (left)", 0), ("agent's (right)", 1)):
            power = float(np.mean((part[:, channel] / 32768.0) ** 2)) if len(part) else 0.0
            level = 10 * np.log10(power) if power else -99.0
            if level < _SILENT_DBFS:
                problems.append(f"the {side} side is silent{when} ({level:.0f} dBFS)")
    return problems
