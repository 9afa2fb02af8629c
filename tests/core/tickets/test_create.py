"""New tickets: owner, category, clocks, dispatch by type and area, solved at once, forms of paper mode."""

from typing import Any

import pytest

from engine.core.tickets.create import create
from engine.core.tickets.paper import form_numbers
from engine.core.tickets.records import Actor, NewTicket, Refusal
from engine.core.tickets.rules import BY_CUSTOMER, BY_SYSTEM, Rules
from engine.core.tickets.states import Deed, Refused, TicketState
from tests.core.tickets.office import (
    ADMIN,
    CHIEF,
    COMPLAINT,
    CONSULT,
    DAY,
    EAST,
    HOUR,
    LI,
    MONDAY,
    PEOPLE,
    RULES,
    WANG,
    decided,
    instant,
    rules,
    told,
)

S = TicketState
(FORM,) = form_numbers("261122", 1, 1)


def refused(actor: Actor = WANG, by: Rules = RULES, **values: Any) -> tuple[Refused, str]:
    made = create(NewTicket(key="k", **values), actor, by, "261123001", MONDAY)
    assert isinstance(made, Refusal), made
    return made.code, made.detail


def test_who_is_asked_first_owns_it() -> None:
    made = told(type="consult")
    assert (made.ticket.owner, made.ticket.creator, made.ticket.version) == ("8001", "8001", 1)
    assert told(type="consult", owner="8002").ticket.owner == "8002"
    assert [(step.deed, step.state, step.at) for step in made.steps] == [(Deed.CREATED, S.NEW, MONDAY)]


@pytest.mark.parametrize("nobody", ["9999", "5001", "system"])
def test_an_owner_works_in_the_office(nobody: str) -> None:
    assert refused(type="consult", owner=nobody) == (Refused.BAD_TARGET, "owner")


def owned_by(owner: str, *people: Actor) -> str:
    by = rules(CONSULT, people={one.staff_number: one for one in people}, owner=owner)
    made = create(NewTicket(key="k", type="consult"), BY_CUSTOMER, by, "1", MONDAY)
    assert not isinstance(made, Refusal)
    return made.ticket.owner


def test_what_nobody_was_asked_for_has_an_owner_too() -> None:
    assert owned_by("8002", *PEOPLE.values()) == "8002"
    assert owned_by("", *PEOPLE.values()) == CHIEF.staff_number
    assert owned_by("5001", WANG, ADMIN, EAST) == ADMIN.staff_number  # a station's person cannot
    assert owned_by("9999", LI, WANG) == WANG.staff_number
    assert owned_by("", EAST) == "system"
    assert told(type="consult", actor=EAST).ticket.owner == CHIEF.staff_number
    assert told(type="consult", actor=BY_SYSTEM).ticket.owner == CHIEF.staff_number


@pytest.mark.parametrize(
    ("area", "department"), [("东山", "east"), ("西川", "west"), ("南坪", "repair"), ("", "repair")]
)
def test_a_fault_goes_to_the_station_of_the_area_or_else_to_the_department(
    area: str, department: str
) -> None:
    made = told(type="fault", area=area, actor=BY_CUSTOMER)
    assert (made.ticket.state, made.ticket.department) == (S.DISPATCHED, department)
    assert [(step.deed, step.who) for step in made.steps] == [(Deed.CREATED, ""), (Deed.DISPATCH, "system")]
    assert (made.ticket.responded_at, made.ticket.version) == (0, 1)


def test_what_callers_choose_by_keys_finds_its_category_and_a_category_its_line() -> None:
    by_keys = told(type="fault", line="broadband", fault="slow", actor=BY_CUSTOMER).ticket
    assert by_keys.category == "slow"
    by_agent = told(type="fault", category="tv_no_signal").ticket
    assert (by_agent.line, by_agent.fault) == ("tv", "no_signal")
    assert told(type="fault", line="radio", fault="noise").ticket.category == ""


def test_what_is_solved_in_the_same_talk_is_closed_unless_it_has_to_be_followed_up() -> None:
    made = told(type="consult", solved=True, reply="已解答")
    assert [step.deed for step in made.steps] == [Deed.CREATED, Deed.REPLY, Deed.CLOSE]
    assert (made.ticket.state, made.ticket.reply, made.ticket.next_clock_at) == (S.CLOSED, "已解答", 0)
    fault = told(type="fault", solved=True, reply="重启后正常")
    assert (fault.ticket.state, fault.ticket.department) == (S.REPLIED, "")
    others = told(type="consult", solved=True, reply="已解答", owner="8002")
    assert others.ticket.state is S.REPLIED  # its owner closes it
    verified = told(type="complaint", fields={"about": "x"}, solved=True, reply="已道歉")
    assert [step.deed for step in verified.steps] == [Deed.CREATED, Deed.VERIFY, Deed.REPLY, Deed.CLOSE]


def test_a_department_that_is_named_gets_it() -> None:
    made = told(type="fault", area="东山", department="west")
    assert (made.ticket.department, made.ticket.responded_at) == ("west", MONDAY)
    verified = told(type="complaint", fields={"about": "x"}, department="repair")
    assert [step.deed for step in verified.steps] == [Deed.CREATED, Deed.VERIFY, Deed.DISPATCH]


