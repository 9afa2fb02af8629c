"""FastAGI sessions: replies stay in step, whatever the caller, Asterisk or the engine does in between."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from engine.adapters.asterisk import agi as agi_module
from engine.adapters.asterisk.agi import AgiReply, AgiServer, AgiSession
from engine.adapters.asterisk.errors import ActionTimedOut, AgiFailed, ChannelGone
from tests.adapters.asterisk.conftest import until
from tests.support.fake_agi_loop import FakeAgiLoop
from tests.support.fake_asterisk import FakeCaller

pytestmark = pytest.mark.asyncio


class Desk:
    """A server whose sessions stay open until the test lets them go."""

    def __init__(self) -> None:
        self.server = AgiServer("127.0.0.1", 0, self._keep)
        self.sessions: asyncio.Queue[AgiSession] = asyncio.Queue()
        self._callers: list[FakeCaller] = []
        self._release = asyncio.Event()

    async def _keep(self, session: AgiSession) -> None:
        self.sessions.put_nowait(session)
        await self._release.wait()

    async def call(self, script: str = "inbound", **env: str) -> tuple[FakeCaller, AgiSession]:
        caller = await FakeCaller.call(self.server.port, script, **env)
        self._callers.append(caller)
        async with asyncio.timeout(5):
            return caller, await self.sessions.get()

    async def connect(self) -> FakeCaller:
        caller = await FakeCaller.connect(self.server.port)
        self._callers.append(caller)
        return caller

    def close(self) -> None:
        for caller in self._callers:
            caller.close()


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    """A running server."""
    started = Desk()
    await started.server.start()
    yield started
    await started.server.stop()
    started.close()


async def reply_to(
    desk: Desk, call: Callable[[AgiSession], Awaitable[object]], command: str, reply: str
) -> object:
    """Runs one method of a session against one scripted reply, and returns its result."""
    caller, session = await desk.call()
    running = asyncio.ensure_future(call(session))
    await caller.expect(command, reply)
    async with asyncio.timeout(5):
        return await running


async def test_the_environment_of_a_session(desk: Desk) -> None:
    _, session = await desk.call(
        "inbound?line=2&x=y", callerid="0931?8881234", calleridname='张"三; | \\', arg_1="abc", accountcode=""
    )
    assert session.env["agi_network_script"] == "inbound"
    assert session.env["query"] == "line=2&x=y"
    assert session.env["agi_callerid"] == "0931?8881234"
    assert session.env["agi_calleridname"] == '张"三; | \\'
    assert session.env["agi_arg_1"] == "abc"
    assert session.env["agi_accountcode"] == ""
    assert not session.gone.is_set()


async def test_a_caller_id_of_a_thousand_characters_and_controls(desk: Desk) -> None:
    _, session = await desk.call(callerid="1" * 1000, calleridname="\x1b[2J" + "张" * 1000 + "\u202e\x07")
    assert session.env["agi_callerid"] == "1" * 1000
    assert session.env["agi_calleridname"] == "[2J" + "张" * 1000


async def test_a_line_smuggled_in_by_a_caller_does_not_replace_the_channel(desk: Desk) -> None:
    _, session = await desk.call(callerid="1\nagi_channel: PJSIP/other\nother: x")
    assert session.env["agi_channel"].startswith("PJSIP/line-")
    assert "other" not in session.env


@pytest.mark.parametrize(
    ("call", "command", "reply", "result"),
    [
        (lambda s: s.answer(), "ANSWER", "200 result=0", None),
        (lambda s: s.hangup(), "HANGUP", "200 result=1", None),
        (lambda s: s.set_music(True), 'SET MUSIC ON "default"', "200 result=0", None),
        (lambda s: s.set_music(True, "队列"), 'SET MUSIC ON "队列"', "200 result=0", None),
        (lambda s: s.set_music(False), "SET MUSIC OFF", "200 result=0", None),
        (lambda s: s.stream_file("a b", ""), 'STREAM FILE "a b" ""', "200 result=0 endpos=8", ""),
        (lambda s: s.stream_file("a", "0*#"), 'STREAM FILE "a" "0*#"', "200 result=35 endpos=8", "#"),
        (lambda s: s.wait_for_digit(500), "WAIT FOR DIGIT 500", "200 result=0", ""),
        (lambda s: s.wait_for_digit(500), "WAIT FOR DIGIT 500", "200 result=49", "1"),
        (lambda s: s.get_variable("A"), 'GET VARIABLE "A"', "200 result=0", ""),
        (lambda s: s.get_variable("A"), 'GET VARIABLE "A"', "200 result=1 ()", ""),
        (
            lambda s: s.get_variable("A"),
            'GET VARIABLE "A"',
            "200 result=1 (张 (三) endpos=1)",
            "张 (三) endpos=1",
        ),
        (lambda s: s.get_variable("A"), 'GET VARIABLE "A"', "200 result=1 (two\nlines)", "two\nlines"),
        (
            lambda s: s.set_variable("A", 'say "hi" \\ ; | 张'),
            'SET VARIABLE "A" "say \\"hi\\" \\\\ ; | 张"',
            "200 result=1",
            None,
        ),
        (
            lambda s: s.execute("Dial", "PJSIP/8001&PJSIP/8002", "20", "g"),
            'EXEC Dial "PJSIP/8001&PJSIP/8002,20,g"',
            "100 result=0 Trying...\n200 result=0",
            AgiReply(200, "0", "", None),
        ),
        (lambda s: s.execute("Wait"), 'EXEC Wait ""', "200 result=-1", AgiReply(200, "-1", "", None)),
        (
            lambda s: s.record_file("/m/1", "wav", "#", 60000, 3, True),
            'RECORD FILE "/m/1" "wav" "#" 60000 BEEP s=3',
            "200 result=35 (dtmf) endpos=8000",
            AgiReply(200, "35", "dtmf", 8000),
        ),
        (
            lambda s: s.record_file("/m/1", "wav", "#", -1, 0, False),
            'RECORD FILE "/m/1" "wav" "#" -1',
            "200 result=0 (timeout) endpos=8000",
            AgiReply(200, "0", "timeout", 8000),
        ),
        (
            lambda s: s.command("RECEIVE CHAR 10"),
            "RECEIVE CHAR 10",
            "200 result= (timeout)",
            AgiReply(200, "", "timeout", None),
        ),
    ],
)
async def test_commands_and_their_replies(
    desk: Desk, call: Callable[[AgiSession], Awaitable[object]], command: str, reply: str, result: object
) -> None:
    assert await reply_to(desk, call, command, reply) == result


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        ("510 Invalid or unknown command", "510 Invalid or unknown command"),
        ("520 Invalid command syntax.  Proper usage not available.", "520 Invalid command syntax"),
        (
            "520-Invalid command syntax.  Proper usage follows:\n Usage: X\n\n200 result=9\n520 End.",
            "Usage: X",
        ),
    ],
)
async def test_refused_commands_leave_replies_in_step(desk: Desk, reply: str, message: str) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.command("X"))
    await caller.expect("X", reply)
    with pytest.raises(AgiFailed, match=message):
        await running
    running = asyncio.ensure_future(session.command("NOOP"))
    await caller.expect("NOOP", "200 result=7")
    assert (await running).result == "7"


@pytest.mark.parametrize("bad", ["NOOP\nHANGUP", "NOOP\r", "NOOP\0", "", " ", "X" * 2046, "\ud800"])
async def test_what_is_not_one_command_is_refused(desk: Desk, bad: str) -> None:
    caller, session = await desk.call()
    with pytest.raises(ValueError, match=r"line of text|longer|surrogates"):
        await session.command(bad)
    for call in (session.set_variable("A", f"a\n{bad}"), session.stream_file(f"\0{bad}", "")):
        with pytest.raises(ValueError, match=r"line of text|surrogates"):
            await call
    running = asyncio.ensure_future(session.command("X" * 2045))
    await caller.expect("X" * 2045)
    await running


@pytest.mark.parametrize("application", ["Dial PJSIP/1", "", 'A"', "系统", "a\nb"])
async def test_an_application_is_a_plain_name(desk: Desk, application: str) -> None:
    _, session = await desk.call()
    with pytest.raises(ValueError, match="application"):
        await session.execute(application)


async def test_an_unknown_application_is_an_error(desk: Desk) -> None:
    with pytest.raises(AgiFailed, match="no application Nothing"):
        await reply_to(desk, lambda s: s.execute("Nothing"), 'EXEC Nothing ""', "200 result=-2")


async def test_hangup_between_commands_is_noticed_and_not_taken_for_a_reply(desk: Desk) -> None:
    caller, session = await desk.call()
    caller.hang_up()
    async with asyncio.timeout(5):
        await session.gone.wait()
    with pytest.raises(ChannelGone):
        await session.answer()
    await session.hangup()
    assert await caller.command() == ""  # closed at once: the channel may have been redirected


async def test_hangup_right_behind_a_reply_is_not_held_back(desk: Desk) -> None:
    """Without confirming each line at once, every one of these takes 40 ms, whatever the machine's load."""
    fastest = 1.0
    for _ in range(20):
        caller, session = await desk.call()
        caller.hold_lines_back()
        running = asyncio.ensure_future(session.execute("Dial", "PJSIP/1"))
        await caller.expect('EXEC Dial "PJSIP/1"')
        await running
        caller.hang_up()
        started = time.monotonic()
        async with asyncio.timeout(5):
            await session.gone.wait()
        fastest = min(fastest, time.monotonic() - started)
    assert fastest < 0.02


