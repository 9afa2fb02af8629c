"""The link and the AGI sessions against a real Asterisk: what the fake assumes is what Asterisk does."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import wave
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio

from engine.adapters.asterisk.agi import AgiServer, AgiSession
from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.errors import ActionFailed, AgiFailed, ChannelGone, DownReason, LoginRefused
from engine.adapters.asterisk.headers import party_name
from engine.adapters.asterisk.link import AmiLink
from engine.adapters.asterisk.muting import RecordingMute, mute_recording
from engine.adapters.asterisk.ports import PortBlock, free_ports
from engine.adapters.asterisk.process import AsteriskProcess
from engine.adapters.asterisk.wav import is_closed
from engine.provision.asterisk import AsteriskInstall, ensure_asterisk
from tests.adapters.asterisk.conftest import Recorder, until

pytestmark = [pytest.mark.asyncio, pytest.mark.asterisk]

MODULES = (
    "res_speech res_agi res_timing_timerfd res_musiconhold format_wav codec_ulaw pbx_config app_dial "
    "app_senddtmf app_mixmonitor app_playtones app_exec bridge_simple func_callerid func_logic"
)
FILES = {
    "asterisk.conf": """
[directories]
astetcdir => {root}/etc
astmoddir => {modules}
astdatadir => {data}
astvarlibdir => {root}
astdbdir => {root}
astkeydir => {root}
astagidir => {root}
astspooldir => {root}
astrundir => {root}/run
astlogdir => {root}
""",
    "manager.conf": """
[general]
enabled = yes
port = {ami}
bindaddr = 127.0.0.1
channelvars = CALL
[fourseat]
secret = secret
read = all
write = all
""",
    "extensions.conf": """
[test]
exten => caller,1,Answer()
 same => n,Wait(600)
