"""Messages between console users, through real sockets: both ways, to all, kept for who is away."""

from typing import Any

import pytest

from db.audit import list_audit
from engine.core.records import Message
from engine.wire.chat import AnnounceParams, ChatParams, ReadParams, RecentParams
from engine.wire.methods import StaffParams
from engine.wire.phone import SwitchParams
from tests.daemon.test_session import refused
from tests.support.site import FakeSite
from tests.support.until import until
from tui.client import EngineClient

pytestmark = pytest.mark.asyncio


class Desk:
    """A console and the messages that came to it."""

    def __init__(self) -> None:
        self.client: EngineClient
        self.got: list[Message] = []

    def take(self, name: str, params: Any) -> None:
        if name == "message.posted":
            self.got.append(params.message)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.got]

    async def send(self, to: str, text: str) -> Message:
        sent: Message = await self.client.call("chat.send", ChatParams(to=to, text=text))
        return sent

    async def recent(self, limit: int = 50) -> list[Message]:
        messages: list[Message] = (await self.client.call("chat.recent", RecentParams(limit=limit))).messages
        return messages


async def desk(site: FakeSite, staff_number: str, seat: str = "") -> Desk:
    desk = Desk()
    desk.client = await site.console(staff_number, seat, on_notice=desk.take)
    return desk


async def test_two_people_write_to_each_other(site: FakeSite) -> None:
    agent, boss = await desk(site, "8001", "seat1"), await desk(site, "8801")
    sent = await agent.send("8801", "客户很生气,能帮忙吗?")
    assert (sent.sender_name, sent.to_name, sent.read) == ("李秀英", "王班长", False)
    await until(lambda: boss.texts == ["客户很生气,能帮忙吗?"])
    assert boss.got[0].sender == "8001"
    await boss.send("8001", "马上来")
    await until(lambda: agent.texts == ["马上来"])
    assert [message.text for message in await agent.recent()] == ["客户很生气,能帮忙吗?", "马上来"]
    await boss.client.call("chat.read", ReadParams(id=sent.id))
    assert [message.read for message in await agent.recent()] == [True, False]
    assert [message.text for message in await agent.recent(limit=1)] == ["马上来"]


async def test_nobody_else_sees_it(site: FakeSite) -> None:
    agent, other, boss = (
        await desk(site, "8001", "seat1"),
        await desk(site, "8002", "seat2"),
        await desk(site, "8801"),
    )
    await agent.send("8801", "for you alone")
    await boss.client.call("chat.announce", AnnounceParams(text="for all"))
    await until(lambda: other.texts == ["for all"])
    await until(lambda: agent.texts == ["for all"])
    assert boss.texts == ["for you alone"], "one's own announcement is no news"
    assert [message.text for message in await other.recent()] == ["for all"]


async def test_an_announcement_takes_a_supervisor_and_is_audited(site: FakeSite) -> None:
    agent, boss = await desk(site, "8001", "seat1"), await desk(site, "8801")
    fault = await refused(agent.client.call("chat.announce", AnnounceParams(text="hear me")))
    assert fault.reason == "not_allowed"
    await boss.client.call("chat.announce", AnnounceParams(text="五点开会"))
    await site.settle()
    row = site.service.store.read(list_audit).result()[0]
    assert (row.who, row.what, row.detail) == ("8801", "chat.announce", "五点开会")


async def test_who_is_away_gets_it_at_the_next_log_in_and_again_until_it_is_read(site: FakeSite) -> None:
    boss = await desk(site, "8801")
    await boss.client.call("chat.announce", AnnounceParams(text="one"))
    last = await boss.send("8001", "two")
    agent = await desk(site, "8001", "seat1")
    await until(lambda: agent.texts == ["one", "two"])
    await agent.client.close()
    agent = await desk(site, "8001", "seat1")
    await until(lambda: agent.texts == ["one", "two"])
    await agent.client.call("chat.read", ReadParams(id=last.id))
    await agent.client.call("chat.read", ReadParams(id=last.id))
    await agent.client.close()
    agent = await desk(site, "8001", "seat1")
    assert all(message.read for message in await agent.recent())
    assert agent.got == []


