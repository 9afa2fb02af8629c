"""Passwords that others would try first are refused."""

import pytest

from engine.core.passwords import is_weak_password


@pytest.mark.parametrize(
    "password",
    ["", "12345", "1234567890123", "12345a", "１２３４５６", "123456", "987654", "890123", "111111"],
)
def test_what_is_none_or_in_order_is_refused(password: str) -> None:
    assert is_weak_password(password)


@pytest.mark.parametrize("password", ["121212", "123123", "12341234", "520520", "147258"])
def test_what_many_choose_is_refused(password: str) -> None:
    assert is_weak_password(password)


@pytest.mark.parametrize("password", ["135792", "840271", "121213", "99999990", "102938475610"])
def test_others_are_taken(password: str) -> None:
    assert not is_weak_password(password)


def test_no_part_of_ones_own_numbers() -> None:
    numbers = ["20004711", "13893812345"]
    assert is_weak_password("812345", numbers)
    assert is_weak_password("20004711", numbers)
    assert not is_weak_password("812346", numbers)
