"""Tables and bars in cells, languages, days and times: the small parts of the commands."""

import datetime
import sys
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len

from tests.support.world import NOW, instant
from tui.cli.errors import UsageProblem
from tui.cli.language import choose_language
from tui.cli.options import to_the_front
from tui.cli.output import Column, Progress, table_lines
from tui.cli.times import since_millis, until_millis

ZONE = ZoneInfo("Asia/Shanghai")
ROWS = [["8001", "王小丽", "1"], ["8002", "迪丽努尔·阿卜杜热西提", "12"]]
COLUMNS = [Column("工号"), Column("姓名"), Column("数", right=True)]


def test_a_table_is_as_wide_as_its_widest_cells() -> None:
    assert table_lines(COLUMNS, ROWS) == [
        "工号  姓名                    数",
        "----  ----------------------  --",
        "8001  王小丽                   1",
        "8002  迪丽努尔・阿卜杜热西提  12",
    ]


def test_a_narrow_terminal_takes_from_the_widest_column() -> None:
    lines = table_lines(COLUMNS, ROWS, limit=24)
    assert max(cell_len(line) for line in lines) <= 24
    assert lines[3] == "8002  迪丽努尔・阿..  12"


def test_a_column_keeps_some_cells_however_narrow_the_terminal() -> None:
    assert min(len(part) for part in table_lines([Column("x" * 30)] * 3, [], limit=10)[1].split()) == 8


def test_a_bar_is_shown_only_to_people(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Progress("Copying", 4) as progress:
        progress.show(4)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with Progress("Copying", 4) as progress:
        progress.show(1)
        progress.show(9)
    assert capsys.readouterr().err.split("\r")[1:] == [
        "Copying [..............................]   0%",
        "Copying [#######.......................]  25%",
        "Copying [##############################] 100%\n",
    ]


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "C.UTF-8"}, "zh"),
        ([], {"LANG": "en"}, "en"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US"}, "en"),
        (["--lang", "en", "status"], {"LANG": "zh_CN"}, "en"),
        (["status", "--lang=zh"], {"LANG": "en"}, "zh"),
        (["status", "--lang"], {}, "zh"),
    ],
)
def test_the_language_is_chinese_unless_english_is_asked_for(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert choose_language(arguments, environment) == language


def test_common_options_may_stand_anywhere_but_behind_two_dashes() -> None:
    assert to_the_front(["calls", "list", "--lang", "en", "--json", "--socket=/s"]) == [
        "--lang",
        "en",
        "--socket=/s",
        "calls",
        "list",
        "--json",
    ]
    assert to_the_front(["customers", "search", "--", "--lang"]) == ["customers", "search", "--", "--lang"]
    assert to_the_front(["status", "--lang"]) == ["--lang", "status"]


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2026-03-01", "2026-03-01 00:00", "2026-03-02 00:00"),
        ("today", "2026-03-02 00:00", "2026-03-03 00:00"),
        ("今天", "2026-03-02 00:00", "2026-03-03 00:00"),
        ("yesterday", "2026-03-01 00:00", "2026-03-02 00:00"),
        ("昨天", "2026-03-01 00:00", "2026-03-02 00:00"),
        ("明天", "2026-03-03 00:00", "2026-03-04 00:00"),
        ("08:30", "2026-03-02 08:30", "2026-03-02 08:30"),
        ("昨天 23:59", "2026-03-01 23:59", "2026-03-01 23:59"),
        ("tomorrow 8:30", "2026-03-03 08:30", "2026-03-03 08:30"),
        ("2026-03-01 08:30", "2026-03-01 08:30", "2026-03-01 08:30"),
        ("2026-03-01T08:30:15", "2026-03-01 08:30:15", "2026-03-01 08:30:15"),
    ],
)
def test_days_count_whole_and_times_to_the_second(text: str, since: str, until: str) -> None:
    assert since_millis(text, NOW, ZONE) == instant(since)
    assert until_millis(text, NOW, ZONE) == instant(until)


def test_a_day_of_the_site_is_not_a_day_of_utc() -> None:
    assert (
        since_millis("2026-03-01", NOW, ZONE) - since_millis("2026-03-01", NOW, datetime.UTC)
        == -8 * 3_600_000
    )


def test_no_time_means_no_limit_and_nonsense_is_refused() -> None:
    assert (since_millis("", NOW, ZONE), until_millis("", NOW, ZONE)) == (0, 0)
    with pytest.raises(UsageProblem, match="2026-02-30"):
        since_millis("2026-02-30", NOW, ZONE)
