"""People of a station are no agents: they take no seat, and hear nothing of the floor."""

import pytest

from engine.wire.chat import MESSAGE_POSTED, AnnounceParams
from engine.wire.messages import Reason
from engine.wire.methods import LogInParams
from tests.daemon.ticket_site import EAST, refused
from tests.support.site import PIN, FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def test_a_station_takes_no_seat(office: FakeSite) -> None:
    client = await office.client()
    with_seat = LogInParams(staff_number=EAST, pin=PIN, seat="seat1")
    assert await refused(client, "session.log_in", with_seat) == (Reason.NOT_ALLOWED, "seat")
    assert EAST not in office.service.engine.floor.state.agents
    await client.call("session.log_in", LogInParams(staff_number=EAST, pin=PIN))


async def test_a_station_gets_no_announcements_of_the_floor(office: FakeSite) -> None:
    agents: list[str] = []
    stations: list[str] = []
    await office.console(on_notice=lambda name, params: agents.append(name))
    station = await office.console(EAST, "", on_notice=lambda name, params: stations.append(name))
    supervisor = await office.console("8801", "")
    await supervisor.call("chat.announce", AnnounceParams(text="三点开会"))
    await until(lambda: MESSAGE_POSTED in agents)
    await station.call("tickets.watch")  # an answer: what was sent before it has come
    assert stations == []
