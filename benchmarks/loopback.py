"""Callers without sound: Asterisk's side of their AGI sessions, and what its manager interface tells.

The engine is the real one; a caller listens for some seconds and presses a key, as the way says. Agents'
phones pick up at once. Everything goes over loopback.
"""

import asyncio
import itertools
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.support.fake_asterisk import FakeAsterisk, listing, message

LINE = "line1"
_RINGS_S = 0.05
_OPENED = re.compile(r'^(STREAM FILE|WAIT FOR DIGIT|EXEC Dial|GET VARIABLE) "?([^" ]*)')

# What is heard, and the key that a caller presses then; "" hears it out.
WAY = (
    ("main_menu", "5"),
    ("account_menu", "1"),
    ("account_next", "1"),
    ("account_menu", "2"),
    ("list_hint", "9"),
    ("account_next", "1"),
    ("account_menu", "4"),
    ("packages_menu", "1"),
    ("package_hint", "9"),
    ("account_next", "*"),
    ("main_menu", "2"),
    ("fault_line", ""),
)
PERSON = (("greeting", "0"),)


@dataclass(slots=True)
class Times:
    """What was measured, in ms."""

    steps: list[float] = field(default_factory=list)  # a key until the next thing to hear
    free: list[float] = field(default_factory=list)  # an agent's leg ends until the next call rings there
    walked: int = 0  # callers who came through
    astray: int = 0  # callers who did not

    def clear(self) -> None:
        """Begin to count anew."""
        self.steps.clear()
        self.free.clear()
        self.walked = self.astray = 0


class LoopbackSwitch:
    """An Asterisk without telephones, for the engine and for callers."""

    def __init__(self, secret: str, seats: tuple[str, ...]) -> None:
        self.asterisk = FakeAsterisk(secret=secret)
        endpoints = [{"ObjectName": name, "DeviceState": "Not in use"} for name in (*seats, LINE)]
        self.asterisk.answers["CoreShowChannels"] = lambda action: listing(
            "CoreShowChannel", "CoreShowChannelsComplete"
        )
        self.asterisk.answers["PJSIPShowEndpoints"] = lambda action: listing(
            "EndpointList", "EndpointListComplete", *endpoints
        )
        self.agi_port = 0
        self.times = Times()
        self.freed: dict[str, int] = {}  # when a seat's last leg ended
        self.numbers = itertools.count(1)
        self.run = f"{time.time_ns() // 1_000_000:x}"

    async def hangs_up(self, channel: str, unique_id: str, call_id: str) -> None:
        """A channel is gone."""
        await self.asterisk.send(
            message(
                Event="Hangup",
                Channel=channel,
                Uniqueid=unique_id,
                Cause="16",
                ChanVariable=f"FS_CALL={call_id}",
            )
        )