@pytest.mark.parametrize(
    ("values", "code", "detail"),
    [
        ({"type": "wish"}, Refused.BAD_FIELD, "type"),
        ({"type": "fault", "category": "attitude"}, Refused.BAD_FIELD, "category"),
        ({"type": "fault", "priority": 3}, Refused.BAD_FIELD, "priority"),
        ({"type": "fault", "created_at": MONDAY + 1}, Refused.BAD_FIELD, "created_at"),
        ({"type": "fault", "phone": "一三八"}, Refused.BAD_FIELD, "phone"),
        ({"type": "fault", "title": "两\n行"}, Refused.BAD_FIELD, "title"),
        ({"type": "fault", "text": "字" * 4_001}, Refused.BAD_FIELD, "text"),
        ({"type": "fault", "fields": {"colour": "red"}}, Refused.BAD_FIELD, "colour"),
        ({"type": "complaint"}, Refused.BAD_FIELD, "about"),
        ({"type": "complaint", "fields": {"about": "x", "refund": "1.5"}}, Refused.BAD_FIELD, "refund"),
        ({"type": "fault", "department": "north"}, Refused.BAD_TARGET, "north"),
        ({"type": "consult", "solved": True}, Refused.NEEDS_REPLY, ""),
        ({"type": "fault", "department": "east", "solved": True, "reply": "x"}, Refused.ILLEGAL, "reply"),
        ({"type": "fault", "result": "x"}, Refused.BAD_FIELD, "from_paper"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, Any], code: Refused, detail: str) -> None:
    assert refused(**values) == (code, detail)


@pytest.mark.parametrize(
    "values", [{"solved": True, "reply": "x"}, {"department": "east"}, {"owner": "8001"}]
)
def test_a_caller_decides_nothing(values: dict[str, Any]) -> None:
    assert refused(BY_CUSTOMER, type="fault", **values) == (Refused.NOT_ALLOWED, "")


def test_a_form_is_entered_with_all_that_was_done_and_the_clocks_of_its_time() -> None:
    sunday = instant("2026-11-22 20:00")
    made = told(
        type="fault",
        from_paper=FORM,
        created_at=sunday,
        department="east",
        dispatched_at=sunday + HOUR,
        result="换了放大器",
        cause="cable",
        returned_at=sunday + 3 * HOUR,
        reply="已修好",
        replied_at=sunday + 4 * HOUR,
    )
    ticket = made.ticket
    assert [(step.deed, step.at - sunday, step.who) for step in made.steps] == [
        (Deed.CREATED, 0, "8001"),
        (Deed.DISPATCH, HOUR, "8001"),
        (Deed.CHECK, 3 * HOUR, "8001"),
        (Deed.CHECK, 3 * HOUR, "8001"),
        (Deed.RETURN, 3 * HOUR, "8001"),
        (Deed.REPLY, 4 * HOUR, "8001"),
    ]
    assert (ticket.state, ticket.created_at, ticket.resolve_by) == (S.REPLIED, sunday, sunday + DAY)
    assert (ticket.responded_at, ticket.returned_at) == (sunday + HOUR, sunday + 3 * HOUR)
    assert (ticket.replied_at, ticket.from_paper) == (sunday + 4 * HOUR, FORM)


def test_a_form_with_nothing_but_the_report_goes_the_usual_way_from_its_own_time() -> None:
    made = told(type="fault", area="东山", from_paper=FORM, created_at=MONDAY - 2 * DAY)
    assert (made.ticket.state, made.ticket.resolve_by) == (S.DISPATCHED, MONDAY - DAY)
    assert [step.at for step in made.steps] == [MONDAY - 2 * DAY, MONDAY]
    assert made.ticket.next_clock_at <= MONDAY


def test_a_form_that_was_solved_on_the_phone_is_closed_at_its_own_time() -> None:
    made = told(type="consult", from_paper=FORM, created_at=MONDAY - DAY, solved=True, reply="已解答")
    assert (made.ticket.state, made.ticket.closed_at) == (S.CLOSED, MONDAY - DAY)


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        ({"from_paper": "261122-001-0"}, "from_paper"),
        ({"from_paper": FORM.replace("-", "")}, "from_paper"),
        ({"created_at": 0}, "created_at"),
        ({"returned_at": MONDAY - 2 * HOUR, "result": "x", "department": "east"}, "returned_at"),
        ({"dispatched_at": MONDAY + HOUR, "department": "east"}, "dispatched_at"),
        ({"dispatched_at": MONDAY}, "department"),
        ({"returned_at": MONDAY, "department": "east"}, "result"),
        ({"replied_at": MONDAY}, "reply"),
    ],
)
def test_a_form_that_cannot_be_is_refused(values: dict[str, Any], detail: str) -> None:
    form = {"type": "fault", "from_paper": FORM, "created_at": MONDAY - HOUR, **values}
    assert refused(**form) == (Refused.BAD_FIELD, detail)


def test_what_is_no_money_is_asked_for_again_when_it_is_changed() -> None:
    ticket = told(type=COMPLAINT.id, fields={"about": "营业厅", "refund": ""}).ticket
    assert ticket.fields == {"about": "营业厅"}
    made = decided(ticket, Deed.EDIT, fields={"refund": "1250"})
    assert made.ticket.fields == {"about": "营业厅", "refund": "1250"}
