"""Types and departments of tickets, read anew while the engine runs."""

import pytest
from msgspec.structs import replace

from engine.wire.messages import Reason
from engine.wire.tickets import AttachParams
from tests.daemon.ticket_site import EAST, create, refused
from tests.support.site import FakeSite

pytestmark = pytest.mark.asyncio


async def test_a_bad_file_changes_nothing_and_is_told_of(office: FakeSite) -> None:
    admin = await office.console("8901", "")
    before = await admin.call("tickets.words")
    assert before.problems == []
    assert {person.staff_number for person in before.people} >= {"8001", "8801", EAST}
    file = office.folder / "tickets" / "fault.toml"
    good = file.read_text(encoding="utf-8")
    for bad in (good.replace('kind = "fault"', 'kind = "falt"', 1), "id = ["):
        file.write_text(bad, encoding="utf-8")
        after = await admin.call("tickets.reload")
        assert after.types == before.types
        assert "fault.toml" in after.problems[0]
    file.write_text(good.replace("故障报修", "报修"), encoding="utf-8")
    after = await admin.call("tickets.reload")
    assert (after.problems, "报修" in {kind.words.zh for kind in after.types}) == ([], True)


async def test_types_that_callers_by_keys_need_stay(office: FakeSite) -> None:
    admin = await office.console("8901", "")
    for name in ("fault", "complaint", "suggestion", "report"):
        before = await admin.call("tickets.words")
        file = office.folder / "tickets" / f"{name}.toml"
        good = file.read_text(encoding="utf-8")
        file.unlink()
        after = await admin.call("tickets.reload")
        assert after.types == before.types
        (problem,) = after.problems
        assert problem.startswith("tickets [kind]:")
        assert f'kind = "{name}"' in problem
        file.write_text(good.replace(f'id = "{name}"', f'id = "{name}_2"', 1), encoding="utf-8")
        assert (await admin.call("tickets.reload")).problems == []  # another one of the kind will do
        file.write_text(good, encoding="utf-8")
    (office.folder / "tickets" / "visit.toml").unlink()
    after = await admin.call("tickets.reload")
    assert (after.problems, "visit" in {kind.id for kind in after.types}) == ([], False)


async def test_departments_and_limits_of_another_configuration_count_at_once(office: FakeSite) -> None:
    agent = await office.console()
    config = office.service.config
    north = replace(config.departments[2], id="north", name="北山维护站", areas=("北山片区",))
    limits = replace(config.tickets, attachment_mb=1, attachment_kinds=("pdf",))
    office.service.tickets.reconfigure(
        replace(config, departments=[*config.departments, north], tickets=limits)
    )
    assert (await create(agent, area="北山片区")).ticket.department == "north"
    assert "北山维护站" in {one.words.zh for one in (await agent.call("tickets.words")).departments}
    number = (await create(agent, "k2", force=True)).ticket.number
    begun = AttachParams(number=number, name="a.png", offset=0, data="", last=True)
    assert await refused(agent, "tickets.attach", begun) == (Reason.INVALID, "file_kind")
