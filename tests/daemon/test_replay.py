"""A journal is a bug report: told to a new floor, it has the same effects."""

import pytest

from db.journal import JournalRow, read_journal
from engine.core.floor import Floor
from tests.daemon.test_a_call import answers, dialled, through_the_menu
from tests.support.replay import replay
from tests.support.site import FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def a_day(site: FakeSite) -> list[JournalRow]:
    """An agent takes a call that has come through the menu, and goes home."""
    console = await site.console()
    await console.call("agent.ready")
    caller = await site.call("c1")
    await through_the_menu(caller)
    await dialled(caller)
    await answers(site)
    await until(lambda: "1 talking" in site.floor)
    await site.customer_hangs_up("c1")
    await until(lambda: "1 wrap_up" in site.floor)
    await console.call("agent.finish_wrap_up")
    await console.call("session.log_out")
    caller.close()
    return [row for _, row in site.service.store.submit(read_journal).result()]


async def test_a_journal_told_again_has_the_same_effects(site: FakeSite) -> None:
    rows = await a_day(site)
    assert {"event.SeatAnswered", "request.LogIn", "effect.RingSeat"} <= {row.kind for row in rows}
    assert replay(rows, Floor(site.service.engine.plan, rows[0].at)) == []


async def test_a_fact_that_went_missing_is_noticed(site: FakeSite) -> None:
    rows = await a_day(site)
    without = [row for row in rows if row.kind != "request.GoReady"]
    facts = [fact.kind for fact, _, _ in replay(without, Floor(site.service.engine.plan, rows[0].at))]
    assert "event.SeatAnswered" in facts
