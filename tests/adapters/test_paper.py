"""Forms on paper: everything has its place on one sheet, however much there is of it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from engine.adapters.paper import Blank, Choices, Order
from engine.adapters.paper.jobs import from_line, to_line
from engine.adapters.paper.words import WORDS, word

HOME = Path(__file__).parents[2]


def shipped(language: str) -> dict[str, list[str]]:
    """Categories, causes and checklist of faults."""
    parsed = tomllib.loads((HOME / "tickets" / "fault.toml").read_text(encoding="utf-8"))
    name = "name_en" if language == "en" else "name"
    return {
        part: [row[name] for row in parsed[part]] for part in ("categories", "causes", "checklist")
    }  # fmt: skip


def filled(job: Blank | Order) -> Any:
    """The sheet. What makes it is loaded late: half a second that whoever only collects does not need."""
    from engine.adapters.paper import forms

    return forms.filled(job)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that is written on the sheets, and nothing outside of them."""
    from engine.adapters.paper.sheet import BOTTOM, Sheet

    words: list[str] = []
    write = Sheet.text

    def spy(self: Sheet, x: float, y: float, width: float, text: str, *more: object) -> None:
        assert 0 <= x <= 210, text
        assert 0 <= y <= BOTTOM, text
        words.append(text)
        write(self, x, y, width, text, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Sheet, "text", spy)
    return words


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_form_of_all_types_is_one_sheet(language: str, shown: list[str]) -> None:
    words = shipped(language)
    job = Blank(
        site="宁远县广播电视网络客服中心",
        language=language,
        numbers=["261122-001-4", "261122-002-7"],
        kinds=Choices("", ["咨询", "故障报修", "投诉", "建议", "举报", "业务受理", "上门"]),
        categories=[Choices("故障", words["categories"])],
        causes=Choices("", words["causes"]),
    )
    assert from_line(to_line(job)) == job
    assert filled(job).room >= 0
    assert all(shown.count(number) == 1 for number in job.numbers)
    assert {word(name, language) for name in ("came_at", "name", "phone", "address", "signature")} <= set(
        shown
    )
    assert set(words["categories"]) <= set(shown)


@pytest.mark.parametrize("length", [1, 400])
def test_an_order_keeps_its_slip_however_long_the_story(length: int, shown: list[str]) -> None:
    words = shipped("zh")
    job = Order(
        site="宁远县广播电视网络客服中心",
        language="zh",
        number="261122003",
        title="故障报修 / 电视无信号",
        facts=[
            ("客户姓名", "张华山"),
            ("地址", "城关镇人民路 12 号幸福小区 3 号楼 2 单元 501 室" * min(length, 9)),
        ],
        text="无信号,邻居正常。\n" * length,
        history=[(f"11-22 09:{n:02}", "客户催办,说下午在家。" * 9) for n in range(min(60, length))],
        checklist=Choices("", words["checklist"]),
        causes=Choices("", words["causes"]),
    )
    assert from_line(to_line(job)) == job
    assert filled(job).room >= 0
    assert shown.count("261122003") == 2  # on top, and on the slip
    assert word("slip", "zh") in shown
    assert ("......" in shown) is (length > 1)


def test_both_languages_say_everything() -> None:
    assert all(zh and en for zh, en in WORDS.values())
