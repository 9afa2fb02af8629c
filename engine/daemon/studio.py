"""Recording prompts by telephone: a supervisor dials *77 at a seat's phone, and keys in who and which.

What is asked and what follows stands in `engine.core.voice.studio`; here it is said, keyed in and recorded.
"""

import asyncio
import logging
import os
import uuid
from dataclasses import dataclass, field

from engine.adapters.asterisk.agi import AgiSession
from engine.adapters.asterisk.errors import AgiFailed, ChannelGone
from engine.core.effects import PlayPrompts
from engine.core.states import SUPERVISING
from engine.core.voice.studio import QUESTIONS, REVIEW_KEYS, Choice, Dialogue, Outcome, Step, read_choice
from engine.daemon.handlers.context import Context
from engine.daemon.handlers.prompts import keep_and_build
from engine.daemon.prompts import catalogue_of
from engine.daemon.takes import Finished, TakeRefused, finish_take, uploads_of
from engine.wire.messages import Fault, Reason

log = logging.getLogger(__name__)

SCRIPT = "studio"
_KEY_MS = 8_000
_LONGEST_MS = 120_000
_ANY_KEY = "0123456789*#"
_REFUSED: dict[str, Outcome] = {Reason.LOCKED: Outcome.LOCKED, Reason.DISABLED: Outcome.NOT_ALLOWED}


class Studio:
    """Serves the phones that dial in."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def serve(self, session: AgiSession) -> None:
        """One visit, until it is through or the phone is hung up."""
        visit = _Visit(self._context, session)
        try:
            await visit.run()
        except ChannelGone:
            log.debug("%s has hung up", session.env.get("agi_channel", ""))
        except AgiFailed:
            log.exception("recording by telephone")
        finally:
            await asyncio.to_thread(visit.drop)
            session.close()


@dataclass(slots=True)
class _Visit:
    """One phone in the studio."""

    context: Context
    session: AgiSession
    dialogue: Dialogue = field(default_factory=Dialogue)
    staff_number: str = ""
    choice: Choice = field(default_factory=lambda: Choice(0, 0, "zh"))
    sound_id: str = ""
    take: Finished | None = None

    async def run(self) -> None:
        """Step after step."""
        steps = {
            Step.STAFF_NUMBER: self._who,
            Step.PIN: self._pin,
            Step.NUMBER: self._which,
            Step.BEFORE: self._before,
            Step.RECORDING: self._record,
            Step.REVIEW: self._review,
        }
        await self.session.answer()
        while self.dialogue.step is not Step.END:
            said = self.dialogue.take(await steps[self.dialogue.step]())
            if said:
                await self._play(said)
        await self.session.hangup()

    def drop(self) -> None:
        """What was recorded and not kept is gone. Blocks."""
        if self.take is not None:
            self.take.drop()
            self.take = None

    # Who it is

    async def _who(self) -> Outcome:
        self.staff_number = await self._keys()
        return Outcome.DONE if self.staff_number else Outcome.NOTHING

    async def _pin(self) -> Outcome:
        pin = await self._keys()
        if not pin:
            return Outcome.NOTHING
        try:
            user = await self.context.people.check_pin(self.staff_number, pin, os.getuid())
        except Fault as fault:
            return _REFUSED.get(fault.fault.reason, Outcome.WRONG)
        if user.role not in SUPERVISING:
            self._audit("studio.not_allowed")
            return Outcome.NOT_ALLOWED
        self._audit("studio.log_in")
        return Outcome.DONE

    # Which prompt

    async def _which(self) -> Outcome:
        keys = await self._keys()
        if not keys:
            return Outcome.NOTHING
        choice = read_choice(keys)
        catalogue = await asyncio.to_thread(catalogue_of, self.context.engine.paths)
        prompt = catalogue.by_number(choice.number) if choice is not None else None
        if prompt is None or choice is None:
            return Outcome.UNKNOWN
        parts = [part for part in prompt.fixed_parts() if choice.language in part.texts]
        ids = {int(part.prompt_id.rpartition("-")[2]): part.prompt_id for part in parts}
        if not prompt.slots:
            ids = {0: prompt.prompt_id}
        elif len(ids) > 1 and not choice.part:
            return Outcome.PARTS
        sound_id = ids.get(choice.part) or ("" if choice.part else next(iter(ids.values()), ""))
        if not sound_id:
            return Outcome.UNKNOWN
        self.choice, self.sound_id = choice, sound_id
        return Outcome.DONE

    async def _before(self) -> Outcome:
        """What it is now, and the way out."""
        await self._play(self.sound_id, language=self.choice.language)
        return Outcome.SKIPPED if await self._keys() == "*" else Outcome.DONE

    # Recording

    async def _record(self) -> Outcome:
        self.drop()
        paths = self.context.engine.paths
        raw = await asyncio.to_thread(uploads_of, paths) / uuid.uuid4().hex
        file = raw.with_suffix(".wav")
        try:
            await self.session.record_file(str(raw), "wav", "#", _LONGEST_MS, 0, beep=True)
            self.take = await asyncio.to_thread(
                finish_take, self.context.config, paths, self.choice.language, self.sound_id, file
            )
        except TakeRefused as error:
            return Outcome(error.code) if error.code in list(Outcome) else Outcome.USELESS
        finally:
            await asyncio.to_thread(file.unlink, missing_ok=True)
        return Outcome.DONE

    async def _review(self) -> Outcome:
        assert self.take is not None
        await self.session.stream_file(str(self.take.path.with_suffix("")), "")
        outcome = REVIEW_KEYS.get(await self._keys(), Outcome.NOTHING)
        if outcome is not Outcome.DONE:
            return outcome
        try:
            await keep_and_build(self.context, self.take)
        except Fault:
            log.exception("a recording by telephone cannot be kept")
            return Outcome.FAILED
        self._audit("prompts.record", f"{self.choice.language}/{self.sound_id}")
        self.take = None
        return Outcome.DONE

    # Words and keys

    async def _keys(self) -> str:
        """Ask the question of the step; the keys without #."""
        question = QUESTIONS[self.dialogue.step]
        keys = await self._play(question.prompt, escape=_ANY_KEY)
        while question.waits and len(keys) < question.most and keys[-1:] != "#":
            key = await self.session.wait_for_digit(_KEY_MS)
            if not key:
                break
            keys += key
        return keys.removesuffix("#")

    async def _play(self, prompt_id: str, *, language: str = "", escape: str = "") -> str:
        order = PlayPrompts(call_id=SCRIPT, prompts=(prompt_id,), language=language)
        for file in await self.context.voice.files(order):
            if key := await self.session.stream_file(file, escape):
                return key
        return ""

    def _audit(self, what: str, subject: str = "") -> None:
        now = self.context.engine.clock.now()
        phone = self.session.env.get("agi_channel", "").rpartition("-")[0]
        self.context.people.audit(now, self.staff_number, what, subject, phone, os.getuid())
