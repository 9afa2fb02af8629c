"""Where an agent can hand a call: people, queues, extensions, recorded information, the survey."""

import asyncio
from collections.abc import Iterator

from db.pinyin import pinyin_keys
from engine.adapters.unix_socket import Connection
from engine.core.ivr.nodes import MenuNode, MessageNode, PlayNode
from engine.core.prompt_catalogue import Catalogue
from engine.core.states import TargetKind
from engine.core.views import AgentView, QueueView
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.prompts import catalogue_of
from engine.wire.base import Nothing
from engine.wire.targets import TargetInfo, Targets

SPEAKING = (PlayNode, MenuNode, MessageNode)
MAX_WORDS = 60  # of a recorded text: enough to know it by


async def targets(context: Context, connection: Connection, params: Nothing) -> Targets:
    """Everything but oneself; the console finds and sorts."""
    view = context.engine.floor.view()
    catalogue = await asyncio.to_thread(catalogue_of, context.engine.paths)
    who = context.who(connection).staff_number
    found = [
        *(_agent(agent) for agent in view.agents if agent.staff_number != who),
        *(_queue(queue) for queue in view.queues),
        *_free_extensions(context),
        *_recorded(context, catalogue),
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


def _recorded(context: Context, catalogue: Catalogue) -> Iterator[TargetInfo]:
    """Places of the flow that say something, by the words that they begin with."""
    site = context.config.site
    for node_id, node in context.engine.floor.state.plan.flow.nodes.items():
        if not isinstance(node, SPEAKING):
            continue
        prompts = [catalogue[prompt] for prompt in node.prompts if prompt in catalogue]
        words, english = (
            "".join(prompt.text(language, site_name=site.name) for prompt in prompts)
            for language in ("zh", "en")
        )
        yield TargetInfo(
            kind=TargetKind.NODE,
            value=node_id,
            name=words[:MAX_WORDS] or node_id,
            name_en=english[:MAX_WORDS] or node_id,
            keys=list(pinyin_keys(words)),
        )


HANDLERS: dict[str, Handler] = {"agent.targets": targets}
