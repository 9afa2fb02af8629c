"""What asks for a supervisor's attention: alarms and messages, each with what to do."""

from pathlib import Path

import pytest

from engine.core.records import Message
from engine.core.states import AlarmKind, AlarmLevel
from engine.wire.chat import MESSAGE_POSTED, MessagePosted
from tests.support import world
from tests.tui.driving import Driver, supervisor_floor
from tui.alarms import ALARMS, LEVELS, KnownAlarms, alarm_words
from tui.labels import SiteWords
from tui.words import use_language


def post(watch: Driver, number: int, text: str, to: str = "9001") -> None:
    message = Message(id=number, at=world.NOW, sender="8001", sender_name="王小丽", to=to, text=text)
    for connection in watch.stage.connections:
        connection.notify(MESSAGE_POSTED, MessagePosted(message=message), f"message.{number}")


@pytest.mark.asyncio
async def test_the_worst_alarm_is_named_and_the_list_says_what_to_do(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        assert "告警" not in watch.text()
        watch.stage.floor.alarm(*world.ALARMS)
        await watch.see("告警 3 紧急  09:28 外线2 不可用：客户打不进来")
        await watch.press("k")
        await watch.see("检查网关的电源和线缆，再联系运营商。")
        await watch.see("故障申告：有来电已等待 01:15")
        await watch.see("录音磁盘只剩 420 MB（下限 500）")
        await watch.press("escape")
        await watch.gone("检查网关的电源和线缆")
        assert watch.app.known_alarms.unknown(world.ALARMS)
        await watch.press("k")
        await watch.see("检查网关")
        await watch.press("enter")
        await watch.gone("检查网关")
        assert not watch.app.known_alarms.unknown(world.ALARMS)
        watch.stage.floor.alarm()
        await watch.gone("告警")


@pytest.mark.asyncio
async def test_the_bell_rings_once_for_a_new_critical_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    async with supervisor_floor(tmp_path) as watch:
        monkeypatch.setattr(watch.app, "bell", lambda: rung.append(1))
        watch.stage.floor.alarm(world.ALARMS[1])
        await watch.see("告警 1")
        assert not rung
        watch.stage.floor.alarm(*world.ALARMS)
        await watch.see("告警 3")
        watch.stage.floor.alarm(*world.ALARMS[:2])
        await watch.see("告警 2")
        assert len(rung) == 1


def test_an_alarm_that_gets_worse_or_comes_again_is_not_known() -> None:
    known = KnownAlarms()
    wait = world.ALARMS[1]
    known.acknowledge([wait])
    assert known.unknown([wait]) == []
    worse = world.alarm(wait.kind, wait.subject, level=AlarmLevel.CRITICAL)
    again = world.alarm(wait.kind, wait.subject, since=world.NOW)
    assert known.unknown([worse, again]) == [worse, again]
    assert known.rings([worse])
    assert not known.rings([worse])


@pytest.mark.parametrize("kind", list(AlarmKind))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_alarm_has_words_and_a_remedy(kind: AlarmKind, language: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    words = alarm_words(world.alarm(kind, "fault", value=75, limit=60), SiteWords(), world.LINES)
    assert "{" not in words
    assert ALARMS[kind][1]
    assert set(LEVELS) == set(AlarmLevel)


@pytest.mark.asyncio
async def test_a_message_is_shown_read_and_answered(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        post(watch, 7, "客户要求见主管")
        await watch.see("消息 1")
        await watch.see("王小丽 09:30: 客户要求见主管")
        await watch.press("i")
        await watch.stage.asked("chat.read")
        assert watch.asked("chat.read")[0].id == 7
        await watch.press("1")
        await watch.see("发给 王小丽 8001")
        await watch.type("ok")
        await watch.press("enter")
        params = await watch.stage.asked("chat.send")
        assert (params.to, params.text) == ("8001", "ok")
        await watch.see("已发给 王小丽")
        assert "消息 1" not in watch.text()


@pytest.mark.asyncio
async def test_a_message_that_comes_twice_is_one(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        post(watch, 7, "one")
        post(watch, 8, "two")
        await watch.see("消息 2")
        post(watch, 7, "one")
        post(watch, 9, "three")
        await watch.see("消息 3")


@pytest.mark.asyncio
async def test_letters_are_text_while_one_writes(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        await watch.press("g")
        await watch.see("发给所有人")
        await watch.type("xotq all back")
        await watch.see("xotq all back")
        await watch.press("enter")
        assert (await watch.stage.asked("chat.announce")).text == "xotq all back"
        await watch.press("g", "escape")
        await watch.gone("发给所有人")
        assert len(watch.asked("chat.announce")) == 1


@pytest.mark.asyncio
async def test_a_long_hostile_message_stays_in_its_line(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        post(watch, 7, "\x1b[2J" + "长" * 400)
        await watch.see("消息 1")
        assert all("\x1b" not in line for line in watch.lines())
        await watch.press("i", "1")
        await watch.see("发给 王小丽")
