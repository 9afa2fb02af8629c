"""Lines and their faults, and what becomes of codes that nobody knows; words of notices."""

import pytest

from engine.core.lines import LINES, OTHER, Matter
from engine.core.notices import Notice, NoticeKind


@pytest.mark.parametrize(
    ("line", "fault", "chinese", "english"),
    [
        ("tv", "no_signal", "数字电视无信号", "digital TV, no signal"),
        ("tv", "card", "数字电视智能卡未授权", "digital TV, smart card not authorised"),
        ("broadband", "other", "宽带故障", "broadband, fault"),
        ("other", "other", "其他业务故障", "another service, fault"),
        ("tv", "renamed_since", "数字电视故障", "digital TV, fault"),
        ("gone_since", "no_signal", "", ""),
    ],
)
def test_what_a_matter_is_in_words(line: str, fault: str, chinese: str, english: str) -> None:
    matter = Matter(line, fault)
    assert (matter.words("zh"), matter.words("en"), matter.words("")) == (chinese, english, chinese)


@pytest.mark.parametrize(
    ("line", "fault", "matter"),
    [
        ("tv", "freezing", Matter("tv", "freezing")),
        ("tv", "slow", Matter("tv", OTHER)),
        ("tv", "", Matter("tv", OTHER)),
        ("", "", Matter(OTHER, OTHER)),
        ("'; DROP TABLE tickets", "no_signal", Matter(OTHER, OTHER)),
    ],
)
def test_no_report_is_lost_to_a_wrong_code(line: str, fault: str, matter: Matter) -> None:
    found = Matter.of(line, fault)
    assert found == matter
    assert found.known is (fault == "freezing")


def test_every_line_has_another_fault() -> None:
    assert all(OTHER in line.faults for line in LINES.values())


def test_a_notice_is_told_in_the_language_that_it_has() -> None:
    notice = Notice(kind=NoticeKind.NOTICE, from_at=0, text="停机检修", text_en="maintenance")
    told = [notice.words(language) for language in ("zh", "en", "")]
    assert told == ["停机检修", "maintenance", "停机检修"]
    plain = Notice(kind=NoticeKind.NOTICE, from_at=0, text="停机检修")
    assert plain.words("en") == "停机检修"
