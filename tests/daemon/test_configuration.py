"""The configuration is changed while the engine runs: whole or not at all, said before, and taken back."""

import asyncio
import stat
from pathlib import Path
from typing import Any

import pytest

from engine.config import parse_config
from engine.core.states import CallState
from engine.wire.configuration import (
    ApplyParams,
    ChangeParams,
    ChangeResult,
    ConfigShown,
    Edit,
    HistoryParams,
    ShowParams,
    UndoParams,
)
from engine.wire.methods import SITE_CHANGED, AuditParams, LogInParams, SubscribeParams
from tests.support.fake_asterisk import message
from tests.support.site import PIN, FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio

SEAT3 = Edit(section="seats", id="seat3", value={"name": "三号席", "extension": "803", "phone": "auto"})
NIGHT = Edit(section="queues", id="night", value={"name": "夜班", "name_en": "Night", "ring_seconds": "25"})


async def admin(site: FakeSite, **callbacks: Any) -> EngineClient:
    """An administrator without a seat."""
    client = await site.client(**callbacks)
    await client.call("session.log_in", LogInParams(staff_number="8901", pin=PIN))
    return client


async def change(client: EngineClient, *edits: Edit, base: str = "", dry_run: bool = False) -> ChangeResult:
    result: ChangeResult = await client.call(
        "config.change", ChangeParams(edits=list(edits), base=base, dry_run=dry_run)
    )
    return result


async def refused(client: EngineClient, *edits: Edit, base: str = "") -> EngineFault:
    with pytest.raises(EngineFault) as caught:
        await change(client, *edits, base=base)
    return caught.value


def text_of(site: FakeSite) -> str:
    return (site.folder / "config.toml").read_text(encoding="utf-8")


def codes(result: ChangeResult) -> dict[str, str]:
    return {effect.code: effect.subject or effect.detail for effect in result.effects}


def orders(site: FakeSite) -> list[str]:
    return [action["Command"] for action in site.asterisk.actions("Command")]


async def test_a_seat_and_a_queue_are_added_while_a_call_is_up(site: FakeSite) -> None:
    caller = await site.call("c1")
    before = text_of(site)
    told: list[Any] = []
    client = await admin(site, on_notice=lambda name, params: told.append((name, params)))
    result = await change(client, SEAT3, NIGHT)
    assert codes(result) == {
        "added": "queues.night",
        "set_up_phone": "seat3",
        "for_new_calls": "",
        "reloads_switch": "extensions.conf, pjsip.conf",
    } or codes(result).keys() >= {"added", "set_up_phone", "for_new_calls", "reloads_switch"}
    after = text_of(site)
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []  # comments too
    config = parse_config(after, "config.toml")
    assert [seat.id for seat in config.seats] == ["seat1", "seat2", "seat3"]
    assert config.queues[-1].ring_seconds == 25
    secret = result.secrets["seat3"]
    assert secret in (site.service.paths.asterisk / "etc" / "pjsip.conf").read_text(encoding="utf-8")
    assert {"module reload res_pjsip.so", "dialplan reload"} <= set(orders(site))
    floor = site.service.engine.floor.state
    assert "c1" in floor.calls
    assert "seat3" in floor.plan.seats
    assert "night" in floor.plan.queues
    await until(lambda: bool(told))
    assert told[0][0] == SITE_CHANGED
    assert [seat.id for seat in told[0][1].seats] == ["seat1", "seat2", "seat3"]
    await site.asterisk.send(message(Event="DeviceStateChange", Device="PJSIP/seat3", State="NOT_INUSE"))
    await until(lambda: floor.reachable["seat3"])
    console = await site.console("8001", "seat3")
    desk = await console.call("view.subscribe", SubscribeParams(topics=["desk"]))
    assert desk.desk.agent.seat_id == "seat3"
    caller.close()


async def test_a_preview_says_the_same_and_changes_nothing(site: FakeSite) -> None:
    client = await admin(site)
    before = text_of(site)
    files = site.service.paths.asterisk / "etc"
    names = {path: path.read_bytes() for path in files.glob("*")} if files.exists() else {}
    preview = await change(client, SEAT3, dry_run=True)
    assert (preview.change, text_of(site)) == (0, before)
    assert names == ({path: path.read_bytes() for path in files.glob("*")} if files.exists() else {})
    assert "seat3" not in site.service.engine.floor.state.plan.seats
    assert preview.secrets == {}
    done = await change(client, SEAT3)
    assert [effect.code for effect in done.effects] == [effect.code for effect in preview.effects]
    assert done.diff == preview.diff


