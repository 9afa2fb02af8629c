"""Alarms of a running site: seen by supervisors, told to a command, and made from what is really so."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from engine.config import Alarms as AlarmSection
from engine.core.alarms import AlarmChange
from engine.core.events import LineReachable
from engine.core.states import AlarmKind, AlarmLevel
from engine.core.views import AlarmView, FloorView
from engine.daemon.alarm_hook import WORDS, AlarmHook
from engine.daemon.alarms import AlarmDesk, clock_in_step
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import SubscribeParams, Views
from tests.support.fake_asterisk import message
from tests.support.site import FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio


class Seen:
    """What a supervisor's console shows."""

    def __init__(self) -> None:
        self.floor = FloorView(whole=True)

    def take(self, views: Views) -> None:
        if views.floor is not None:
            self.floor = merge_floor(self.floor, views.floor)

    @property
    def alarms(self) -> list[str]:
        return [alarm.id for alarm in self.floor.alarms or ()]


async def watching(site: FakeSite) -> Seen:
    seen = Seen()
    boss = await site.console("8801", "", on_views=seen.take)
    seen.take(await boss.call("view.subscribe", SubscribeParams(topics=["floor"])))
    return seen


async def test_the_first_start_of_a_site_is_no_restart(site: FakeSite) -> None:
    seen = await watching(site)
    await site.service.alarms.look()
    assert "engine_started" not in {*seen.alarms, *(alarm.id for alarm in site.service.alarms.alarms.views())}


async def test_a_restart_of_the_engine_is_shown_to_who_comes_then_and_later(site: FakeSite) -> None:
    await site.restart()
    seen = await watching(site)
    await until(lambda: "engine_started" in seen.alarms)
    assert "engine_started" in (await watching(site)).alarms


async def test_a_line_that_does_not_answer_is_seen_by_device_state(site: FakeSite) -> None:
    seen = await watching(site)
    state = message(Event="DeviceStateChange", Device="PJSIP/line1", State="UNAVAILABLE")
    await site.asterisk.send(state)
    await until(lambda: any(not line.reachable for line in seen.floor.lines))
    assert [line.line_id for line in seen.floor.lines if not line.reachable] == ["line1"]
    ignored = site.service.engine.floor.state.ignored
    await site.asterisk.send(state)
    await until(lambda: site.service.engine.floor.state.ignored == ignored + 1)
    await site.asterisk.send(message(Event="DeviceStateChange", Device="PJSIP/line1", State="NOT_INUSE"))
    await until(lambda: all(line.reachable for line in seen.floor.lines))


class Bench:
    """An alarm desk on a real floor, with clocks and answers in our hands."""

    def __init__(self, site: FakeSite, folder: Path, **section: Any) -> None:
        engine = site.service.engine
        self.engine = engine
        self.seconds = 0.0
        self.set_by = 0.0
        self.trouble = ""
        self.uptime = "System uptime: 86400\nLast reload: 3"
        self.told: list[tuple[AlarmView, ...]] = []
        config = _replaced(site, **section)
        start = engine.clock.now()
        self.desk = AlarmDesk(
            config=config,
            floor=engine.floor.state,
            folder=folder,
            now=lambda: start + round(self.seconds * 1000),
            publish=self.told.append,
            ask_switch=self._ask,
            database_trouble=lambda: self.trouble,
            ran_before=True,
            wall=lambda: 1_000_000 + self.seconds + self.set_by,
            steady=lambda: self.seconds,
            in_step=lambda: True,
        )

    async def _ask(self, command: str) -> str:
        assert command == "core show uptime seconds"
        return self.uptime

    async def look(self, seconds: int = 1) -> set[str]:
        for _ in range(seconds):
            self.seconds += 1
            await self.desk.look()
        return {alarm.id for alarm in self.desk.alarms.views()} - {"engine_started"}

    def jump(self) -> int:
        return next(alarm.value for alarm in self.desk.alarms.views() if alarm.id == "clock_jumped")


