"""A call through the service: menu, pop-up, talk, note, record; then the engine is started anew."""

import asyncio
import wave
from pathlib import Path
from typing import Any

import pytest

from db.calls import get_call, open_calls, store_call
from db.customers import save_customer
from db.journal import read_journal, verify
from db.recordings import recordings_of, store_recording
from db.store import Store
from engine.adapters.asterisk.render import CDR_FIELDS
from engine.adapters.asterisk.wav import is_closed
from engine.core.records import CallNote, CallRecord, Customer, RecordingInfo, TicketDraft
from engine.wire.customers import ImportRowsParams, SaveCustomerParams
from engine.wire.messages import Reason
from engine.wire.methods import CallIdParams, CallsParams, DraftParams, NoteParams, SubscribeParams, Views
from tests.support.fake_asterisk import FakeCaller, message
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient, EngineFault

pytestmark = pytest.mark.asyncio


async def through_the_menu(caller: FakeCaller, key: str = "0") -> None:
    """Play the caller's side up to the queue: the greeting is interrupted with a key."""
    await caller.expect('SET VARIABLE "FS_GREETED" "1"', "200 result=1")
    while True:
        command = await caller.command()
        assert command, "the session was closed"
        caller.send(
            f"200 result={ord(key)} endpos=800" if command.startswith("STREAM FILE") else "200 result=0"
        )
        if command.startswith("SET MUSIC ON"):
            return


async def dialled(caller: FakeCaller) -> str:
    """The Dial that rings the seat; its reply is still owed."""
    command = await caller.command()
    if command.startswith('SET VARIABLE "_FS_AUTO"'):
        caller.send("200 result=1")
        command = await caller.command()
    assert command.startswith("EXEC Dial "), command
    return command


async def answers(site: FakeSite, call_id: str = "c1", seat: str = "seat1") -> None:
    channel = {"DestChannel": f"PJSIP/{seat}-1", "DestUniqueid": f"{call_id}-{seat}"}
    variables = {"ChanVariable": f"FS_CALL={call_id}", **channel}
    await site.asterisk.send(message(Event="DialBegin", **variables))
    await site.asterisk.send(message(Event="DialEnd", DialStatus="ANSWER", **variables))


async def seat_hangs_up(site: FakeSite, call_id: str = "c1", seat: str = "seat1") -> None:
    await site.asterisk.send(
        message(
            Event="Hangup",
            Channel=f"PJSIP/{seat}-1",
            Uniqueid=f"{call_id}-{seat}",
            Cause="16",
            ChanVariable=f"FS_CALL={call_id}",
        )
    )


async def ready_agent(site: FakeSite, **callbacks: Any) -> EngineClient:
    client = await site.console("8001", "seat1", **callbacks)
    await client.call("view.subscribe", SubscribeParams(topics=["desk"]))
    await client.call("agent.ready")
    return client


async def stored_call(site: FakeSite, call_id: str = "c1") -> CallRecord:
    await site.settle()
    record = site.service.store.read(get_call, call_id).result()
    assert record is not None
    return record


async def test_the_customer_pops_up_and_the_call_is_stored(site: FakeSite) -> None:
    customer = Customer(name="张华山", phones=("13900000001",), address="城关镇东街12号", balance_fen=-4550)
    site.service.store.submit(save_customer, customer).result()
    desks: list[Any] = []

    def seen(views: Views) -> None:
        desks.append(views.desk)

    client = await ready_agent(site, on_views=seen)
    caller = await site.call("c1", "13900000001")
    await through_the_menu(caller)
    assert "PJSIP/seat1" in await dialled(caller)
    await until(lambda: desks and desks[-1].card is not None)
    assert desks[-1].card.customer.name == "张华山"
    assert desks[-1].agent.state in ("reserved", "ringing")
    await answers(site)
    await until(lambda: desks[-1].agent.state == "talking")
    await client.call(
        "call.note", NoteParams(call_id="c1", note=CallNote(note="查询欠费", disposition="answered_question"))
    )
    await seat_hangs_up(site)
    caller.send("200 result=0")
    await until(lambda: desks[-1].agent.state == "wrap_up")
    await site.customer_hangs_up("c1")
    await client.call("agent.finish_wrap_up")
    record = await stored_call(site)
    assert (record.outcome, record.ended_by, record.staff_number) == ("answered", "agent", "8001")
    assert record.accepted_at <= record.offered_at <= record.answered_at <= record.ended_at
    detail = await client.call("calls.show", CallIdParams(call_id="c1"))
    assert [note.note for note in detail.notes] == ["查询欠费"]
    caller.close()


