"""What consoles see."""

from engine.core.effects import ViewsChanged
from engine.core.records import CallNote
from engine.core.states import AgentState, AgentStatus, CallState
from engine.core.views import FloorView, LineView
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import clock


def change(floor: FloorScript) -> FloorView:
    """What a supervisor is sent after the last step."""
    (changed,) = floor.ordered(ViewsChanged)
    return floor.floor.change(changed.agents, changed.calls, changed.queues, changed.switch)


def test_the_floor_in_one_line() -> None:
    floor = given(agents=["8001", "8002", "8003"]).ready("8001", "8002").call_waits("c1").picks_up("8001")
    floor.call_waits("c2").call_waits("c3").shows(
        "3 agents: 1 break 1 reserved 1 talking | 1 waiting | 3 calls"
    )
    assert repr(floor.agent("8001")) == "<Agent 8001 ready talking c1>"
    assert repr(floor.call_now("c1")) == "<Call c1 talking general 8001>"
    assert repr(floor.call_now("c3")) == "<Call c3 queued general ->"


def test_an_ended_call_is_gone_although_its_wrap_up_goes_on() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").hangs_up()
    assert change(floor).gone_calls == ("c1",)
    assert floor.floor.view().calls == ()
    desk = floor.floor.desk("8001", floor.now)
    assert desk is not None
    assert desk.call is not None
    assert (desk.call.call_id, desk.wrap_up_until) == ("c1", floor.now + 30_000)
    floor.shows("1 agents: 1 wrap_up | 0 waiting | 0 calls")


def test_lines_are_busy_while_their_calls_are_up() -> None:
    floor = given().call_arrives("c1", line="line2")
    busy = (
        LineView(line_id="line1", name="外线1", channels=1, busy=0),
        LineView(line_id="line2", name="外线2", channels=1, busy=1),
    )
    assert floor.floor.view().lines == change(floor).lines == busy
    assert change(floor.hangs_up()).lines[1].busy == 0


def test_who_moves_up_in_the_queue_is_part_of_the_change() -> None:
    floor = given(agents=["8001"]).call_waits("c1").call_waits("c2").call_waits("c3").hangs_up("c1")
    assert [(call.call_id, call.position) for call in change(floor).calls] == [("c2", 1), ("c3", 2)]


def test_a_step_without_consequences_changes_no_view() -> None:
    floor = given(agents=["8001"]).call_waits("c1").announced("c1")
    assert floor.ordered(ViewsChanged) == []


def test_an_empty_change_shows_nothing() -> None:
    assert given(agents=["8001"]).floor.change((), (), (), False) == FloorView(
        whole=False, spies=(), to_call=0, engine_started_at=clock("08:59:00")
    )


def test_the_desk_of_an_idle_agent() -> None:
    floor = given(agents=["8001", "8002"], auto=["seat2"]).ready("8001").after("5s").call_waits("c1")
    floor.call_waits("c2").after("1s").call_waits("c3", key="2")
    ringing, resting = floor.floor.desk("8001", floor.now), floor.floor.desk("8002", floor.now)
    assert ringing is not None
    assert resting is not None
    assert (ringing.phone, resting.phone) == ("ring", "auto")
    assert ringing.present_until == clock("08:59:20")
    assert (resting.call, resting.card, resting.draft) == (None, None, CallNote())
    assert (resting.waiting, resting.longest_wait_since) == (2, clock("08:59:05"))
    assert (resting.agent.state, resting.agent.status) == (AgentState.IDLE, AgentStatus.BREAK)
    assert floor.floor.desk("8003", floor.now) is None


def test_the_customer_is_named_where_the_look_up_knows_one() -> None:
    floor = given(agents=["8001"]).call_waits("c1").is_found(7)
    (call,) = floor.floor.view().calls
    assert (call.customer_name, call.state, call.position) == ("客户7", CallState.QUEUED, 1)
    assert change(floor).calls[0].customer_name == "客户7"


def test_a_second_word_that_the_switch_is_up_changes_nothing() -> None:
    floor = given(agents=["8001"]).after("5s").switch_is_up()
    assert floor.ordered(ViewsChanged) == []
    switch = floor.floor.view().switch
    assert switch is not None
    assert switch.since == clock("08:59:00")


def test_every_desk_hears_that_the_switch_went_down() -> None:
    floor = given(agents=["8001", "8002"]).switch_is_down("frozen")
    assert floor.ordered(ViewsChanged)[0].agents == {"8001", "8002"}
    assert change(floor).switch is not None


def test_what_the_handlers_of_the_socket_ask() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1", key="2").picks_up("8001")
    assert (floor.floor.owner_of("c1"), floor.floor.owner_of("c9")) == ("8001", "")
    assert (floor.floor.cli_of("c1"), floor.floor.cli_of("c9")) == ("13893812345", None)
    assert floor.floor.day("8001", floor.now).answered == 1
    assert floor.floor.day("8009", floor.now).logged_in_ms == 0