async def test_messages_outlive_the_engine(site: FakeSite) -> None:
    boss = await desk(site, "8801")
    await boss.send("8001", "before the restart")
    await site.restart()
    agent = await desk(site, "8001", "seat1")
    await until(lambda: agent.texts == ["before the restart"])


async def test_who_has_logged_out_is_away(site: FakeSite) -> None:
    boss, agent = await desk(site, "8801"), await desk(site, "8001", "seat1")
    await agent.client.call("session.log_out")
    await boss.send("8001", "where are you?")
    await agent.client.call(
        "agent.day"
    )  # root on this machine is somebody without a log-in: answered in order
    assert agent.got == []


@pytest.mark.parametrize(
    ("to", "text", "reason"),
    [
        ("8801", "", "invalid"),
        ("8801", " \u3000\n\t", "invalid"),
        ("8801", "x" * 501, "too_long"),
        ("8801", "\x1b[2Jgone", "invalid"),
        ("8801", "ab\u202ecd", "invalid"),
        ("8801", "a" + "\u0301" * 6, "invalid"),
        ("8001", "to myself", "invalid"),
        ("", "to nobody", "invalid"),
        ("9999", "to a stranger", "not_found"),
        ("'; DROP TABLE messages; --", "x", "not_found"),
    ],
)
async def test_rubbish_is_refused(site: FakeSite, to: str, text: str, reason: str) -> None:
    agent, boss = await desk(site, "8001", "seat1"), await desk(site, "8801")
    assert (await refused(agent.send(to, text))).reason == reason
    await agent.send("8801", " two\r\nlines " + "字" * 480)
    await until(lambda: boss.texts == ["two  lines " + "字" * 480])
    assert len(await agent.recent()) == 1


async def test_everybody_who_can_be_written_to_is_listed(site: FakeSite) -> None:
    admin, agent = await desk(site, "8901"), await desk(site, "8001", "seat1")
    await admin.client.call("users.disable", StaffParams(staff_number="8002"))
    people = (await agent.client.call("chat.people")).people
    assert [(one.staff_number, one.role, one.present) for one in people] == [
        ("8801", "supervisor", False),
        ("8901", "admin", True),
    ]
    await admin.client.close()
    await until(lambda: len(site.service.server.connections) == 1)
    people = (await agent.client.call("chat.people")).people
    assert not any(one.present for one in people)


async def test_who_may_not_log_in_gets_nothing(site: FakeSite) -> None:
    admin, agent = await desk(site, "8901"), await desk(site, "8001", "seat1")
    await admin.client.call("users.disable", StaffParams(staff_number="8002"))
    assert (await refused(agent.send("8002", "hello"))).reason == "not_found"


async def test_a_flood_is_stopped(site: FakeSite) -> None:
    agent, boss = await desk(site, "8001", "seat1"), await desk(site, "8801")
    for number in range(10):
        await agent.send("8801", f"message {number}")
    assert (await refused(agent.send("8801", "one more"))).reason == "busy"
    await boss.send("8001", "slowly")
    await until(lambda: len(boss.got) == 10)
    assert boss.texts == [f"message {number}" for number in range(10)], "in order, and none replaced"


async def test_a_supervisors_answer_lowers_the_hand(site: FakeSite) -> None:
    agent, other, boss = (
        await desk(site, "8001", "seat1"),
        await desk(site, "8002", "seat2"),
        await desk(site, "8801"),
    )
    await agent.client.call("agent.help", SwitchParams(on=True))
    state = site.service.engine.floor.state.agents["8001"]
    await other.send("8001", "what is it?")
    assert state.hand_since
    await boss.send("8001", "try the other form")
    assert not state.hand_since
