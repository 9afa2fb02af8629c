"""The desk at which callers' questions are answered: it never raises, and an answer always comes."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Mapping

from engine.config import Config
from engine.core.boss import Boss
from engine.core.effects import AskService
from engine.core.events import ServiceAnswered
from engine.core.ivr.services import FAILED, SERVICES, UNIDENTIFIED, Identified
from engine.core.ivr.values import is_secret
from engine.daemon.services import billing, fax, identity, outages, technicians, tickets
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.services.boss import make_boss
from engine.daemon.services.checking import check
from engine.daemon.vault import Vault

log = logging.getLogger(__name__)

READ_LIMIT_S = 8.0  # nobody waits longer for what is only looked up
CHANGE_LIMIT_S = 60.0  # what changes something is seen to its end, the caller being there or not
_SURENESS = tuple(Identified)


def all_handlers() -> dict[str, Handler]:
    """The handlers of all families, by the name of the service."""
    families = (identity, billing, tickets, outages, technicians, fax)
    return {name: handler for family in families for name, handler in family.SERVICES.items()}


class ServiceDesk:
    """Routes questions to their families and tells the answers, on the loop's thread."""

    def __init__(
        self,
        tools: Tools,
        vault: Vault,
        tell: Callable[[ServiceAnswered], object],
        handlers: Mapping[str, Handler] | None = None,
    ) -> None:
        self.tools = tools
        self._vault = vault
        self._tell = tell
        self._handlers = handlers if handlers is not None else all_handlers()
        self._open: dict[asyncio.Task[None], AskService] = {}
        self._changing: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<ServiceDesk {len(self._handlers)} services, {len(self._open)} questions>"

    def ask(self, effect: AskService) -> None:
        """Have a question answered; returns at once."""
        task = asyncio.get_running_loop().create_task(self._serve(effect, self._secrets(effect)))
        self._open[task] = effect
        task.add_done_callback(self._open.pop)

    def _secrets(self, effect: AskService) -> dict[str, str] | None:
        """What was keyed in secretly, taken before the caller can hang up; None: it is not known any more."""
        tokens = {name: str(value) for name, value in effect.arguments.items() if is_secret(str(value))}
        try:
            return {name: self._vault.digits(effect.call_id, token) for name, token in tokens.items()}
        except LookupError:
            return None

    async def _serve(self, effect: AskService, secrets: Mapping[str, str] | None) -> None:
        answer = await self.answer(effect, secrets)
        self._tell(
            ServiceAnswered(
                call_id=effect.call_id,
                request=effect.request,
                outcome=answer.outcome,
                values=answer.values,
            )
        )

    async def answer(self, effect: AskService, secrets: Mapping[str, str] | None) -> Answer:
        """How it went; `secrets` are what was keyed in secretly, by argument. Never raises, never lasts."""
        service, handle = SERVICES.get(effect.service), self._handlers.get(effect.service)
        if service is None or handle is None or secrets is None:
            log.error("call=%s service %s cannot be asked", effect.call_id, effect.service)
            return Answer(FAILED)
        if not _known_enough(effect, service.needs):
            return Answer(UNIDENTIFIED)
        limit_s = CHANGE_LIMIT_S if service.changes else READ_LIMIT_S
        try:
            async with asyncio.timeout(limit_s):
                answer = await handle(self._asked(effect, secrets), self.tools)
            check(effect.service, answer)
        except TimeoutError:
            log.error("call=%s service %s: no answer within %g s", effect.call_id, effect.service, limit_s)
        except Exception as error:  # a question that cannot be answered must not end a call
            log.error("call=%s service %s: %s", effect.call_id, effect.service, _described(error, secrets))
        else:
            return answer
        return Answer(FAILED)

    def _asked(self, effect: AskService, secrets: Mapping[str, str]) -> Asked:
        return Asked(
            call_id=effect.call_id,
            request=effect.request,
            key=effect.key,
            service=effect.service,
            arguments=effect.arguments,
            cli=effect.cli,
            customer_id=effect.customer_id,
            identified=Identified(effect.identified),
            language=effect.language,
            now=self.tools.clock.now(),
            zone=self.tools.zone,
            secrets=secrets,
        )

    async def start(self) -> None:
        """Open the billing side. One that cannot be opened answers nothing, and all else works."""
        try:
            await self.tools.boss.start()
        except Exception:
            log.exception("the billing side cannot be opened")

    def reconfigure(self, config: Config) -> None:
        """Go by another configuration; a billing side that is another one answers from now on."""
        before, self.tools.config = self.tools.config, config
        if (before.boss, before.self_service, before.site) != (config.boss, config.self_service, config.site):
            former, self.tools.boss = (
                self.tools.boss,
                make_boss(config, self.tools.paths, self.tools.store, self.tools.clock),
            )
            task = asyncio.get_running_loop().create_task(self._change_boss(former, set(self._open)))
            self._changing.add(task)
            task.add_done_callback(self._changing.discard)

    async def _change_boss(self, former: Boss, begun: set[asyncio.Task[None]]) -> None:
        """What was begun with the former one is finished with it."""
        await self.start()
        if begun:
            await asyncio.wait(begun)
        await former.close()

    async def close(self, seconds: float) -> None:
        """See to their end the questions that change something, then stop."""
        lasting = {task for task, effect in self._open.items() if SERVICES[effect.service].changes}
        if lasting:
            await asyncio.wait(lasting, timeout=seconds)
        open_still = [*self._open, *self._changing]
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)
        await self.tools.boss.close()


def _known_enough(effect: AskService, needs: Identified) -> bool:
    """Whether it is known who is calling, as surely as the service needs it."""
    if needs is Identified.NO:
        return True
    return effect.customer_id > 0 and _SURENESS.index(Identified(effect.identified)) >= _SURENESS.index(needs)


def _described(error: Exception, secrets: Mapping[str, str]) -> str:
    """An error in one line, with its place, and without what was keyed in secretly."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    text = " ".join(f"{type(error).__name__}: {error}".split())
    for secret in secrets.values():
        text = text.replace(secret, "*") if secret else text
    return f"{text} ({place})"
