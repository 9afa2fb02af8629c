"""What each command of the supervisor does: requests to the engine about the row with the cursor."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.states import AgentStatus, CallState, SpyMode
from engine.core.views import AgentView, CallView
from engine.wire.mirror import WatchParams
from engine.wire.phone import DialParams
from engine.wire.supervision import (
    AgentParams,
    ForceStatusParams,
    ListenParams,
    SupervisedCallParams,
)
from tui.floor_situation import RINGING, listen_reason
from tui.supervisor.alarm_list import AlarmList
from tui.supervisor.callers import move, move_up, pick_caller
from tui.supervisor.chat import announce, message_agent, read_inbox, write_to
from tui.supervisor.notices import customer_of, hands
from tui.supervisor.ticket_outages import show_outages
from tui.supervisor.ticket_screen import show_tickets
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.confirm import Confirm
from tui.words import pick, tr

if TYPE_CHECKING:
    from tui.supervisor.app import SupervisorApp


def _agent(app: "SupervisorApp") -> AgentView:
    agent = app.situation().agent
    assert agent is not None, "the command is disabled without an agent"
    return agent


def _call(app: "SupervisorApp") -> CallView:
    call = app.situation().call
    assert call is not None, "the command is disabled without a call"
    return call


# Talks


def _listening(mode: SpyMode) -> "Callable[[SupervisorApp], Awaitable[None]]":
    async def listen(app: "SupervisorApp") -> None:
        await listen_to(app, _agent(app), mode)

    return listen


async def listen_to(app: "SupervisorApp", agent: AgentView, mode: SpyMode) -> None:
    """Be in this agent's talk in this way."""
    new = app.spy is None or app.spy.agent != agent.staff_number
    params = ListenParams(staff_number=agent.staff_number, mode=mode)
    if await app.ask("monitor.listen", params) is not None and new:
        rings = app.desk is not None and app.desk.phone == "ring"
        app.say(tr("Your phone rings: pick it up") if rings else tr("Your phone is being called"), "good")


async def stop_listening(app: "SupervisorApp") -> None:
    """Leave the talk; it goes on."""
    await app.ask("monitor.stop")


async def take_over(app: "SupervisorApp") -> None:
    """Speak to the customer in the agent's place, after a question."""
    agent, call = _agent(app), app.situation().call
    customer = customer_of(call) if call is not None else tr("the customer")
    effects = [
        tr("{customer} speaks to you from then on, without a new call.", customer=customer),
        tr("{name} is out of the talk and goes to wrap-up.", name=agent.name),
    ]
    title = tr("Take over the talk of {name}?", name=agent.name)
    if await app.ask_over(Confirm(title, effects, tr("Yes, take over"))):
        await app.ask("monitor.take_over", AgentParams(staff_number=agent.staff_number))


async def release(app: "SupervisorApp") -> None:
    """End a call for everybody in it, after a question."""
    call = _call(app)
    agent = app.agent(call.staff_number) if call.staff_number else None
    effects = [tr("{customer} is cut off at once and hears the busy tone.", customer=customer_of(call))]
    if call.state is CallState.QUEUED:
        effects.append(tr("The caller loses the place in the queue."))
    if agent is not None:
        effects.append(tr("{name} goes to wrap-up.", name=agent.name))
    title = tr("End this call?")
    if await app.ask_over(Confirm(title, effects, tr("Yes, end the call"))):
        params = SupervisedCallParams(call_id=call.call_id)
        if await app.ask("calls.release", params) is not None:
            app.say(tr("The call of {customer} was ended", customer=customer_of(call)), "good")


# Agents


async def force_ready(app: "SupervisorApp") -> None:
    """Set the agent ready."""
    await _force(app, _agent(app), AgentStatus.READY, "", tr("{name} is ready now", name=_agent(app).name))


async def force_break(app: "SupervisorApp") -> None:
    """Set the agent on break with a reason."""
    agent = _agent(app)
    choices = [
        Choice((str(n),), reason.id, pick(reason.name, reason.name_en))
        for n, reason in enumerate(app.words.reasons[:9], 1)
    ]
    in_call = bool(agent.call_id)
    title = (
        tr("{name} on break after this call, because of", name=agent.name)
        if in_call
        else tr("{name} on break, because of", name=agent.name)
    )
    reason = await app.choose(Chooser(title, choices))
    if reason is not None:
        await _force(app, agent, AgentStatus.BREAK, reason, tr("{name} goes on break", name=agent.name))


async def force_log_out(app: "SupervisorApp") -> None:
    """Log the agent out, after a question."""
    agent = _agent(app)
    effects = [
        tr("{name} gets no more calls and has to log in again.", name=agent.name),
        tr("The console of {name} shows the log-in screen; the seat is free.", name=agent.name),
    ]
    title = tr("Log {name} out?", name=agent.name)
    if await app.ask_over(Confirm(title, effects, tr("Yes, log out"))):
        await _force(app, agent, AgentStatus.LOGGED_OUT, "", tr("{name} is logged out", name=agent.name))


async def _force(app: "SupervisorApp", agent: AgentView, status: AgentStatus, reason: str, done: str) -> None:
    params = ForceStatusParams(staff_number=agent.staff_number, status=status, reason=reason)
    if await app.ask("agents.force", params) is not None:
        app.say(done, "good")


