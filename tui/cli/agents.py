"""`fourseat agents`: who is logged in and what each one does."""

import typer

from engine.core.views import AgentView
from engine.wire.methods import Agents
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import agent_since, agent_state, running
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    app.command(
        "agents",
        cls=Command,
        help=mark("Logged-in agents, their states and since when."),
        epilog="fourseat agents",
    )(agents)


def agents(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Agents, Engine]:
        return await engine.ask("floor.agents"), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    headings = (tr("Staff no."), tr("Name"), tr("Seat"), tr("Extension"), tr("State"))
    columns = [*(Column(word) for word in headings), Column(tr("For"), right=True), Column(tr("Call"))]
    print_table(columns, [_row(agent, engine) for agent in result.agents], tr("Nobody is logged in"))


def _row(agent: AgentView, engine: Engine) -> list[str]:
    word, _letter, _tone = agent_state(agent)
    notes = [engine.break_reason(agent.reason)] if agent.reason else []
    notes += [] if agent.phone_reachable else [tr("phone not connected")]
    notes += [] if agent.console_attached else [tr("console gone")]
    state = f"{word} ({', '.join(notes)})" if notes else word
    since = running(agent_since(agent), engine.hello.now)
    return [
        agent.staff_number,
        agent.name,
        engine.seat(agent.seat_id),
        agent.extension,
        state,
        since,
        agent.call_id,
    ]
