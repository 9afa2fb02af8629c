"""One SIP phone: registers, rings, is picked up by hand or by itself, speaks and listens."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from baresip import (
    Account,
    AudioNotActive,
    AudioRestarted,
    BaresipError,
    Event,
    StackEvent,
    StaleHandleError,
    UserAgent,
)

from engine.adapters.phone.errors import PhoneError
from engine.adapters.phone.sound import SECOND, Ear, Microphone
from engine.adapters.phone.stack import PhoneStack

log = logging.getLogger(__name__)

# Sound is handed over in pieces; enough is kept ahead that a busy machine does not cut words.
_PIECE_S = 0.1
_AHEAD_BYTES = int(0.8 * SECOND)
_REGISTER_S = 60  # below the registrar's expiry: a phone that was forgotten is back soon


class PhoneState(StrEnum):
    """What a phone does."""

    OFFLINE = "offline"
    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneAccount:
    """Who the phone is, and where it registers."""

    user: str
    server: str
    port: int
    secret: str = field(repr=False)


class Phone:
    """A phone with one line, on a `PhoneStack` that is started already.

    `pick_up_after_s`: seconds of ringing after which somebody picks it up; None: nobody does. A call that
    asks for it by its headers (`Call-Info: answer-after=0`, `Alert-Info: alert-autoanswer`) is answered at
    once.
    """

    def __init__(
        self,
        stack: PhoneStack,
        account: PhoneAccount,
        *,
        microphone: Path | None = None,
        record_to: Path | None = None,
        pick_up_after_s: float | None = None,
        on_state: Callable[[PhoneState], None] = lambda state: None,
    ) -> None:
        self.account = account
        self.state = PhoneState.OFFLINE
        self.pick_up_after_s = pick_up_after_s
        self.headers: dict[str, str] = {}  # of the last call that came in
        self.heard_seconds = 0.0  # in the last call
        self.calls = 0  # that came in
        self.heard: list[Ear] = []  # of the talks that were recorded
        self._stack = stack
        self._microphone = Microphone.of_file(microphone)
        self._record_to = record_to
        self._on_state = on_state
        self._agent: Any = None
        self._call: Any = None
        self._recording: Path | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._talks: set[asyncio.Task[None]] = set()
        self._waiters: list[tuple[PhoneState, asyncio.Future[None]]] = []

    def __repr__(self) -> str:
        return f"<Phone {self.account.user} {self.state} {self.calls} calls>"

    # Life

    async def register(self, timeout_s: float = 10.0) -> None:
        """Make the phone reachable. Raises PhoneError."""
        account = self.account
        try:
            if self._agent is None:
                self._agent = await UserAgent.create(
                    self._stack.runtime,
                    Account(
                        user=account.user,
                        domain=f"{account.server}:{account.port}",
                        password=account.secret,
                        reg_interval=_REGISTER_S,
                        audio_codecs=("pcma",),
                    ),
                )
                self._agent.on_incoming(self._came_in)
            await self._agent.register(timeout=timeout_s)
        except BaresipError as error:
            raise PhoneError(
                f"{account.user} cannot register at {account.server}:{account.port}: {error}"
            ) from error
        self._set(PhoneState.IDLE)

    async def unregister(self) -> None:
        """Be out of reach again."""
        if self._agent is not None:
            with contextlib.suppress(BaresipError):
                await self._agent.unregister(timeout=2.0)
        self._set(PhoneState.OFFLINE)

    async def close(self) -> None:
        """Hang up and unregister."""
        with contextlib.suppress(PhoneError):
            await self.hang_up()
        await self.unregister()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # By hand

    async def dial(self, number: str) -> None:
        """Call a number of the exchange; `wait_for` tells when it is answered. Raises PhoneError."""
        if self._agent is None or self._call is not None:
            raise PhoneError(f"{self!r} cannot dial now")
        account = self.account
        try:
            self._call = await self._agent.dial(f"sip:{number}@{account.server}:{account.port}")
        except BaresipError as error:
            raise PhoneError(f"{self!r}: {error}") from error
        self.calls += 1
        self._call.on(self._happened)

    async def answer(self) -> None:
        """Pick up the ringing phone."""
        await self._do("answer")

    async def decline(self) -> None:
        """Refuse the ringing call: busy."""
        await self._do("reject")

    async def hang_up(self) -> None:
        """End the talk; refuses a call that rings."""
        if self._call is not None:
            await self._do("hangup")

    async def press(self, digits: str) -> None:
        """Press keys in a talk."""
        await self._do("send_dtmf", digits)

    async def recording(self) -> Path | None:
        """What was heard in the last call, once that is over; None if nothing is recorded."""
        await asyncio.gather(*self._talks)
        return self._recording

    def speak_from(self, file: Path | None) -> None:
        """Say another sound from the next talk on; None: nothing. Raises OSError, WrongSound."""
        self._microphone = Microphone.of_file(file)

    async def wait_for(self, state: PhoneState, timeout_s: float) -> None:
        """Return when the phone is in this state. Raises PhoneError."""
        if self.state is state:
            return
        waiter = (state, asyncio.get_running_loop().create_future())
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(timeout_s):
                await waiter[1]
        except TimeoutError:
            raise PhoneError(f"{self!r} is not {state} after {timeout_s:g} s") from None
        finally:
            self._waiters.remove(waiter)

    async def _do(self, method: str, *arguments: object) -> None:
        if self._call is None:
            raise PhoneError(f"{self!r} has no call")
        try:
            await getattr(self._call, method)(*arguments)
        except StaleHandleError:
            log.debug("%r: the call has ended already", self)
        except BaresipError as error:
            raise PhoneError(f"{self!r}: {error}") from error

    # What happens

    def _came_in(self, call: Any) -> None:
        if self._call is not None:
            self._spawn(call.reject())
            return
        self._call = call
        self.calls += 1
        self.headers = dict(call.headers)
        call.on(self._happened)
        self._set(PhoneState.RINGING)
        if wants_auto_answer(self.headers):
            self._spawn(self.answer())
        elif self.pick_up_after_s is not None:
            self._spawn(self._pick_up(call, self.pick_up_after_s))

    async def _pick_up(self, call: Any, after_s: float) -> None:
        await asyncio.sleep(after_s)
        if self._call is call and self.state is PhoneState.RINGING:
            await self.answer()

    def _happened(self, event: StackEvent) -> None:
        if event.event is Event.CALL_ESTABLISHED:
            self._set(PhoneState.TALKING)
            talk = self._spawn(self._talk(self._call))
            self._talks.add(talk)
            talk.add_done_callback(self._talks.discard)
        elif event.event is Event.CALL_CLOSED:
            self._call = None
            if self.state is not PhoneState.OFFLINE:
                self._set(PhoneState.IDLE)

    async def _talk(self, call: Any) -> None:
        """Speak and listen until the call is over."""
        self._microphone.start()
        if self._record_to is not None:
            self._record_to.mkdir(parents=True, exist_ok=True)
            self._recording = self._record_to / f"{self.account.user}-{self.calls}.wav"
        ear = Ear(self._recording)
        if self._recording is not None:
            self.heard.append(ear)
        try:
            while self._call is call:
                with contextlib.suppress(AudioNotActive, AudioRestarted):
                    ear.listen(call.audio)
                    self.heard_seconds = ear.seconds
                    info = call.audio.info()
                    if info.tx_ready:
                        self._microphone.speak(call.audio, _AHEAD_BYTES - info.tx_buffered)
                await asyncio.sleep(_PIECE_S)
        finally:
            ear.close()

    def _set(self, state: PhoneState) -> None:
        if state is self.state:
            return
        self.state = state
        self._on_state(state)
        for wanted, waiter in self._waiters:
            if wanted is state and not waiter.done():
                waiter.set_result(None)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        async def guarded() -> None:
            try:
                await work
            except (PhoneError, BaresipError) as error:
                log.warning("%r: %s", self, error)

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def wants_auto_answer(headers: dict[str, str]) -> bool:
    """Whether the caller asks the phone to answer by itself."""
    call_info = headers.get("Call-Info", "").replace(" ", "").lower()
    alert_info = headers.get("Alert-Info", "").replace(" ", "").lower()
    return "answer-after=0" in call_info or "alert-autoanswer" in alert_info
