"""Forms of paper mode: a slip of the pen in a number is found, and so is a time that cannot be."""

from hypothesis import given
from hypothesis import strategies as st

from engine.core.tickets.paper import form_numbers, read_form_number, wrong_time

days = st.dates().map(lambda day: day.strftime("%y%m%d"))


def test_numbers_are_those_of_the_day_one_after_the_other() -> None:
    assert form_numbers("261122", 1, 2) == ("261122-001-1", "261122-002-2")
    assert form_numbers("261122", 998, 50) == ("261122-998-5", "261122-999-9")
    assert form_numbers("261122", 1_000, 5) == ()


@given(days, st.integers(1, 999), st.sampled_from(["", " ", "-", "\t "]))
def test_a_number_is_read_however_it_is_typed(day: str, serial: int, between: str) -> None:
    (number,) = form_numbers(day, serial, 1)
    assert read_form_number(between.join(number)) == number


@given(days, st.integers(1, 999), st.data())
def test_a_wrong_digit_and_two_that_have_changed_places_are_found(
    day: str, serial: int, data: st.DataObject
) -> None:
    digits = form_numbers(day, serial, 1)[0].replace("-", "")
    place = data.draw(st.integers(0, 9))
    wrong = data.draw(st.sampled_from([one for one in "0123456789" if one != digits[place]]))
    assert read_form_number(digits[:place] + wrong + digits[place + 1 :]) == ""
    place = data.draw(st.integers(0, 8))
    changed = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert read_form_number(changed) == ("" if changed != digits else read_form_number(digits))


def test_what_is_no_number_of_a_form() -> None:
    assert [read_form_number(text) for text in ("", "261122-001", "P-17", "２６１１２２００１４")] == [""] * 4


def test_times_are_in_order_and_not_to_come() -> None:
    now = 1_000
    assert wrong_time((), now) == 0
    assert wrong_time((0, 10), now) == 0
    assert wrong_time((10, 0, 20, 20), now) is None
    assert wrong_time((10, 1_001), now) == 1
    assert wrong_time((10, 0, 9), now) == 2
    assert wrong_time((10, 2_000, 20), now) == 1
    assert wrong_time((10, 5, 2_000), now) == 1
