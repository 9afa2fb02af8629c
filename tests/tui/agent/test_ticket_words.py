"""Words, letters and values of tickets: all have a word, no letter means two things, typing is read well."""

import unicodedata

import pytest
from rich.cells import cell_len

from engine.core.tickets.machine import TRACES, TRANSITIONS
from engine.core.tickets.states import Clock, Deed, Escalation, Refused, TicketKind, TicketState
from engine.core.tickets.types import FieldKind, TicketField, Words
from tests.support import world
from tests.support.stage_ticket_site import COMPLAINT, FAULT
from tui.tickets import labels
from tui.tickets.due import limit_words, span
from tui.tickets.initials import fits, initials
from tui.tickets.keys import MOVES, deed_lines
from tui.tickets.keys import TRACES as TRACE_KEYS
from tui.tickets.matter import keys_of
from tui.tickets.times import read_moment
from tui.tickets.values import read_value
from tui.words import language_in_use, tr, use_language


@pytest.fixture(autouse=True)
def _in_chinese() -> object:
    before = language_in_use()
    use_language("zh")
    yield
    use_language(before)


def test_every_state_deed_refusal_and_clock_has_chinese_words() -> None:
    tables = (
        (TicketState, labels.TICKET_STATES),
        (TicketKind, labels.TICKET_KINDS),
        (Deed, labels.DEEDS),
        (Refused, labels.REFUSED),
        (Escalation, labels.ESCALATIONS),
        (Clock, labels.CLOCKS),
    )
    for words, table in tables:
        assert set(table) == set(words)
        for entry in table.values():
            text = entry if isinstance(entry, str) else entry[0]
            assert any(unicodedata.east_asian_width(one) == "W" for one in tr(text)), text
    assert len({letter for _, letter, _ in labels.TICKET_STATES.values()}) == len(TicketState)


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ("illegal:replied:follow_up,close", "办不了：工单现在是已复；可以：回访、办结"),
        ("not_allowed:replied:reopen", "其他部门或班长办；现在是已复，您可以：重开"),
        ("not_allowed:returned:", "您不能办：由其他部门或班长办理；现在是已返"),
        ("not_allowed", "您不能办：由其他部门或班长办理"),
        ("illegal:reply", "工单在这个环节不能这样办"),
        ("bad_field:closed:close", "请核对这一栏：closed:close"),
        ("shut:closed:close", ""),
    ],
)
def test_a_refusal_says_how_far_the_ticket_is_and_what_is_possible(detail: str, words: str) -> None:
    assert labels.refused_words(detail) == words


@pytest.mark.parametrize("state", list(TicketState))
@pytest.mark.parametrize("code", [Refused.ILLEGAL, Refused.NOT_ALLOWED])
def test_a_refusal_fits_on_the_line_of_messages(state: TicketState, code: Refused) -> None:
    possible = [deed for deed in Deed if deed in TRANSITIONS[state]]
    assert cell_len(labels.refused_words(f"{code}:{state}:{','.join(possible)}")) <= 80


@pytest.mark.parametrize("state", list(TicketState))
def test_no_letter_means_two_deeds_in_one_state(state: TicketState) -> None:
    possible = {*TRANSITIONS[state], *TRACES}
    possible.add(Deed.RESUME) if state is TicketState.SUSPENDED else None
    letters = [letter for deed, letter in (*MOVES, *TRACE_KEYS) if deed in possible]
    assert len(set(letters)) == len(letters)
    assert "v" not in letters  # takes a file out
    moves = possible - TRACES
    assert moves <= {deed for deed, _ in MOVES}  # whatever is possible has a letter


def test_a_department_is_found_by_the_initials_of_its_name() -> None:
    assert initials("城东维护站2") == "cdwhz2"
    assert initials("Ωж啊") == "a"
    assert fits("dsw", "东山维护站")
    assert fits("维护", "东山维护站")
    assert not fits("xsw", "东山维护站")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("17:30", "2026-03-02 17:30"),
        ("08：00", "2026-03-03 08:00"),
        ("24 17:30", "2026-03-24 17:30"),
        ("11-24 17:30", "2026-11-24 17:30"),
        ("+2h", "2026-03-02 11:30"),
    ],
)
def test_a_time_to_come_is_read(text: str, expected: str) -> None:
    assert read_moment(text, world.NOW, world.ZONE) == world.instant(expected)


@pytest.mark.parametrize("text", ["", "25:00", "2-30 10:00", "1 08:00", "2025-01-01 10:00", "soon"])
def test_what_is_no_time_to_come_is_refused(text: str) -> None:
    assert read_moment(text, world.NOW, world.ZONE) == 0


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (FieldKind.MONEY, "128.5", "12850"),
        (FieldKind.MONEY, "abc", None),
        (FieldKind.DATE, "3-5", "2026-03-05"),
        (FieldKind.DATE, "2026年13月1日", None),
        (FieldKind.PHONE, "138 9381 2345", "13893812345"),
        (FieldKind.PHONE, "home", None),
        (FieldKind.YES_NO, "1", "yes"),
        (FieldKind.YES_NO, "否", "no"),
        (FieldKind.CHOICE, "2", "b"),
        (FieldKind.CHOICE, "甲", "a"),
        (FieldKind.CHOICE, "3", None),
        (FieldKind.NUMBER, "-3.5", "-3.5"),
        (FieldKind.NUMBER, "3,5", None),
        (FieldKind.TEXT, " HD9 ", "HD9"),
    ],
)
def test_a_field_of_the_type_takes_what_people_type(kind: FieldKind, typed: str, value: str | None) -> None:
    choices = (("a", Words("甲", "A")), ("b", Words("乙", "B")))
    own = TicketField(id="f", words=Words("栏"), kind=kind, choices=choices)
    assert read_value(own, typed, 2026) == value


def test_a_required_field_is_not_left_empty() -> None:
    assert read_value(TicketField(id="f", words=Words("栏"), required=True), " ") is None
    assert read_value(TicketField(id="f", words=Words("栏")), " ") == ""


def test_each_entry_of_the_form_has_one_key() -> None:
    assert keys_of((FAULT, COMPLAINT)) == ["1", "2"]
    assert keys_of(FAULT.categories) == ["1", "2"]


def test_times_and_limits_in_words() -> None:
    assert [span(ms) for ms in (1, 59 * 60_000, 47 * 3_600_000, 48 * 3_600_000)] == [
        "1分钟",
        "59分钟",
        "47小时",
        "2天",
    ]
    assert limit_words(COMPLAINT.sla.respond) == "2 个工作日内"
    assert limit_words(FAULT.sla.respond) == "2小时内(工作时间)"
    assert limit_words(FAULT.sla.resolve) == "24小时内"


def test_letters_of_deeds_never_take_more_than_their_width() -> None:
    """What stands behind them (how many lines are below) was cut when they were one cell too wide."""
    for width in range(20, 90):
        for one in deed_lines(list(Deed), width):
            assert one.cell_length <= width
