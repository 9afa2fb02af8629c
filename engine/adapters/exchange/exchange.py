"""Places calls over the lines of the practice exchange and plays their callers."""

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.asterisk.agi import AgiServer, AgiSession
from engine.adapters.asterisk.errors import AsteriskError
from engine.adapters.asterisk.link import AmiLink
from engine.adapters.asterisk.wav import is_closed
from engine.adapters.exchange.called import answer
from engine.adapters.exchange.caller import CallerAtWork
from engine.adapters.exchange.noise import HUSH, write_hush
from engine.adapters.exchange.script import (
    LineCall,
    PlacedCall,
    ReceivedCall,
    Script,
    Telephone,
    telephone_by_number,
)

log = logging.getLogger(__name__)

_RING_S = 20  # until the centre's line must have answered
_WRITTEN_S, _WRITTEN_CHECKS = 0.02, 150


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeAddress:
    """How the exchange's Asterisk is reached, on loopback."""

    ami_port: int
    ami_user: str
    agi_port: int
    ami_secret: str = field(repr=False)
    host: str = "127.0.0.1"


@dataclass(slots=True)
class _Open:
    """A call that is up."""

    call: PlacedCall
    ended: asyncio.Future[None]
    agent_came: asyncio.Event = field(default_factory=asyncio.Event)


