"""The engine: one floor, one inbox, and everybody who performs its effects."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import msgspec

from db.agents import count_presented, store_agent_memory
from db.audit import AuditRow, append_audit
from db.call_parts import store_part
from db.callbacks import store_callback
from db.calls import store_call
from db.cards import card_for_customer, card_for_number
from db.journal import JournalRow, append_many
from db.store import Store
from db.surveys import store_survey
from engine.adapters.asterisk.caller import Voice
from engine.adapters.asterisk.switch import Switch, SwitchSettings
from engine.core import effects as do
from engine.core.customers.masking import Sight, masked_card
from engine.core.events import CallbackStored, CustomerFound, Event, ServiceAnswered, TimerFired
from engine.core.floor import Floor
from engine.core.ivr.services import FAILED
from engine.core.plan import Plan
from engine.core.records import CustomerCard, Millis, RecordingInfo
from engine.core.requests import Refusal, Request
from engine.core.states import CallState
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.publisher import Publisher
from engine.daemon.recordings import RecordingDesk
from engine.daemon.services.desk import ServiceDesk
from engine.daemon.timers import Timers
from engine.daemon.vault import Vault

log = logging.getLogger(__name__)

_json = msgspec.json.Encoder()
# So long the engine, when it stops, sees to their end the questions that change something.
_LAST_QUESTIONS_S = 3.0
# Who is on the line is called by the numbers; an identity number is shown to who asks for it only.
ON_THE_LINE = Sight(all_phones=True)
# Not worth keeping: views and log lines say nothing that the other rows do not.
_NOT_JOURNALLED = (do.ViewsChanged, do.Step)


class Engine:
    """Takes facts and requests one at a time, asks the floor, and has the effects performed."""

    def __init__(
        self,
        plan: Plan,
        paths: SitePaths,
        store: Store,
        settings: SwitchSettings,
        *,
        area_code: str = "",
        recording: bool = True,
        voice: Voice | None = None,
    ) -> None:
        self.plan = plan
        self.paths = paths
        self.store = store
        self.clock = Clock()
        self.floor = Floor(plan, self.clock.now())
        self.vault = Vault()
        self.switch = Switch(settings, self.emit, self._keep_secret, voice)
        self.timers = Timers(self.clock, lambda timer_id: self.emit(TimerFired(timer_id=timer_id)))
        self.publisher = Publisher(self.floor, self.clock)
        self.recordings = RecordingDesk(paths, store, self._recording_done)
        self.services: ServiceDesk | None = None  # None: nobody answers what flows ask
        self.on_recording: Callable[[RecordingInfo], None] = lambda info: None
        self.before_event: Callable[[Event], Event] = lambda event: event
        self.on_event: Callable[[Event], None] = lambda event: None
        self.steps = 0
        self._area_code = area_code
        self._recording = recording
        self._inbox: deque[Event] = deque()
        self._working = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._performers: dict[type, Callable[[Any], None]] = {
            do.SetTimer: lambda effect: self.timers.set(effect.timer_id, effect.at),
            do.CancelTimer: lambda effect: self.timers.cancel(effect.timer_id),
            do.LookUpCustomer: self._look_up,
            do.AskService: self._ask_service,
            do.StoreCall: lambda effect: self.store.post(store_call, effect.record),
            do.StorePart: lambda effect: self.store.post(store_part, effect.part),
            do.StoreAgent: self._store_agent,
            do.CountPresented: self._count_presented,
            do.StoreSpying: self._store_spying,
            do.StoreCallback: self._store_callback,
            do.StoreSurvey: self._store_survey,
            do.FinishRecording: self._finish_recording,
            do.KeepMessage: lambda effect: self.recordings.keep_message(
                effect.call_id, effect.at, effect.file, effect.length_ms
            ),
            do.DiscardMessage: lambda effect: self.recordings.discard_message(effect.call_id, effect.file),
            do.ViewsChanged: self.publisher.changed,
            do.Step: self._log_step,
        }

    def attach(self) -> None:
        """Belong to the running loop."""
        self._loop = asyncio.get_running_loop()

    # In

    def emit(self, event: Event) -> None:
        """A fact has happened. Facts that performing brings about wait for their turn."""
        self._inbox.append(self.before_event(event))
        if self._working or self._stopping:
            return
        self._working = True
        try:
            while self._inbox:
                self._take(self._inbox.popleft())
        finally:
            self._working = False

    def request(self, request: Request) -> Refusal | None:
        """An agent asks for something; None when it is done."""
        now = self.clock.now()
        outcome = self.floor.request(request, now)
        if isinstance(outcome, Refusal):
            return outcome
        self._journal(now, "request", request, outcome)
        self.perform(outcome)
        return None

    def _take(self, event: Event) -> None:
        now = self.clock.now()
        self.steps += 1
        try:
            effects = self.floor.handle(event, now)
        except Exception:  # a fault of ours in one call must not end all the others
            log.exception("the floor failed at %r", event)
            effects = self.floor.state.take_effects()
        self._journal(now, "event", event, effects)
        self.perform(effects)
        self.on_event(event)

    def reconfigure(self, plan: Plan, *, area_code: str, recording: bool) -> None:
        """Go on under another plan; calls that are up keep what they have."""
        self.plan, self._area_code, self._recording = plan, area_code, recording
        effects = self.floor.replan(plan, self.clock.now())
        floor = self.floor.state  # its plan has the seats and lines, too, that are in use a last time
        in_use = {call.record.line_id for call in floor.calls.values()}
        self.switch.know(frozenset(floor.plan.seats), frozenset(plan.lines) | in_use)
        self.perform(effects)
        self.publisher.all_changed()

    # Out

    def perform(self, effects: tuple[do.Effect, ...]) -> None:
        """Have effects carried out, in order."""
        for effect in effects:
            try:
                if self.switch.performs(effect):
                    self.switch.perform(effect)
                else:
                    self._performers[type(effect)](effect)
            except Exception:
                log.exception("effect failed: %r", effect)

    def handles(self, effect_type: type) -> bool:
        """Whether an effect of this type has a performer."""
        return effect_type in self._performers or effect_type in self.switch.effect_types

    def _journal(self, now: Millis, kind: str, what: object, effects: tuple[do.Effect, ...]) -> None:
        rows = [JournalRow(at=now, kind=f"{kind}.{type(what).__name__}", body=_json.encode(what).decode())]
        rows += [
            JournalRow(at=now, kind=f"effect.{type(effect).__name__}", body=_json.encode(effect).decode())
            for effect in effects
            if not isinstance(effect, _NOT_JOURNALLED)
        ]
        self.store.post(append_many, rows)

    def _look_up(self, effect: do.LookUpCustomer) -> None:
        now = self.clock.now()
        if effect.customer_id:
            future = self.store.read(card_for_customer, effect.customer_id, cli=effect.cli, now=now)
        else:
            future = self.store.read(card_for_number, effect.cli, area_code=self._area_code, now=now)
        call_id = effect.call_id

        def found(done: "Future[CustomerCard]") -> None:
            if done.exception() is not None:
                log.error("call=%s customer cannot be looked up: %s", call_id, done.exception())
                return
            assert self._loop is not None
            fact = CustomerFound(call_id=call_id, card=masked_card(done.result(), ON_THE_LINE))
            self._loop.call_soon_threadsafe(self.emit, fact)

        future.add_done_callback(found)

    def _keep_secret(self, call_id: str, digits: str) -> str:
        """The token for secret keys. Those of a caller who has hung up meanwhile are kept for nobody."""
        token = self.vault.keep(call_id, digits)
        call = self.floor.state.calls.get(call_id)
        if call is None or call.state is CallState.ENDED:
            self.vault.forget(call_id)
        return token

    def _ask_service(self, effect: do.AskService) -> None:
        if self.services is not None:
            self.services.ask(effect)
        else:
            self.emit(ServiceAnswered(call_id=effect.call_id, request=effect.request, outcome=FAILED))

    def _store_agent(self, effect: do.StoreAgent) -> None:
        self.store.post(
            store_agent_memory, effect.memory, effect.previous_status, effect.previous_state, effect.at
        )

    def _count_presented(self, effect: do.CountPresented) -> None:
        self.store.post(
            count_presented,
            staff_number=effect.staff_number,
            call_id=effect.call_id,
            presented_at=effect.presented_at,
            ended=effect.ended,
            at=effect.at,
        )

    def _store_callback(self, effect: do.StoreCallback) -> None:
        if not effect.confirm:
            self.store.post(store_callback, effect.record)
            return
        record = effect.record

        def stored(done: "Future[None]") -> None:
            error = done.exception()
            if error is not None:
                log.error("callback=%d is not called, it cannot be stored: %s", record.id, error)
            assert self._loop is not None
            fact = CallbackStored(callback_id=record.id, call_id=record.attempt, safe=error is None)
            self._loop.call_soon_threadsafe(self.emit, fact)

        self.store.submit(store_callback, record).add_done_callback(stored)

    def _store_survey(self, effect: do.StoreSurvey) -> None:
        self.store.post(store_survey, effect.call_id, effect.staff_number, effect.score, effect.at)

    def _store_spying(self, effect: do.StoreSpying) -> None:
        seconds = (effect.ended_at - effect.began_at) / 1000
        detail = f"call={effect.call_id} modes={','.join(effect.modes)} seconds={seconds:.1f}"
        row = AuditRow(
            at=effect.ended_at,
            who=effect.staff_number,
            what="monitor.ended",
            subject=effect.agent,
            detail=detail,
        )
        self.store.post(append_audit, row)

    def _finish_recording(self, effect: do.FinishRecording) -> None:
        self.vault.forget(effect.call_id)
        if self._recording:
            self.recordings.finish(effect.call_id, effect.accepted_at, effect.ended_at)

    def _recording_done(self, info: RecordingInfo) -> None:
        self.on_recording(info)

    def _log_step(self, effect: do.Step) -> None:
        if effect.fault:
            log.error("%s %s | %r", effect.subject, effect.text, self.floor)
        else:
            log.info("%s %s", effect.subject, effect.text)

    # Life

    async def start(self) -> None:
        """Open the door to Asterisk; the floor is restored already."""
        self.attach()
        await self.switch.start()

    async def stop(self) -> None:
        """Let go of everything; talks and waiting callers are carried on by Asterisk."""
        self._stopping = True
        self.perform(self.floor.stop(self.clock.now()))
        await self.switch.stop()
        if self.services is not None:
            await self.services.close(_LAST_QUESTIONS_S)
        self.timers.cancel_all()
        self.publisher.close()
        await self.recordings.drain(3.0)
        await self.recordings.close()
