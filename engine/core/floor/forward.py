"""Ringing a third party: for an agent who wants to speak to it, or for a customer who is left to it."""

from engine.core.call_machine import CallTrigger
from engine.core.effects import RingOutside, RingSeat
from engine.core.floor import helpers
from engine.core.floor.entities import Call, Party, Route
from engine.core.floor.presentation import ring_ms_of
from engine.core.floor.state import FloorState
from engine.core.plan import RING_NET_MS
from engine.core.records import Millis
from engine.core.states import TargetKind


def ring(floor: FloorState, call: Call, route: Route, ring_ms: Millis, now: Millis) -> None:
    """A third party is dialled from now on."""
    call.third = Party(route=route, since=now)
    agent = helpers.of_route(floor, route)
    if agent is not None:
        agent.present_until = now + ring_ms
    floor.set_timer(f"party:{call.id}", now + ring_ms + RING_NET_MS)
    floor.touch_call(call)


def forward(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    """Leave the customer to a phone where no agent sits."""
    floor.move_call(call, CallTrigger.FORWARDED, now)
    music = floor.music_of(call)
    if route.kind is TargetKind.NUMBER:
        ring_ms = floor.plan.dialling.ring_ms
        floor.emit(
            RingOutside(
                call_id=call.id, number=route.dialled, line_id=route.line_id, ring_ms=ring_ms, music=music
            )
        )
    else:
        ring_ms = ring_ms_of(floor, call)
        auto = floor.plan.seats[route.leg].auto
        floor.emit(RingSeat(call_id=call.id, seat_id=route.leg, auto=auto, ring_ms=ring_ms, music=music))
    ring(floor, call, route, ring_ms, now)
