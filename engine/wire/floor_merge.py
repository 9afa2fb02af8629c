"""Put a change of the floor onto an earlier view: consoles keep a whole one, the engine joins unsent ones."""

from collections.abc import Callable
from typing import TypeVar

from engine.core.views import AgentView, CallView, FloorView, QueueView

Item = TypeVar("Item", AgentView, CallView, QueueView)


def merge_floor(old: FloorView, change: FloorView) -> FloorView:
    """The view after `change`. Onto a whole view: a whole one; onto a change: one change worth both."""
    if change.whole:
        return change
    agents = _merge(old.agents, change.agents, change.gone_agents, _staff_number)
    calls = _merge(old.calls, change.calls, change.gone_calls, _call_id)
    queues = _merge(old.queues, change.queues, change.gone_queues, _queue_id)
    return FloorView(
        whole=old.whole,
        agents=agents,
        calls=calls,
        queues=queues,
        lines=change.lines or old.lines,
        switch=change.switch or old.switch,
        spies=old.spies if change.spies is None else change.spies,
        alarms=old.alarms if change.alarms is None else change.alarms,
        gone_agents=() if old.whole else _gone(old.gone_agents, change.gone_agents, agents, _staff_number),
        gone_calls=() if old.whole else _gone(old.gone_calls, change.gone_calls, calls, _call_id),
        gone_queues=() if old.whole else _gone(old.gone_queues, change.gone_queues, queues, _queue_id),
        to_call=old.to_call if change.to_call is None else change.to_call,
        engine_started_at=change.engine_started_at or old.engine_started_at,
    )


def _merge(
    old: tuple[Item, ...], new: tuple[Item, ...], gone: tuple[str, ...], key: Callable[[Item], str]
) -> tuple[Item, ...]:
    if not new and not gone:
        return old
    left = set(gone)
    merged = {key(item): item for item in old if key(item) not in left}
    merged.update((key(item), item) for item in new)
    return tuple(merged.values())


def _gone(
    old: tuple[str, ...], new: tuple[str, ...], present: tuple[Item, ...], key: Callable[[Item], str]
) -> tuple[str, ...]:
    back = {key(item) for item in present}
    return tuple(name for name in dict.fromkeys(old + new) if name not in back)


def _staff_number(agent: AgentView) -> str:
    return agent.staff_number


def _call_id(call: CallView) -> str:
    return call.call_id


def _queue_id(queue: QueueView) -> str:
    return queue.queue_id
