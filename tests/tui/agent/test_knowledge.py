"""Knowledge beside the call: articles of the matter, read out by a digit; diagnoses walked by digits."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.knowledge.articles import UseKind
from engine.core.tickets.types_reader import read_types
from engine.wire.tickets import TicketWords
from tests.support.stage_knowledge import FOLDER
from tests.tui.driving import Driver, agent_desk, talking
from tui.agent.notes import NoteArea
from tui.tickets.book import Book

pytestmark = pytest.mark.asyncio


def knows_shipped_types(desk: Driver) -> None:
    """The site has the types of tickets that are shipped."""
    files = {
        path.name: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((FOLDER.parent / "tickets").glob("*.toml"))
    }
    types, _ = read_types(files, {})
    words = TicketWords(types=list(types.types.values()), departments=[], people=[], problems=[])
    desk.app.tickets.book = Book(words)


async def open_panel(desk: Driver) -> None:
    await desk.press("ctrl+w")
    await desk.see("数字电视故障诊断")


async def test_an_article_is_found_opened_read_out_and_counted(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await open_panel(desk)
        await desk.type("遥控")
        await desk.gone("数字电视故障诊断")
        await desk.see("遥控器使用与更换")
        await desk.see("机顶盒还是遥控器的问题")  # what the cursor is on, before anything is opened
        await desk.press("down")
        await desk.see("换台用机顶盒遥控器")
        assert not desk.asked("knowledge.use")
        await desk.press("enter")
        await desk.see("1 念给客户听")
        opened = await desk.stage.asked("knowledge.use")
        assert (opened.kind, opened.call_id) == (UseKind.OPENED, call_id)
        await desk.press("1")
        assert (await desk.stage.asked("knowledge.read_out")).id == opened.id
        await desk.see("听完自动接回")
        await desk.press("2")
        await desk.see("已记:有用")
        assert desk.asked("knowledge.use")[-1].kind is UseKind.HELPED
        await desk.press("3")
        await desk.see("已记:没用")
        await desk.press("enter")
        await desk.see("回车:打开")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "back in the notes")


async def test_without_a_talk_nothing_is_read_out(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await open_panel(desk)
        await desk.type("刷新授权")
        await desk.see("发刷新授权")
        await desk.press("enter")
        await desk.see("1 念给客户听")
        await desk.press("1")
        await desk.see("现在没有通话")
        assert not desk.asked("knowledge.read_out")


async def test_a_diagnosis_is_walked_by_digits_and_makes_the_ticket(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        knows_shipped_types(desk)
        await open_panel(desk)
        await desk.type("数字")
        await desk.press("enter")
        await desk.see("电视屏幕上现在是什么样")
        await desk.see("6  蓝屏或电视机自己的菜单")  # all answers have room at 80x24
        await desk.press("1")
        await desk.see("所有频道都没有,还是只有几个频道没有")
        await desk.press("0")
        await desk.see("电视屏幕上现在是什么样")
        await desk.press("1", "9", "1")  # nothing is answered by 9
        await desk.see("邻居家")
        await desk.press("2")
        await desk.see("射频线")
        await desk.press("3")
        await desk.see("设备故障: 入户线或接头损坏")
        await desk.press("1")
        found = await desk.stage.asked("knowledge.diagnosed")
        assert (found.tree, found.digits) == ("tv", "1123")
        form = lambda: desk.app.ticket_form  # noqa: E731
        await desk.until(lambda: form() is not None and "入户线或接头损坏" in form().text.text, "the form")
        assert "邻居正常" in form().text.text
        assert (form().matter.type.id, form().matter.category.id) == ("fault", "tv_no_signal")


async def test_a_usage_problem_needs_no_ticket(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await open_panel(desk)
        await desk.type("遥控器诊断")
        await desk.press("enter")
        await desk.see("机顶盒还是遥控器的问题")
        await desk.press("1", "2")
        await desk.see("使用问题: 用错遥控器")
        await desk.press("1")  # there is no ticket to be made
        await desk.press("2")
        await desk.see("已记:使用问题")
        assert (await desk.stage.asked("knowledge.diagnosed")).digits == "12"
        await desk.see("回车:打开")


async def test_what_the_caller_has_keyed_in_chooses_the_articles(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        knows_shipped_types(desk)
        view = desk.app.view
        desk.app.view = replace(view, told={"line": "tv", "fault": "card"})
        await desk.press("ctrl+w")
        await desk.see("刷新授权")
        wanted = desk.asked("knowledge.list")[0]
        assert (wanted.type, wanted.ticket_category) == ("fault", "tv_card")
        await desk.gone("百兆")


async def test_a_ticket_in_sight_is_proposed_as_an_article(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.app.start_command("knowledge.propose")
        await desk.see("没有打开工单")
        await desk.press("ctrl+g", "0")
        await desk.see("260302008")
        desk.app.start_command("knowledge.propose")
        proposed = await desk.stage.asked("knowledge.propose")
        await desk.see(f"已推荐为文章 1:{proposed.ticket}")