async def test_hangup_during_a_command_waits_for_its_reply(desk: Desk) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.record_file("/m/1", "wav", "", -1, 0, False))
    await caller.command()
    caller.hang_up()
    async with asyncio.timeout(5):
        await session.gone.wait()
    caller.send("200 result=-1 (hangup) endpos=4000")
    assert (await running).note == "hangup"
    assert await caller.command() == ""


@pytest.mark.parametrize("end", ["HANGUP", "eof", "511", "long line", "endless usage", "endless value"])
async def test_every_way_for_a_channel_to_go(desk: Desk, end: str) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.stream_file("a", ""))
    waiting = asyncio.ensure_future(session.answer())
    await caller.command()
    match end:
        case "HANGUP":
            caller.send("200 result=-1 endpos=0\nHANGUP")
        case "eof":
            caller.close()
        case "511":
            caller.send("511 Command Not Permitted on a dead channel or intercept routine")
        case "long line":
            caller.send("2" * 70_000)
        case "endless usage":
            caller.send("520-Usage\n" + "\n" * 70_000)
        case "endless value":
            caller.send("200 result=1 (" + "a\n" * 40_000)
    for task in (running, waiting):
        with pytest.raises(ChannelGone):
            await asyncio.wait_for(task, 5)
    assert session.gone.is_set()


