"""An agent's screen reaches the supervisors who watch it, through the real socket, and nobody else."""

from typing import Any

import pytest

from db.audit import list_audit
from engine.wire.methods import Nothing
from engine.wire.mirror import MirrorFrame, PaintedParams, WatchParams
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio


class Told:
    """What a client was told besides views."""

    def __init__(self) -> None:
        self.news: list[tuple[str, Any]] = []

    def take(self, name: str, params: Any) -> None:
        self.news.append((name, params))

    def wanted(self) -> list[bool]:
        return [params.on for name, params in self.news if name == "mirror.wanted"]

    def frames(self) -> list[MirrorFrame]:
        return [params for name, params in self.news if name == "mirror.frame"]


def picture(*rows: str, whole: bool = True) -> PaintedParams:
    lines = {y: [(text, "b;ffffff;")] for y, text in enumerate(rows) if text}
    return PaintedParams(whole=whole, width=80, height=len(rows), rows=lines)


async def pair(site: FakeSite) -> tuple[EngineClient, Told, EngineClient, Told]:
    """An agent's console and a supervisor's."""
    agent, supervisor = Told(), Told()
    return (
        await site.console("8001", "seat1", on_notice=agent.take),
        agent,
        await site.console("8801", "", on_notice=supervisor.take),
        supervisor,
    )


async def test_a_console_paints_for_somebody_only_while_it_is_wanted(site: FakeSite) -> None:
    console, agent, watcher, supervisor = await pair(site)
    await console.call("mirror.paint", picture("nobody sees this"))
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    await until(lambda: agent.wanted() == [True])
    await console.call("mirror.paint", picture("one", "two"))
    await console.call("mirror.paint", picture("", "deux", whole=False))
    await until(
        lambda: supervisor.frames() and supervisor.frames()[-1].rows.get(1) == [("deux", "b;ffffff;")]
    )
    assert all("nobody" not in str(frame.rows) for frame in supervisor.frames())
    await watcher.call("mirror.stop")
    await until(lambda: agent.wanted() == [True, False])
    seen = len(supervisor.frames())
    await console.call("mirror.paint", picture("and this neither"))
    await watcher.call("mirror.stop", Nothing())
    assert len(supervisor.frames()) == seen


async def test_a_second_watcher_begins_with_the_whole_picture(site: FakeSite) -> None:
    console, _, watcher, _ = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    await console.call("mirror.paint", picture("one", "two"))
    await console.call("mirror.paint", picture("", "deux", whole=False))
    other = Told()
    second = await site.console("8901", "", on_notice=other.take)
    await second.call("mirror.watch", WatchParams(staff_number="8001"))
    await until(lambda: other.frames())
    first = other.frames()[0]
    assert first.whole
    assert [first.rows[y][0][0] for y in (0, 1)] == ["one", "deux"]


async def test_changes_without_a_picture_under_them_are_not_shown(site: FakeSite) -> None:
    console, _, watcher, supervisor = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    await console.call("mirror.paint", picture("", "half", whole=False))
    await console.call("mirror.paint", picture("whole"))
    await until(lambda: supervisor.frames())
    assert supervisor.frames()[0].whole


async def test_the_picture_stands_still_without_a_console_and_goes_on_with_the_next(site: FakeSite) -> None:
    console, _, watcher, supervisor = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    await console.call("mirror.paint", picture("one"))
    await console.close()
    await until(lambda: supervisor.frames() and not supervisor.frames()[-1].live)
    again = Told()
    newer = await site.console("8001", "seat1", on_notice=again.take)
    await until(lambda: again.wanted() == [True])
    await newer.call("mirror.paint", picture("two"))
    await until(lambda: supervisor.frames()[-1].live and supervisor.frames()[-1].whole)


async def test_only_supervisors_watch_and_only_consoles_that_are_there(site: FakeSite) -> None:
    console, _, watcher, _ = await pair(site)
    with pytest.raises(EngineFault) as caught:
        await console.call("mirror.watch", WatchParams(staff_number="8002"))
    assert caught.value.reason == "not_allowed"
    with pytest.raises(EngineFault) as caught:
        await watcher.call("mirror.watch", WatchParams(staff_number="8002"))
    assert caught.value.reason == "not_found"


async def test_nobody_paints_for_another_one(site: FakeSite) -> None:
    _, _, watcher, supervisor = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    other = await site.console("8002", "seat2")
    await other.call("mirror.paint", picture("forged"))
    await other.call("agent.ready")
    assert supervisor.frames() == []


async def test_a_picture_out_of_all_bounds_is_refused(site: FakeSite) -> None:
    console, _, watcher, supervisor = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    for rows in ({0: [("x" * 401, ";;")]}, {200: [("x", ";;")]}, {0: [("x", "z" * 25)]}):
        with pytest.raises(EngineFault) as caught:
            await console.call("mirror.paint", PaintedParams(whole=True, width=80, height=24, rows=rows))
        assert caught.value.reason == "bad_params"
    assert supervisor.frames() == []


async def test_who_watched_whom_and_how_long_is_written_down(site: FakeSite) -> None:
    _, agent, watcher, _ = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    await watcher.close()
    await until(lambda: agent.wanted() == [True, False])
    await site.settle()
    rows = [row for row in site.service.store.read(list_audit).result() if row.what.startswith("mirror.")]
    assert [(row.who, row.what, row.subject, row.detail) for row in rows] == [
        ("8801", "mirror.stop", "8001", "0 s"),
        ("8801", "mirror.watch", "8001", ""),
    ]


async def test_a_watcher_who_does_not_read_gets_the_newest_picture_and_nothing_piles_up(
    site: FakeSite,
) -> None:
    console, _, watcher, supervisor = await pair(site)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    wide = "界" * 200
    await console.call("mirror.paint", picture(*(f"{wide} {y}" for y in range(100))))
    assert watcher._writer is not None
    watcher._writer.transport.pause_reading()  # type: ignore[attr-defined]
    server = next(c for c in site.service.server.connections if c.identity.staff_number == "8801")
    for number in range(60):
        await console.call("mirror.paint", picture(*(f"{wide} {number} {y}" for y in range(100))))
    assert not server._writable.is_set()
    assert len(server._outbox) == 1
    watcher._writer.transport.resume_reading()  # type: ignore[attr-defined]
    await until(lambda: supervisor.frames() and supervisor.frames()[-1].rows[99][0][0].endswith(" 59 99"))
    assert len(supervisor.frames()) < 60


async def test_an_agent_whose_console_is_away_for_a_moment_is_seen_when_it_is_back(site: FakeSite) -> None:
    console, _, watcher, supervisor = await pair(site)
    await console.close()
    await until(lambda: len(site.service.server.connections) == 1)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    again = Told()
    newer = await site.console("8001", "seat1", on_notice=again.take)
    await until(lambda: again.wanted() == [True])
    await newer.call("mirror.paint", picture("back"))
    await until(lambda: supervisor.frames() and supervisor.frames()[-1].rows[0][0][0] == "back")


async def test_after_a_restart_of_the_engine_the_screen_is_seen_again(site: FakeSite) -> None:
    await pair(site)
    await site.restart()
    told = Told()
    watcher = await site.console("8801", "", on_notice=told.take)
    await watcher.call("mirror.watch", WatchParams(staff_number="8001"))
    console = await site.console("8001", "seat1")
    await console.call("mirror.paint", picture("again"))
    await until(lambda: told.frames() and told.frames()[-1].live)
