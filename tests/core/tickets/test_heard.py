"""What callers hear of their tickets."""

import pytest

from engine.core.tickets.heard import KINDS, STATUS, Heard, about, heard
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import TicketKind
from engine.core.tickets.states import TicketState as S


def ticket(line: str = "", fault: str = "", state: S = S.NEW, resume_to: S | None = None) -> Ticket:
    return Ticket(
        type="fault", line=line, fault=fault, owner="8001", created_at=0, state=state, resume_to=resume_to
    )


@pytest.mark.parametrize(
    ("line", "fault", "words"), [("tv", "no_signal", "数字电视无信号"), ("gone_since", "no_signal", "故障")]
)
def test_what_a_fault_is_about(line: str, fault: str, words: str) -> None:
    assert about(ticket(line, fault), TicketKind.FAULT, "zh") == words


@pytest.mark.parametrize(
    ("kind", "words"), [(TicketKind.COMPLAINT, "complaint"), (TicketKind.ORDER, "order")]
)
def test_what_is_no_fault_is_about_what_it_is(kind: TicketKind, words: str) -> None:
    assert about(ticket("tv", "no_signal"), kind, "en") == words


def test_every_kind_and_state_has_words() -> None:
    assert set(KINDS) == set(TicketKind)
    assert set(STATUS) == set(Heard)
    assert {heard(ticket(state=state)) for state in S} == set(Heard)


def test_what_was_returned_is_not_done_for_the_customer_until_somebody_replies() -> None:
    assert heard(ticket(state=S.RETURNED)) is Heard.DISPATCHED
    assert heard(ticket(state=S.REPLIED)) is Heard.DONE


def test_what_waits_for_parts_is_still_with_the_technician_for_the_customer() -> None:
    assert heard(ticket(state=S.SUSPENDED, resume_to=S.ACCEPTED)) is Heard.DISPATCHED
    assert heard(ticket(state=S.SUSPENDED, resume_to=S.VERIFIED)) is Heard.NEW