class LoopbackCaller:
    """One call: the steps of the way, then the caller hangs up; or a talk, which the agent's phone ends."""

    def __init__(
        self,
        switch: LoopbackSwitch,
        cli: str,
        way: tuple[tuple[str, str], ...],
        listens_s: Callable[[], float],
        talk_s: float = 1.0,
    ) -> None:
        self._switch = switch
        self._cli = cli
        self._way = iter(way)
        self._next: tuple[str, str] | None = next(self._way)
        self._listens_s = listens_s
        self._talk_s = talk_s
        self._call_id = f"{switch.run}.{next(switch.numbers)}"
        self._channel = f"PJSIP/{LINE}-{self._call_id}"
        self._pressed_at = 0
        self._reading: asyncio.Future[bytes] | None = None  # of the next command
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter

    async def go(self) -> None:
        """The whole call."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._switch.agi_port)
        try:
            self._open()
            while line := await self._line():
                if not await self._does(line):
                    break
            else:
                self._switch.times.astray += self._next is not None
            self._writer.write(b"HANGUP\n")
            await self._switch.hangs_up(self._channel, self._call_id, self._call_id)
        except ConnectionError:
            self._switch.times.astray += 1
        finally:
            if self._reading is not None:
                self._reading.cancel()
            self._writer.transport.abort()

    async def _line(self) -> str:
        reading, self._reading = self._reading or asyncio.ensure_future(self._reader.readline()), None
        return (await reading).decode().rstrip("\n")

    async def _listens(self, seconds: float) -> None:
        """Wait for a key; the next command ends that."""
        self._reading = asyncio.ensure_future(self._reader.readline())
        done, _ = await asyncio.wait({self._reading}, timeout=seconds)
        self._reply("1" if done else "0")

    def _open(self) -> None:
        variables = {
            "network": "yes",
            "network_script": "inbound",
            "request": "agi://127.0.0.1/inbound",
            "channel": self._channel,
            "uniqueid": self._call_id,
            "callerid": self._cli,
            "calleridname": "unknown",
            "arg_1": self._call_id,
            "arg_2": LINE,
            "arg_3": "96335",
        }
        self._writer.write("".join(f"agi_{k}: {v}\n" for k, v in variables.items()).encode() + b"\n")

    async def _does(self, line: str) -> bool:
        """Carry out one command; False when the caller has heard everything."""
        opened = _OPENED.match(line)
        what, argument = (opened[1], opened[2]) if opened else ("", "")
        if what == "STREAM FILE":
            return await self._hears(argument.rpartition("/")[2])
        if what == "EXEC Dial":
            await self._talks(line)
        elif what == "GET VARIABLE":
            self._reply("1 (ANSWER)" if argument == "DIALSTATUS" else "0")
            return self._next is not None  # the talk is over
        elif what == "WAIT FOR DIGIT":
            await self._listens(self._listens_s())
        else:
            self._reply("1")
        return not line.startswith("HANGUP")

    async def _hears(self, name: str) -> bool:
        if self._pressed_at:
            self._switch.times.steps.append((time.perf_counter_ns() - self._pressed_at) / 1e6)
            self._pressed_at = 0
        expected, key = self._next or ("", "")
        await asyncio.sleep(self._listens_s())
        if name != expected:
            self._reply("0")
            return True
        if not key:
            self._switch.times.walked += 1
            return False
        self._next = next(self._way, None)
        self._pressed_at = time.perf_counter_ns()
        self._reply(str(ord(key)))
        return True

    async def _talks(self, line: str) -> None:
        """The agent's phone rings, is picked up, and hung up after some time."""
        found = re.search(r"PJSIP/(seat\d+)", line)
        seat = found[1] if found else ""
        freed_at = self._switch.freed.pop(seat, 0)
        if freed_at:
            self._switch.times.free.append((time.perf_counter_ns() - freed_at) / 1e6)
        leg = {"DestChannel": f"PJSIP/{seat}-{self._call_id}", "DestUniqueid": f"{self._call_id}-{seat}"}
        variables = {"ChanVariable": f"FS_CALL={self._call_id}", **leg}
        await self._switch.asterisk.send(message(Event="DialBegin", **variables))
        await asyncio.sleep(_RINGS_S)
        await self._switch.asterisk.send(message(Event="DialEnd", DialStatus="ANSWER", **variables))
        await asyncio.sleep(self._talk_s)
        self._switch.freed[seat] = time.perf_counter_ns()
        await self._switch.hangs_up(leg["DestChannel"], leg["DestUniqueid"], self._call_id)
        self._next = None
        self._switch.times.walked += 1
        self._reply("0")

    def _reply(self, result: str) -> None:
        self._writer.write(f"200 result={result}\n".encode())


def listening(seed: int, shortest_s: float, longest_s: float) -> Callable[[], float]:
    """How long callers listen before they press a key, evenly between two times."""
    chance = random.Random(seed)
    return lambda: chance.uniform(shortest_s, longest_s)


def talk_lengths() -> Iterator[float]:
    """Talks of one to three seconds, spread evenly."""
    return (1 + 2 * (number * 0.618034 % 1.0) for number in itertools.count())
