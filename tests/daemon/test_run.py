"""`fourseatd run` and its surroundings."""

import asyncio
import sys

import pytest
from typer.testing import CliRunner

from db.agents import load_agent_memory
from engine.core.ivr.problems import FlowError
from engine.daemon.cli import app
from tests.support.site import FakeSite


@pytest.mark.asyncio
async def test_a_second_engine_is_refused_and_touches_nothing(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    await client.call("agent.ready")
    config = str(site.folder / "config.toml")
    second = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "engine.daemon.cli", "run", "--attach", "--config", config),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await second.communicate()
    assert second.returncode == 1
    assert "running already" in errors.decode()
    await site.settle()
    memory = site.service.store.read(load_agent_memory).result()
    assert [(agent.staff_number, str(agent.status)) for agent in memory] == [("8001", "ready")]
    assert "1 idle" in site.floor


def test_a_configuration_that_is_not_there(tmp_path: object) -> None:
    done = CliRunner().invoke(app, ["run", "--config", f"{tmp_path}/none.toml"])
    assert done.exit_code == 2
    assert "--config" in done.stderr


@pytest.mark.asyncio
async def test_a_flow_that_leads_nowhere_is_refused_at_the_start(site: FakeSite) -> None:
    await site.stop_engine()
    for file in site.service.paths.data.glob("fourseat.db*"):  # else the version that ran before goes on
        file.unlink()
    flow = site.folder / "flows" / "main.toml"
    good = flow.read_text(encoding="utf-8")
    flow.write_text(good.replace('queue = "fault"', 'queue = "falt"'), encoding="utf-8")
    with pytest.raises(FlowError, match="falt"):
        await site._start_engine()
    site.service._lock.close()
    flow.write_text(good, encoding="utf-8")
    await site._start_engine()
