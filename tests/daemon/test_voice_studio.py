"""Which sound somebody means who keys in a number at the telephone; the real Asterisk is in tests/real."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from engine.daemon.prompts import catalogue_of
from tests.support.fake_asterisk import FakeCaller
from tests.support.site import FakeSite


class Visitor:
    """A phone in the studio whose keys are pressed when it is silent, and what it was played."""

    def __init__(self, caller: FakeCaller) -> None:
        self._caller = caller
        self.heard: list[str] = []

    async def presses(self, keys: str) -> None:
        """Answer Asterisk's commands until all keys are taken and the next are awaited."""
        left = list(keys)
        while True:
            command = await self._caller.command(20)
            if command.startswith("STREAM FILE"):
                self.heard.append(command.split('"')[1].rpartition("/")[2])
            elif command.startswith("WAIT FOR DIGIT"):
                if not left:
                    return
                self._caller.send(f"200 result={ord(left.pop(0))}")
                continue
            elif command.startswith("RECORD FILE") or not command:
                return
            self._caller.send("200 result=0 endpos=0")

    async def goes_on(self, keys: str) -> None:
        """Press keys where the last ones left off."""
        self._caller.send(f"200 result={ord(keys[0])}")
        await self.presses(keys[1:])


@asynccontextmanager
async def visit(site: FakeSite) -> AsyncIterator[Visitor]:
    port = site.service.config.asterisk.agi_port
    caller = await FakeCaller.call(port, "studio", channel="PJSIP/seat1-00000001")
    try:
        yield Visitor(caller)
    finally:
        caller.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("keys", "heard"),
    [
        ("{plain}#", "greeting"),
        ("0{plain}#", "studio_record"),  # there is no file in English here
        ("{plain}*1#", "studio_unknown"),
        ("9998#", "studio_unknown"),
        ("{parts}#", "studio_parts"),
        ("{parts}*2#", "balance_owing-2"),
        ("{parts}*9#", "studio_unknown"),
        ("{one}#", "balance_paid-1"),
        ("{none}#", "studio_unknown"),
    ],
)
async def test_a_number_means_a_prompt_or_a_part_of_it(site: FakeSite, keys: str, heard: str) -> None:
    catalogue = catalogue_of(site.service.paths)
    names = {"plain": "greeting", "parts": "balance_owing", "one": "balance_paid", "none": "bill"}
    numbers = {word: catalogue[name].number for word, name in names.items()}
    async with visit(site) as visitor:
        await visitor.presses("8801#2468#")
        visitor.heard.clear()
        await visitor.goes_on(keys.format(**numbers))
    assert heard in visitor.heard


@pytest.mark.asyncio
async def test_the_third_wrong_pin_ends_it(site: FakeSite) -> None:
    async with visit(site) as visitor:
        await visitor.presses("8801#1#8801#1#8801#1#")
    assert visitor.heard.count("studio_wrong") == 3
    assert visitor.heard[-1] == "studio_wrong"