@pytest.mark.parametrize(
    "call", [lambda s: s.answer(), lambda s: s.stream_file("a", ""), lambda s: s.wait_for_digit(1)]
)
async def test_a_failure_while_the_caller_is_there_is_told_apart(
    desk: Desk, call: Callable[[AgiSession], Awaitable[object]]
) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(call(session))
    await caller.command()
    caller.send("200 result=-1")
    await caller.expect("NOOP")
    with pytest.raises(AgiFailed, match="failed: "):
        await running
    assert not session.gone.is_set()


async def test_a_failure_because_the_caller_left(desk: Desk) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.answer())
    await caller.expect("ANSWER", "200 result=-1")
    await caller.expect("NOOP", "HANGUP\n200 result=0")
    with pytest.raises(ChannelGone):
        await running


async def test_commands_go_one_at_a_time(desk: Desk) -> None:
    caller, session = await desk.call()
    tasks = [asyncio.ensure_future(session.get_variable(str(number))) for number in range(20)]
    for number in range(20):
        assert await caller.command() == f'GET VARIABLE "{number}"'
        with pytest.raises(TimeoutError):
            await caller.command(timeout_s=0.001)
        caller.send(f"200 result=1 ({number})")
    assert await asyncio.gather(*tasks) == [str(number) for number in range(20)]


async def test_the_reply_of_a_cancelled_command_is_swallowed(desk: Desk) -> None:
    caller, session = await desk.call()
    dialling = asyncio.ensure_future(session.execute("Dial", "PJSIP/1"))
    await caller.command()
    dialling.cancel()
    await asyncio.gather(dialling, return_exceptions=True)
    after = asyncio.ensure_future(session.get_variable("A"))
    with pytest.raises(TimeoutError):
        await caller.command(timeout_s=0.01)  # Asterisk would not see a command that came now
    caller.send("200 result=-1")
    await caller.expect('GET VARIABLE "A"', "200 result=1 (a)")
    assert await after == "a"


async def test_a_command_cancelled_while_it_waits_its_turn_is_never_sent(desk: Desk) -> None:
    caller, session = await desk.call()
    first = asyncio.ensure_future(session.command("FIRST"))
    second = asyncio.ensure_future(session.command("SECOND"))
    third = asyncio.ensure_future(session.command("THIRD"))
    assert await caller.command() == "FIRST"
    second.cancel()
    caller.send("200 result=1")
    await caller.expect("THIRD", "200 result=3")
    assert ((await first).result, (await third).result) == ("1", "3")


