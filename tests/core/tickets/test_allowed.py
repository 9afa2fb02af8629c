"""Who may do what: the whole of it for one state, and what the rules on top of the module say."""

import pytest

from engine.core.tickets.allowed import allowed, outlook
from engine.core.tickets.machine import TRACES
from engine.core.tickets.records import Actor
from engine.core.tickets.rules import BY_CUSTOMER, BY_SYSTEM
from engine.core.tickets.states import Deed, Refused, TicketState
from tests.core.tickets.office import (
    CHIEF,
    EAST,
    HALL,
    LI,
    REPAIR,
    RULES,
    WANG,
    WEST,
    done,
    in_state,
    refused,
)

S = TicketState
_ANYBODY = TRACES - {Deed.OWN, Deed.ESCALATE}
_AGENT = _ANYBODY | {Deed.SEND_BACK, Deed.SUSPEND, Deed.CANCEL, Deed.MERGE}
_STATION = {
    Deed.DISPATCH,
    Deed.ACCEPT,
    Deed.SEND_BACK,
    Deed.RETURN,
    Deed.SUSPEND,
    Deed.ASSIGN,
    Deed.EXPECT,
    Deed.CHECK,
    Deed.REMARK,
    Deed.ATTACH,
    Deed.CALL,
}


@pytest.mark.parametrize(
    ("actor", "deeds"),
    [
        (LI, _AGENT),
        (HALL, _AGENT),
        (WANG, _AGENT | {Deed.DISPATCH, Deed.OWN, Deed.ESCALATE}),  # the owner
        (CHIEF, _AGENT | {Deed.DISPATCH, Deed.OWN, Deed.ESCALATE, Deed.ACCEPT, Deed.RETURN}),
        (EAST, _STATION),
        (REPAIR, _STATION),  # leads it
        (WEST, set()),
        (BY_CUSTOMER, {Deed.AGAIN, Deed.RATE, Deed.REMARK, Deed.ATTACH, Deed.CANCEL}),
        (
            BY_SYSTEM,
            {Deed.DISPATCH, Deed.ESCALATE, Deed.AGAIN, Deed.REMARK, Deed.ATTACH, Deed.MERGE},
        ),
    ],
)
def test_who_may_do_what_while_a_station_has_it(actor: Actor, deeds: set[Deed]) -> None:
    assert set(allowed(in_state(S.DISPATCHED), actor, RULES)) == deeds


def test_the_owner_or_a_supervisor_closes() -> None:
    replied = in_state(S.REPLIED)
    assert [Deed.CLOSE in allowed(replied, actor, RULES) for actor in (WANG, CHIEF, LI)] == [
        True,
        True,
        False,
    ]


def test_what_the_office_has_anybody_in_it_dispatches() -> None:
    assert Deed.DISPATCH in allowed(in_state(S.VERIFIED), LI, RULES)


def test_whom_a_station_has_sent_adds_the_signed_paper_afterwards() -> None:
    returned = done(
        done(in_state(S.ACCEPTED), Deed.ASSIGN, EAST, target="5001"), Deed.RETURN, EAST, text="好了"
    )
    assert set(allowed(returned, EAST, RULES)) == {Deed.REMARK, Deed.ATTACH}
    assert allowed(returned, WEST, RULES) == ()
    assert allowed(in_state(S.RETURNED), EAST, RULES) == ()


def test_who_is_refused_hears_how_far_it_is_and_what_is_possible() -> None:
    replied = in_state(S.REPLIED)
    assert refused(replied, Deed.RETURN) == (Refused.ILLEGAL, "replied:follow_up,close,reopen")
    assert refused(replied, Deed.CLOSE, LI) == (Refused.NOT_ALLOWED, "replied:follow_up,reopen")
    assert outlook(in_state(S.SUSPENDED), LI, RULES) == "suspended:resume,cancel,merge"
    returned = done(in_state(S.ACCEPTED), Deed.RETURN, EAST, text="好了")
    assert outlook(returned, EAST, RULES) == "returned:"  # only what leaves a trace
    assert refused(replied, Deed.RETURN, WEST) == (Refused.ILLEGAL, "")  # a station that never had it
