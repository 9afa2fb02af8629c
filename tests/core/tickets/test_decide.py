"""Deeds one by one: what each needs, what it writes, and what it leaves in the history."""

from dataclasses import replace

import pytest

from engine.core.tickets.decide import decide
from engine.core.tickets.records import Act, Decided, Ticket
from engine.core.tickets.rules import BY_CUSTOMER, BY_SYSTEM
from engine.core.tickets.states import Deed, Escalation, Refused, TicketState
from tests.core.tickets.office import (
    CHIEF,
    DAY,
    EAST,
    HALL,
    HOUR,
    LI,
    MONDAY,
    REPAIR,
    RULES,
    WANG,
    WEST,
    complaint,
    decided,
    done,
    in_state,
    refused,
    rules,
    step_of,
    told,
)

S = TicketState


def fault_in_the_east() -> Ticket:
    return told(type="fault", area="东山").ticket


def test_a_fault_goes_from_the_caller_to_the_station_and_back_and_closes_when_the_customer_is_content() -> (
    None
):
    ticket = fault_in_the_east()
    assert (ticket.state, ticket.department, ticket.owner) == (S.DISPATCHED, "east", "8001")
    ticket = done(ticket, Deed.ACCEPT, EAST)
    ticket = done(ticket, Deed.ASSIGN, EAST, target="5001")
    ticket = done(ticket, Deed.ARRIVE, EAST)
    ticket = done(ticket, Deed.CHECK, EAST, target="signed")
    ticket = done(ticket, Deed.CHECK, EAST, target="measured")
    ticket = done(ticket, Deed.RETURN, EAST, now=MONDAY + HOUR, text="换了接头", code="cable")
    assert (ticket.state, ticket.department, ticket.technician) == (S.RETURNED, "", "5001")
    assert (ticket.result, ticket.cause, ticket.returned_at) == ("换了接头", "cable", MONDAY + HOUR)
    assert ticket.checked == ("measured", "signed")  # in the order of the list
    ticket = done(ticket, Deed.REPLY, WANG, now=MONDAY + 2 * HOUR, text="已修好")
    assert (ticket.reply, ticket.replied_at, ticket.next_clock_at) == ("已修好", MONDAY + 2 * HOUR, 0)
    assert refused(ticket, Deed.CLOSE, WANG) == (Refused.NEEDS_FOLLOW_UP, "")
    ticket = done(ticket, Deed.FOLLOW_UP, LI, score=5)
    assert ticket.satisfied == 5
    ticket = done(ticket, Deed.CLOSE, WANG, now=MONDAY + DAY)
    assert (ticket.state, ticket.closed_at, ticket.owner) == (S.CLOSED, MONDAY + DAY, "8001")
    assert ticket.version == 10


def test_every_step_says_who_did_it_when_and_why() -> None:
    step = step_of(in_state(S.VERIFIED), Deed.DISPATCH, WANG, text="请看看", target="east")
    assert (step.at, step.who, step.deed, step.state) == (MONDAY, "8001", Deed.DISPATCH, S.DISPATCHED)
    assert (step.department, step.text, step.target, step.code) == ("east", "请看看", "east", "")
    again = step_of(in_state(S.DISPATCHED), Deed.DISPATCH, target="west")
    assert (again.code, again.target) == ("east", "west")  # from, to
    back = step_of(in_state(S.DISPATCHED), Deed.RETURN, EAST, text="好了")
    assert (back.department, back.target) == ("", "east")  # who has returned it


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        (S.DISPATCHED, Deed.SEND_BACK),
        (S.CLOSED, Deed.REOPEN),
        (S.NEW, Deed.SUSPEND),
        (S.NEW, Deed.CANCEL),
        (S.NEW, Deed.OWN),
        (S.NEW, Deed.ESCALATE),
    ],
)
def test_what_others_have_to_answer_for_needs_a_reason(state: TicketState, deed: Deed) -> None:
    target = {Deed.OWN: "8002"}.get(deed, "")
    code = {Deed.ESCALATE: "leader"}.get(deed, "")
    for empty in ("", "  \n"):
        assert refused(in_state(state), deed, target=target, code=code, text=empty)[0] is Refused.NEEDS_REASON
    assert done(in_state(state), deed, target=target, code=code, text="客户要求")