async def test_a_stranger_is_saved_in_place_and_the_call_is_his(site: FakeSite) -> None:
    desks: list[Any] = []
    client = await ready_agent(site, on_views=lambda views: desks.append(views.desk))
    caller = await site.call("c1", "13811112222")
    await through_the_menu(caller)
    await dialled(caller)
    await until(lambda: desks and desks[-1].card is not None)
    assert desks[-1].card.customer is None
    card = await client.call(
        "customer.save", SaveCustomerParams(customer=Customer(name="新客户"), call_id="c1")
    )
    assert card.customer.phones == ("13811112222",)
    await until(lambda: desks[-1].card.customer is not None)
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    assert (await stored_call(site)).customer_id == card.customer.id
    caller.close()


async def test_a_half_written_note_survives_console_and_engine(site: FakeSite) -> None:
    client = await ready_agent(site)
    caller = await site.call("c1")
    await through_the_menu(caller)
    await dialled(caller)
    await answers(site)
    await until(lambda: "1 talking" in site.floor)
    half = CallNote(
        note="客户说机顶盒",
        disposition="",
        unsolved=True,
        form=Customer(
            name="新客", phones=("13900000001", "0931"), packages=("高清",), balance_fen=-5, vip=True
        ),
        field="address",
        ticket=TicketDraft(
            key="k1",
            type="fault",
            category="no_signal",
            text="没有图像",
            fields={"since": "11-2"},
            priority=1,
            cursor="own-since",
        ),
    )
    await client.call("call.draft", DraftParams(call_id="c1", note=half))
    site.channels = [
        channel("PJSIP/line1-c1", "c1", "c1"),
        channel("PJSIP/seat1-1", "c1-seat1", "c1"),
    ]
    await site.restart()
    assert "1 talking" in site.floor
    again = await site.console("8001", "seat1")
    views = await again.call("view.subscribe", SubscribeParams(topics=["desk"]))
    assert views.desk.draft == half
    assert views.desk.call.call_id == "c1"
    for huge in (
        CallNote(form=Customer(name="x" * 20_000)),
        CallNote(ticket=TicketDraft(key="k1", fields={"x": "x" * 20_000})),
    ):
        with pytest.raises(EngineFault) as refusal:
            await again.call("call.draft", DraftParams(call_id="c1", note=huge))
        assert refusal.value.reason == Reason.TOO_LONG
    await again.call("call.note", NoteParams(call_id="c1", note=half))
    views = await again.call("view.subscribe", SubscribeParams(topics=["desk"]))
    assert views.desk.draft == CallNote(note="客户说机顶盒", unsolved=True)  # no form in what is stored
    caller.close()


def channel(name: str, unique_id: str, call_id: str) -> dict[str, str]:
    return {
        "Channel": name,
        "Uniqueid": unique_id,
        "ChannelStateDesc": "Up",
        "CallerIDNum": "13900000001",
        "Duration": "00:01:05",
        "ChanVariable": f"FS_CALL={call_id}",
    }


