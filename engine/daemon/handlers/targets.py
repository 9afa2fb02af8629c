"""Where an agent can hand a call: people, queues, extensions, places of the flow, the survey."""

from collections.abc import Iterator

from db.pinyin import pinyin_keys
from engine.adapters.unix_socket import Connection
from engine.core.states import TargetKind
from engine.core.views import AgentView, QueueView
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Nothing
from engine.wire.targets import TargetInfo, Targets


async def targets(context: Context, connection: Connection, params: Nothing) -> Targets:
    """Everything but oneself; the console finds and sorts."""
    view = context.engine.floor.view()
    who = context.who(connection).staff_number
    found = [
        *(_agent(agent) for agent in view.agents if agent.staff_number != who),
        *(_queue(queue) for queue in view.queues),
        *_free_extensions(context),
        *_places_of_the_flow(context, who),
        TargetInfo(kind=TargetKind.SURVEY, value="", name=""),
    ]
    return Targets(targets=found)


def _agent(agent: AgentView) -> TargetInfo:
    return TargetInfo(
        kind=TargetKind.AGENT,
        value=agent.staff_number,
        name=agent.name,
        keys=list(pinyin_keys(agent.name)),
        agent=agent,
    )


def _queue(queue: QueueView) -> TargetInfo:
    return TargetInfo(
        kind=TargetKind.QUEUE,
        value=queue.queue_id,
        name=queue.name,
        name_en=queue.name_en,
        keys=list(pinyin_keys(queue.name)),
        waiting=queue.waiting,
    )


def _free_extensions(context: Context) -> Iterator[TargetInfo]:
    """The phones of seats at which nobody is logged in."""
    floor = context.engine.floor.state
    for seat in floor.plan.seats.values():
        if seat.id not in floor.agent_on_seat:
            yield TargetInfo(
                kind=TargetKind.EXTENSION,
                value=seat.extension,
                name=seat.name,
                keys=list(pinyin_keys(seat.name)),
                reachable=floor.reachable[seat.id],
            )


def _places_of_the_flow(context: Context, staff_number: str) -> Iterator[TargetInfo]:
    """Those with a title, in the flow of the agent's call."""
    floor = context.engine.floor.state
    agent = floor.agents.get(staff_number)
    call = floor.call_of(agent) if agent is not None else None
    flow = floor.plan.flow if call is None else floor.flow_of(call)
    for node_id, title in flow.titles.items():
        yield TargetInfo(
            kind=TargetKind.NODE,
            value=node_id,
            name=title.zh,
            name_en=title.en,
            keys=list(pinyin_keys(title.zh)),
        )


HANDLERS: dict[str, Handler] = {"agent.targets": targets}