def test_nothing_is_dispatched_or_replied_to_before_it_is_verified_where_that_is_asked_for() -> None:
    new = complaint()
    assert refused(new, Deed.DISPATCH, target="east") == (Refused.NEEDS_VERIFICATION, "")
    assert refused(new, Deed.REPLY, text="好") == (Refused.NEEDS_VERIFICATION, "")
    assert done(done(new, Deed.VERIFY, WANG), Deed.DISPATCH, WANG, target="east").department == "east"


def test_what_a_caller_left_out_is_asked_for_when_it_is_verified() -> None:
    spoken = told(type="complaint", actor=BY_CUSTOMER).ticket
    assert refused(spoken, Deed.VERIFY, WANG) == (Refused.BAD_FIELD, "about")
    filled = done(spoken, Deed.EDIT, WANG, fields={"about": "维修员"})
    assert done(filled, Deed.VERIFY, WANG).state is S.VERIFIED


def test_a_field_that_the_type_has_no_longer_does_not_hold_a_ticket_up() -> None:
    told_before = replace(complaint(), fields={"about": "维修员", "counter": "3"})
    assert done(told_before, Deed.VERIFY, WANG).fields == told_before.fields


def test_what_dispatches_itself_waits_until_it_is_verified_if_it_has_to_be() -> None:
    new = told(type="order").ticket
    assert new.state is S.NEW
    made = decided(new, Deed.VERIFY, WANG)
    assert [(step.deed, step.who) for step in made.steps] == [
        (Deed.VERIFY, "8001"),
        (Deed.DISPATCH, "system"),
    ]
    assert (made.ticket.state, made.ticket.department, made.ticket.version) == (S.DISPATCHED, "repair", 2)


def test_a_department_has_to_be_there_and_another_one() -> None:
    ticket = in_state(S.VERIFIED)
    assert refused(ticket, Deed.DISPATCH) == (Refused.NEEDS_DEPARTMENT, "")
    assert refused(ticket, Deed.DISPATCH, target="north") == (Refused.BAD_TARGET, "north")
    assert refused(in_state(S.DISPATCHED), Deed.DISPATCH, target="east") == (Refused.BAD_TARGET, "east")


def test_a_fault_that_came_back_is_dispatched_by_its_route_when_nobody_names_a_department() -> None:
    ticket = done(fault_in_the_east(), Deed.SEND_BACK, EAST, text="不是我们的")
    assert (ticket.state, ticket.department) == (S.VERIFIED, "")
    assert done(ticket, Deed.DISPATCH, WANG).department == "east"
    elsewhere = done(ticket, Deed.EDIT, WANG, fields={"area": "南坪"})
    assert done(elsewhere, Deed.DISPATCH, WANG).department == "repair"


def test_a_department_passes_on_with_a_reason_and_a_supervisor_without() -> None:
    ticket = done(in_state(S.ACCEPTED), Deed.ASSIGN, EAST, target="赵师傅")
    for actor in (EAST, REPAIR):
        assert refused(ticket, Deed.DISPATCH, actor, target="west")[0] is Refused.NEEDS_REASON
    moved = done(ticket, Deed.DISPATCH, EAST, target="west", text="在他们片区")
    assert (moved.state, moved.department, moved.technician) == (S.DISPATCHED, "west", "")
    assert done(ticket, Deed.DISPATCH, CHIEF, target="west").department == "west"


def test_what_is_dispatched_again_has_to_be_returned_again() -> None:
    returned = in_state(S.RETURNED)
    again = done(returned, Deed.DISPATCH, WANG, target="west")
    assert (again.result, again.returned_at, again.checked) == ("", 0, ())