async def test_undo_takes_back_and_is_taken_back_itself_also_after_a_restart(site: FakeSite) -> None:
    client = await admin(site)
    before = text_of(site)
    first = await change(client, NIGHT)
    changed = text_of(site)
    await client.close()
    site.clients.remove(client)
    text = text_of(site)
    await site.stop_engine()
    site.keep_config = True
    await site._start_engine()
    assert text_of(site) == text
    client = await admin(site)
    undone = await client.call("config.undo", UndoParams())
    assert text_of(site) == before
    assert "night" not in site.service.engine.floor.state.plan.queues
    await client.call("config.undo", UndoParams())
    assert text_of(site) == changed
    await client.call("config.undo", UndoParams(change=first.change))
    assert text_of(site) == before
    history = await client.call("config.history", HistoryParams())
    assert [row.undo_of for row in history.rows] == [first.change, undone.change, first.change, 0]
    assert {row.who for row in history.rows} == {"8901"}


async def test_who_changed_what_is_on_record_without_secrets(site: FakeSite) -> None:
    client = await admin(site)
    await change(client, Edit(section="seats", id="seat1", key="secret", value="TopSecret-1"))
    await site.settle()
    (row, *_) = [
        row for row in (await client.call("audit.list", AuditParams())).rows if row.what == "config.change"
    ]
    history = await client.call("config.history", HistoryParams())
    shown: ConfigShown = await client.call("config.show", ShowParams(section="seats"))
    assert row.who == "8901"
    assert '+secret = "********"' in row.detail
    told = f"{row.detail}{history.rows[0].diff}{shown}"
    assert "TopSecret" not in told
    assert "TopSecret-1" in text_of(site)


@pytest.mark.parametrize(
    ("edit", "detail"),
    [
        (Edit(section="seat", id="x"), "unknown_section|seat|"),
        (Edit(section="queues", id="fault", key="ring", value=3), "unknown_key|queues.ring|"),
        (Edit(section="queues", id="faults", key="name", value="x"), "unknown_id|queues.faults.name|"),
        (
            Edit(section="queues", id="fault", key="ring_seconds", value="2"),
            "too_small|queues.fault.ring_seconds|3",
        ),
        (Edit(section="queues", id="fault", key="ring_seconds", value="x"), "not_a_number|"),
        (Edit(section="queues", id="fault", key="id", value="x"), "id_fixed|"),
        (
            Edit(section="seats", id="seat1", key="phone", value="loud"),
            "not_one_of|seats.seat1.phone|auto, ring",
        ),
        (Edit(section="seats", id="seat2", value={"name": "x", "extension": "803"}), "id_taken|"),
        (Edit(section="seats", id="Seat 3", value={"name": "x", "extension": "803"}), "bad_id|"),
        (Edit(section="seats", id="seat3", value={"name": "x"}), "required|seats.seat3|extension"),
        (Edit(section="seats", id="seat3", value={"name": "x", "extension": "801"}), "unfit"),
        (Edit(section="queues", id="fault", remove=True), "unfit"),  # the flow sends callers there
        (Edit(section="hours", key="monday", value="8-12"), "unfit"),
        (Edit(section="recording", key="enabled", value="maybe"), "not_a_flag|"),
        (Edit(section="ivr", key="flow", value="flows/none.toml"), "unfit"),
        (
            Edit(section="alarms", key="command", value=["/bin/sh", "-c", "id"]),
            "by_hand_only|alarms.command|",
        ),
        (Edit(section="site", key="timezone", value="Mars/Base"), "unfit"),  # the engine could not start
        (Edit(section="asterisk", key="sip_address", value="any where"), "unfit"),
        (Edit(section="lines", id="line1", key="host", value="a b;c"), "unfit"),
    ],
)
async def test_what_cannot_be_is_said_and_nothing_changes(site: FakeSite, edit: Edit, detail: str) -> None:
    client = await admin(site)
    before, plan = text_of(site), site.service.engine.plan
    fault = await refused(client, NIGHT, edit)
    assert fault.detail.startswith(detail)
    assert text_of(site) == before
    assert site.service.engine.plan is plan
    assert (await client.call("config.history", HistoryParams())).rows == []


async def test_changes_by_hand_are_not_overwritten_but_can_be_taken_over(site: FakeSite) -> None:
    client = await admin(site)
    path = site.folder / "config.toml"
    path.write_text(text_of(site).replace("一号席", "前台"), encoding="utf-8")
    fault = await refused(client, NIGHT)
    assert (fault.reason, fault.detail) == ("conflict", "by_hand")
    assert (await client.call("config.show", ShowParams(section="seats"))).by_hand
    taken = await client.call("config.apply", ApplyParams())
    assert codes(taken)["changed"] == "seats.seat1.name"
    assert site.service.engine.plan.seats["seat1"].name == "前台"
    await change(client, NIGHT)
    path.write_text("seats = 3\n", encoding="utf-8")
    with pytest.raises(EngineFault) as caught:
        await client.call("config.apply", ApplyParams())
    assert caught.value.detail == "unfit"
    assert "night" in site.service.engine.plan.queues


