"""The clocks of tickets: what they tell and when, when they stand still, and when they begin anew."""

from dataclasses import replace

import pytest

from engine.core.tickets.states import Deed, Escalation, TicketState
from engine.core.tickets.tick import tick
from tests.core.tickets.office import (
    CHIEF,
    DAY,
    EAST,
    HOUR,
    MONDAY,
    RULES,
    WANG,
    clock_story,
    complaint,
    decided,
    done,
    in_state,
    instant,
    told,
)

S = TicketState


def at(text: str) -> int:
    return instant(f"2026-{text}")


def test_nobody_responds_to_a_complaint_and_it_goes_up_the_ladder_once() -> None:
    ticket = complaint()
    assert (ticket.respond_by, ticket.resolve_by) == (at("11-25 17:30"), at("11-30 17:30"))
    assert clock_story(ticket, at("12-31 00:00")) == [
        (at("11-25 14:00"), "warned", "respond"),
        (at("11-25 17:30"), "breached", "respond"),
        (at("11-25 17:30"), "supervisor", "respond"),
        (at("11-26 17:30"), "leader", "respond"),
    ]


def test_once_somebody_has_responded_the_clock_of_settlement_begins_its_own_ladder() -> None:
    late = tick(complaint(), RULES, at("11-25 17:30"))
    assert late is not None
    assert [step.code for step in late.steps] == ["warned", "breached", "supervisor"]
    assert late.ticket.escalation is Escalation.SUPERVISOR
    seen_to = done(late.ticket, Deed.VERIFY, now=at("11-26 09:00"))
    assert seen_to.escalation is Escalation.NONE
    story = clock_story(seen_to, at("12-31 00:00"))
    assert [(code, clock) for _, code, clock in story] == [
        ("warned", "resolve"),
        ("breached", "resolve"),
        ("supervisor", "resolve"),
        ("leader", "resolve"),
    ]
    assert story[1][0] == at("11-30 17:30")


def test_an_engine_that_was_down_tells_all_that_it_missed_and_then_nothing() -> None:
    made = tick(complaint(), RULES, at("12-20 00:00"))
    assert made is not None
    assert [step.code for step in made.steps] == ["warned", "breached", "supervisor", "leader"]
    assert {(step.at, step.who, step.deed) for step in made.steps} == {
        (at("12-20 00:00"), "system", Deed.ESCALATE)
    }
    assert (made.ticket.next_clock_at, made.ticket.version) == (0, 1)
    assert tick(made.ticket, RULES, at("12-25 00:00")) is None


def test_a_clock_that_is_asked_too_early_says_nothing() -> None:
    ticket = complaint()
    assert tick(ticket, RULES, ticket.next_clock_at - 1) is None


def test_a_next_instant_that_is_not_right_is_put_right() -> None:
    made = tick(replace(complaint(), next_clock_at=1), RULES, MONDAY)
    assert made is not None
    assert (made.steps, made.ticket) == ((), complaint())


@pytest.mark.parametrize("state", [S.REPLIED, S.FOLLOWED_UP, S.CLOSED, S.CANCELLED])
def test_nothing_runs_once_the_customer_knows(state: TicketState) -> None:
    ticket = in_state(state)
    assert ticket.next_clock_at == 0
    assert tick(ticket, RULES, at("12-31 00:00")) is None


def test_the_clocks_stand_still_while_the_customer_is_waited_for() -> None:
    waits = done(complaint(), Deed.SUSPEND, now=at("11-24 16:30"), text="等资料", code="customer")
    assert (waits.respond_left_ms, waits.resolve_left_ms) == (8 * HOUR, 29 * HOUR)
    assert waits.next_clock_at == 0
    assert tick(waits, RULES, at("12-31 00:00")) is None
    goes_on = done(waits, Deed.RESUME, now=at("11-27 16:30"))
    assert goes_on.respond_by == at("11-30 17:30")
    assert goes_on.resolve_by == at("12-03 17:30")
    assert (goes_on.respond_left_ms, goes_on.resolve_left_ms) == (-1, -1)


def test_the_clocks_run_while_anything_else_is_waited_for() -> None:
    ticket = complaint()
    waits = done(ticket, Deed.SUSPEND, text="等配件", code="material")
    assert (waits.respond_by, waits.resolve_by, waits.next_clock_at) == (
        ticket.respond_by,
        ticket.resolve_by,
        ticket.next_clock_at,
    )
    goes_on = done(waits, Deed.RESUME, now=MONDAY + DAY)
    assert (goes_on.respond_by, goes_on.resolve_by) == (ticket.respond_by, ticket.resolve_by)


def test_what_waits_until_an_instant_goes_on_by_itself_with_what_the_clocks_had_left() -> None:
    until = at("11-27 16:30")
    waits = done(complaint(), Deed.SUSPEND, now=at("11-24 16:30"), text="出差", code="customer", at=until)
    assert (waits.state, waits.resume_at, waits.next_clock_at) == (S.SUSPENDED, until, until)
    assert tick(waits, RULES, until - 1) is None
    made = tick(waits, RULES, until)
    assert made is not None
    assert [(step.who, step.deed, step.state) for step in made.steps] == [("system", Deed.RESUME, S.NEW)]
    goes_on = made.ticket
    assert (goes_on.state, goes_on.resume_to, goes_on.resume_at) == (S.NEW, None, 0)
    assert (goes_on.respond_by, goes_on.resolve_by) == (at("11-30 17:30"), at("12-03 17:30"))
    assert until < goes_on.next_clock_at < goes_on.respond_by  # the warning
    assert goes_on.version == waits.version