def test_a_return_needs_result_cause_and_checklist() -> None:
    ticket = fault_in_the_east()
    assert refused(ticket, Deed.RETURN, EAST, code="cable") == (Refused.NEEDS_RESULT, "")
    assert refused(ticket, Deed.RETURN, EAST, text="好了") == (Refused.BAD_FIELD, "cause")
    assert refused(ticket, Deed.RETURN, EAST, text="好了", code="x") == (Refused.BAD_FIELD, "cause")
    ticket = done(ticket, Deed.CHECK, EAST, target="measured")
    assert refused(ticket, Deed.RETURN, EAST, text="好了", code="box") == (Refused.NEEDS_CHECKLIST, "signed")
    ticket = done(ticket, Deed.CHECK, EAST, target="signed")
    without = done(ticket, Deed.CHECK, EAST, target="measured", code="no")
    assert refused(without, Deed.RETURN, EAST, text="好了", code="box") == (
        Refused.NEEDS_CHECKLIST,
        "measured",
    )
    assert refused(ticket, Deed.CHECK, EAST, target="painted") == (Refused.BAD_TARGET, "painted")
    assert done(ticket, Deed.RETURN, EAST, text="好了", code="box").state is S.RETURNED


def test_who_was_there_or_did_it_is_the_technician_where_nobody_was_sent() -> None:
    ticket = done(fault_in_the_east(), Deed.ACCEPT, EAST)
    assert ticket.technician == ""
    assert done(ticket, Deed.ARRIVE, EAST).technician == EAST.staff_number
    sent = done(ticket, Deed.ASSIGN, EAST, target="赵师傅")
    assert done(sent, Deed.ARRIVE, EAST).technician == "赵师傅"
    assert done(ticket, Deed.ARRIVE, CHIEF).technician == ""  # written down for them
    for point in ("measured", "signed"):
        ticket = done(ticket, Deed.CHECK, EAST, target=point)
    assert done(ticket, Deed.RETURN, EAST, text="好了", code="box").technician == EAST.staff_number


def test_a_reply_says_what_the_customer_was_told() -> None:
    assert refused(in_state(S.VERIFIED), Deed.REPLY, WANG) == (Refused.NEEDS_REPLY, "")


@pytest.mark.parametrize("score", [-1, 6])
def test_a_mark_is_one_to_five(score: int) -> None:
    assert refused(in_state(S.REPLIED), Deed.FOLLOW_UP, score=score) == (Refused.BAD_FIELD, "score")
    assert refused(in_state(S.REPLIED), Deed.RATE, score=score) == (Refused.BAD_FIELD, "score")


def test_a_follow_up_without_a_mark_leaves_the_one_that_the_customer_gave() -> None:
    rated = done(in_state(S.REPLIED), Deed.RATE, BY_CUSTOMER, score=2)
    assert rated.satisfied == 2
    assert done(rated, Deed.FOLLOW_UP, WANG, text="没人接").satisfied == 2
    assert refused(rated, Deed.RATE, BY_CUSTOMER, score=0) == (Refused.BAD_FIELD, "score")
    assert step_of(rated, Deed.FOLLOW_UP, WANG, score=4).code == "4"


def test_reopened_it_has_to_go_all_the_way_again() -> None:
    closed = replace(in_state(S.CLOSED), satisfied=4, technician="5001", expected_at=MONDAY + DAY)
    closed = replace(closed, followed_up_at=MONDAY)
    ticket = done(closed, Deed.REOPEN, WANG, now=MONDAY + 2 * DAY, text="又坏了")
    assert (ticket.state, ticket.reopened, ticket.department, ticket.technician) == (S.VERIFIED, 1, "", "")
    assert (ticket.reply, ticket.satisfied, ticket.replied_at, ticket.closed_at) == ("", 0, 0, 0)
    assert (ticket.responded_at, ticket.expected_at, ticket.owner) == (0, 0, closed.owner)
    assert ticket.followed_up_at == 0  # it is asked for again
    assert ticket.resolve_by == closed.resolve_by + 2 * DAY
    assert refused(ticket, Deed.CLOSE)[0] is Refused.ILLEGAL


