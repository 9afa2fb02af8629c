"""The table of a ticket's life: nothing is out of reach, nothing is a dead end, every deed is somewhere."""

from engine.core.tickets.machine import STARTS_AFRESH, TRACES, TRANSITIONS
from engine.core.tickets.states import OPEN_STATES, Deed, TicketState


def reachable(start: TicketState) -> set[TicketState]:
    """Every state that deeds lead to."""
    found = {start}
    while True:
        more = {after for state in found for after in TRANSITIONS[state].values()} - found
        if not more:
            return found
        found |= more


def test_every_state_can_be_reached_and_every_open_one_can_end() -> None:
    assert reachable(TicketState.NEW) == set(TicketState)
    for state in OPEN_STATES:
        assert reachable(state) & {TicketState.CLOSED, TicketState.CANCELLED}, state


def test_every_deed_moves_or_leaves_a_trace() -> None:
    moving = {deed for row in TRANSITIONS.values() for deed in row}
    assert not moving & TRACES
    assert moving | TRACES | {Deed.CREATED, Deed.RESUME} == set(Deed)
    assert moving >= STARTS_AFRESH


def test_only_what_was_returned_or_never_given_away_can_be_replied_to() -> None:
    can = {state for state, row in TRANSITIONS.items() if Deed.REPLY in row}
    assert can == {TicketState.NEW, TicketState.VERIFIED, TicketState.RETURNED}
    assert {state for state, row in TRANSITIONS.items() if Deed.CLOSE in row} == {
        TicketState.REPLIED,
        TicketState.FOLLOWED_UP,
    }