async def test_a_command_out_of_time(desk: Desk) -> None:
    caller, session = await desk.call()
    with pytest.raises(ActionTimedOut, match="SLOW"):
        await session.command("SLOW", timeout=0.01)
    assert await caller.command() == "SLOW"
    with pytest.raises(ActionTimedOut, match="NEXT"):
        await session.command("NEXT", timeout=0.01)
    caller.send("200 result=5")
    running = asyncio.ensure_future(session.command("LAST"))
    await caller.expect("LAST", "200 result=6")
    assert (await running).result == "6"


async def test_a_cancelled_prompt_stops_without_a_reply(desk: Desk) -> None:
    caller, session = await desk.call()
    playing = asyncio.ensure_future(session.stream_file("long", ""))
    await caller.command()
    playing.cancel()
    await caller.expect("NOOP", "200 result=0")  # Asterisk says nothing about the prompt
    dialling = asyncio.ensure_future(session.execute("Dial", "PJSIP/1"))
    await caller.expect('EXEC Dial "PJSIP/1"', "200 result=4")
    assert (await dialling).result == "4"


async def test_a_prompt_cancelled_just_as_it_ends(desk: Desk) -> None:
    caller, session = await desk.call()
    playing = asyncio.ensure_future(session.stream_file("long", ""))
    await caller.command()
    playing.cancel()
    await caller.expect("NOOP", "200 result=0 endpos=8000\n200 result=0")
    again = asyncio.ensure_future(session.stream_file("next", "1"))
    await caller.expect('STREAM FILE "next" "1"', "200 result=49 endpos=1")
    assert await again == "1"


async def test_a_prompt_is_told_again_if_it_does_not_stop(desk: Desk) -> None:
    caller, session = await desk.call()
    playing = asyncio.ensure_future(session.stream_file("long", ""))
    await caller.command()
    playing.cancel()
    assert await caller.command() == "NOOP"
    assert await caller.command() == "NOOP"
    caller.send("200 result=0\n200 result=0")
    running = asyncio.ensure_future(session.get_variable("A"))
    await caller.expect('GET VARIABLE "A"', "200 result=1 (a)")
    assert await running == "a"


@pytest.mark.parametrize("seed", range(8))
async def test_random_cancellation_never_shifts_a_reply(desk: Desk, seed: int) -> None:
    """Against a model of Asterisk's own loop: each question gets its own answer."""
    rng = random.Random(seed)
    model = asyncio.ensure_future(
        FakeAgiLoop.run(desk.server.port, think_s=rng.choice([0, 0.001]), play_s=0.01)
    )
    session = await desk.sessions.get()
    for number in range(60):
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: session.stream_file("a", "1"),
            lambda: session.wait_for_digit(10_000),
            lambda: session.get_variable("cancelled"),
            lambda: session.set_music(True),
        ]
        call = rng.choice(calls)
        task = asyncio.ensure_future(call())
        for _ in range(rng.randrange(12)):
            await asyncio.sleep(rng.choice([0, 0, 0.002]))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        async with asyncio.timeout(5):
            assert await session.get_variable(str(number)) == str(number)
    session.close()
    heard = (await model).heard
    assert sum(line.startswith("GET VARIABLE") and "cancelled" not in line for line in heard) == 60


async def test_a_cancelled_prompt_is_cut_short_in_asterisk(desk: Desk) -> None:
    model = asyncio.ensure_future(FakeAgiLoop.run(desk.server.port, play_s=60))
    session = await desk.sessions.get()
    playing = asyncio.ensure_future(session.stream_file("a", "1"))
    await asyncio.sleep(0.01)
    playing.cancel()
    async with asyncio.timeout(5):
        assert await session.get_variable("A") == "A"
    session.close()
    assert (await model).stopped == 1


async def test_close_ends_what_is_under_way(desk: Desk) -> None:
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.execute("Dial", "PJSIP/1"))
    await caller.command()
    session.close()
    with pytest.raises(ChannelGone):
        await running
    assert await caller.command() == ""
    with pytest.raises(ChannelGone):
        await session.answer()


async def test_replies_nobody_asked_for_do_no_harm(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caller, session = await desk.call()
    caller.send("200 result=1\nnonsense\n\n99 x\n2000 x")
    caller.send_bytes(b"\xff\xfe\r\n")
    await until(lambda: "\ufffd" in caplog.text)
    running = asyncio.ensure_future(session.get_variable("A"))
    await caller.command()
    caller.send("200 result=1 (a)")
    assert await running == "a"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"agi",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\xff" * 100_000,
        b"agi_network: yes\n" * 6000,
        b"\n\n\n\n",
    ],
)
async def test_strangers_on_the_port_are_dropped(desk: Desk, data: bytes) -> None:
    stranger = await desk.connect()
    stranger.send_bytes(data)
    if len(data) < 4:
        stranger.close()
    await until(lambda: desk.server.rejected == 1)
    assert await stranger.command() == ""
    caller, session = await desk.call()
    running = asyncio.ensure_future(session.answer())
    await caller.expect("ANSWER")
    await running


