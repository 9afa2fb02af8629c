"""A customer hears something by the engine's voice while the agent waits, and is with the agent again."""

from engine.core.effects import Announce, RetrieveCall
from engine.core.events import Announced
from engine.core.floor import talk
from engine.core.floor.entities import Call, Told
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import CallState


def begin(floor: FloorState, call: Call, told: Told) -> None:
    """The customer hears music: say it over that."""
    call.listens = True
    floor.emit(
        Announce(
            call_id=call.id,
            prompts=told.prompts,
            music=floor.music_of(call),
            language=told.language or call.position.language,
            values=told.values,
        )
    )


def announced(floor: FloorState, event: Announced, now: Millis) -> None:
    """It was said. Who was told something on hold is given back to the agent, unless other things are on."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    listened, call.listens = call.listens, False
    moved = call.pending is not None or now < call.order_until or not floor.switch_up
    if listened and call.state is CallState.HOLDING and not moved:
        talk.ordered(call, now)
        floor.emit(RetrieveCall(call_id=call.id, seat_id=call.record.seat_id))
