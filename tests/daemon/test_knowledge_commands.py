"""The commands about knowledge and paper against a real engine, as somebody types them."""

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.core.tickets.paper import form_numbers
from tests.support.site import HOME, PIN, FakeSite
from tui.cli.main import run

pytestmark = pytest.mark.asyncio

Typed = Callable[..., Any]


class Keyboard(io.StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Typed:
    """Type a command as supervisor 8801; its output, and as JSON where it is that."""
    monkeypatch.setenv("FOURSEAT_SOCKET", site.socket)
    monkeypatch.setenv("FOURSEAT_STAFF", "8801")
    monkeypatch.setenv("FOURSEAT_PIN", PIN)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.chdir(tmp_path)

    async def command(*words: str, code: int = 0, prefix: str = "") -> Any:
        capsys.readouterr()
        left = await asyncio.to_thread(run, list(words))
        shown = capsys.readouterr()
        assert left == code, shown
        text = shown.out if code == 0 or shown.out else shown.err
        text = text[text.index(prefix) :]  # behind the questions
        return json.loads(text) if "--json" in words else text

    return command


async def test_articles_are_written_published_compared_and_exported(site: FakeSite, typed: Typed) -> None:
    (site.folder / "remote.txt").write_text("换两节新电池。\n对准机顶盒。\n", encoding="utf-8")
    said = await typed("knowledge", "add", "遥控器失灵", "--file", "remote.txt", "--tie", "fault/box_remote")
    assert said.splitlines()[0] == "1, version 1, is a draft: 遥控器失灵"
    await typed("knowledge", "publish", "1")
    await typed("knowledge", "edit", "1", "--text", "换两节新电池。\n走近两米。", "--note", "更清楚")
    changes = await typed("knowledge", "diff", "1", "2")
    assert "-对准机顶盒。" in changes.splitlines()
    assert "+走近两米。" in changes.splitlines()
    assert "更清楚" in await typed("knowledge", "history", "1")
    assert (await typed("knowledge", "rollback", "1", "1", "--json"))["article"]["version"] == 4
    assert "对准机顶盒" in await typed("knowledge", "show", "1")
    assert [info["article"]["id"] for info in await typed("knowledge", "search", "电池", "--json")] == [1]
    assert "No article fits" in await typed("knowledge", "list", "--type", "fault/tv_card")
    await typed("knowledge", "export", "--to", "out.toml")
    assert "article-1" in (site.folder / "out.toml").read_text(encoding="utf-8")
    office = str(HOME / "knowledge" / "articles" / "office.toml")
    assert (await typed("knowledge", "import", office, "--json"))["added"] == 16
    assert "16 as before" in await typed("knowledge", "import", office, "--dry-run")
    near = await typed("knowledge", "list", "--type", "fault/tv_card", "--json")
    assert {info["article"]["key"] for info in near} == {"tv-card", "tv-refresh"}
    await typed("knowledge", "export", "--to", "all.toml", "--category", "宽带")
    assert "4 as before" in await typed("knowledge", "import", "all.toml")
    await typed("knowledge", "withdraw", "1")
    assert "No article fits" in await typed("knowledge", "search", "走近两米以内按")
    assert "nothing is to be changed" in await typed("knowledge", "edit", "1", code=2)


async def test_diagnoses_are_checked_walked_and_counted(site: FakeSite, typed: Typed) -> None:
    walked = await typed("knowledge", "diagnose", "tv", "--answers", "1121")
    assert "usage problem: The cable was loose" in walked
    found = await typed("knowledge", "diagnose", "tv", "--answers", "112", "--json")
    assert (found["question"]["id"], found["ending"]) == ("cable", None)
    assert "there is no answer 9" in await typed("knowledge", "diagnose", "tv", "--answers", "19", code=2)
    assert "there are: box, broadband, tv" in await typed("knowledge", "diagnose", "x", code=2)
    assert "Digital television" in await typed("knowledge", "diagnose")
    assert "tv: 23 questions" in await typed("knowledge", "check", "--types")
    (site.folder / "knowledge" / "bad.toml").write_text('id = "bad"\nzh = "坏"\n', encoding="utf-8")
    checked = await typed("knowledge", "check", "--json", code=1)
    assert {problem["file"] for problem in checked["problems"]} == {"bad.toml"}
    assert "No diagnosis was made" in await typed("knowledge", "found")


async def test_forms_are_printed_filled_in_a_file_and_entered(
    site: FakeSite, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = await typed("paper", "print", "--count", "1", "--type", "fault", "--to", "forms.pdf")
    assert (site.folder / "forms.pdf").read_bytes().startswith(b"%PDF-")
    assert "Print it: lp" in printed
    (form,) = await typed("paper", "open", "--json")
    number = form["number"]
    other = form_numbers("251231", 1, 1)[0]
    fields = ("form", "called_at", "type", "category", "contact", "text", "dispatched_at", "department")
    further = ("returned_at", "result", "cause", "replied_at", "reply", "satisfied")
    dispatched = "昨天 08:20,维修部,昨天 10:00,换接头,1,昨天 10:30,已修好,5"
    rows = (
        ",".join((*fields, *further)),
        f"{number},昨天 08:10,2,1,张华山,停电时报无信号,{dispatched}",
        f"{other},yesterday 09:00,投诉,,李四,态度不好,,,,,,,,",
        f"{number},yesterday 08:10,2,1,张华山,再录一次,,,,,,,,",
        f"{other[:-1]}x,yesterday 08:10,2,1,张华山,号码有误,,,,,,,,",
        "251231-002-9,tomorrow 08:10,2,1,张华山,还没到,,,,,,,,",
        "251231-002-9,yesterday 08:10,没有,1,张华山,没有这种,,,,,,,,",
    )
    (site.folder / "forms.csv").write_text("\n".join(rows), encoding="utf-8")
    done = await typed("paper", "enter", "--file", "forms.csv", "--json", code=1)
    assert [one["form"] for one in done["entered"]] == [number, other]
    assert len(done["refused"]) == 4
    fault = done["entered"][0]["ticket"]
    assert (fault["state"], fault["category"], fault["from_paper"]) == ("followed_up", "tv_no_signal", number)
    assert fault["replied_at"] - fault["created_at"] == (2 * 60 + 20) * 60_000
    assert await typed("paper", "open", "--json") == []
    void = form_numbers("251231", 3, 1)[0]
    assert f"Form {void} is void" in await typed("paper", "void", void)
    assert (await typed("paper", "enter", "--template")).startswith("form,called_at,type")
    third = form_numbers("251231", 4, 1)[0]
    asked = (third, "yesterday 08:10", "2", "1", "张华山", "13893812345", "", "", "无图像", "1", "", "", "")
    monkeypatch.setattr("sys.stdin", Keyboard("\n".join(asked)))
    done = await typed("paper", "enter", "--json", prefix="{")
    assert [(one["form"], one["ticket"]["priority"]) for one in done["entered"]] == [(third, 1)]
    assert "not found" in await typed("tickets", "print", "999", code=1)
