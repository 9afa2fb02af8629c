"""The figures, how they are graded and drawn, in every size of monitor."""

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.states import AgentState, AgentStatus
from engine.core.views import FloorView
from engine.wire.wallboard import WallboardLimits
from tests.support import world
from tests.support.stage import Stage
from tui.wallboard.board import board, lost
from tui.wallboard.digits import big, dots_wide
from tui.wallboard.figures import Figure, Grade, figures, people_of
from tui.words import use_language


@pytest.fixture(autouse=True)
def _chinese() -> None:
    use_language("zh")


def by_label(floor: FloorView, limits: WallboardLimits | None = None, after: int = 0) -> dict[str, Figure]:
    rows = figures(floor, limits or WallboardLimits(), world.NOW + after * world.SECOND)
    return {figure.label: figure for row in rows for figure in row}


def floor_of(tmp_path: Path) -> FloorView:
    return Stage(tmp_path).floor.floor()


def waiting(floor: FloorView, count: int) -> FloorView:
    queue = replace(floor.queues[0], waiting=count, longest_wait_since=world.NOW)
    return replace(floor, queues=(queue, *floor.queues[1:]))


def test_figures_of_an_ordinary_morning(tmp_path: Path) -> None:
    found = by_label(floor_of(tmp_path))
    texts = {label: figure.text for label, figure in found.items()}
    assert texts == {
        "排队": "0",
        "最长等待": "00:00",
        "就绪": "1",
        "通话": "0",
        "小休": "1",
        "服务水平 %": "87",
        "今日接听": "21",
        "今日放弃": "3",
        "外线占用": "0/2",
    }
    assert found["今日放弃"].words == "12%"
    assert {label for label, figure in found.items() if figure.grade > Grade.PLAIN} == {"今日放弃"}


@pytest.mark.parametrize(
    ("count", "grade"), [(0, Grade.PLAIN), (1, Grade.PLAIN), (2, Grade.WATCH), (5, Grade.ALARM)]
)
def test_waiting_callers_by_their_limits(tmp_path: Path, count: int, grade: Grade) -> None:
    assert by_label(waiting(floor_of(tmp_path), count))["排队"].grade is grade


@pytest.mark.parametrize(("seconds", "grade"), [(29, Grade.PLAIN), (30, Grade.WATCH), (60, Grade.ALARM)])
def test_the_longest_wait_by_its_limits(tmp_path: Path, seconds: int, grade: Grade) -> None:
    figure = by_label(waiting(floor_of(tmp_path), 1), after=seconds)["最长等待"]
    assert figure.grade is grade
    assert figure.text == f"{seconds // 60:02}:{seconds % 60:02}"


def test_a_limit_of_nought_never_marks(tmp_path: Path) -> None:
    limits = WallboardLimits(waiting_watch=0, waiting_alarm=0, wait_watch_seconds=0, wait_alarm_seconds=0)
    found = by_label(waiting(floor_of(tmp_path), 90), limits, after=600)
    assert found["排队"].grade is found["最长等待"].grade is Grade.PLAIN


def test_no_agent_and_no_line_are_alarms_in_words(tmp_path: Path) -> None:
    floor = floor_of(tmp_path)
    lines = tuple(replace(line, busy=line.channels) for line in floor.lines)
    found = by_label(replace(floor, agents=(), lines=lines))
    assert (found["就绪"].grade, found["就绪"].words) == (Grade.ALARM, "无人签入")
    assert (found["外线占用"].grade, found["外线占用"].words) == (Grade.ALARM, "全部占用")


def test_who_only_supervises_is_no_agent() -> None:
    agents = (
        world.agent("9001", "seat3", "803", AgentStatus.BREAK, supervises=True),
        world.agent("8001", "seat1", "801", AgentStatus.READY, state=AgentState.WRAP_UP),
    )
    people = people_of(agents)
    assert (people.present, people.ready, people.wrapping_up, people.on_break) == (1, 0, 1, 0)


@pytest.mark.parametrize("size", [(80, 23), (80, 21), (100, 30), (132, 38), (200, 58), (40, 12), (20, 6)])
@pytest.mark.parametrize("count", [0, 7, 580])
def test_the_board_fills_every_size_exactly(tmp_path: Path, size: tuple[int, int], count: int) -> None:
    width, height = size
    floor = waiting(floor_of(tmp_path), count)
    lines = board(figures(floor, WallboardLimits(), world.NOW + 6_000_000_000), width, height)
    assert len(lines) == height
    assert {line.cell_length for line in lines} == {width}
    for character in "".join(line.plain for line in lines):
        assert unicodedata.east_asian_width(character) != "A", character


@pytest.mark.parametrize("size", [(80, 23), (200, 58), (40, 8)])
def test_a_lost_link_fills_the_board(size: tuple[int, int]) -> None:
    lines = lost("与引擎断开", "1:02:03", ["数据停在 09:30:25"], *size)
    assert {line.cell_length for line in lines} == {size[0]}
    assert len(lines) <= size[1]
    assert any("与引擎断开" in line.plain for line in lines)


def test_digits_grow_with_the_room_and_keep_their_shape() -> None:
    small, large = big("12:34", 40, 5), big("12:34", 100, 19)
    assert (len(small), len(large)) == (5, 15)
    assert all(len(line) == dots_wide("12:34") * 2 for line in small)
    assert big("12:34", 16, 5) == ()
    assert big("??", 40, 5) == ()
    assert "\n".join(big("7", 6, 5)) == "######\n    ##\n    ##\n  ##  \n  ##  "