exten => engine,1,Answer()
 same => n,AGI(agi://127.0.0.1:{agi}/inbound?line=1,c-1)
 same => n,Hangup()
exten => tones,1,Answer()
 same => n,PlayTones(941+1336)
 same => n,Wait(600)
exten => recorded,1,Answer()
 same => n,MixMonitor(,r({root}/in.wav)t({root}/out.wav))
 same => n,AGI(agi://127.0.0.1:{agi}/inbound?line=1,c-1)
 same => n,ExecIf($["${{FS_MUTED}}" = "1"]?StopMixMonitor())
 same => n,ExecIf($["${{FS_MUTED}}" = "1"]?MixMonitor(,ar({root}/in.wav)t({root}/out.wav)))
 same => n,Wait(600)
""",
    "modules.conf": "[modules]\nautoload = no\n{loads}\n",
    "logger.conf": "[general]\n[logfiles]\nmessages => warning,error\n",
    "musiconhold.conf": "[default]\nmode = files\ndirectory = {data}/moh\n",
}


class RealAsterisk:
    """A small Asterisk of its own, with a dialplan that calls the engine."""

    def __init__(self, install: AsteriskInstall, root: Path, ports: PortBlock) -> None:
        self.ports = ports
        self.root = root
        loads = "\n".join(f"load = {name}.so" for name in MODULES.split())
        (root / "etc").mkdir()
        for name, text in FILES.items():
            (root / "etc" / name).write_text(
                text.format(
                    root=root,
                    modules=install.module_dir,
                    data=install.data_dir,
                    ami=ports.ami,
                    agi=ports.agi,
                    loads=loads,
                ),
                encoding="utf-8",
            )
        for name, seconds in (("short", 0.05), ("long", 30.0)):
            with wave.open(str(root / f"{name}.wav"), "wb") as sound:
                sound.setparams((1, 2, 8000, 0, "NONE", ""))
                sound.writeframes(b"\x10\x00" * int(8000 * seconds))
        self.process = AsteriskProcess(install, root / "etc", root / "run")

    def sound(self, name: str) -> str:
        """A prompt's path as AGI takes it."""
        return str(self.root / name)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealAsterisk]:
    """A running Asterisk."""
    with free_ports() as ports:
        install = ensure_asterisk(lambda what, share: None)
        asterisk = RealAsterisk(install, tmp_path_factory.mktemp("real"), ports)
        asterisk.process.start()
        yield asterisk
        asterisk.process.stop()


class Engine:
    """A link and an AGI server as the engine has them."""

    def __init__(self, real: RealAsterisk, recorder: Recorder) -> None:
        self.recorder = recorder
        self.sessions: asyncio.Queue[AgiSession] = asyncio.Queue()
        self.server = AgiServer("127.0.0.1", real.ports.agi, self._keep)
        self.link = AmiLink(
            "127.0.0.1",
            real.ports.ami,
            "fourseat",
            "secret",
            on_event=recorder.heard.append,
            on_up=lambda: recorder.heard.append("up"),
            on_down=lambda reason: recorder.heard.append(("down", reason)),
            ping_every=0.2,
            ping_timeout=0.5,
        )

    async def _keep(self, session: AgiSession) -> None:
        self.sessions.put_nowait(session)
        await session.gone.wait()

    async def call(self, **fields: str | list[str]) -> AgiSession:
        """Lets somebody call."""
        await self.link.ask(
            "Originate",
            timeout=5.0,
            **{
                "Channel": "Local/caller@test/n",
                "Context": "test",
                "Exten": "engine",
                "Priority": "1",
                "Async": "true",
                **fields,
            },
        )
        return await self.session()

    async def session(self) -> AgiSession:
        """The next session that Asterisk opens."""
        async with asyncio.timeout(5):
            return await self.sessions.get()


@pytest_asyncio.fixture
async def engine(real: RealAsterisk, recorder: Recorder) -> AsyncIterator[Engine]:
    """An engine that is connected; at the end nobody is on the phone."""
    started = Engine(real, recorder)
    await started.server.start()
    await started.link.start()
    await started.link.wait_up(30)
    yield started
    await started.link.command("channel request hangup all")
    await started.link.stop()
    await started.server.stop()


async def test_values_arrive_as_they_were_sent(engine: Engine) -> None:
    nasty = "say \"hi\" \\ ; | , 张 ${EXTEN} $[1+1] 'x' ?"
    session = await engine.call(CallerID='"张三" <13800138000>', Variable=["CALL=c-1", "A=b"])
    assert session.env["agi_network_script"] == "inbound"
    assert session.env["query"] == "line=1"
    assert session.env["agi_arg_1"] == "c-1"
    assert (session.env["agi_calleridname"], session.env["agi_callerid"]) == ("张三", "13800138000")
    await session.set_variable("NASTY", nasty)
    assert await session.get_variable("NASTY") == nasty
    await session.set_variable("CALLERID(name)", nasty)
    reply = await engine.link.ask("Getvar", Channel=session.env["agi_channel"], Variable="NASTY")
    assert reply["Value"] == nasty
    heard = engine.recorder
    await until(lambda: any(party_name(event, "CallerIDName") == nasty for event in heard.events))
    assert any(event.get("ChanVariable") == "CALL=c-1" for event in heard.events)


async def test_failures_are_told_apart(engine: Engine, real: RealAsterisk) -> None:
    session = await engine.call()
    with pytest.raises(AgiFailed, match="failed: STREAM FILE"):
        await session.stream_file(real.sound("missing"), "")
    with pytest.raises(AgiFailed, match="520 Invalid command syntax"):
        await session.command("STREAM FILE")
    with pytest.raises(AgiFailed, match="510"):
        await session.command("NONSENSE")
    with pytest.raises(AgiFailed, match="no application"):
        await session.execute("Nonsense")
    with pytest.raises(ActionFailed, match="No such command"):
        await engine.link.command("nonsense")
    with pytest.raises(ActionFailed, match=r"[Nn]o such channel"):
        await engine.link.ask("Hangup", Channel="PJSIP/nobody")
    assert await session.stream_file(real.sound("short"), "1") == ""


async def test_replies_that_say_queued_are_plain_replies(engine: Engine) -> None:
    session = await engine.call()
    reply = await engine.link.ask("PlayDTMF", Channel=session.env["agi_channel"], Digit="1")
    assert "successfully queued" in reply["Message"]
    channels = await engine.link.ask_list("CoreShowChannels")
    assert session.env["agi_channel"] in [channel["Channel"] for channel in channels]
    assert engine.recorder.downs == []


async def test_a_hang_up_is_seen_with_and_without_a_command_under_way(
    engine: Engine, real: RealAsterisk
) -> None:
    for begin in (None, lambda session: session.stream_file(real.sound("long"), "")):
        session = await engine.call()
        running = asyncio.ensure_future(begin(session)) if begin else None
        await session.get_variable("A") if running is None else await asyncio.sleep(0.05)
        await engine.link.ask("Hangup", Channel=session.env["agi_channel"])
        async with asyncio.timeout(5):
            await session.gone.wait()
        if running is not None:
            with pytest.raises(ChannelGone):
                await running


async def test_a_redirected_caller_enters_a_new_session_at_once(engine: Engine) -> None:
    session = await engine.call()
    dialling = asyncio.ensure_future(session.execute("Dial", "Local/caller@test/n", "20"))
    await until(lambda: sum(event["Event"] == "BridgeEnter" for event in engine.recorder.events) >= 2)
    await engine.link.ask(
        "Redirect", Channel=session.env["agi_channel"], Context="test", Exten="engine", Priority="1"
    )
    again = await engine.session()
    assert again.env["agi_uniqueid"] == session.env["agi_uniqueid"]
    await dialling
    assert session.gone.is_set()
    await again.set_music(True)
    await again.hangup()


async def test_random_cancellation_never_shifts_a_reply(engine: Engine, real: RealAsterisk) -> None:
    session = await engine.call()
    rng = random.Random(3)
    for number in range(60):
        calls: list[Callable[[], Awaitable[object]]] = [
            lambda: session.stream_file(real.sound("long"), "1"),
            lambda: session.stream_file(real.sound("short"), ""),
            lambda: session.wait_for_digit(30_000),
            lambda: session.set_music(True),
        ]
        call = rng.choice(calls)
        task = asyncio.ensure_future(call())
        await asyncio.sleep(rng.choice([0, 0.001, 0.02, 0.05, 0.055]))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await session.set_variable("NUMBER", str(number))
        async with asyncio.timeout(5):
            assert await session.get_variable("NUMBER") == str(number)


async def test_a_refused_login(engine: Engine, real: RealAsterisk, recorder: Recorder) -> None:
    link = AmiLink(
        "127.0.0.1",
        real.ports.ami,
        "fourseat",
        "wrong",
        on_event=recorder.heard.append,
        on_up=lambda: recorder.heard.append("up"),
        on_down=lambda reason: recorder.heard.append(("down", reason)),
    )
    await link.start()
    with pytest.raises(LoginRefused, match="Authentication failed"):
        await link.wait_up(5)
    await link.stop()


async def test_freeze_and_death_of_asterisk(engine: Engine, real: RealAsterisk) -> None:
    pid = real.process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    await until(lambda: not engine.link.up)
    assert engine.link.down_cause.reason is DownReason.FROZEN
    os.kill(pid, signal.SIGCONT)
    await engine.link.wait_up(10)
    session = await engine.call()
    os.kill(pid, signal.SIGKILL)
    await until(lambda: not engine.link.up and session.gone.is_set())
    await asyncio.to_thread(real.process.start)
    await engine.link.wait_up(5)
    assert await engine.link.ask_list("CoreShowChannels") == []


class Recorded:
    """A caller who makes the sound of a key all the time, and is recorded."""

    def __init__(self, engine: Engine, real: RealAsterisk, session: AgiSession) -> None:
        self._engine = engine
        self._channel = session.env["agi_channel"]
        self._path = real.root / "in.wav"
        self.mute = RecordingMute(self._channel, partial(mute_recording, Asking(engine.link)))

    @classmethod
    async def begins(cls, engine: Engine, real: RealAsterisk) -> tuple[Recorded, AgiSession]:
        for name in ("in.wav", "out.wav"):
            (real.root / name).unlink(missing_ok=True)
        session = await engine.call(Channel="Local/tones@test/n", Exten="recorded")
        return cls(engine, real, session), session

    async def grows(self, kilobytes: int) -> None:
        """Some more of the recording is on disk: 16 kB are a second."""
        before = self._size()
        await until(lambda: self._size() >= before + kilobytes * 1024, 20)

    def _size(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    async def heard(self) -> list[bool]:
        """The call ends: whether something or nothing can be heard, in the order of the recording."""
        await self._engine.link.ask("Hangup", Channel=self._channel)
        await until(lambda: any(event["Event"] == "Hangup" for event in self._engine.recorder.events))
        await self.settles()
        with wave.open(str(self._path)) as sound:
            samples = array("h", sound.readframes(sound.getnframes()))
        loud = [max(map(abs, samples[n : n + 800])) > 500 for n in range(0, len(samples) - 799, 800)]
        return [here for n, here in enumerate(loud) if n == 0 or loud[n - 1] != here]

    async def settles(self) -> None:
        """The file is complete."""
        await until(lambda: is_closed(self._path), 20)


async def test_secret_keys_are_not_in_the_recording_which_goes_on_afterwards(
    engine: Engine, real: RealAsterisk
) -> None:
    recorded, _ = await Recorded.begins(engine, real)
    await recorded.grows(8)
    await recorded.mute.on()
    await recorded.grows(16)
    recorded.mute.off()
    await recorded.grows(24)
    assert await recorded.heard() == [True, False, True]


async def test_the_recording_goes_on_when_the_engine_dies_while_it_is_deaf(
    engine: Engine, real: RealAsterisk
) -> None:
    recorded, session = await Recorded.begins(engine, real)
    await recorded.grows(8)
    await recorded.mute.on()
    await recorded.grows(16)
    session.close()
    await recorded.grows(24)
    assert await recorded.heard() == [True, False, True]
