"""Two tickets of one matter: merged, told on both, taken apart again."""

from dataclasses import replace

import pytest

from engine.core.tickets.merging import merge
from engine.core.tickets.records import Act, Actor, Decided, Refusal, Ticket
from engine.core.tickets.states import Deed, Refused, TicketState
from tests.core.tickets.office import DAY, EAST, MONDAY, RULES, WANG, complaint, done, in_state, refused

S = TicketState
MERGE = Act(deed=Deed.MERGE, target="261123002")


def other(state: TicketState = S.NEW) -> Ticket:
    return replace(in_state(state), number="261123002", version=7)


def merged(
    ticket: Ticket, main: Ticket, actor: Actor = WANG, *, has_others: bool = False
) -> tuple[Decided, Decided] | Refusal:
    return merge(ticket, main, has_others, MERGE, actor, RULES, MONDAY)


def test_the_main_ticket_has_the_matter_and_says_whose_it_was_too() -> None:
    both = merged(complaint(contact="张三", phone="13812345678"), other())
    assert not isinstance(both, Refusal)
    gone, main = both
    assert (gone.ticket.state, gone.ticket.merged_into) == (S.CANCELLED, "261123002")
    assert gone.ticket.next_clock_at == 0
    assert (main.ticket.repeats, main.ticket.version) == (1, 8)
    (again,) = main.steps
    assert (again.deed, again.text, again.target) == (Deed.AGAIN, "张三 13812345678", "261123001")


@pytest.mark.parametrize("state", [S.CLOSED, S.CANCELLED])
def test_nothing_is_merged_into_what_is_over(state: TicketState) -> None:
    assert merged(complaint(), other(state)) == Refusal(Refused.BAD_TARGET, "261123002")


def test_there_is_one_level_only_and_no_circle() -> None:
    assert merged(complaint(), other(), has_others=True) == Refusal(Refused.BAD_TARGET, "261123002")
    assert merged(complaint(), complaint()) == Refusal(Refused.BAD_TARGET, "261123001")


def test_who_may_not_and_when_not() -> None:
    assert merged(in_state(S.DISPATCHED), other(), EAST) == Refusal(
        Refused.NOT_ALLOWED, "dispatched:dispatch,accept,send_back,return,suspend"
    )
    assert merged(in_state(S.REPLIED), other()) == Refusal(Refused.ILLEGAL, "replied:follow_up,close,reopen")
    assert refused(complaint(), Deed.MERGE, WANG) == (Refused.BAD_TARGET, "")


def test_what_was_merged_comes_back_by_itself_only_and_its_clocks_begin_anew() -> None:
    both = merged(done(complaint(), Deed.SUSPEND, text="等", code="customer"), other())
    assert not isinstance(both, Refusal)
    gone = replace(both[0].ticket, outage_id=3)
    assert refused(gone, Deed.REOPEN, text="又来")[0] is Refused.ILLEGAL
    back = done(gone, Deed.UNMERGE, WANG, now=MONDAY + DAY)
    assert (back.state, back.merged_into, back.outage_id, back.closed_at) == (S.VERIFIED, "", 0, 0)
    assert back.respond_by > gone.respond_by
    assert back.reopened == 0
    assert refused(in_state(S.CANCELLED), Deed.UNMERGE)[0] is Refused.ILLEGAL