def test_the_clocks_tell_of_a_delay_also_while_parts_are_waited_for_until_a_day() -> None:
    ticket = complaint()
    waits = done(ticket, Deed.SUSPEND, text="等配件", code="parts", at=at("11-25 16:00"))
    assert waits.next_clock_at == ticket.next_clock_at == at("11-25 14:00")
    warned = tick(waits, RULES, at("11-25 14:00"))
    assert warned is not None
    assert (warned.ticket.state, warned.ticket.escalation) == (S.SUSPENDED, Escalation.WARNED)
    assert warned.ticket.next_clock_at == at("11-25 16:00")
    late = tick(warned.ticket, RULES, at("11-25 18:00"))  # the engine was down: first it goes on
    assert late is not None
    assert late.ticket.state is S.NEW
    rest = tick(late.ticket, RULES, at("11-25 18:00"))
    assert rest is not None
    assert [step.code for step in rest.steps] == ["breached", "supervisor"]


def test_who_says_so_earlier_ends_the_wait_and_its_date() -> None:
    waits = done(complaint(), Deed.SUSPEND, text="出差", code="customer", at=MONDAY + DAY)
    assert done(waits, Deed.RESUME).resume_at == 0
    assert done(waits, Deed.CANCEL, text="不要了").resume_at == 0


def test_what_was_late_before_the_pause_stays_late_after_it_and_is_not_told_again() -> None:
    late = tick(complaint(), RULES, at("12-01 09:00"))
    assert late is not None
    waits = done(late.ticket, Deed.SUSPEND, now=at("12-01 09:00"), text="等资料", code="customer")
    assert (waits.respond_left_ms, waits.resolve_left_ms, waits.next_clock_at) == (0, 0, 0)
    goes_on = done(waits, Deed.RESUME, now=at("12-04 09:00"))
    assert (goes_on.respond_by, goes_on.resolve_by) == (at("11-25 17:30"), at("11-30 17:30"))
    assert clock_story(goes_on, at("12-31 00:00")) == []


def test_a_response_during_a_pause_is_in_time_if_the_clock_had_time_left() -> None:
    waits = done(complaint(), Deed.SUSPEND, now=at("11-25 16:30"), text="等资料", code="customer")
    spoken = done(waits, Deed.CALL, WANG, now=at("12-01 09:00"), code="reached")
    assert spoken.responded_at <= spoken.respond_by == at("12-01 10:00")
    goes_on = done(spoken, Deed.RESUME, now=at("12-02 09:00"))
    assert (goes_on.respond_by, goes_on.respond_left_ms) == (at("12-01 10:00"), -1)
    again = done(goes_on, Deed.SUSPEND, now=at("12-02 09:00"), text="等资料", code="customer")
    assert again.respond_left_ms == -1


def test_a_ticket_that_ends_while_it_waits_has_no_clocks() -> None:
    waits = done(complaint(), Deed.SUSPEND, text="等资料", code="customer")
    gone = done(waits, Deed.CANCEL, text="不要了")
    assert (gone.respond_left_ms, gone.resolve_left_ms, gone.next_clock_at) == (-1, -1, 0)


def test_reopened_the_clocks_and_the_ladder_begin_anew() -> None:
    late = tick(in_state(S.VERIFIED), RULES, at("12-01 17:30"))
    assert late is not None
    replied = done(late.ticket, Deed.REPLY, now=at("12-02 09:00"), text="好了")
    again = done(replied, Deed.REOPEN, now=at("12-07 09:00"), text="没好")
    assert again.escalation is Escalation.NONE
    assert (again.respond_by, again.resolve_by) == (at("12-09 17:30"), at("12-14 17:30"))
    assert [code for _, code, _ in clock_story(again, at("12-31 00:00"))] == [
        "warned",
        "breached",
        "supervisor",
        "leader",
    ]


def test_a_ticket_whose_settlement_is_due_first_goes_by_that_clock() -> None:
    """A fault on Friday night: 24 hours are over before the two hours of working time are."""
    ticket = told(type="fault", area="东山", now=at("11-27 20:00")).ticket
    assert (ticket.respond_by, ticket.resolve_by) == (at("11-30 10:30"), at("11-28 20:00"))
    late = tick(ticket, RULES, at("11-28 20:00"))
    assert late is not None
    assert {step.target for step in late.steps} == {"resolve"}
    accepted = done(late.ticket, Deed.ACCEPT, EAST, now=at("11-29 08:00"))
    assert accepted.escalation is late.ticket.escalation  # nothing is told a second time


def test_what_was_reported_to_the_leader_by_hand_is_not_reported_by_the_clock() -> None:
    ticket = done(in_state(S.VERIFIED), Deed.ESCALATE, CHIEF, code="leader", text="上访")
    assert ticket.next_clock_at == 0
    step_back = decided(complaint(), Deed.ESCALATE, WANG, code="breached", text="催").ticket
    assert [code for _, code, _ in clock_story(step_back, at("12-31 00:00"))] == ["supervisor", "leader"]


def test_a_supervisor_is_told_so_long_after_the_breach_as_the_type_says() -> None:
    ticket = told(type="order").ticket
    assert clock_story(ticket, at("12-31 00:00"))[1:] == [
        (at("11-24 17:30"), "breached", "respond"),
        (at("11-25 09:30"), "supervisor", "respond"),
        (at("11-25 17:30"), "leader", "respond"),
    ]
