"""The command that is run for each alarm: a text message, a lamp, whatever the site has."""

import asyncio
import contextlib
import logging
import os
import signal
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import IO

from engine.core.alarms import AlarmChange
from engine.core.records import Millis
from engine.core.states import AlarmKind, AlarmLevel

log = logging.getLogger(__name__)

_LIMIT_S = 10.0
_MOST_WAITING = 50
_MOST_LATE = 2_000  # tickets: after days without the engine many are late at once
_MAX_OUTPUT = 500  # of a failed command, in the log

WORDS = {
    AlarmKind.LONGEST_WAIT: {
        "zh": "{subject} 排队已等 {value} 秒(上限 {limit})",
        "en": "{subject}: a caller has waited {value} s (limit {limit})",
    },
    AlarmKind.ABANDON_RATE: {
        "zh": "{subject} 今日放弃率 {value}%(上限 {limit}%)",
        "en": "{subject}: {value} % of today's callers gave up (limit {limit} %)",
    },
    AlarmKind.NO_AGENT: {
        "zh": "营业时间内没有可接电话的座席(签入 {value} 人)",
        "en": "open, but no agent takes calls ({value} logged in)",
    },
    AlarmKind.LINES_BUSY: {
        "zh": "外线全忙({value}/{limit})",
        "en": "all lines are busy ({value}/{limit})",
    },
    AlarmKind.LINE_UNREACHABLE: {
        "zh": "外线 {subject} 不通:请检查网关和线路",
        "en": "line {subject} does not answer: check gateway and line",
    },
    AlarmKind.PHONE_UNREACHABLE: {
        "zh": "{subject} 的话机未注册:请检查网线和电源",
        "en": "the phone of {subject} is not registered: check cable and power",
    },
    AlarmKind.SWITCH_DOWN: {
        "zh": "连不上 Asterisk:请运行 fourseatd check",
        "en": "Asterisk cannot be reached: run fourseatd check",
    },
    AlarmKind.SWITCH_STARTED: {"zh": "Asterisk 已重新启动", "en": "Asterisk was started anew"},
    AlarmKind.ENGINE_STARTED: {"zh": "引擎已重新启动", "en": "the engine was started anew"},
    AlarmKind.DISK: {
        "zh": "磁盘只剩 {value} MB(下限 {limit}):请清理",
        "en": "only {value} MB are free (limit {limit}): make room",
    },
    AlarmKind.DATABASE: {"zh": "数据库无法写入", "en": "the database cannot be written"},
    AlarmKind.CLOCK_JUMPED: {
        "zh": "系统时间跳变 {value} 秒:请检查时钟",
        "en": "the system's clock jumped by {value} s: check it",
    },
    AlarmKind.CLOCK_UNSET: {
        "zh": "系统时间未与网络时间同步:请启用 NTP",
        "en": "the system's clock is not set by the network: turn on NTP",
    },
}