def _replaced(site: FakeSite, **section: Any) -> Any:
    return msgspec.structs.replace(site.service.config, alarms=AlarmSection(**section))


@pytest_asyncio.fixture
async def bench(site: FakeSite, tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(site, tmp_path, no_agent_seconds=0)
    yield bench
    await bench.desk.stop()


async def test_nothing_is_wrong_in_a_quiet_centre(bench: Bench) -> None:
    assert await bench.look(120) == set()
    assert len(bench.told) == 1, "nothing is told of what stays as it is"


async def test_a_clock_that_jumps_is_noticed_in_both_directions(bench: Bench) -> None:
    await bench.look(3)
    bench.set_by = 3600.0
    assert await bench.look() == {"clock_jumped"}
    assert bench.jump() == 3600
    bench.set_by = 0.0
    await bench.look()
    assert bench.jump() == -3600
    bench.set_by = 2.0
    await bench.look(590)
    assert await bench.look(30) == set(), "two seconds are no jump"


async def test_an_asterisk_that_was_started_anew_is_noticed(bench: Bench) -> None:
    assert await bench.look() == set()
    bench.uptime = "System uptime: 4"
    assert await bench.look() == set(), "it is asked when the link comes up"
    bench.engine.floor.state.switch_since += 5_000
    assert await bench.look() == {"switch_started"}


async def test_an_asterisk_that_was_started_with_a_new_site_is_no_news(bench: Bench) -> None:
    bench.desk.ran_before = False
    bench.uptime = "System uptime: 4"
    assert await bench.look() == set()
    bench.engine.floor.state.switch_since += 5_000
    assert await bench.look() == {"switch_started"}


async def test_a_switch_that_says_nothing_of_its_age_is_no_alarm(bench: Bench) -> None:
    bench.uptime = "?"
    assert await bench.look() == set()


async def test_a_database_that_cannot_be_written_is_an_alarm(bench: Bench) -> None:
    bench.trouble = "disk I/O error"
    assert await bench.look() == {"database"}
    bench.trouble = ""
    assert await bench.look(8) == set()


async def test_an_unreachable_line_and_a_waiting_caller(site: FakeSite, tmp_path: Path) -> None:
    bench = Bench(site, tmp_path, unreachable_seconds=5, longest_wait_seconds=3, no_agent_seconds=2)
    site.service.engine.emit(LineReachable(line_id="line2", reachable=False))
    assert await bench.look(3) == {"no_agent"}
    assert await bench.look(4) == {"no_agent", "line_unreachable:line2"}
    await bench.desk.stop()


async def test_a_value_that_grows_is_told_every_few_seconds(bench: Bench) -> None:
    state = bench.engine.floor.state
    bench.desk.alarms.rules = bench.desk.alarms.rules.__class__(
        **{name: 0 for name in bench.desk.alarms.rules.__slots__} | {"longest_wait_ms": 2_000}
    )
    state.waiting["general"].add("ghost", bench.engine.clock.now())
    await bench.look(16)
    state.waiting["general"].take("ghost")
    values = [alarms[0].value for alarms in bench.told]
    assert values[:2] == [2, 4], "raised, and critical at twice the limit"
    assert values[2:] == [9, 14], "then every five seconds"


async def test_other_thresholds_count_at_once(site: FakeSite, tmp_path: Path) -> None:
    bench = Bench(site, tmp_path, no_agent_seconds=0)
    assert await bench.look(5) == set()
    bench.desk.reconfigure(_replaced(site, no_agent_seconds=2))
    assert await bench.look(3) == {"no_agent"}
    await bench.desk.stop()


async def test_the_kernel_says_whether_its_clock_is_set() -> None:
    assert clock_in_step() in (True, False)


# The command


def change(raised: bool = True, **values: Any) -> AlarmChange:
    alarm = AlarmView(
        id="longest_wait:general",
        kind=AlarmKind.LONGEST_WAIT,
        subject="general",
        since=1_772_380_800_000,
        level=AlarmLevel.WARNING,
        value=75,
        limit=60,
    )
    return AlarmChange(alarm=alarm, raised=raised)


async def test_the_command_finds_the_alarm_in_its_environment(tmp_path: Path) -> None:
    file = tmp_path / "told"
    script = (
        "import os, sys; open(sys.argv[1], 'a').write('|'.join(os.environ['FOURSEAT_ALARM' + name]"
        " for name in ('', '_STATE', '_LEVEL', '_VALUE', '_SINCE', '_TEXT')) + '\\n')"
    )
    hook = AlarmHook([sys.executable, "-c", script, str(file)], "zh", "某站")
    hook.tell(change())
    hook.tell(change(raised=False))
    hook.tell_late_ticket("261121001", change().alarm.since, 49, "电视无信号")
    await until(lambda: file.exists() and file.read_text(encoding="utf-8").count("\n") == 3)
    assert file.read_text(encoding="utf-8").splitlines() == [
        "longest_wait:general|raised|warning|75|2026-03-01T16:00:00+00:00|general 排队已等 75 秒(上限 60)",
        "longest_wait:general|cleared|warning|75|2026-03-01T16:00:00+00:00|"
        "已恢复:general 排队已等 75 秒(上限 60)",
        "ticket_late:261121001|raised|critical|49|2026-03-01T16:00:00+00:00|"
        "工单 261121001 已超时 49 小时,请领导督办 电视无信号",
    ]
    await hook.stop()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/no/such/program"], "No such file"),
        ([sys.executable, "-c", "import sys; sys.exit('no credit')"], "ended with 1: no credit"),
        (["$(reboot)"], "No such file"),
    ],
)
async def test_a_command_that_fails_is_in_the_log(
    command: list[str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    hook = AlarmHook(command, "en", "x")
    hook.tell(change())
    await until(lambda: words in caplog.text)
    await hook.stop()


async def test_a_command_that_hangs_is_ended_with_its_children(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "pid"
    script = (
        "import subprocess, sys; child = subprocess.Popen(['sleep', '60']);"
        "open(sys.argv[1], 'w').write(str(child.pid)); child.wait()"
    )
    hook = AlarmHook([sys.executable, "-c", script, str(file)], "en", "x", limit_s=1.0)
    began = time.monotonic()
    hook.tell(change())
    await until(lambda: "took more than 1 s" in caplog.text, seconds=10)
    child = int(file.read_text())
    await until(lambda: not _lives(child))
    assert time.monotonic() - began < 10
    await hook.stop()


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


async def test_a_stop_does_not_wait_for_the_command() -> None:
    hook = AlarmHook(["sleep", "60"], "en", "x")
    hook.tell(change())
    await asyncio.sleep(0)
    await asyncio.wait_for(hook.stop(), 5)


async def test_many_late_tickets_push_out_no_alarm_and_all_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "told"
    hook = AlarmHook(["sh", "-c", 'echo "$FOURSEAT_ALARM" >> "$0"', str(file)], "en", "x")
    hook.tell(change())
    for count in range(60):
        hook.tell_late_ticket(str(count), change().alarm.since, 49, "")
    for _ in range(2):
        hook.tell(change(raised=False))
    await until(lambda: file.exists() and file.read_text().count("\n") == 63, seconds=20)
    alarm = "longest_wait:general"
    assert file.read_text().splitlines() == [alarm] * 3 + [f"ticket_late:{count}" for count in range(60)]
    assert "too slow" not in caplog.text
    await hook.stop()


async def test_a_slow_command_loses_the_oldest_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    hook = AlarmHook(["sleep", "60"], "en", "x")
    for _ in range(52):
        hook.tell(change())
    assert "too slow" in caplog.text
    await hook.stop()


async def test_without_a_command_nothing_is_run() -> None:
    hook = AlarmHook([], "en", "x")
    hook.tell(change())
    await hook.stop()


async def test_each_kind_of_alarm_has_words() -> None:
    assert {kind: set(words) for kind, words in WORDS.items()} == {kind: {"zh", "en"} for kind in AlarmKind}
