"""One number, one form: whatever way it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.numbers import MAX_CLI, clean_cli, normalise_number

MOBILE = "13912345678"
FIXED = "09318881234"


@pytest.mark.parametrize(
    "raw",
    [
        "13912345678",
        " 139 1234 5678 ",
        "139-1234-5678",
        "１３９１２３４５６７８",
        "+8613912345678",
        "＋86 139 1234 5678",
        "+86 (139) 1234-5678",
        "008613912345678",
        "8613912345678",
        "013912345678",
        "+86013912345678",
        "手机:13912345678",
        "tel:+86-139-1234-5678",
        "sip:13912345678@10.0.0.1:5060;user=phone",
        "13912345678\r\n",
    ],
)
def test_every_way_to_write_a_mobile_number_is_one_number(raw: str) -> None:
    assert normalise_number(raw) == MOBILE


@pytest.mark.parametrize(
    "raw",
    [
        "0931-8881234",
        "(0931)8881234",
        "（0931）8881234",
        "+86 931 8881234",
        "+86 0931 8881234",
        "00869318881234",
        "869318881234",
        "0931 8881234转801",
        "0931-8881234 转 801",
        "0931-8881234-分机801",
        "0931-8881234 ext. 801",
        "0931-8881234x801",
        "0931-8881234,801",
        "0931-8881234#801",
    ],
)
def test_every_way_to_write_a_fixed_line_is_one_number(raw: str) -> None:
    assert normalise_number(raw) == FIXED


@pytest.mark.parametrize("area_code", ["0931", "931", " 0931 "])
def test_a_local_number_gets_the_area_code_of_the_site(area_code: str) -> None:
    assert normalise_number("8881234", area_code=area_code) == FIXED
    assert normalise_number("888-1234", area_code=area_code) == FIXED
    assert normalise_number("8881234") == "8881234"


@pytest.mark.parametrize(
    "raw",
    [
        "110",
        "12345",
        "10086",
        "95598",
        "96196",
        "9619600",
        "4008001234",
        "8008101234",
        "01088812345",
        MOBILE,
        FIXED,
    ],
)
def test_numbers_that_are_right_already_stay(raw: str) -> None:
    assert normalise_number(raw, area_code="0931") == raw


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("+86 10 88812345", "01088812345"),
        ("+864008001234", "4008001234"),
        ("+8695598", "95598"),
        ("+852 2345 6789", "0085223456789"),
        ("0085223456789", "0085223456789"),
        ("+1 (212) 555-0123", "0012125550123"),
        ("0086123456", "0086123456"),
        ("", ""),
        ("anonymous", ""),
        ("转801", "801"),
        ("无", ""),
    ],
)
def test_service_and_foreign_numbers(raw: str, expected: str) -> None:
    assert normalise_number(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ('"张三" <13912345678>', MOBILE),
        ("139;1234|5678\r\nAction: Originate", MOBILE),
        ("+86139\x001234", "+861391234"),
        ("１３９*#", "139*#"),
        ("张三", ""),
        ("1" * 1000, "1" * MAX_CLI),
        ("٣٤٥²", ""),
    ],
)
def test_a_caller_id_becomes_a_clean_value(raw: str, expected: str) -> None:
    assert clean_cli(raw) == expected


PHONE_LIKE = st.text(alphabet="0123456789+-()# 转x８６*;|\r\n", max_size=40)


@given(PHONE_LIKE | st.text(max_size=1200), st.sampled_from(["", "0931", "010", "937"]))
def test_normal_form_is_digits_and_stays(raw: str, area_code: str) -> None:
    normal = normalise_number(raw, area_code=area_code)
    assert set(normal) <= set("0123456789")
    assert len(normal) <= MAX_CLI
    assert normalise_number(normal, area_code=area_code) == normal


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["", "0", "86", "+86", "0086", "+86 0", "+86-"]),
)
def test_any_mobile_number_loses_any_prefix(number: str, prefix: str) -> None:
    assert normalise_number(prefix + number) == number


@given(st.text(max_size=1200))
def test_clean_cli_is_always_safe(raw: str) -> None:
    clean = clean_cli(raw)
    assert set(clean) <= set("0123456789+*#")
    assert len(clean) <= MAX_CLI
    assert clean_cli(clean) == clean