def test_what_is_suspended_goes_on_where_it_was() -> None:
    for state in (S.NEW, S.VERIFIED, S.DISPATCHED, S.ACCEPTED, S.ON_SITE, S.RETURNED):
        waits = done(in_state(state), Deed.SUSPEND, text="等配件")
        assert (waits.state, waits.resume_to) == (S.SUSPENDED, state)
        assert refused(waits, Deed.SUSPEND, text="等配件")[0] is Refused.ILLEGAL
        goes_on = done(waits, Deed.RESUME)
        assert (goes_on.state, goes_on.resume_to) == (state, None)
    assert refused(in_state(S.NEW), Deed.RESUME)[0] is Refused.ILLEGAL


def test_until_when_it_waits_is_in_its_history_and_cannot_be_over_already() -> None:
    made = decided(in_state(S.NEW), Deed.SUSPEND, text="等配件", at=MONDAY + DAY)
    assert (made.ticket.resume_at, made.steps[0].target) == (MONDAY + DAY, str(MONDAY + DAY))
    assert step_of(in_state(S.NEW), Deed.SUSPEND, text="等配件").target == ""
    assert refused(in_state(S.NEW), Deed.SUSPEND, text="等配件", at=MONDAY) == (Refused.BAD_FIELD, "at")


def test_a_customer_withdraws_without_a_reason_until_it_is_settled() -> None:
    gone = done(in_state(S.DISPATCHED), Deed.CANCEL, BY_CUSTOMER)
    assert (gone.state, gone.department, gone.closed_at) == (S.CANCELLED, "", MONDAY)
    assert refused(in_state(S.REPLIED), Deed.CANCEL, BY_CUSTOMER)[0] is Refused.ILLEGAL


def test_the_owner_changes_to_somebody_who_can_own_with_reason_and_trace() -> None:
    step = step_of(in_state(S.NEW), Deed.OWN, WANG, target="8002", text="休假")
    assert (step.code, step.target, step.text) == ("8001", "8002", "休假")
    for nobody in ("", "9999", "5001", "8001"):  # nobody, a stranger, a station's, the same
        assert refused(in_state(S.NEW), Deed.OWN, target=nobody, text="换人")[0] is Refused.BAD_TARGET


def test_a_technician_is_of_the_department_or_a_name() -> None:
    ticket = in_state(S.DISPATCHED)
    assert refused(ticket, Deed.ASSIGN, EAST, target="5002") == (Refused.BAD_TARGET, "5002")
    assert refused(ticket, Deed.ASSIGN, EAST, target=" ") == (Refused.BAD_TARGET, "")
    assert refused(ticket, Deed.ASSIGN, EAST, target="长" * 61) == (Refused.BAD_TARGET, "长" * 60)
    assert done(ticket, Deed.ASSIGN, EAST, target=" 赵师傅 ").technician == "赵师傅"
    assert done(in_state(S.NEW), Deed.ASSIGN, WANG, target="5002").technician == "5002"


def test_a_promise_is_for_later() -> None:
    assert refused(in_state(S.NEW), Deed.EXPECT, at=MONDAY) == (Refused.BAD_FIELD, "at")
    made = decided(in_state(S.NEW), Deed.EXPECT, WANG, at=MONDAY + DAY)
    assert (made.ticket.expected_at, made.steps[0].target) == (MONDAY + DAY, str(MONDAY + DAY))


def test_a_remark_has_words_and_not_too_many() -> None:
    assert refused(in_state(S.CLOSED), Deed.REMARK, text=" ") == (Refused.BAD_FIELD, "text")
    assert refused(in_state(S.CLOSED), Deed.REMARK, text="字" * 4_001) == (Refused.BAD_FIELD, "text")
    assert step_of(in_state(S.CLOSED), Deed.REMARK, text="字" * 4_000).state is S.CLOSED