async def test_a_call_that_ended_without_an_engine_is_taken_from_asterisks_record(site: FakeSite) -> None:
    await ready_agent(site)
    caller = await site.call("c1")
    await through_the_menu(caller)
    await dialled(caller)
    await answers(site)
    await until(lambda: "1 talking" in site.floor)
    answered_at = (await stored_call(site)).answered_at
    await site.stop_engine()
    ended = (answered_at + 60_000) / 1000
    write_cdr(site, fs_call="c1", fs_ended=f"{ended:.3f}", fs_dialstatus="ANSWER", fs_talk_ms="60000")
    write_cdr(site, fs_call="c2", fs_accepted="1763757000.500", fs_ended="1763757012.750", fs_unattended="1")
    write_cdr(site, fs_call="c2", fs_final="", fs_ended="")
    await site._start_engine()
    await until(lambda: not site.service.store.read(open_calls).result())
    first, second = await stored_call(site, "c1"), await stored_call(site, "c2")
    assert (first.outcome, first.staff_number, first.talk_ms) == ("answered", "8001", 60_000)
    assert (second.outcome, second.unattended) == ("abandoned", True)
    assert second.ended_at - second.accepted_at == 12_250
    caller.close()


async def test_calls_that_agents_began_are_taken_from_asterisks_record(site: FakeSite) -> None:
    await ready_agent(site)
    await site.stop_engine()
    began = {"fs_direction": "outbound", "fs_seat": "seat1", "fs_accepted": "1763757000.000"}
    ended = {"fs_ended": "1763757030.000"}
    answered = {"fs_dialstatus": "ANSWER", "fs_answered": "1763757010.000", "fs_peer": "PJSIP/seat1-0"}
    write_cdr(site, fs_call="o1", **began, **ended, **answered)
    write_cdr(site, fs_call="o2", **began, **ended, fs_dialstatus="NOANSWER", fs_cause="17")
    write_cdr(site, fs_call="o3", **began, **ended, fs_dialstatus="NOANSWER", fs_cause="0")
    write_cdr(site, fs_call="o4", **began, **ended, fs_dialstatus="NOANSWER", fs_cause="1")
    await site._start_engine()
    await until(lambda: site.service.store.read(get_call, "o4").result() is not None)
    first = await stored_call(site, "o1")
    assert (first.outcome, first.direction, first.staff_number) == ("answered", "outbound", "8001")
    assert (first.talk_ms, first.offered_at, first.wait_ms, first.unattended) == (20_000, 0, 0, False)
    outcomes = [(await stored_call(site, name)).outcome for name in ("o2", "o3", "o4")]
    assert outcomes == ["busy", "no_answer", "unreachable"]


def write_cdr(site: FakeSite, **values: str) -> None:
    path = site.service.paths.cdr
    path.parent.mkdir(parents=True, exist_ok=True)
    row = {"fs_final": "1", "fs_line": "line1", "fs_cli": "139", **values}
    with path.open("a", encoding="utf-8") as file:
        file.write(",".join(f'"{row.get(name, "")}"' for name in CDR_FIELDS) + "\n")


async def test_the_two_directions_become_one_stereo_recording(site: FakeSite) -> None:
    await ready_agent(site)
    caller = await site.call("c1")
    raw = site.service.paths.raw
    write_wav(raw / "c1-in.wav", 4000, 8000)
    write_wav(raw / "c1-out.wav", 0, 12_000)
    await site.customer_hangs_up("c1")
    finished: list[Any] = []
    site.service.engine.on_recording = finished.append
    await until(lambda: finished, 20)
    info = finished[0]
    assert (info.length_ms, info.codec, info.error) == (1500, "flac", "")
    assert info.customer_rms_dbfs == pytest.approx(-20.0, abs=1.0)
    assert info.agent_rms_dbfs == -99.0
    assert (site.service.paths.recordings / info.path).stat().st_size == info.size
    assert not list(raw.iterdir())
    caller.close()