async def dial(app: "SupervisorApp") -> None:
    """Call the agent's phone from the own one."""
    agent = _agent(app)
    if await app.ask("agent.dial", DialParams(number=agent.extension)) is not None:
        app.say(tr("Calling {name}; F8 hangs up", name=agent.name), "good")


async def see_screen(app: "SupervisorApp") -> None:
    """The agent's screen over the floor."""
    agent = _agent(app)
    if await app.ask("mirror.watch", WatchParams(staff_number=agent.staff_number)) is not None:
        app.show_screen_of(agent.staff_number)


# Hands


async def answer_hand(app: "SupervisorApp") -> None:
    """Help the one who asks longest, or the asking one under the cursor."""
    raised = hands(app.floor.agents) if app.floor else []
    under_cursor = app.situation().agent
    if not raised:
        return
    agent = under_cursor if under_cursor in raised else raised[0]
    choices = [
        Choice(("1", "w"), "whisper", tr("Whisper: only the agent hears you")),
        Choice(("2", "n"), "message", tr("A line of text")),
        Choice(("3", "b"), "join", tr("Join the talk: the customer hears you too")),
        Choice(("4", "v"), "screen", tr("See the screen first")),
    ]
    title = tr("{name} asks for help", name=agent.name)
    choice = await app.choose(Chooser(title, choices))
    if choice in ("whisper", "join"):
        mode = SpyMode.WHISPER if choice == "whisper" else SpyMode.BARGE
        await _help_by_phone(app, agent, mode)
    elif choice == "message":
        await write_to(app, agent.staff_number, agent.name)
    elif choice == "screen":
        if await app.ask("mirror.watch", WatchParams(staff_number=agent.staff_number)) is not None:
            app.show_screen_of(agent.staff_number)


async def _help_by_phone(app: "SupervisorApp", agent: AgentView, mode: SpyMode) -> None:
    """Whisper or join, or say why this is not possible."""
    now = replace(app.situation(), agent=app.agent(agent.staff_number) or agent)
    if reason := listen_reason(now):
        app.say(reason, "warn")
    else:
        await listen_to(app, agent, mode)


# Alarms


async def show_alarms(app: "SupervisorApp") -> None:
    """All alarms with their remedies; they count as known here when that is said."""
    alarms = app.alarms
    lines = app.floor.lines if app.floor else ()
    if await app.ask_over(AlarmList(alarms, app.paper(), lines)):
        app.known_alarms.acknowledge(alarms)


# The own phone


async def answer(app: "SupervisorApp") -> None:
    """F4: take the ringing call, or speak again to the one on hold."""
    ringing = app.situation().state in RINGING
    await app.ask("agent.answer" if ringing else "agent.retrieve")


async def hold(app: "SupervisorApp") -> None:
    """F5."""
    await app.ask("agent.hold")


async def hang_up(app: "SupervisorApp") -> None:
    """F8: out of the talk that one listens to, or end the own call."""
    now = app.situation()
    if now.spy is not None:
        await app.ask("monitor.stop")
    else:
        await app.ask("agent.reject" if now.state in RINGING else "agent.hang_up")


async def finish(app: "SupervisorApp") -> None:
    """F9: the wrap-up is over."""
    await app.ask("agent.finish_wrap_up")


# The screen


def _to_table(name: str) -> "Callable[[SupervisorApp], Awaitable[None]]":
    async def go(app: "SupervisorApp") -> None:
        if app.floor_screen is not None and app.mirror_screen is None:
            app.floor_screen.go_to(name)

    return go


async def start_filter(app: "SupervisorApp") -> None:
    """/"""
    if app.floor_screen is not None and app.mirror_screen is None:
        app.floor_screen.start_filter()


async def back(app: "SupervisorApp") -> None:
    """Esc: from an agent's screen or the filter to the floor; never ends a call."""
    if app.mirror_screen is not None:
        app.leave_screen()
        await app.ask("mirror.stop")
    elif app.floor_screen is not None and not app.floor_screen.end_filter() and app.spy is not None:
        app.say(tr("Esc never ends a call; s stops listening"))


PERFORMERS: "dict[str, Callable[[SupervisorApp], Awaitable[None]]]" = {
    "table.agents": _to_table("agents"),
    "table.queues": _to_table("queues"),
    "table.calls": _to_table("calls"),
    "table.filter": start_filter,
    "talk.listen": _listening(SpyMode.LISTEN),
    "talk.whisper": _listening(SpyMode.WHISPER),
    "talk.barge": _listening(SpyMode.BARGE),
    "talk.stop": stop_listening,
    "talk.take_over": take_over,
    "call.release": release,
    "hand.answer": answer_hand,
    "agent.screen": see_screen,
    "message.agent": message_agent,
    "message.inbox": read_inbox,
    "message.all": announce,
    "alarm.show": show_alarms,
    "ticket.show": show_tickets,
    "outage.show": show_outages,
    "agent.ready": force_ready,
    "agent.break": force_break,
    "agent.log_out": force_log_out,
    "agent.dial": dial,
    "call.pick": pick_caller,
    "call.up": move_up,
    "call.move": move,
    "call.answer": answer,
    "call.hold": hold,
    "call.hang_up": hang_up,
    "call.finish": finish,
    "panel.back": back,
}
