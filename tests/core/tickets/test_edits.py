"""Corrections: which values can be, what the history keeps of them, and another type."""

from dataclasses import replace

import pytest

from engine.core.tickets.decide import decide
from engine.core.tickets.fields import LONGEST, fen_of, fits, yuan_of
from engine.core.tickets.records import Act, Decided
from engine.core.tickets.rules import BY_CUSTOMER
from engine.core.tickets.states import Deed, Refused, TicketState
from engine.core.tickets.types import FieldKind, TicketField, Words
from tests.core.tickets.office import (
    DAY,
    MONDAY,
    RULES,
    WANG,
    complaint,
    done,
    in_state,
    refused,
    rules,
    step_of,
    told,
)


def test_old_and_new_are_in_the_history() -> None:
    ticket = complaint(address="东山路 1 号")
    step = step_of(ticket, Deed.EDIT, WANG, text="问过了", fields={"address": "东山路 2 号", "priority": "2"})
    assert step.target == "address,priority"
    assert step.text == "问过了\naddress: 东山路 1 号 => 东山路 2 号\npriority: 0 => 2"
    without_reason = step_of(ticket, Deed.EDIT, WANG, fields={"about": "王某"})
    assert without_reason.text == "about: 营业厅 => 王某"


def test_an_own_field_can_be_emptied_unless_it_has_to_be_there() -> None:
    ticket = done(complaint(), Deed.EDIT, WANG, fields={"refund": "100"})
    assert done(ticket, Deed.EDIT, WANG, fields={"refund": ""}).fields == {"about": "营业厅"}
    assert refused(ticket, Deed.EDIT, WANG, fields={"about": ""}) == (Refused.BAD_FIELD, "about")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, ""),
        ({"about": "营业厅"}, ""),  # as it was
        ({"priority": "3"}, "priority"),
        ({"priority": "high"}, "priority"),
        ({"customer_id": "-1"}, "customer_id"),
        ({"customer_id": "9" * 16}, "customer_id"),
        ({"customer_id": "٣"}, "customer_id"),
        ({"category": "slow"}, "category"),
        ({"owner": "8002"}, "owner"),
        ({"refund": "1.50"}, "refund"),
        ({"contact": "长" * (LONGEST["contact"] + 1)}, "contact"),
        ({"type": "wish"}, "type"),
    ],
)
def test_what_cannot_be_written(fields: dict[str, str], wrong: str) -> None:
    assert refused(complaint(), Deed.EDIT, WANG, fields=fields) == (Refused.BAD_FIELD, wrong)


def test_another_category_brings_its_line_and_fault() -> None:
    ticket = told(type="fault", category="slow").ticket
    changed = done(ticket, Deed.EDIT, WANG, fields={"category": "tv_no_signal"})
    assert (changed.line, changed.fault) == ("tv", "no_signal")
    by_hand = done(ticket, Deed.EDIT, WANG, fields={"category": "tv_no_signal", "line": "box"})
    assert (by_hand.line, by_hand.fault) == ("box", "no_signal")
    assert done(ticket, Deed.EDIT, WANG, fields={"category": ""}).line == "broadband"


def test_a_category_that_is_gone_from_the_file_may_stay() -> None:
    ticket = replace(complaint(), category="gone")
    changed = done(ticket, Deed.EDIT, WANG, fields={"category": "gone", "title": "态度"})
    assert (changed.category, changed.title) == ("gone", "态度")


def test_a_spoken_complaint_that_is_a_fault_becomes_one() -> None:
    spoken = told(type="complaint", actor=BY_CUSTOMER, category="attitude").ticket
    fault = done(spoken, Deed.EDIT, WANG, now=MONDAY + DAY, fields={"type": "fault", "category": "slow"})
    assert (fault.type, fault.category, fault.line) == ("fault", "slow", "broadband")
    assert fault.resolve_by == MONDAY + DAY  # from when it was told
    consult = done(complaint(category="attitude"), Deed.EDIT, WANG, fields={"type": "consult"})
    assert (consult.category, consult.fields) == ("", {})


def test_another_type_after_a_reopening_counts_from_then() -> None:
    again = done(in_state(TicketState.CLOSED), Deed.REOPEN, WANG, text="没好")
    fault = done(again, Deed.EDIT, WANG, now=MONDAY + DAY, fields={"type": "fault"})
    assert fault.resolve_by == MONDAY + 2 * DAY


def test_the_type_stays_once_a_department_has_gone_by_it() -> None:
    ticket = in_state(TicketState.DISPATCHED)
    assert refused(ticket, Deed.EDIT, WANG, fields={"type": "fault"}) == (Refused.BAD_FIELD, "type")
    assert done(ticket, Deed.EDIT, WANG, fields={"type": "complaint", "title": "x"}).title == "x"


def test_a_ticket_whose_type_is_gone_can_get_another() -> None:
    by = rules(RULES.book.types["fault"])
    same = decide(complaint(), Act(deed=Deed.EDIT, fields={"title": "x"}), WANG, by, MONDAY)
    assert isinstance(same, Decided)
    assert same.ticket.fields == {"about": "营业厅"}
    other = decide(complaint(), Act(deed=Deed.EDIT, fields={"type": "fault"}), WANG, by, MONDAY)
    assert isinstance(other, Decided)
    assert (other.ticket.type, other.ticket.fields) == ("fault", {})


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        (FieldKind.TEXT, "东山路", "两\n行"),
        (FieldKind.LONG_TEXT, "两\n行", "字" * 4_001),
        (FieldKind.NUMBER, "-12.5", "12,5"),
        (FieldKind.MONEY, "12850", "128.50"),
        (FieldKind.DATE, "2026-02-28", "2026-02-29"),
        (FieldKind.DATE, "2026-11-22", "20261122"),
        (FieldKind.PHONE, "0931-8881234", "12"),
        (FieldKind.YES_NO, "yes", "maybe"),
        (FieldKind.CHOICE, "am", "pm"),
    ],
)
def test_values_of_own_fields(kind: FieldKind, right: str, wrong: str) -> None:
    one = TicketField(id="x", words=Words("x"), kind=kind, choices=(("am", Words("上午")),))
    assert fits(one, right)
    assert not fits(one, wrong)


@pytest.mark.parametrize(
    ("typed", "fen", "shown"),
    [
        ("128.5", "12850", "128.50"),
        (" 128 ", "12800", "128.00"),
        ("0.05", "5", "0.05"),
        ("-0.05", "-5", "-0.05"),
        ("-3", "-300", "-3.00"),
    ],
)
def test_money_is_typed_in_yuan_and_kept_in_fen(typed: str, fen: str, shown: str) -> None:
    assert fen_of(typed) == fen
    assert yuan_of(fen) == shown


def test_what_is_no_sum() -> None:
    assert [fen_of(text) for text in ("", "1.234", "一百", "1,000", ".5")] == [""] * 5
    assert yuan_of("many") == "many"
