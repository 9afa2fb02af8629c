"""Phones at the real PBX."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine.adapters.exchange import Listen, Press, Say
from engine.adapters.phone import Phone, PhoneError, PhoneState
from engine.core.states import AgentState
from tests.support.centre import Whole

pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]

CALLER = "13900000021"
INTO_QUEUE = (Say("opening_0"), Press("2"))


async def test_a_wrong_secret_is_refused_and_the_right_phone_stays(centre: Whole) -> None:
    account = replace(centre.phones["seat1"].account, secret="wrong")
    stranger = Phone(centre.centre.stack, account)
    with pytest.raises(PhoneError, match="seat1 cannot register"):
        await stranger.register(timeout_s=5)
    await stranger.close()
    assert stranger.state is PhoneState.OFFLINE
    assert {seat.id for seat in (await centre.status()).seats if seat.reachable} >= {"seat1"}


async def test_a_phone_that_unregisters_takes_its_agent_out_of_the_queue(centre: Whole) -> None:
    desk, phone = await centre.desk("seat1"), centre.phones["seat1"]
    await phone.unregister()
    await desk.until(lambda view: view.agent.state is AgentState.UNREACHABLE)
    assert not desk.view.agent.phone_reachable
    await phone.register()
    await desk.until(lambda view: view.agent.state is AgentState.IDLE)


async def test_declining_sends_the_agent_on_break_and_the_caller_back(centre: Whole) -> None:
    desk, phone = await centre.desk("seat1"), centre.phones["seat1"]
    call = centre.call(CALLER, *INTO_QUEUE, Listen(30))
    await phone.wait_for(PhoneState.RINGING, 10)
    await phone.decline()
    await desk.until(lambda view: view.agent.reason == "phone_busy")
    assert [(view.cli, view.state) for view in (await centre.floor()).calls] == [(CALLER, "queued")]
    call.cancel()


async def test_there_is_nothing_to_answer_on_an_idle_phone(centre: Whole) -> None:
    with pytest.raises(PhoneError, match="has no call"):
        await centre.phones["seat1"].answer()
    with pytest.raises(PhoneError, match=r"is not talking after 0\.05 s"):
        await centre.phones["seat1"].wait_for(PhoneState.TALKING, 0.05)


async def test_sound_takes_no_port_that_an_asterisk_may_want(centre: Whole) -> None:
    desk = await centre.desk("seat2")
    before = _own_udp_ports()
    call = centre.call(CALLER, *INTO_QUEUE, Listen(30))
    await desk.until(lambda view: view.agent.state is AgentState.RINGING)
    await desk.ask("agent.answer")
    await desk.until(lambda view: view.agent.state is AgentState.TALKING)
    taken = _own_udp_ports() - before
    assert taken
    assert min(taken) >= 32_000 > centre.centre.ports.exchange_rtp[1]
    call.cancel()


def _own_udp_ports() -> set[int]:
    """As the kernel lists them."""
    links = (os.readlink(entry.path) for entry in os.scandir("/proc/self/fd") if os.path.lexists(entry.path))
    sockets = {link[8:-1] for link in links if link.startswith("socket:[")}
    rows = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return {int(row[1].partition(":")[2], 16) for row in rows if row[9] in sockets}
