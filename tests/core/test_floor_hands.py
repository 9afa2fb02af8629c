"""Agents raise a hand, and supervisors see it."""

from engine.core import requests as ask
from tests.core.supervised import began, listen, supervised
from tests.support.floor_script import FloorScript, given


def hand(on: bool = True) -> ask.RaiseHand:
    return ask.RaiseHand(staff_number="8001", on=on)


def hand_since(floor: FloorScript) -> int:
    agents = floor.floor.view().agents
    return next(agent.hand_since for agent in agents if agent.staff_number == "8001")


def test_a_hand_is_raised_and_lowered_by_the_agent() -> None:
    floor = supervised().request(hand())
    raised = floor.now
    assert hand_since(floor) == raised
    floor.after("5s").request(hand())
    assert hand_since(floor) == raised, "the first time counts"
    floor.request(hand(on=False)).request(hand(on=False))
    assert hand_since(floor) == 0


def test_a_supervisor_who_is_in_the_talk_lowers_the_hand() -> None:
    floor = supervised().request(hand()).request(listen())
    assert hand_since(floor), "nobody is there yet"
    floor.handle(began())
    assert hand_since(floor) == 0


def test_the_end_of_the_talk_lowers_the_hand_that_was_raised_in_it() -> None:
    floor = supervised().request(hand()).puts_down("8001", "c1")
    assert hand_since(floor) == 0
    floor.request(hand()).hangs_up("c1").finishes_wrap_up("8001")
    assert hand_since(floor), "who asks after the talk is not answered by its end"


def test_a_hand_that_was_raised_without_a_call_stays_up() -> None:
    floor = given(agents=["8001"]).request(hand()).ready("8001").call_waits("c1").picks_up("8001")
    floor.hangs_up().puts_down("8001").finishes_wrap_up("8001")
    assert hand_since(floor)
    floor.logs_out("8001")
    assert floor.floor.state.hands == {}