def write_wav(path: Path, level: int, samples: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(level.to_bytes(2, "little", signed=True) * samples)


async def test_what_asterisk_holds_back_is_waited_for(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await site.call("c1")
    raw = site.service.paths.raw
    write_wav(raw / "c1-in.wav", 4000, 12_000)
    write_wav(raw / "c1-out.wav", 0, 12_000)
    whole = (raw / "c1-in.wav").read_bytes()
    (raw / "c1-in.wav").write_bytes(whole[:40] + bytes(4) + whole[44:8_000])
    looks: list[bool] = []

    def look(path: Path) -> bool:
        looks.append(is_closed(path))
        return looks[-1]

    monkeypatch.setattr("engine.daemon.recordings.is_closed", look)
    finished: list[Any] = []
    site.service.engine.on_recording = finished.append
    await site.customer_hangs_up("c1")
    await until(lambda: len(looks) > 3)
    recordings = site.service.engine.recordings
    recordings.finish("c1", 1, 2)  # found lying there, too
    (raw / "c1-in.wav").write_bytes(whole)
    await until(lambda: finished and not recordings.open, 20)
    (info,) = finished
    assert (info.length_ms, info.error) == (1500, "")
    assert info.customer_rms_dbfs == pytest.approx(-18.3, abs=0.1)
    caller.close()


async def test_a_recording_that_is_missing_is_said(site: FakeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.daemon.recordings._SETTLE_CHECKS", 2)
    caller = await site.call("c1")
    finished: list[Any] = []
    site.service.engine.on_recording = finished.append
    await site.customer_hangs_up("c1")
    await until(lambda: finished)
    assert finished[0].error
    caller.close()


async def test_callers_are_told_apart_from_rubbish_on_the_agi_port(site: FakeSite) -> None:
    port = site.service.config.asterisk.agi_port
    for rubbish in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 1000):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(rubbish)
        writer.close()
        await writer.wait_closed()
    await ready_agent(site)
    caller = await site.call("c1", cli="1" * 1000)
    await through_the_menu(caller)
    assert "1 calls" in site.floor
    caller.close()


async def test_the_journal_tells_the_whole_call_and_its_chain_holds(site: FakeSite) -> None:
    caller = await site.call("c1")
    await site.customer_hangs_up("c1")
    await until(lambda: "0 calls" in site.floor)
    await site.settle()
    kinds = [row.kind for _, row in site.service.store.read(read_journal).result()]
    assert "event.CallArrived" in kinds
    assert "effect.FinishRecording" in kinds
    assert site.service.store.read(verify).result() is None
    caller.close()


async def test_customers_are_imported_in_batches_with_a_report(site: FakeSite) -> None:
    admin = await site.console("8901", "")
    columns = ["姓名", "电话", "智能卡号", "备用"]
    rows = [["王小明", "0931-8881234", "0012345678", ""], ["", "13900000009", "", ""]]

    async def send(dry_run: bool, import_id: str) -> Any:
        first = ImportRowsParams(
            import_id=import_id, columns=columns, rows=rows, first_line=2, dry_run=dry_run
        )
        result = await admin.call("customer.import_rows", first)
        last = ImportRowsParams(
            import_id=import_id, columns=columns, rows=[], first_line=4, dry_run=dry_run, last=True
        )
        return result, await admin.call("customer.import_rows", last)

    result, totals = await send(True, "try")
    assert [(bad.line, bad.field) for bad in result.bad] == [(3, "name")]
    assert (totals.read, totals.added, totals.unmapped) == (2, 1, ["备用"])
    _, totals = await send(False, "real")
    assert (totals.read, totals.added) == (2, 1)
    wrong = ImportRowsParams(import_id="x", columns=["a"], rows=[["b"]], first_line=2)
    with pytest.raises(EngineFault, match="columns do not fit"):
        await admin.call("customer.import_rows", wrong)


async def test_an_announcement_is_cut_short_when_an_agent_becomes_free(tmp_path: Path) -> None:
    site = FakeSite(tmp_path, announce_first="0")
    await site.start()
    client = await site.console("8001", "seat1")
    caller = await site.call("c1")
    await through_the_menu(caller)
    await caller.expect("SET MUSIC OFF")
    assert (await caller.command()).startswith("STREAM FILE")
    await client.call("agent.ready")
    caller.send("200 result=0 endpos=160")
    commands = [await caller.command()]
    while not commands[-1].startswith("EXEC Dial"):
        caller.send("200 result=0")
        commands.append(await caller.command())
    assert not any(command.startswith(("STREAM", "SET MUSIC ON")) for command in commands)
    caller.close()
    await site.stop()


async def test_recordings_are_found_by_the_agent_of_their_call(site: FakeSite) -> None:
    for call_id, staff in (("c1", "8001"), ("c2", "8002")):
        record = CallRecord(call_id=call_id, accepted_at=1000, ended_at=2000, staff_number=staff)
        site.service.store.submit(store_call, record).result()
        info = RecordingInfo(call_id=call_id, path=f"{call_id}.flac", started_at=1000)
        site.service.store.submit(store_recording, info).result()
    supervisor = await site.console("8801", "")
    found = await supervisor.call("recordings.list", CallsParams(staff_number="8002"))
    assert [info.call_id for info in found.recordings] == ["c2"]
    assert len((await supervisor.call("recordings.list", CallsParams())).recordings) == 2


async def test_a_voice_message_is_among_the_recordings(site: FakeSite) -> None:
    caller = await site.call("c1")
    while not (command := await caller.command()).startswith("RECORD FILE"):
        caller.send("200 result=0 endpos=0")
    path = Path(command.split('"')[1] + ".wav")
    write_wav(path, 4000, 24_000)
    caller.send("200 result=35 (dtmf) endpos=24000")
    while not (command := await caller.command()).startswith("HANGUP"):
        caller.send("200 result=0 endpos=0")
    await site.customer_hangs_up("c1")
    await until(lambda: site.service.store.read(recordings_of, "c1").result())
    message = site.service.store.read(recordings_of, "c1").result()[0]
    assert (message.kind, message.length_ms, message.path) == ("message", 3000, "messages/c1.wav")
    assert (await stored_call(site)).outcome == "voicemail"
    caller.close()


async def test_a_worker_that_dies_does_not_cost_the_recording(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = await site.call("c1")
    write_wav(site.service.paths.raw / "c1-in.wav", 4000, 8000)
    recorder = site.service.engine.recordings._recorder
    process = await recorder._running()
    process.kill()
    await process.wait()
    monkeypatch.setattr(recorder, "_running", first_then(process, recorder._running))
    finished: list[Any] = []
    site.service.engine.on_recording = finished.append
    await site.customer_hangs_up("c1")
    await until(lambda: finished, 20)
    assert (finished[0].error, finished[0].length_ms) == ("", 1000)
    caller.close()


def first_then(first: Any, afterwards: Any) -> Any:
    """A coroutine function that gives `first` once, then what `afterwards` gives."""
    given: list[Any] = []

    async def running() -> Any:
        if not given:
            given.append(first)
            return first
        return await afterwards()

    return running


async def test_raw_files_that_a_dead_engine_left_are_finished(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.daemon.service._IMPORT_AFTER_S", (0.0,))
    await site.stop_engine()
    write_wav(site.service.paths.raw / "c9-in.wav", 4000, 16_000)
    store = Store(site.service.paths.database)
    store.open()
    record = CallRecord(call_id="c9", accepted_at=1000, ended_at=3000)
    store.submit(store_call, record).result()
    store.close()
    await site._start_engine()
    await until(lambda: site.service.store.read(recordings_of, "c9").result(), 20)
    assert site.service.store.read(recordings_of, "c9").result()[0].length_ms == 2000


async def test_a_phone_that_failed_once_is_looked_at_again(
    site: FakeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.asterisk.switch._LOOK_AGAIN_S", 0.05)
    await ready_agent(site)
    caller = await site.call("c1")
    await through_the_menu(caller)
    await dialled(caller)
    caller.send("200 result=0")
    await caller.expect('GET VARIABLE "DIALSTATUS"', "200 result=1 (CHANUNAVAIL)")
    await caller.expect('GET VARIABLE "HANGUPCAUSE"', "200 result=1 (20)")
    while not (command := await caller.command()).startswith("EXEC Dial"):
        assert command, "nobody is rung again"
        caller.send("200 result=0")
    caller.close()
