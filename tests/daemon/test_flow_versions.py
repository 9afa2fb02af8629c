"""The voice menu is replaced while callers are in it: by hand, by the clock, and back again."""

import asyncio
from pathlib import Path

import pytest

from engine.wire import flows as wire
from engine.wire.base import Nothing, Params
from engine.wire.methods import AuditParams, FlowText, LogInParams
from tests.support.fake_asterisk import message
from tests.support.site import PIN, FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio

HOUR_MS = 3_600_000


async def admin(site: FakeSite) -> EngineClient:
    client = await site.client()
    await client.call("session.log_in", LogInParams(staff_number="8901", pin=PIN))
    return client


def main_file(site: FakeSite) -> Path:
    return site.folder / site.service.config.ivr.flow


def edit(site: FakeSite, old: str = "tries = 3 ", new: str = "tries = 2 ") -> str:
    """Change the file as staff would; what stands in it now."""
    text = main_file(site).read_text(encoding="utf-8")
    assert old in text
    main_file(site).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text.replace(old, new, 1)


async def refused(client: EngineClient, method: str, params: Params) -> EngineFault:
    with pytest.raises(EngineFault) as caught:
        await client.call(method, params)
    return caught.value


async def running_text(client: EngineClient) -> str:
    flow: FlowText = await client.call("ivr.flow", Nothing())
    return next(iter(flow.files.values()))


async def test_edited_files_answer_callers_when_they_are_applied(site: FakeSite) -> None:
    client = await admin(site)
    inside = await site.call("c1")
    first = site.service.engine.floor.state.calls["c1"].flow
    text = edit(site)
    assert await running_text(client) != text
    preview = await client.call("ivr.apply", wire.FlowApplyParams(dry_run=True))
    assert preview.callers == 1
    assert [line for line in preview.diff if line.startswith("+tries")]
    assert await running_text(client) != text
    done = await client.call("ivr.apply", wire.FlowApplyParams(note="少问一遍"))
    assert done.version == 2
    assert await running_text(client) == text
    outside = await site.call("c2")
    calls = site.service.engine.floor.state.calls
    assert calls["c1"].flow is first  # who was inside finishes there
    assert calls["c2"].flow is not first
    history = await client.call("ivr.history", wire.FlowHistoryParams())
    assert [(row.version, row.live, row.note, row.who) for row in history.versions] == [
        (2, True, "少问一遍", "8901"),
        (1, False, "", "engine"),
    ]
    await asyncio.wrap_future(site.service.store.flush())
    audit = await client.call("audit.list", AuditParams())
    assert [row.detail for row in audit.rows if row.what == "ivr.apply"] == ["version=2"]
    inside.close()
    outside.close()


async def test_a_flow_with_a_mistake_is_refused_and_the_old_one_goes_on(site: FakeSite) -> None:
    client = await admin(site)
    before = await running_text(client)
    edit(site, 'open = "main_menu"', 'open = "mian_menu"')
    fault = await refused(client, "ivr.apply", wire.FlowApplyParams())
    assert "mian_menu" in str(fault)
    assert "main_menu" in str(fault)  # what was probably meant
    assert await running_text(client) == before
    (await site.call("c1")).close()


async def test_going_back_brings_the_files_back_and_keeps_what_was_edited(site: FakeSite) -> None:
    client = await admin(site)
    first = main_file(site).read_text(encoding="utf-8")
    second = edit(site)
    await client.call("ivr.apply", wire.FlowApplyParams())
    third = edit(site, "tries = 2 ", "tries = 4 ")  # not applied
    done = await client.call("ivr.rollback", wire.FlowRollbackParams())
    assert done.version == 1
    assert main_file(site).read_text(encoding="utf-8") == first
    history = await client.call("ivr.history", wire.FlowHistoryParams())
    assert len(history.versions) == 3  # the edited text is kept, too
    diff = await client.call("ivr.diff", wire.FlowDiffParams(old=2, new=3))
    assert [line[1:7] for line in diff.lines if line[:2] in ("+t", "-t")] == ["tries ", "tries "]
    await client.call("ivr.rollback", wire.FlowRollbackParams())  # forward again
    assert await running_text(client) == second
    await client.call("ivr.rollback", wire.FlowRollbackParams(version=3))
    assert await running_text(client) == third


async def test_there_is_nothing_to_do_where_nothing_differs(site: FakeSite) -> None:
    client = await admin(site)
    for method, params in (
        ("ivr.apply", wire.FlowApplyParams()),
        ("ivr.rollback", wire.FlowRollbackParams()),
        ("ivr.rollback", wire.FlowRollbackParams(version=1)),
        ("ivr.rollback", wire.FlowRollbackParams(version=99)),
        ("ivr.diff", wire.FlowDiffParams(old=99)),
        ("ivr.history", wire.FlowHistoryParams(flow="flows/none.toml")),
        ("ivr.unschedule", wire.UnscheduleParams(id=7)),
        ("ivr.schedule", wire.FlowScheduleParams(at=1)),
    ):
        await refused(client, method, params)
    assert site.service.flows.versions[site.service.config.ivr.flow] == 1


