"""The rival: Asterisk's own queue application on the same Asterisk, as quick as it can be set."""

import asyncio

from benchmarks.site import Site

NUMBER = "7001"

_QUEUES_CONF = """
[general]
persistentmembers = no
autofill = yes

[bench]
strategy = leastrecent
retry = 1
timeout = 20
wrapuptime = 0
autofill = yes
ringinuse = no
joinempty = yes
musicclass = default
member => PJSIP/{seat}
"""


class AppQueue:
    """One queue, `bench`, with one member, whose callers are recorded as those of Fourseat are."""

    def __init__(self, site: Site, seat: str) -> None:
        self._site = site
        self._seat = seat

    async def load(self) -> None:
        """Make the queue, its number and its member; the member is paused."""
        etc = self._site.paths.asterisk / "etc"
        (etc / "queues.conf").write_text(_QUEUES_CONF.format(seat=self._seat), encoding="utf-8")
        (etc / "queuerules.conf").touch()
        recordings = self._site.folder / "app_queue"
        recordings.mkdir()
        recording = f"{recordings}/${{UNIQUEID}}"
        steps = (
            "Answer()",
            f"MixMonitor(,r({recording}-in.wav)t({recording}-out.wav))",
            "Queue(bench,,,,900)",
            "Hangup()",
        )
        for priority, step in enumerate(steps, 1):
            await self._cli(f"dialplan add extension {NUMBER},{priority},{step} into from-line")
        await self._cli("module load app_queue.so")
        await self.stop()

    async def go(self) -> None:
        """The member takes calls."""
        await self._cli(f"queue unpause member PJSIP/{self._seat} queue bench")

    async def stop(self) -> None:
        """The member takes no more calls."""
        await self._cli(f"queue pause member PJSIP/{self._seat} queue bench")

    async def waiting(self) -> int:
        """Callers in the queue."""
        shown = await self._cli("queue show bench")
        return int(shown.partition(" has ")[2].split()[0])

    async def _cli(self, command: str) -> str:
        return await asyncio.to_thread(self._site.pbx.cli, command)
