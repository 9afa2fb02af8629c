"""The AMI byte stream may be cut anywhere, inside a character too: the same events come out."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.asterisk.ami import AmiConnection, AmiProtocol
from engine.adapters.asterisk.errors import LinkLost
from engine.adapters.asterisk.link import AmiLink
from tests.adapters.asterisk.conftest import Recorder, until
from tests.support.fake_asterisk import BANNER, FakeAsterisk, message

# What a header's value can hold: anything but a line break.
VALUES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=30)
NAMES = st.text(st.sampled_from("ABCDEFabcdef-"), min_size=1, max_size=8).map("X-".__add__)
EVENTS = st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=6)


class Wire(asyncio.Transport):
    """A transport to nowhere."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def abort(self) -> None:
        pass


async def _receive(pieces: list[bytes]) -> tuple[list[dict[str, str]], list[LinkLost]]:
    heard: list[dict[str, str]] = []
    causes: list[LinkLost] = []
    connection = AmiConnection("127.0.0.1", 1, "a", "b", heard.append, lambda: None, causes.append)
    protocol = AmiProtocol(connection)
    protocol.connection_made(Wire())
    connection.accepted = True
    for piece in pieces:
        protocol.data_received(piece)
    return heard, causes


@settings(max_examples=300, deadline=None)
@given(st.data(), EVENTS)
def test_cuts_do_not_matter(data: st.DataObject, events: list[dict[str, str]]) -> None:
    expected = [{"Event": f"Number{index}", **event} for index, event in enumerate(events)]
    stream = BANNER + "".join(message(**event) for event in expected).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=40)))
    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert asyncio.run(_receive(pieces)) == (expected, [])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=10))
def test_no_bytes_raise_or_end_the_link(pieces: list[bytes]) -> None:
    last = message(Event="Last", Name="张").encode()
    heard, causes = asyncio.run(_receive([BANNER, *pieces, b"\r\n\r\n", last]))
    assert heard[-1] == {"Event": "Last", "Name": "张"}
    assert causes == []


@settings(max_examples=100, deadline=None)
@given(st.binary(min_size=1, max_size=50).filter(lambda data: not BANNER.startswith(data[: len(BANNER)])))
def test_another_banner_ends_the_link_once(data: bytes) -> None:
    if data.startswith(BANNER.partition(b"/")[0] + b"/"):
        return
    heard, causes = asyncio.run(_receive([data[:1], data[1:], data]))
    assert heard == []
    assert len(causes) == 1


@pytest.mark.asyncio
async def test_every_cut_of_an_event_over_a_socket(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    event = {"Event": "Newchannel", "CallerIDName": "张华山", "Exten": "96123"}
    data = message(**event).encode()
    for cut in range(len(data)):
        await asterisk.send_bytes(data[:cut])
        for _ in range(3):
            await asyncio.sleep(0)
        await asterisk.send_bytes(data[cut:])
    await until(lambda: len(recorder.events) == len(data))
    assert all(heard == event for heard in recorder.events)
