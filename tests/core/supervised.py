"""A floor with a supervisor at a seat, and what such a one asks for and is told."""

from typing import Any

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.states import (
    RingFailure,
    SpyMode,
)
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import seat_of

BOSS = "8004"
OTHER_BOSS = "8003"


def supervised(**rules: Any) -> FloorScript:
    """8001 talks to the caller of c1, 8002 is ready, and a supervisor sits at seat4."""
    floor = given(agents=["8001"], **rules).phone(BOSS, reachable=True).phone("8002", reachable=True)
    floor.ready("8001").call_waits("c1").picks_up("8001").logs_in("8002")
    return sits_down(floor, BOSS)


def sits_down(floor: FloorScript, staff_number: str) -> FloorScript:
    floor.phone(staff_number, reachable=True)
    return floor.request(
        ask.LogIn(staff_number=staff_number, name="班长", seat_id=seat_of(staff_number), supervises=True)
    )


def listen(agent: str = "8001", mode: SpyMode = SpyMode.LISTEN, boss: str = BOSS) -> ask.Listen:
    return ask.Listen(staff_number=boss, agent=agent, mode=mode)


def began(agent: str = "8001", mode: SpyMode = SpyMode.LISTEN, boss: str = BOSS) -> fact.SpyBegan:
    return fact.SpyBegan(spy_seat_id=seat_of(boss), seat_id=seat_of(agent), mode=mode)


def ended(failure: RingFailure | None = None, boss: str = BOSS) -> fact.SpyEnded:
    return fact.SpyEnded(spy_seat_id=seat_of(boss), failure=failure)


STOP = do.StopSpying(spy_seat_id="seat4")