def test_telling_again_is_counted() -> None:
    assert done(in_state(S.NEW), Deed.AGAIN, BY_CUSTOMER).repeats == 1


def test_a_delay_is_reported_by_hand_only_further_up() -> None:
    ticket = done(in_state(S.NEW), Deed.ESCALATE, WANG, code="supervisor", text="客户很急")
    assert ticket.escalation is Escalation.SUPERVISOR
    for not_higher in ("supervisor", "breached", "none", "president"):
        answer = refused(ticket, Deed.ESCALATE, WANG, code=not_higher, text="急")
        assert answer == (Refused.BAD_FIELD, "code")
    top = done(ticket, Deed.ESCALATE, BY_SYSTEM, code="leader")
    assert top.escalation is Escalation.LEADER
    assert refused(top, Deed.ESCALATE, WANG, text="急") == (Refused.BAD_FIELD, "code")


def test_a_delay_is_reported_to_the_next_one_up_where_nothing_is_said() -> None:
    ticket = done(in_state(S.NEW), Deed.ESCALATE, WANG, text="客户很急")
    assert ticket.escalation is Escalation.WARNED
    assert done(ticket, Deed.ESCALATE, WANG, text="还是急").escalation is Escalation.BREACHED


@pytest.mark.parametrize(
    ("state", "deed", "values", "responds"),
    [
        (S.NEW, Deed.VERIFY, {}, True),
        (S.NEW, Deed.CALL, {"code": "reached"}, True),
        (S.NEW, Deed.CALL, {"code": "no_answer"}, False),
        (S.NEW, Deed.REMARK, {"text": "看过"}, False),
        (S.NEW, Deed.EDIT, {"fields": {"title": "态度"}}, False),
    ],
)
def test_what_is_a_first_response(
    state: TicketState, deed: Deed, values: dict[str, object], responds: bool
) -> None:
    ticket = done(in_state(state), deed, WANG, now=MONDAY + HOUR, **values)
    assert ticket.responded_at == (MONDAY + HOUR if responds else 0)
    assert done(ticket, Deed.VERIFY if ticket.state is S.NEW else Deed.REMARK, text="x").responded_at == (
        ticket.responded_at or MONDAY
    )


def test_a_rule_that_dispatches_is_no_response_but_accepting_or_returning_is() -> None:
    ticket = fault_in_the_east()
    assert ticket.responded_at == 0
    assert done(ticket, Deed.ACCEPT, EAST).responded_at == MONDAY
    ticket = replace(ticket, checked=("measured", "signed"))
    assert done(ticket, Deed.RETURN, EAST, text="好", code="box").responded_at == MONDAY
    assert done(ticket, Deed.DISPATCH, WANG, target="west", text="转").responded_at == MONDAY


def test_a_type_whose_file_is_gone_can_still_be_settled() -> None:
    only_faults = rules(RULES.book.types["fault"])
    replied = decide(complaint(), Act(deed=Deed.REPLY, text="好"), WANG, only_faults, MONDAY)
    assert isinstance(replied, Decided)
    closed = decide(replied.ticket, Act(deed=Deed.CLOSE), WANG, only_faults, MONDAY)
    assert isinstance(closed, Decided)
    assert closed.ticket.state is S.CLOSED


def test_an_agent_of_a_department_does_what_its_people_do() -> None:
    ticket = done(in_state(S.VERIFIED), Deed.DISPATCH, WANG, target="repair")
    assert refused(ticket, Deed.ACCEPT, WANG)[0] is Refused.NOT_ALLOWED
    assert done(ticket, Deed.ACCEPT, HALL).state is S.ACCEPTED


def test_another_station_sees_to_its_own() -> None:
    ticket = in_state(S.DISPATCHED)
    for deed in Deed:
        assert refused(ticket, deed, WEST, text="x", target="x")[0] in (Refused.NOT_ALLOWED, Refused.ILLEGAL)
