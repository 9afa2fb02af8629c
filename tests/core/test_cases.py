"""Words of cases and notices, and what becomes of codes that nobody knows."""

import pytest

from engine.core.cases import KINDS, STATUS, Case, CaseKind, CaseState, about
from engine.core.lines import LINES, OTHER, Matter
from engine.core.notices import Notice, NoticeKind


def case(kind: CaseKind = CaseKind.FAULT, line: str = "", fault: str = "") -> Case:
    return Case(id=1, number="261121001", kind=kind, line=line, fault=fault, reported_at=0, expected_at=0)


@pytest.mark.parametrize(
    ("line", "fault", "chinese", "english"),
    [
        ("tv", "no_signal", "数字电视无信号", "digital TV, no signal"),
        ("tv", "card", "数字电视智能卡未授权", "digital TV, smart card not authorised"),
        ("broadband", "slow", "宽带网速慢", "broadband, slow"),
        ("broadband", "other", "宽带故障", "broadband, fault"),
        ("other", "other", "其他业务故障", "another service, fault"),
        ("tv", "renamed_since", "数字电视故障", "digital TV, fault"),
        ("gone_since", "no_signal", "故障", "fault"),
    ],
)
def test_what_a_fault_is_about(line: str, fault: str, chinese: str, english: str) -> None:
    one = case(line=line, fault=fault)
    assert (about(one, "zh"), about(one, "en"), about(one, "")) == (chinese, english, chinese)


@pytest.mark.parametrize(("kind", "words"), [(CaseKind.COMPLAINT, "投诉"), (CaseKind.REPORT, "申告")])
def test_other_cases_are_about_what_they_are(kind: CaseKind, words: str) -> None:
    assert about(case(kind=kind, line="tv", fault="no_signal"), "zh") == words


@pytest.mark.parametrize(
    ("line", "fault", "matter"),
    [
        ("tv", "freezing", Matter("tv", "freezing")),
        ("tv", "slow", Matter("tv", OTHER)),
        ("tv", "", Matter("tv", OTHER)),
        ("", "", Matter(OTHER, OTHER)),
        ("'; DROP TABLE cases", "no_signal", Matter(OTHER, OTHER)),
    ],
)
def test_no_report_is_lost_to_a_wrong_code(line: str, fault: str, matter: Matter) -> None:
    found = Matter.of(line, fault)
    assert found == matter
    assert found.known is (fault == "freezing")


def test_every_line_has_another_fault_and_everything_has_words() -> None:
    assert all(OTHER in line.faults for line in LINES.values())
    assert set(KINDS) == set(CaseKind)
    assert set(STATUS) == set(CaseState)


def test_a_notice_is_told_in_the_language_that_it_has() -> None:
    notice = Notice(kind=NoticeKind.NOTICE, from_at=0, text="停机检修", text_en="maintenance")
    assert [notice.words(language) for language in ("zh", "en", "")] == [
        "停机检修",
        "maintenance",
        "停机检修",
    ]
    plain = Notice(kind=NoticeKind.NOTICE, from_at=0, text="停机检修")
    assert plain.words("en") == "停机检修"