async def test_a_port_scan_costs_nothing(desk: Desk) -> None:
    for _ in range(200):
        (await desk.connect()).close()
    await until(lambda: desk.server.rejected == 200)
    await desk.call()


async def test_half_an_opening_is_dropped_after_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agi_module, "OPENING_TIMEOUT_S", 0.05)
    silent, half = await desk.connect(), await desk.connect()
    half.send_bytes(b"agi_network: yes\nagi_channel: PJSIP")
    assert [await silent.command(), await half.command()] == ["", ""]
    assert desk.server.rejected == 2


async def test_an_opening_in_single_bytes_is_understood(desk: Desk) -> None:
    caller = await desk.connect()
    for byte in "agi_network: yes\nagi_calleridname: 张三\n\n".encode():
        caller.send_bytes(bytes([byte]))
        await asyncio.sleep(0)
    session = await desk.sessions.get()
    assert session.env["agi_calleridname"] == "张三"


async def test_a_session_that_fails_is_closed_and_the_server_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sessions = []

    async def fail(session: AgiSession) -> None:
        sessions.append(session)
        if session.env["agi_network_script"] == "fail":
            raise KeyError("flow")

    server = AgiServer("127.0.0.1", 0, fail)
    await server.start()
    for script in ("fail", "good"):
        caller = await FakeCaller.call(server.port, script)
        assert await caller.command() == ""
        caller.close()
    assert caplog.text.count("KeyError: 'flow'") == 1
    assert [session.gone.is_set() for session in sessions] == [True, True]
    assert repr(server) == f"<AgiServer 127.0.0.1:{server.port} 0 open, 0 rejected>"
    await server.stop()


async def test_a_caller_who_leaves_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    server = AgiServer("127.0.0.1", 0, lambda session: session.answer())
    await server.start()
    caller = await FakeCaller.call(server.port)
    await caller.expect("ANSWER", "511 Command Not Permitted")
    assert await caller.command() == ""
    caller.close()
    await server.stop()
    assert caplog.text == ""


@pytest.mark.parametrize("rounds", range(8))
async def test_stop_at_any_moment_of_a_session(rounds: int, caplog: pytest.LogCaptureFixture) -> None:
    ended = []

    async def talk(session: AgiSession) -> None:
        try:
            await session.answer()
            await session.stream_file("a", "")
        finally:
            ended.append(session)

    server = AgiServer("127.0.0.1", 0, talk)
    await server.start()
    caller = await FakeCaller.call(server.port)
    caller.send("200 result=0")
    for _ in range(rounds):
        await asyncio.sleep(0)
    await server.stop()
    await server.stop()
    while await caller.command():
        pass
    caller.close()
    assert all(session.gone.is_set() for session in ended)
    assert "Traceback" not in caplog.text


async def test_a_caller_accepted_just_before_the_stop_is_closed(desk: Desk) -> None:
    stopped = AgiServer("127.0.0.1", 0, lambda session: session.answer())
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.server.port)
    await stopped._handle(reader, writer)
    assert writer.is_closing()
    assert stopped.rejected == 0


@pytest.mark.parametrize("rounds", range(10))
async def test_cancel_a_command_at_any_moment(desk: Desk, rounds: int) -> None:
    caller, session = await desk.call()
    blocker = asyncio.ensure_future(session.command("BLOCKER"))
    task = asyncio.ensure_future(session.get_variable("X"))
    serving = asyncio.ensure_future(_serve(caller))
    for _ in range(rounds):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):
        assert await session.get_variable("Y") == "Y"
        await blocker
    session.close()
    await serving


async def _serve(caller: FakeCaller) -> None:
    while line := await caller.command():
        caller.send(f"200 result=1 ({line.split()[-1].strip(chr(34))})")


async def test_reprs(desk: Desk) -> None:
    caller, session = await desk.call(channel="PJSIP/1")
    assert repr(session) == "<AGI PJSIP/1 here, 0 replies due>"
    caller.close()
    async with asyncio.timeout(5):
        await session.gone.wait()
    assert repr(session) == "<AGI PJSIP/1 gone, 0 replies due>"
