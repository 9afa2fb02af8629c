"""The AMI link: asking, listening, losing Asterisk and finding it again."""

from __future__ import annotations

import asyncio
import gc
import logging
import time

import pytest

from engine.adapters.asterisk import link as link_module
from engine.adapters.asterisk.errors import (
    ActionFailed,
    ActionTimedOut,
    DownReason,
    LinkLost,
    LoginRefused,
)
from engine.adapters.asterisk.link import AmiLink
from tests.adapters.asterisk.conftest import Recorder, make_link, until
from tests.support.fake_asterisk import FakeAsterisk, failure, listing, message, success

pytestmark = pytest.mark.asyncio


async def test_ask_returns_the_reply(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.answers["Getvar"] = lambda action: [
        message(Response="Success", ActionID="$ID", Variable=action["Variable"], Value="张三")
    ]
    reply = await link.ask("Getvar", Channel="PJSIP/1", Variable="NAME")
    assert reply["Value"] == "张三"
    assert asterisk.actions("Getvar")[0]["Channel"] == "PJSIP/1"


async def test_ask_repeats_a_header_for_a_list(asterisk: FakeAsterisk, link: AmiLink) -> None:
    await link.ask("Originate", Channel="PJSIP/1", Variable=["A=1", "B=2"])
    assert asterisk.actions("Originate")[0]["Variable"] == "A=1\nB=2"


async def test_a_refused_action_says_why(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.answers["Redirect"] = lambda action: [failure("Channel does not exist")]
    with pytest.raises(ActionFailed, match=r"Channel does not exist") as caught:
        await link.ask("Redirect", Channel="PJSIP/1")
    assert caught.value.message == "Channel does not exist"
    assert link.up


@pytest.mark.parametrize("text", ["Originate successfully queued", "Added interface to queue"])
async def test_queued_replies_are_plain_replies(asterisk: FakeAsterisk, link: AmiLink, text: str) -> None:
    asterisk.answers["Originate"] = lambda action: [success(text)]
    assert (await link.ask("Originate", Channel="PJSIP/1"))["Message"] == text
    assert link.up


async def test_a_list_is_returned_in_order(asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder) -> None:
    items = [{"Channel": f"PJSIP/{number}", "CallerIDName": "张"} for number in range(50)]
    asterisk.answers["CoreShowChannels"] = lambda action: listing(
        "CoreShowChannel", "CoreShowChannelsComplete", *items
    )
    asterisk.segment_bytes = 97
    listed = await link.ask_list("CoreShowChannels")
    assert [item["Channel"] for item in listed] == [item["Channel"] for item in items]
    assert recorder.events == []


async def test_an_empty_list_and_a_refused_one(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.answers["Status"] = lambda action: listing("Status", "StatusComplete")
    asterisk.answers["PJSIPShowContacts"] = lambda action: [failure("No Contacts found\n")]
    assert await link.ask_list("Status") == []
    with pytest.raises(ActionFailed, match=r"No Contacts found$"):
        await link.ask_list("PJSIPShowContacts")


async def test_command_returns_all_lines_of_output(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.answers["Command"] = lambda action: [
        message(
            Response="Success", ActionID="$ID", Message="Command output follows", Output=["a", "", "b: c"]
        )
    ]
    assert await link.command("core show channels") == "a\n\nb: c"
    asterisk.answers["Command"] = lambda action: [
        message(Response="Error", ActionID="$ID", Message="Command output follows", Output="No such command")
    ]
    with pytest.raises(ActionFailed, match="No such command"):
        await link.command("nonsense")


async def test_many_questions_at_once_get_their_own_replies(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.answers["Getvar"] = lambda action: [
        message(Response="Success", ActionID="$ID", Value=action["Variable"])
    ]
    replies = await asyncio.gather(*(link.ask("Getvar", Variable=str(number)) for number in range(200)))
    assert [reply["Value"] for reply in replies] == [str(number) for number in range(200)]


@pytest.mark.parametrize("bad", ["a\r\nAction: Hangup", "a\nb", "a\rb", "a\0b", "\ud800", "x" * 1100])
async def test_values_that_would_break_the_protocol_are_refused(
    asterisk: FakeAsterisk, link: AmiLink, bad: str
) -> None:
    with pytest.raises(ValueError, match=r"Exten|surrogates"):
        await link.ask("Originate", Exten=bad)
    with pytest.raises(ValueError, match=r"Variable|surrogates"):
        await link.ask("Originate", Variable=["A=1", bad])
    with pytest.raises(ValueError, match="more headers"):
        await link.ask("Originate", Variable=["A=1"] * 127)
    await link.ask("Ping")
    assert asterisk.actions("Originate") == []


async def test_longest_line_asterisk_reads_is_sent(asterisk: FakeAsterisk, link: AmiLink) -> None:
    value = "x" * (1022 - len("Exten: "))
    await link.ask("Originate", Exten=value)
    assert asterisk.actions("Originate")[0]["Exten"] == value


async def test_a_wrong_secret_in_two_lines_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="Secret"):
        AmiLink("127.0.0.1", 1, "a", "b\r\nEvents: off", on_event=print, on_up=print, on_down=print)


async def test_a_dropped_reply_times_out_and_leaves_nothing(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.drop_replies = 1
    with pytest.raises(ActionTimedOut, match="Hangup"):
        await link.ask("Hangup", timeout=0.05, Channel="PJSIP/1")
    assert link._connection is not None
    assert not link._connection.protocol.responses
    await link.ask("Hangup", Channel="PJSIP/2")


async def test_repeated_and_late_replies_do_no_harm(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    asterisk.repeat_replies = 2
    asterisk.answers["Getvar"] = lambda action: [
        message(Response="Success", ActionID="$ID", Value=action["Variable"])
    ]
    for number in range(20):
        assert (await link.ask("Getvar", Variable=str(number)))["Value"] == str(number)
    asterisk.repeat_replies = 0
    asterisk.reply_delay_s = 0.1
    with pytest.raises(ActionTimedOut):
        await link.ask("Getvar", timeout=0.02, Variable="late")
    asterisk.reply_delay_s = 0
    assert (await link.ask("Getvar", Variable="next"))["Value"] == "next"
    assert recorder.events == []


async def test_a_cancelled_question_is_withdrawn(asterisk: FakeAsterisk, link: AmiLink) -> None:
    asterisk.drop_replies = 1
    asking = asyncio.create_task(link.ask("Originate", Channel="PJSIP/1"))
    await asterisk.wait_received("Originate")
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert link._connection is not None
    assert not link._connection.protocol.responses
    assert (await link.ask("Ping"))["Response"] == "Success"


async def test_the_rest_of_a_cancelled_list_is_not_taken_for_events(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    asterisk.answers["Status"] = lambda action: listing("Status", "StatusComplete", {"Channel": "A"})[:2]
    asking = asyncio.create_task(link.ask_list("Status"))
    action = await asterisk.wait_received("Status")
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await asterisk.send(
        message(Event="Status", ActionID=action["ActionID"], Channel="B"),
        message(Event="StatusComplete", ActionID=action["ActionID"]),
        message(Event="Hangup", Channel="C"),
    )
    await until(lambda: bool(recorder.events))
    assert [event["Event"] for event in recorder.events] == ["Hangup"]
    assert link._connection is not None
    assert not link._connection._abandoned


async def test_the_event_that_answers_an_originate_is_reported(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    asterisk.answers["Originate"] = lambda action: [
        message(Event="OriginateResponse", ActionID="$ID", Response="Failure"),
        success("Originate successfully queued"),
        message(Event="OriginateResponse", ActionID="$ID", Response="Success"),
    ]
    reply = await link.ask("Originate", Channel="PJSIP/1", ActionID="my-own-id")
    await until(lambda: len(recorder.events) == 2)
    assert reply["Message"] == "Originate successfully queued"
    assert [event["ActionID"] for event in recorder.events] == ["my-own-id"] * 2


async def test_a_failing_listener_loses_no_event(
    asterisk: FakeAsterisk, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    fragile = make_link(asterisk, recorder)

    def fail_on_second(event: object) -> None:
        recorder.heard.append(event)  # type: ignore[arg-type]
        if len(recorder.events) == 2:
            raise KeyError("translate")

    fragile._on_event = fail_on_second
    await fragile.start()
    await fragile.wait_up(5)
    await asterisk.send(*(message(Event="VarSet", Value=str(number)) for number in range(5)))
    await until(lambda: len(recorder.events) == 5)
    await fragile.ask("Ping")
    assert [event["Value"] for event in recorder.events] == list("01234")
    assert recorder.downs == []
    assert "not handled" in caplog.text
    await fragile.stop()


async def test_messages_without_sense_are_passed_over(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    await asterisk.send_bytes(
        b"\r\n\r\n\r\n\r\ngarbage\r\n\r\nNoEvent: 1\r\n\r\n: \r\n\r\nEvent\r\n\r\n"
        b"Response: Success\r\nActionID: unknown\r\n\r\nResponse: Follows\r\n\r\n"
        b"Event: Last\r\nBytes: \xff\xfe\r\nEmpty: \r\n\r\n"
    )
    await until(lambda: bool(recorder.events))
    assert recorder.events == [{"Event": "Last", "Bytes": "\ufffd\ufffd", "Empty": ""}]
    await link.ask("Ping")


async def test_events_right_behind_the_login_find_the_link_up(
    asterisk: FakeAsterisk, recorder: Recorder
) -> None:
    asterisk.banner += message(Event="BeforeLogin").encode()
    asterisk.after_login = [message(Event="FullyBooted"), message(Event="Newchannel")]
    link = make_link(asterisk, recorder)
    await link.start()
    await until(lambda: len(recorder.events) == 2)
    assert recorder.heard[0] == "up"
    await link.stop()
    assert recorder.downs == []


async def test_a_lost_connection_fails_what_is_under_way_and_repeats_nothing(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    asterisk.drop_replies = 1
    listing_task = asyncio.create_task(link.ask_list("Status", timeout=60))
    await asterisk.wait_received("Status")
    asterisk.cut_on = "Originate"
    with pytest.raises(LinkLost) as caught:
        await link.ask("Originate", timeout=60, Channel="PJSIP/1")
    assert caught.value.reason is DownReason.CLOSED
    with pytest.raises(LinkLost):
        await listing_task
    with pytest.raises(LinkLost):
        await link.ask("Originate", Channel="PJSIP/1")
    await link.wait_up(5)
    await link.ask("Ping")
    assert len(asterisk.actions("Originate")) == 1
    assert len(asterisk.actions("Status")) == 1
    assert recorder.heard[:2] == ["up", ("down", "closed: the other side closed it")]
    assert recorder.ups == 2


@pytest.mark.parametrize("cut", [1, 40, 80, 140])
async def test_a_message_cut_by_the_end_of_the_connection_is_not_reported(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder, cut: int
) -> None:
    event = message(Event="Hangup", Channel="PJSIP/line-1", CallerIDName="张华山", Cause="16" * 40).encode()
    await asterisk.send_bytes(event + event[:cut])
    await until(lambda: bool(recorder.events))
    asterisk.cut()
    await until(lambda: recorder.ups == 2)
    await asterisk.send_bytes(event)
    await until(lambda: len(recorder.events) == 2)
    assert recorder.events[0] == recorder.events[1]


async def test_asterisk_is_seen_again_soon_after_its_port_opens(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "FIRST_RETRY_S", 60.0)  # as if it had been away for long
    await asterisk.stop()
    await link.stop()
    await link.start()
    await until(lambda: recorder.downs[-1:] == [f"not_listening: 127.0.0.1:{asterisk.port}"])
    await asterisk.start()
    opened = time.monotonic()
    await link.wait_up(5)
    assert time.monotonic() - opened < 1


async def test_retries_grow_apart_and_start_anew_after_a_login(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts = []

    def remember(reason: DownReason, attempt: int) -> float:
        attempts.append(attempt)
        return 0.001

    monkeypatch.setattr(link_module, "retry_delay_s", remember)
    asterisk.cut()
    await until(lambda: recorder.ups == 2)
    asterisk.cut()
    await until(lambda: recorder.ups == 3)
    assert attempts == [0, 0]
    await asterisk.stop()
    await until(lambda: len(attempts) > 5)
    assert attempts[2:6] == [0, 1, 2, 3]


async def test_how_long_to_wait_before_the_next_attempt() -> None:
    delay = link_module.retry_delay_s
    assert [delay(DownReason.CLOSED, attempt) for attempt in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]
    assert delay(DownReason.UNREACHABLE, 10**6) == 5
    assert delay(DownReason.NOT_LISTENING, 10**6) == 0.4
    assert delay(DownReason.LOGIN_REFUSED, 0) == 15


async def test_shutdown_is_reported_and_ends_the_link(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    await asterisk.send(message(Event="Shutdown", Shutdown="Cleanly", Restart="False"))
    await until(lambda: recorder.ups == 2)
    assert recorder.events[0]["Event"] == "Shutdown"
    assert recorder.downs == ["shutdown: Cleanly"]


async def test_a_frozen_asterisk_is_noticed(asterisk: FakeAsterisk, recorder: Recorder) -> None:
    link = make_link(asterisk, recorder, ping_every=0.05, ping_timeout=0.4)
    await link.start()
    await link.wait_up(5)
    await until(lambda: len(asterisk.actions("Ping")) >= 3)
    assert link.up
    asterisk.freeze()
    asking = asyncio.create_task(link.ask("Originate", Channel="PJSIP/1", timeout=60))
    await until(lambda: not link.up)
    with pytest.raises(LinkLost) as caught:
        await asking
    assert caught.value.reason is DownReason.FROZEN
    asterisk.thaw()
    await link.wait_up(5)
    await link.stop()


async def test_late_pings_under_a_storm_of_events_keep_the_link(
    asterisk: FakeAsterisk, recorder: Recorder
) -> None:
    link = make_link(asterisk, recorder, ping_every=0.02, ping_timeout=0.2)
    await link.start()
    await link.wait_up(5)
    asterisk.reply_delay_s = 30
    for number in range(60):
        await asterisk.send(message(Event="VarSet", Value=str(number)))
        await asyncio.sleep(0.01)
    assert recorder.downs == []
    assert asterisk.actions("Ping")
    await link.stop()


async def test_a_refused_login_is_typed_and_not_hammered(
    asterisk: FakeAsterisk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asterisk.secret = "another"
    link = make_link(asterisk, recorder)
    asterisk.secret = "changed"
    await link.start()
    with pytest.raises(LoginRefused, match="Authentication failed"):
        await link.wait_up(5)
    with pytest.raises(LoginRefused):
        await link.wait_up(5)
    with pytest.raises(LinkLost, match="login_refused"):
        await link.ask("Ping")
    assert recorder.heard == [("down", "login_refused: Authentication failed")]
    await link.stop()
    assert asterisk.connections == 1

    monkeypatch.setattr(link_module, "RETRY_REFUSED_S", 0.01)
    await link.start()
    await until(lambda: asterisk.connections >= 4)
    asterisk.secret = "another"
    await until(lambda: link.up)
    assert len(recorder.downs) == 1
    await link.stop()


@pytest.mark.parametrize(
    "banner", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\xff" * 9]
)
async def test_another_service_on_the_port_is_recognised(
    asterisk: FakeAsterisk, recorder: Recorder, banner: bytes
) -> None:
    asterisk.banner = banner
    link = make_link(asterisk, recorder)
    await link.start()
    await until(lambda: bool(recorder.downs))
    assert link.down_cause.reason is DownReason.NOT_ASTERISK
    asterisk.banner = b"Asterisk Call Manager/2.10.0\r\n"
    await link.wait_up(5)
    await link.stop()


async def test_a_server_that_never_answers_the_login_is_given_up(
    asterisk: FakeAsterisk, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_module, "LOGIN_TIMEOUT_S", 0.05)
    asterisk.freeze()
    link = make_link(asterisk, recorder)
    await link.start()
    await until(lambda: link.down_cause.reason is DownReason.NO_LOGIN_REPLY)
    with pytest.raises(LinkLost, match="no_login_reply"):
        await link.wait_up(0.01)
    asterisk.thaw()
    await link.wait_up(5)
    await link.stop()


@pytest.mark.parametrize("address", [("127.0.0.1", 70000), ("no such host", 5038), ("\0", 5038)])
async def test_an_impossible_address_is_reported(recorder: Recorder, address: tuple[str, int]) -> None:
    link = AmiLink(
        *address,
        "a",
        "b",
        on_event=recorder.heard.append,
        on_up=lambda: recorder.heard.append("up"),
        on_down=lambda reason: recorder.heard.append(("down", reason)),
    )
    await link.start()
    await until(lambda: bool(recorder.downs))
    assert link.down_cause.reason is DownReason.UNREACHABLE
    await link.stop()


async def test_a_message_without_end_is_bounded(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.adapters.asterisk.ami.MAX_MESSAGE_BYTES", 100_000)
    await asterisk.send_bytes(b"Event: " + b"x" * 200_000)
    await until(lambda: bool(recorder.downs))
    assert "over 100000 bytes" in recorder.downs[0]


async def test_callbacks_that_fail_do_not_stop_the_link(
    asterisk: FakeAsterisk, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    link = make_link(asterisk, recorder)

    def fail(*arguments: str) -> None:
        raise RuntimeError("callback")

    link._on_up = link._on_down = fail
    await link.start()
    await link.wait_up(5)
    asterisk.cut()
    await until(lambda: asterisk.logins == 2)
    await link.wait_up(5)
    assert caplog.text.count("RuntimeError: callback") == 3
    await link.stop()


async def test_stop_fails_what_is_under_way_and_calls_nothing(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder
) -> None:
    asterisk.drop_replies = 1
    asking = asyncio.create_task(link.ask("Originate", Channel="PJSIP/1", timeout=60))
    await asterisk.wait_received("Originate")
    await link.stop()
    with pytest.raises(LinkLost, match="stopped"):
        await asking
    assert recorder.heard == ["up"]
    assert not link.up


async def test_after_stop_the_socket_is_closed(link: AmiLink) -> None:
    assert link._connection is not None
    opened = link._connection.protocol.transport.get_extra_info("socket")
    assert opened.fileno() >= 0
    await link.stop()
    assert opened.fileno() == -1


async def test_the_library_does_not_ping_by_itself(link: AmiLink) -> None:
    """Its pings are never taken out of the list of unanswered actions when the reply is lost."""
    assert link._connection is not None
    assert link._connection.pinger.cancelled()


async def test_a_question_that_is_no_list_does_not_harm_the_link(
    asterisk: FakeAsterisk, link: AmiLink, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """The library raises KeyError on this reply when it is asked to find out whether it is a list."""
    asterisk.answers["PlayDTMF"] = lambda action: [success("DTMF successfully queued")]
    with pytest.raises(ActionTimedOut):
        await link.ask_list("PlayDTMF", timeout=0.05)
    await link.ask("PlayDTMF")
    assert recorder.downs == []
    assert "KeyError" in caplog.text


@pytest.mark.parametrize("rounds", range(12))
async def test_stop_at_any_moment_of_connecting(
    asterisk: FakeAsterisk, recorder: Recorder, rounds: int
) -> None:
    link = make_link(asterisk, recorder)
    await link.start()
    for _ in range(rounds):
        await asyncio.sleep(0)
    await link.stop()
    assert not link.up
    assert recorder.downs == []


async def test_wait_up_can_be_cancelled(recorder: Recorder, asterisk: FakeAsterisk) -> None:
    asterisk.freeze()
    link = make_link(asterisk, recorder)
    await link.start()
    waiting = asyncio.create_task(link.wait_up(60))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert not link._waiting_for_up
    await link.stop()


async def test_repr_says_the_state(asterisk: FakeAsterisk, link: AmiLink) -> None:
    assert repr(link) == f"<AmiLink 127.0.0.1:{asterisk.port} up>"
    await link.stop()
    assert repr(link) == f"<AmiLink 127.0.0.1:{asterisk.port} down: stopped>"


async def test_nothing_is_logged_as_lost(asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture) -> None:
    """A cut connection with many questions under way leaves no "exception was never retrieved" behind."""
    caplog.set_level(logging.ERROR, "asyncio")
    recorder = Recorder()
    link = make_link(asterisk, recorder)
    await link.start()
    await link.wait_up(5)
    asterisk.drop_replies = 100
    asking = [asyncio.create_task(link.ask("Getvar", Variable=str(number))) for number in range(50)]
    await asterisk.wait_received("Getvar", 50)
    assert link._connection is not None
    link._connection.end(LinkLost(DownReason.CLOSED))
    for task in asking[::2]:
        task.cancel()
    results = await asyncio.gather(*asking, return_exceptions=True)
    assert {type(result) for result in results} == {asyncio.CancelledError, LinkLost}
    await link.stop()
    del results, asking, task
    gc.collect()
    assert caplog.text == ""