class AlarmHook:
    """Runs the command for one change after another; what it does is none of our business."""

    def __init__(
        self, command: Sequence[str], language: str, site: str, *, limit_s: float = _LIMIT_S
    ) -> None:
        self._limit_s = limit_s
        self._waiting: deque[Mapping[str, str]] = deque(maxlen=_MOST_WAITING)
        self._late: deque[Mapping[str, str]] = deque(maxlen=_MOST_LATE)  # behind every alarm
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self.change(command, language, site)

    def change(self, command: Sequence[str], language: str, site: str) -> None:
        """Another command from now on; empty: none."""
        self._command, self._language, self._site = tuple(command), language, site

    def tell(self, change: AlarmChange) -> None:
        """Run the command for this change, when those before it are done."""
        self._run_for(self.environment(change), self._waiting)

    def tell_late_ticket(self, number: str, since: Millis, hours: int, title: str) -> None:
        """Run the command for a ticket that is so late that the leader is told."""
        text = _LATE[self._language].format(number=number, hours=hours, title=title).strip()
        facts = self._facts(f"ticket_late:{number}", "ticket_late", number, since, text)
        facts |= {"FOURSEAT_ALARM_LEVEL": str(AlarmLevel.CRITICAL), "FOURSEAT_ALARM_VALUE": str(hours)}
        self._run_for(facts, self._late)

    def _run_for(self, facts: Mapping[str, str], waiting: deque[Mapping[str, str]]) -> None:
        if not self._command:
            return
        if len(waiting) == waiting.maxlen:
            log.error("the alarm command is too slow: %s is not told", waiting[0]["FOURSEAT_ALARM"])
        waiting.append(facts)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run_all(), name="alarm command")

    async def stop(self) -> None:
        """End what runs; nothing is cancelled, so that no process is left behind."""
        self._waiting.clear()
        self._late.clear()
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run_all(self) -> None:
        while waiting := self._waiting or self._late:
            facts = waiting.popleft()
            try:
                await self._run(facts)
            except (OSError, ValueError) as error:
                log.error("alarm command %s: %s", self._command[0], error)

    async def _run(self, facts: Mapping[str, str]) -> None:
        """One command; its words go to a file, for a pipe would be kept open by what it leaves behind."""
        with tempfile.TemporaryFile() as output:
            process = await self._start(facts, output)
            ended, stopping = (
                asyncio.ensure_future(process.wait()),
                asyncio.ensure_future(self._stopping.wait()),
            )
            done, _ = await asyncio.wait(
                {ended, stopping}, timeout=self._limit_s, return_when=asyncio.FIRST_COMPLETED
            )
            stopping.cancel()
            if ended not in done:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await ended
            if not done:
                log.error("alarm command %s took more than %g s", self._command[0], self._limit_s)
            elif process.returncode and ended in done:
                output.seek(0)
                words = output.read(_MAX_OUTPUT).decode("utf-8", "replace").strip()
                log.error("alarm command %s ended with %d: %s", self._command[0], process.returncode, words)

    async def _start(self, facts: Mapping[str, str], output: IO[bytes]) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | dict(facts),
            start_new_session=True,  # it is ended with whatever it has started
        )

    def environment(self, change: AlarmChange) -> dict[str, str]:
        """What the command is told, one fact a variable."""
        alarm = change.alarm
        words = WORDS[alarm.kind][self._language]
        text = words.format(subject=alarm.subject, value=alarm.value, limit=alarm.limit)
        text = text if change.raised else _CLEARED[self._language].format(text=text)
        return self._facts(alarm.id, str(alarm.kind), alarm.subject, alarm.since, text) | {
            "FOURSEAT_ALARM_STATE": "raised" if change.raised else "cleared",
            "FOURSEAT_ALARM_LEVEL": str(alarm.level),
            "FOURSEAT_ALARM_VALUE": str(alarm.value),
            "FOURSEAT_ALARM_LIMIT": str(alarm.limit),
        }

    def _facts(self, alarm_id: str, kind: str, subject: str, since: Millis, text: str) -> dict[str, str]:
        return {
            "FOURSEAT_SITE": self._site,
            "FOURSEAT_ALARM": alarm_id,
            "FOURSEAT_ALARM_STATE": "raised",
            "FOURSEAT_ALARM_LEVEL": "",
            "FOURSEAT_ALARM_KIND": kind,
            "FOURSEAT_ALARM_SUBJECT": subject,
            "FOURSEAT_ALARM_VALUE": "0",
            "FOURSEAT_ALARM_LIMIT": "0",
            "FOURSEAT_ALARM_SINCE": datetime.fromtimestamp(since / 1000, UTC).isoformat(),
            "FOURSEAT_ALARM_TEXT": text,
        }


_CLEARED = {"zh": "已恢复:{text}", "en": "over: {text}"}
_LATE = {
    "zh": "工单 {number} 已超时 {hours} 小时,请领导督办 {title}",
    "en": "ticket {number} is late by {hours} h, the leader is to see to it: {title}",
}