class PracticeExchange:
    """The telephone company. `lines`: how many calls each line takes at once, by line id."""

    def __init__(
        self,
        address: ExchangeAddress,
        *,
        number: str,
        lines: Mapping[str, int],
        sounds: Path,
        record_to: Path,
        on_ended: Callable[[PlacedCall], None] = lambda call: None,
    ) -> None:
        self._number = number
        self._free_lines = {line_id: channels for line_id, channels in lines.items()}
        self._line_freed = asyncio.Condition()
        self._sounds = sounds
        self._record_to = record_to
        self._on_ended = on_ended
        self.telephones: dict[str, Telephone] = {}  # by number; all others are as `telephone_by_number` says
        self.received: list[ReceivedCall] = []  # from the centre
        self._called_now: dict[AgiSession, ReceivedCall] = {}
        self._open: dict[str, _Open] = {}
        self._tokens = itertools.count(1)
        self._run = f"{time.time_ns() // 1_000_000:x}"
        self._link = AmiLink(
            address.host,
            address.ami_port,
            address.ami_user,
            address.ami_secret,
            on_event=self._on_event,
            on_up=lambda: None,
            on_down=lambda reason: log.warning("practice exchange: %s", reason),
        )
        self._agi = AgiServer(address.host, address.agi_port, self._on_session)

    def __repr__(self) -> str:
        return f"<PracticeExchange {len(self._open)} calls, {sum(self._free_lines.values())} lines free>"

    async def wait_for_line(self) -> None:
        """Return when a call could be placed."""
        async with self._line_freed:
            await self._line_freed.wait_for(self._line_is_free)

    def _line_is_free(self) -> bool:
        return any(self._free_lines.values())

    async def start(self, timeout_s: float = 10.0) -> None:
        """Be ready to place calls. Raises AsteriskError."""
        self._record_to.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(write_hush, self._sounds / f"{HUSH}.wav")
        await self._agi.start()
        await self._link.start()
        await self._link.wait_up(timeout_s)

    async def stop(self) -> None:
        """Hang up everything and let go."""
        await self.hang_up_all()
        await self._link.stop()
        await self._agi.stop()
        for being in list(self._open.values()):
            _settle(being.ended)

    async def place(
        self, script: Script, on_placed: Callable[[PlacedCall], None] = lambda call: None
    ) -> PlacedCall:
        """Wait for a free line, call the centre, and return when the call is over."""
        line_id = await self._take_line()
        try:
            return await self._call(script, line_id, on_placed)
        finally:
            async with self._line_freed:
                self._free_lines[line_id] += 1
                self._line_freed.notify_all()

    def agent_came(self, cli: str) -> None:
        """A person has taken the call from this number, and its caller hears a voice."""
        for being in self._open.values():
            if being.call.script.cli == cli:
                being.call.agent_came = True
                being.agent_came.set()

    async def put_down(self, number: str) -> None:
        """Whoever was called at this number hangs up."""
        for session, call in list(self._called_now.items()):
            if call.number == number:
                call.hung_up_by_caller = True
                await self.hang_up(session.env.get("agi_uniqueid", ""))

    async def hang_up_all(self) -> None:
        """End all calls."""
        for token in list(self._open):
            await self.hang_up(token)

    async def hang_up(self, token: str) -> None:
        """End one call as if its caller had hung up."""
        try:
            await self._link.ask("Hangup", Channel=token, Cause="16")
        except AsteriskError as error:
            log.info("practice call %s: %s", token, error)

    async def _take_line(self) -> str:
        async with self._line_freed:
            await self._line_freed.wait_for(self._line_is_free)
            line_id = max(self._free_lines, key=lambda name: self._free_lines[name])
            self._free_lines[line_id] -= 1
            return line_id

    async def _call(
        self, script: Script, line_id: str, on_placed: Callable[[PlacedCall], None]
    ) -> PlacedCall:
        token = f"practice-{self._run}-{next(self._tokens)}"
        call = PlacedCall(token=token, script=script, line_id=line_id, placed_at=_now())
        being = _Open(call, asyncio.get_running_loop().create_future())
        self._open[token] = being
        on_placed(call)
        try:
            await self._originate(call)
            await being.ended
        except AsteriskError as error:
            call.failure = f"the exchange could not place the call: {error}"
        except asyncio.CancelledError:
            await self.hang_up(token)
            raise
        finally:
            call.ended_at = call.ended_at or _now()
            del self._open[token]
        await _written(call)
        if not call.answered_at and not call.failure:
            call.failure = "the centre did not answer the line"
        self._on_ended(call)
        return call

    async def _originate(self, call: PlacedCall) -> None:
        await self._link.ask(
            "Originate",
            ActionID=call.token,
            ChannelId=call.token,
            Channel=f"PJSIP/{self._number}@{call.line_id}",
            Context="caller",
            Exten="s",
            Priority="1",
            Timeout=str(_RING_S * 1000),
            CallerID=f"<{call.script.cli}>",
            Variable=[f"SCRIPT={call.token}"],
            Async="true",
        )

    async def _on_session(self, session: AgiSession) -> None:
        if session.env.get("agi_network_script", "") == "called":
            await self._called(session)
            return
        being = self._open.get(session.env.get("agi_arg_1", ""))
        if being is None:
            log.warning("practice exchange: a call that nobody placed")
            return
        being.call.answered_at = _now()
        being.call.heard = self._record_to / f"{being.call.token}.wav"
        steps = being.call.script.steps
        caller = CallerAtWork(being.call, steps, session, self._sounds, being.agent_came)
        await caller.run()

    async def _called(self, session: AgiSession) -> None:
        """The centre calls somebody, and the line is taken meanwhile."""
        number, cli, line_id = (session.env.get(f"agi_arg_{place}", "") for place in (1, 2, 3))
        call = ReceivedCall(number=number, cli=cli, line_id=line_id, came_at=_now())
        call.heard = self._record_to / f"called-{self._run}-{next(self._tokens)}.wav"
        self.received.append(call)
        if not self._free_lines.get(line_id):
            call.failure = "the line is taken"
            await session.execute("Hangup", "34")
            return
        self._free_lines[line_id] -= 1
        self._called_now[session] = call
        try:
            telephone = self.telephones.get(number) or telephone_by_number(number)
            await answer(call, telephone, session, self._sounds)
        finally:
            ended_at = _now()
            del self._called_now[session]
            await _written(call)
            call.ended_at = ended_at
            async with self._line_freed:
                self._free_lines[line_id] += 1
                self._line_freed.notify_all()

    def _on_event(self, event: Mapping[str, str]) -> None:
        if event.get("Event") == "OriginateResponse" and event.get("Response") == "Failure":
            being = self._open.get(event.get("ActionID", ""))
            if being is not None:
                being.call.failure = f"the centre did not take the call (reason {event.get('Reason', '?')})"
                _settle(being.ended)
        elif event.get("Event") == "Hangup":
            being = self._open.get(event.get("Uniqueid", ""))
            if being is not None:
                being.call.ended_at = _now()
                _settle(being.ended)


async def _written(call: LineCall) -> None:
    """Wait until what was heard can be read: Asterisk closes the file shortly after the hang-up."""
    if call.heard is None or not call.heard_from:
        return
    for _ in range(_WRITTEN_CHECKS):
        if is_closed(call.heard):
            return
        await asyncio.sleep(_WRITTEN_S)
    log.warning("practice call: %s was not closed", call.heard)


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _now() -> int:
    return time.time_ns() // 1_000_000
