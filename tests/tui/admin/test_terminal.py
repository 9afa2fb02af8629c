"""The administrator's console in a real terminal, against the real engine."""

from pathlib import Path

import pytest

from engine.config import parse_config
from tests.support.site import FakeSite
from tests.tui.terminal import Terminal


@pytest.mark.asyncio
async def test_a_seat_is_renamed_and_one_added_in_a_terminal(tmp_path: Path) -> None:
    site = FakeSite(tmp_path)
    await site.start()
    try:
        async with Terminal("tui.admin.app", site.socket) as terminal:
            await terminal.see("管理台")
            await terminal.see("二号席")
            await terminal.send(b"\r")
            await terminal.until(lambda: terminal.is_bold("seat1"), "the first seat")
            await terminal.send(b"\r")
            await terminal.see("席位 > seat1")
            await terminal.send(b"\r")
            await terminal.see("回车:下一项")
            await terminal.send(b"\x7f\x7f\x7f")
            await terminal.until(lambda: terminal.text().count("一号席") == 1, "an empty field")
            await terminal.send("前台\r".encode())
            await terminal.see("一号席 > 前台")
            await terminal.send(b"\r")
            await terminal.see("已生效(第 1 次修改)")
            assert site.service.config.seats[0].name == "前台"
            await terminal.send(b"\x1b")
            await terminal.see("seat2")
            await terminal.send(b"a")
            await terminal.see("新增:席位")
            await terminal.send("seat3\r三号席\r803\r".encode())
            await terminal.see("Asterisk 重读配置")
            await terminal.send(b"\r")
            await terminal.see("已生效(第 2 次修改)")
            assert "seat3" in site.service.engine.plan.seats
            await terminal.send(b"\x11")
            assert await terminal.process.wait() == 0
        text = (tmp_path / "config.toml").read_text(encoding="utf-8")
        assert [seat.name for seat in parse_config(text, "c").seats] == ["前台", "二号席", "三号席"]
    finally:
        await site.stop()
