"""What the commands of phone work do: lists to choose from, and orders to the engine."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, cast

from engine.core.states import AgentState
from engine.wire.phone import SwitchParams
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp
    from tui.agent.dial import DialPanel
    from tui.agent.panel import Panel
    from tui.agent.tasks import TasksPanel
    from tui.agent.transfer import TransferPanel

WITH_THIRD = (AgentState.CONSULTING, AgentState.CONFERENCE)


async def dial(app: "AgentApp") -> None:
    """F3: the list of numbers; from the own calls with the chosen one in front."""
    from tui.agent.dial import DialPanel  # the lists are made when they are wanted

    desk = app.desk_there
    number = desk.day.chosen_number if desk.day.table.has_focus else ""
    customer = app.shown_customer
    panel = cast("DialPanel", await desk.made("dial", DialPanel))
    app.open_panel("dial")
    panel.start_with(customer, number)


async def transfer(app: "AgentApp") -> None:
    """F6: the list of targets; with a third party, hand the customer over to it."""
    state = app.situation().state
    if state in WITH_THIRD:
        # Who leaves a conference leaves the two others with each other.
        leaving = "agent.hang_up" if state is AgentState.CONFERENCE else "agent.complete_transfer"
        app.run_worker(app.ask(leaving), name="hand_over")
        return
    from tui.agent.transfer import TransferPanel

    await _open(app, "transfer", TransferPanel)


async def _open(app: "AgentApp", name: str, make: "Callable[[], Panel]") -> None:
    panel = await app.desk_there.made(name, make)
    app.open_panel(name)
    panel.start()


async def third(app: "AgentApp") -> None:
    """F7: in the list, speak to the chosen one first; in a consultation, all three together."""
    if app.panel == "transfer":
        await cast("TransferPanel", app.desk_there.opened("transfer")).consult()
    else:
        await app.ask("agent.conference")


async def digits(app: "AgentApp") -> None:
    """Ctrl+D: the line that sends keys."""
    app.desk_there.digits.start()


async def mute(app: "AgentApp") -> None:
    """Ctrl+U: the microphone off, or on again."""
    view = app.view
    if view is not None and await app.ask("agent.mute", SwitchParams(on=not view.agent.muted)) is not None:
        app.say(tr("Your microphone is on again") if view.agent.muted else "", "good")


async def raise_hand(app: "AgentApp") -> None:
    """Ctrl+R: ask for help, or no more."""
    view = app.view
    if view is None:
        return
    wanted = not view.agent.hand_since
    if await app.ask("agent.help", SwitchParams(on=wanted)) is not None:
        words = tr("Your hand is up: the supervisor is told") if wanted else tr("The hand is down again")
        app.say(words, "good")


async def tasks(app: "AgentApp") -> None:
    """Ctrl+K: who is to be called."""
    from tui.agent.tasks import TasksPanel

    await _open(app, "tasks", TasksPanel)


async def settle(app: "AgentApp") -> None:
    """F9 in the list of tasks."""
    await cast("TasksPanel", app.desk_there.opened("tasks")).settle()


async def messages(app: "AgentApp") -> None:
    """Ctrl+N: the messages, and a field for the answer."""
    from tui.agent.chat import ChatPanel

    await _open(app, "chat", ChatPanel)


async def take(app: "AgentApp") -> None:
    """Enter in a list."""
    panel = app.desk_there.opened(app.panel)
    if panel is not None:
        await panel.take()


PHONE_PERFORMERS: dict[str, Callable[["AgentApp"], Awaitable[None]]] = {
    "call.dial": dial,
    "call.transfer": transfer,
    "call.third": third,
    "call.digits": digits,
    "call.mute": mute,
    "hand.raise": raise_hand,
    "panel.take": take,
    "task.open": tasks,
    "message.open": messages,
}
