"""The encoding of a table, and the line that spoils it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.encodings import NotText, encoding_of

TEXT = "户号,户名\n1,张华山\n2,迪丽拜尔·买买提\n3,王\n"


def pieces(raw: bytes, size: int) -> list[bytes]:
    return [raw[:4], *(raw[at : at + size] for at in range(4, len(raw), size))]


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
        ("utf-16-be", "utf-16"),
    ],
)
def test_found_out_whatever_the_pieces(written: str, found: str, size: int) -> None:
    raw = TEXT.encode(written)
    if written == "utf-16-be":
        raw = b"\xfe\xff" + raw
    assert encoding_of(pieces(raw, size)) == found


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize(
    ("written", "bad"), [("utf-8", b"\xff\xff"), ("gb18030", b"\xff\xff"), ("utf-16", b"\x00\xdc")]
)
def test_the_line_of_the_first_bad_byte_is_told(written: str, bad: bytes, size: int) -> None:
    before = TEXT.encode(written)
    raw = before + bad + "\n4,李\n".encode(written)
    with pytest.raises(NotText) as failure:
        encoding_of(pieces(raw, size))
    assert failure.value.line == 5


def test_a_character_that_is_cut_at_the_end_is_told() -> None:
    with pytest.raises(NotText) as failure:
        encoding_of([TEXT.encode() + "李".encode()[:2]])
    assert failure.value.line == 5


@pytest.mark.parametrize("raw", [b"PK\x03\x04" + bytes(20), b"a,b\n1,\x00\n", b"\xff\xfea\x00\x00\x00"])
def test_what_is_no_text_has_no_line(raw: bytes) -> None:
    with pytest.raises(NotText) as failure:
        encoding_of([raw])
    assert failure.value.line == 0


def test_nothing_is_text() -> None:
    assert encoding_of([]) == "utf-8-sig"


@given(st.binary(max_size=200), st.integers(1, 50))
def test_any_bytes_are_read_or_refused_with_a_line_that_exists(raw: bytes, size: int) -> None:
    try:
        raw.decode(encoding_of(pieces(raw, size)))
    except NotText as failure:
        line = failure.line
    else:
        line = 0
    assert 0 <= line <= raw.count(b"\n") + 1
