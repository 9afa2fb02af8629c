"""The callers whom the engine steers now, each on an AGI session of its own."""

from collections.abc import Callable

from engine.adapters.asterisk.agi import AgiSession
from engine.adapters.asterisk.caller import Caller, CallerOrder, CallerTools
from engine.core.effects import Announce, StartMusic
from engine.core.events import Event


class Callers:
    """By call id. Orders for a caller who is just leaving a talk wait for the session that follows."""

    def __init__(self, tools: CallerTools, tell: Callable[[Event], None]) -> None:
        self._tools = tools
        self._tell = tell
        self._callers: dict[str, Caller] = {}
        self._early: dict[str, list[CallerOrder]] = {}

    def enter(self, call_id: str, session: AgiSession) -> Caller:
        """The caller is on a session again."""
        caller = self._callers[call_id] = Caller(call_id, session, self._tools, self._tell)
        for order in self._early.pop(call_id, []):
            caller.order(order)
        return caller

    async def serve(self, caller: Caller) -> None:
        """Carry out orders until the session is over. Raises ChannelGone."""
        try:
            await caller.run()
        finally:
            if self._callers.get(caller.call_id) is caller:
                self.take(caller.call_id)
            caller.session.close()

    def get(self, call_id: str) -> Caller | None:
        """The caller, if on a session."""
        return self._callers.get(call_id)

    def take(self, call_id: str) -> Caller | None:
        """The caller is to be moved: the session's time is over, and it has to be closed after the move.

        Orders that lead somewhere wait for the session that follows: whom they were to join may be gone.
        """
        caller = self._callers.pop(call_id, None)
        undone = [*(caller.undone() if caller is not None else ()), *self._early.pop(call_id, [])]
        kept = [order for order in undone if not isinstance(order, StartMusic | Announce)]
        if kept:
            self._early[call_id] = kept
        return caller

    def put_back(self, caller: Caller) -> None:
        """The caller was not moved, and is on the same session as before, if on any."""
        if caller.call_id in self._callers or caller.session.gone.is_set():
            return
        self._callers[caller.call_id] = caller
        for order in self._early.pop(caller.call_id, []):
            caller.order(order)

    def order(self, effect: CallerOrder) -> None:
        """Have an order carried out, now or as soon as the caller is on a session."""
        caller = self._callers.get(effect.call_id)
        if caller is not None:
            caller.order(effect)
        else:
            self._early.setdefault(effect.call_id, []).append(effect)

    def finish(self, call_id: str) -> bool:
        """End the call after the orders given so far; False if that has to be done otherwise."""
        caller = self._callers.get(call_id)
        if caller is None or caller.dialling:
            return False
        caller.finish()
        return True

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._callers.pop(call_id, None)
        self._early.pop(call_id, None)
