"""A colleague at the second seat: on break, so that all callers are yours, but there to be consulted."""

import asyncio
import logging

from engine.adapters.phone import Phone
from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.core.states import AgentState
from engine.daemon.demo.site import Person
from engine.wire.messages import Reason
from engine.wire.methods import BreakParams, LogInParams, SubscribeParams, Views

log = logging.getLogger(__name__)

_PICKS_UP_S = 2.0
_REASON = "rest"
_TRY_AGAIN_S = 2.0


async def sit_down(socket_path: str, person: Person, seat_id: str, phone: Phone) -> None:
    """Be there until cancelled, or until a person takes the place; an engine that comes back is met again.

    The phone goes on picking up by itself: there is nobody who could lift it.
    """
    phone.pick_up_after_s = _PICKS_UP_S
    while True:
        if not await _attend(socket_path, person, seat_id):
            return
        await asyncio.sleep(_TRY_AGAIN_S)


async def _attend(socket_path: str, person: Person, seat_id: str) -> bool:
    """One connection; False when somebody else has come in the colleague's place."""
    news = asyncio.Event()
    state = AgentState.IDLE
    why_gone = ""

    def seen(views: Views) -> None:
        nonlocal state
        if views.desk is not None:
            state = views.desk.agent.state
            news.set()

    def gone(why: str) -> None:
        nonlocal why_gone
        why_gone = why
        news.set()

    client = SocketClient(socket_path, "agent", on_views=seen, on_gone=gone)
    try:
        await client.open()
        log_in = LogInParams(staff_number=person.staff_number, pin=person.pin, seat=seat_id)
        await client.call("session.log_in", log_in)
        seen(await client.call("view.subscribe", SubscribeParams(topics=["desk"])))
        await client.call("agent.break", BreakParams(reason=_REASON))
        while not why_gone:
            await news.wait()
            news.clear()
            if state is AgentState.WRAP_UP and not why_gone:
                await client.call("agent.finish_wrap_up")
    except EngineError as error:
        log.info("the colleague is not there: %s", error)
    finally:
        await client.close()
    return client.ended != Reason.REPLACED