async def test_a_version_goes_live_at_its_hour_and_not_before(site: FakeSite) -> None:
    client = await admin(site)
    before = await running_text(client)
    text = edit(site)
    now = site.service.engine.clock.now()
    row = await client.call("ivr.schedule", wire.FlowScheduleParams(at=now + HOUR_MS, note="元旦"))
    await site.restart()  # the files on the disk are those of the future
    client = await admin(site)
    assert await running_text(client) == before
    clock = site.service.engine.clock
    real = clock.now
    desk = site.service.flow_desk
    await desk.carry_out_due()
    assert await running_text(client) == before
    clock.now = lambda: real() + HOUR_MS + 1  # type: ignore[method-assign]
    await desk.carry_out_due()
    assert await running_text(client) == text
    rows = (await client.call("ivr.scheduled", Nothing())).rows
    assert [(one.id, one.state, one.version) for one in rows] == [(row.id, "done", row.version)]


async def test_a_version_that_has_become_unusable_stays_out_and_says_why(site: FakeSite) -> None:
    client = await admin(site)
    before = await running_text(client)
    edit(site)
    now = site.service.engine.clock.now()
    await client.call("ivr.schedule", wire.FlowScheduleParams(at=now + HOUR_MS))
    prompts = site.folder / "voice_prompts" / "prompts.toml"
    text = prompts.read_text(encoding="utf-8")
    prompts.write_text(text.replace("[no_input]", "[no_input_any_more]"), encoding="utf-8")
    clock = site.service.engine.clock
    real = clock.now
    clock.now = lambda: real() + HOUR_MS + 1  # type: ignore[method-assign]
    await site.service.flow_desk.carry_out_due()
    rows = (await client.call("ivr.scheduled", Nothing())).rows
    assert rows[0].state == "failed"
    assert "no_input" in rows[0].detail
    prompts.write_text(text, encoding="utf-8")
    assert await running_text(client) == before


async def test_what_is_cancelled_does_not_go_live(site: FakeSite) -> None:
    client = await admin(site)
    now = site.service.engine.clock.now()
    edit(site)
    row = await client.call("ivr.schedule", wire.FlowScheduleParams(at=now + HOUR_MS))
    await client.call("ivr.unschedule", wire.UnscheduleParams(id=row.id))
    assert [one.state for one in (await client.call("ivr.scheduled", Nothing())).rows] == ["cancelled"]


@pytest.mark.parametrize("text", [b"start = ", "# 语音流程".encode("gbk")])
async def test_files_that_cannot_be_used_do_not_keep_the_engine_from_starting(
    site: FakeSite, text: bytes
) -> None:
    client = await admin(site)
    before = await running_text(client)
    main_file(site).write_bytes(text)
    with pytest.raises(EngineFault):
        await client.call("ivr.apply", wire.FlowApplyParams(note=""))
    await site.restart()
    client = await admin(site)
    assert await running_text(client) == before
    assert (await client.call("ivr.history", wire.FlowHistoryParams())).unlike_disk
    (await site.call("c1")).close()


async def test_edited_files_hold_after_a_restart(site: FakeSite) -> None:
    text = edit(site)
    await site.restart()
    client = await admin(site)
    assert await running_text(client) == text
    history = await client.call("ivr.history", wire.FlowHistoryParams())
    assert [(row.version, row.live) for row in history.versions] == [(2, True), (1, False)]


async def test_the_tree_has_the_callers_who_are_in_it(site: FakeSite) -> None:
    client = await admin(site)
    caller = await site.call("c1")
    floor = site.service.engine.floor.state
    await until(lambda: floor.calls["c1"].position.node != "")
    node = floor.calls["c1"].position.node
    tree: wire.LiveFlow = await client.call("ivr.live", wire.FlowParams())
    assert {row.node: row.now for row in tree.rows if row.now} == {node: 1}
    caller.close()
    await site.asterisk.send(
        message(
            Event="Hangup",
            Channel="PJSIP/line1-c1",
            Uniqueid="c1",
            Cause="16",
            ChanVariable="FS_CALL=c1",
        )
    )
    await until(lambda: not floor.calls_up())

    await asyncio.wrap_future(site.service.store.flush())
    tree = await client.call("ivr.live", wire.FlowParams())
    assert {row.node: row.left for row in tree.rows if row.left} == {node: 1}
