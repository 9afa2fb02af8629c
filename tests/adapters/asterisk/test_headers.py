"""Headers and variables as Asterisk sends them, and as a caller may have filled them."""

from __future__ import annotations

import pytest

from engine.adapters.asterisk import headers
from engine.adapters.asterisk.headers import parse_agi_environment, parse_message


def test_the_last_of_a_repeated_header_counts_but_variables_are_all_kept() -> None:
    assert parse_message(
        "Event: X\r\nChannel: a\r\nChanVariable: A=1\r\nChannel: b\r\nChanVariable: B=2\r\n"
        "DestChanVariable: C=3\r\nDestChanVariable: D=4\r\nVariable: E\r\nOutput: 1\r\nOutput: \r\nOutput: 3"
    ) == {
        "Event": "X",
        "Channel": "b",
        "ChanVariable": "A=1\nB=2",
        "DestChanVariable": "C=3\nD=4",
        "Variable": "E",
        "Output": "1\n\n3",
    }


def test_values_are_kept_as_they_are() -> None:
    parsed = parse_message(
        "A: b: c\r\nEmpty: \r\nBare:\r\nno colon\r\nSpaces:  x \r\nResult: a%20b\r\ncontent: y"
    )
    assert parsed == {
        "A": "b: c",
        "Empty": "",
        "Bare": "",
        "Spaces": " x ",
        "Result": "a%20b",
        "content": "y",
    }


def test_a_long_output_is_read_in_linear_time() -> None:
    lines = "\r\n".join("Output: " + "x" * 100 for _ in range(50_000))
    assert parse_message(lines)["Output"].count("\n") == 49_999


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("张华山", "张华山"),
        (r"\"O\'Brien\" \\ \?", '"O\'Brien" \\ ?'),
        (r"a\nb\tc", "abc"),
        ("<unknown>", ""),
        ("unknown", ""),
        ("", ""),
        ("  x  ", "x"),
        ("\x1b]0;title\x07\u202egnp", "]0;titlegnp"),
        ("张" * 1000, "张" * 80),
        ("\\", "\\"),
        (";|`$(reboot)${EXTEN}", ";|`$(reboot)${EXTEN}"),
    ],
)
def test_names_of_parties(raw: str, name: str) -> None:
    assert headers.party_name({"CallerIDName": raw}, "CallerIDName") == name


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("13800138000", "13800138000"),
        ("<unknown>", ""),
        ("unknown", ""),
        ("1" * 1000, "1" * 64),
        ("+86\r\n1", "+861"),
    ],
)
def test_numbers_of_parties(raw: str, number: str) -> None:
    assert headers.party_number({"agi_callerid": raw}, "agi_callerid") == number


def test_missing_headers_are_empty() -> None:
    assert headers.text({}, "X") == ""
    assert headers.party_number({}, "X") == ""
    assert headers.party_name({}, "X") == ""
    assert headers.integer({}, "X") is None
    assert headers.variables({}) == {}


@pytest.mark.parametrize(
    ("raw", "value"), [("16", 16), ("-1", -1), ("", None), ("16 (x)", None), ("1.5", None)]
)
def test_whole_numbers(raw: str, value: int | None) -> None:
    assert headers.integer({"Cause": raw}, "Cause") == value


def test_variables_of_a_channel() -> None:
    event = {"ChanVariable": 'CALL=c-1\nNAME=say \\"hi\\"=x\nEMPTY=\nbroken'}
    assert headers.variables(event) == {"CALL": "c-1", "NAME": 'say "hi"=x', "EMPTY": ""}


def test_an_agi_environment() -> None:
    environment = parse_agi_environment(
        "agi_network: yes\nagi_network_script: resume?call=c-1&leg=2\nagi_empty: \nagi_bare:\nother: x\n\n"
    )
    assert environment == {
        "agi_network": "yes",
        "agi_network_script": "resume",
        "query": "call=c-1&leg=2",
        "agi_empty": "",
        "agi_bare": "",
    }


def test_an_agi_environment_without_a_script() -> None:
    assert parse_agi_environment("agi_network: yes\n\n") == {
        "agi_network": "yes",
        "agi_network_script": "",
        "query": "",
    }