async def test_the_slower_of_two_administrators_is_told(site: FakeSite) -> None:
    one, two = await admin(site), await admin(site)
    base = (await one.call("config.show", ShowParams(section="seats"))).base
    rename = Edit(section="seats", id="seat1", key="name", value="前台")
    await change(one, NIGHT, base=base)
    assert (await refused(two, rename, base=base)).detail == "moved"
    results = await asyncio.gather(change(one, rename), change(two, SEAT3))
    assert [result.change for result in results] == [2, 3]
    assert parse_config(text_of(site), "c").seats[0].name == "前台"


async def test_asterisk_refuses_and_everything_is_as_it_was(site: FakeSite) -> None:
    client = await admin(site)
    await change(client, NIGHT)
    before = text_of(site)
    site.asterisk.answers["Command"] = lambda action: [
        message(Response="Success", ActionID="$ID", Output=_no_seat3(action["Command"]))
    ]
    fault = await refused(client, SEAT3)
    assert (fault.reason, fault.detail) == ("conflict", "switch")
    assert text_of(site) == before
    assert "seat3" not in (site.service.paths.asterisk / "etc" / "pjsip.conf").read_text(encoding="utf-8")
    assert "seat3" not in site.service.engine.plan.seats
    assert set(orders(site)[-2:]) == {"dialplan reload", "module reload res_pjsip.so"}
    del site.asterisk.answers["Command"]
    assert (await change(client, SEAT3)).change == 2


def _no_seat3(command: str) -> str:
    return "Unable to find object seat3." if command == "pjsip show endpoint seat3" else "done"


async def test_without_asterisk_only_what_needs_it_is_refused(site: FakeSite) -> None:
    client = await admin(site)
    await site.asterisk.stop()
    await until(lambda: not site.service.engine.floor.state.switch_up)
    assert (await refused(client, SEAT3)).detail == "switch"
    done = await change(client, Edit(section="hours", key="sunday", value=""))
    assert done.change == 1
    assert site.service.config.hours.sunday == ()


async def test_keys_that_need_a_restart_wait_for_it_and_are_listed(site: FakeSite) -> None:
    client = await admin(site)
    result = await change(client, Edit(section="asterisk", key="sip_port", value=5099))
    assert codes(result)["needs_restart"] == "asterisk.sip_port"
    pjsip = site.service.paths.asterisk / "etc" / "pjsip.conf"
    await change(client, SEAT3)
    assert ":5099" not in pjsip.read_text(encoding="utf-8")  # the running Asterisk stays at its port
    shown = await client.call("config.show", ShowParams(section="asterisk"))
    assert shown.restart == ["asterisk.sip_port"]
    assert any("asterisk.sip_port" in problem for problem in (await client.call("floor.status")).problems)


async def test_mode_and_link_of_the_file_stay(site: FakeSite, tmp_path: Path) -> None:
    client = await admin(site)
    path, real = site.folder / "config.toml", tmp_path / "real.toml"
    path.rename(real)
    path.symlink_to(real)
    real.chmod(0o640)
    await change(client, NIGHT)
    assert path.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "night" in real.read_text(encoding="utf-8")
    assert not list(real.parent.glob(".real.toml.*"))


async def test_only_administrators_may(site: FakeSite) -> None:
    client = await site.client()
    await client.call("session.log_in", LogInParams(staff_number="8801", pin=PIN))
    assert (await refused(client, NIGHT)).reason == "not_allowed"
    shown = await client.call("config.show", ShowParams())
    assert {section.name for section in shown.sections} >= {"seats", "hours", "queues"}
    ring = next(key for key in _section(shown, "queues").keys if key.name == "ring_seconds")
    assert (ring.kind, ring.minimum, ring.maximum, ring.default) == ("number", 3, 300, 20)
    assert ring.note


def _section(shown: ConfigShown, name: str) -> Any:
    return next(section for section in shown.sections if section.name == name)


async def test_what_is_taken_away_finishes_what_it_has(site: FakeSite) -> None:
    client = await admin(site)
    await change(client, NIGHT, SEAT3)
    console = await site.console("8001", "seat3")
    caller = await site.call("c1")
    result = await change(
        client,
        Edit(section="seats", id="seat3", remove=True),
        Edit(section="lines", id="line1", remove=True),
    )
    told = {effect.code: (effect.subject, effect.detail) for effect in result.effects}
    assert told["agent_at_seat"] == ("seat3", "8001")
    assert told["calls_on_line"] == ("line1", "1")
    assert site.service.engine.floor.state.calls["c1"].state is not CallState.ENDED
    await console.call("session.log_out")
    caller.close()
