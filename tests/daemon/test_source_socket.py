"""Sources over the socket: who may do what, progress, conflicts, and our own words given back."""

import asyncio
from pathlib import Path

import pytest

from engine.wire.methods import Nothing
from engine.wire.sources import (
    ConflictsParams,
    RestoreParams,
    SourceCustomerParams,
    SourceParams,
    SourceProgress,
    StartSourceParams,
)
from tests.adapters.sources.files import write_csv
from tests.support.site import FakeSite
from tui.client import EngineClient, EngineFault


def changed_at(path: str) -> int:
    return int(Path(path).stat().st_mtime * 1000)


async def ended(client: EngineClient, source: str) -> SourceProgress:
    async with asyncio.timeout(30):
        while True:
            progress: SourceProgress = await client.call("source.progress", SourceParams(source=source))
            if not progress.waiting and progress.run is not None and progress.run.state != "running":
                return progress
            await asyncio.sleep(0.02)


@pytest.mark.asyncio
async def test_a_list_is_checked_and_taken_over_by_the_admin(site: FakeSite, tmp_path: Path) -> None:
    path = str(write_csv(tmp_path / "用户.csv"))
    written_at = changed_at(path)
    admin = await site.console("8901", seat="")
    agent = await site.console("8001")
    (source,) = (await admin.call("source.list", Nothing())).sources
    assert (source.id, source.kind, source.records, source.last) == ("boss", "folder", 0, None)
    assert source.place.endswith("/data/sources/boss")
    with pytest.raises(EngineFault):
        await agent.call("source.start", StartSourceParams(source="boss", file=path))
    for params in (
        StartSourceParams(source="none"),
        StartSourceParams(source="boss", file="relative.csv"),
    ):
        with pytest.raises(EngineFault):
            await admin.call("source.start", params)
    with pytest.raises(EngineFault):
        await admin.call("source.stop", SourceParams(source="boss"))
    await admin.call("source.start", StartSourceParams(source="boss", file=path, check=True))
    checked = await ended(admin, "boss")
    assert checked.run is not None
    assert (checked.check, checked.run.added, len(checked.differences)) == (True, 3, 3)
    await admin.call("source.start", StartSourceParams(source="boss", file=path))
    taken = await ended(admin, "boss")
    assert taken.run is not None
    assert (taken.check, taken.run.state, taken.run.added) == (False, "done", 3)
    (source,) = (await admin.call("source.list", Nothing())).sources
    assert source.last is not None
    assert (source.records, source.last.added, source.last.unchanged) == (3, 3, 0)
    assert source.as_of == written_at
    found = await agent.call("source.customer", SourceCustomerParams(customer_id=1))
    assert [(one.source, one.name, one.key) for one in found.sources] == [("boss", "营业系统", "20000001")]
    assert found.origin["name"] == "boss"
    with pytest.raises(EngineFault):
        await agent.call("source.restore", RestoreParams(customer_id=1, field="name"))
    with pytest.raises(EngineFault):
        await agent.call("source.restore", RestoreParams(customer_id=1, field="balance_fen"))
    assert (await admin.call("source.conflicts", ConflictsParams())).count == 0


@pytest.mark.asyncio
async def test_a_source_that_nobody_has_looked_at_has_no_progress(site: FakeSite) -> None:
    admin = await site.console("8901", seat="")
    with pytest.raises(EngineFault):
        await admin.call("source.progress", SourceParams(source="none"))
    progress = await admin.call("source.progress", SourceParams(source="boss"))
    assert (progress.run, progress.position) == (None, 0)
