"""What callers tell on the way is in a ticket, or among the recordings, or deleted: never just left lying."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.recordings import recordings_of
from engine.core.records import CallRecord
from tests.daemon.test_a_call import stored_call, write_cdr, write_wav
from tests.support.fake_asterisk import FakeCaller
from tests.support.site import FakeSite
from tests.support.tickets import all_tickets, shown
from tests.support.until import until

pytestmark = pytest.mark.asyncio

FLOW = """
start = "tell"
on_error = "bye"

[nodes.tell]
kind = "message"
prompts = ["leave_message"]
store = "recording"
min_seconds = 1
tries = 1
next = "register"
exhausted = "bye"

[nodes.register]
kind = "service"
service = "report_message"
with = { kind = "%s", recording = "{recording}" }
outcomes = { done = "bye", failed = "bye" }

[nodes.bye]
kind = "hangup"
prompts = ["goodbye"]
"""


async def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> FakeSite:
    def use_flow(folder: Path) -> None:
        (folder / "flows").mkdir(exist_ok=True)
        (folder / "flows" / "main.toml").write_text(FLOW % kind, encoding="utf-8")

    monkeypatch.setattr("tests.support.site.use_classic_flow", use_flow)
    site = FakeSite(tmp_path)
    await site.start()
    return site


@pytest_asyncio.fixture
async def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSite]:
    """A site whose whole menu is to tell something, for a ticket."""
    site = await begin(tmp_path, monkeypatch, "complaint")
    yield site
    await site.stop()


@pytest_asyncio.fixture
async def site_without_tickets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeSite]:
    """A site whose menu asks for a kind of ticket that there is not."""
    site = await begin(tmp_path, monkeypatch, "lawsuit")
    yield site
    await site.stop()


async def speaks(caller: FakeCaller, seconds: float) -> Path:
    """Tell something after the beep; the answer to the recording is still owed."""
    while not (command := await caller.command()).startswith("RECORD FILE"):
        caller.send("200 result=0 endpos=0")
    path = Path(command.split('"')[1] + ".wav")
    write_wav(path, 4000, int(8_000 * seconds))
    return path


async def is_heard_out(caller: FakeCaller) -> None:
    caller.send("200 result=35 (dtmf) endpos=24000")
    while not (await caller.command()).startswith("HANGUP"):
        caller.send("200 result=0 endpos=0")


async def ended(site: FakeSite) -> CallRecord:
    """The row of the call once it is over and forgotten."""
    await until(lambda: "c1" not in site.service.engine.floor.state.calls)
    return await stored_call(site)


def read(site: FakeSite, function: Any, *args: Any) -> Any:
    return site.service.store.read(function, *args).result()


async def test_who_hangs_up_while_telling_has_left_a_voice_message(site: FakeSite) -> None:
    caller = await site.call("c1")
    path = await speaks(caller, 3)
    caller.send("HANGUP")
    caller.send("200 result=-1 (hangup) endpos=24000")
    await site.customer_hangs_up("c1")
    await until(lambda: read(site, recordings_of, "c1"))
    (message,) = read(site, recordings_of, "c1")
    assert (message.kind, message.length_ms, message.path) == ("message", 3000, "messages/c1-1.wav")
    record = await ended(site)
    assert (record.outcome, record.message_file, record.message_ms) == ("voicemail", "c1-1.wav", 3000)
    assert path.exists()
    assert read(site, all_tickets) == []
    caller.close()


async def test_what_a_ticket_has_is_not_among_the_messages_of_calls(site: FakeSite) -> None:
    caller = await site.call("c1")
    await speaks(caller, 3)
    await is_heard_out(caller)
    await site.customer_hangs_up("c1")
    assert (await ended(site)).outcome == "ivr_exit"
    (ticket,) = read(site, all_tickets)
    assert [file.name for file in read(site, shown, ticket.number).attachments] == ["c1-1.wav"]
    assert read(site, recordings_of, "c1") == []
    caller.close()


async def test_what_no_ticket_could_be_made_of_is_a_voice_message(site_without_tickets: FakeSite) -> None:
    site = site_without_tickets
    caller = await site.call("c1")
    await speaks(caller, 3)
    await is_heard_out(caller)
    await site.customer_hangs_up("c1")
    assert (await ended(site)).outcome == "voicemail"
    await until(lambda: read(site, recordings_of, "c1"))
    caller.close()


async def test_silence_does_not_lie_there_for_ever(site: FakeSite) -> None:
    caller = await site.call("c1")
    path = await speaks(caller, 0.5)
    await is_heard_out(caller)
    assert path.exists()
    await site.customer_hangs_up("c1")
    assert (await ended(site)).outcome == "ivr_exit"
    await until(lambda: not path.exists())
    caller.close()


async def test_what_was_told_when_the_engine_died_is_found_again(site: FakeSite) -> None:
    caller = await site.call("c1")
    await speaks(caller, 3)
    await is_heard_out(caller)
    assert len(read(site, all_tickets)) == 1
    caller.close()
    await site.stop_engine()
    for name, seconds in (("c1-2", 2), ("c1-3", 0)):
        write_wav(site.service.paths.messages / f"{name}.wav", 4000, 8_000 * seconds)
    write_cdr(site, fs_call="c1", fs_accepted="1000.0", fs_ended="1030.0")
    await site._start_engine()
    await until(lambda: read(site, recordings_of, "c1"))
    record = await stored_call(site)
    assert (record.outcome, record.message_file, record.message_ms) == ("voicemail", "c1-2.wav", 2000)
