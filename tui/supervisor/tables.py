"""The supervisor's tables: from views of the floor to rows of text, in an order that does not jump."""

from collections.abc import Mapping, Sequence

from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus, CallState, Direction
from engine.core.views import AgentView, CallView, FloorView, QueueView
from tui.labels import (
    SiteWords,
    agent_since,
    agent_state,
    call_state,
    duration,
    percent,
    phone_number,
    running,
)
from tui.widgets.rows import Column, Row
from tui.words import language_in_use, pick, tr

WAITING_LONG_MS = 60_000
# In a table of many rows a state is coloured by its letters only.
_FLAT = {"talking": "in-talk", "ringing": "holding"}


def agent_columns() -> list[Column]:
    """Columns of the agents; the words of states are longer in English."""
    longer = 2 if language_in_use() == "en" else 0
    return [
        Column(tr("Agents"), 10 + longer),
        Column(tr("Since"), 7, right=True),
        Column(tr("Name"), 12, share=2),
        Column(tr("No."), 5),
        Column(tr("Seat"), 7, share=1),
        Column(tr("Ext."), 4),
        Column(tr("Call or reason"), 17 - longer, share=2),
        Column(tr("Queue"), 8, share=1),
        Column(tr("Then"), 8, wide=True),
        Column(tr("Telephone"), 8, wide=True),
        Column(tr("Console"), 8, wide=True),
    ]


def agent_rows(floor: FloorView, now: Millis, words: SiteWords) -> list[Row]:
    """Raised hands on top, the longest first; then by staff number: a row stays, whatever its agent does."""
    calls = {call.call_id: call for call in floor.calls}
    ordered = sorted(floor.agents, key=lambda a: (not a.hand_since, a.hand_since, a.staff_number))
    return [_agent_row(agent, calls.get(agent.call_id), now, words) for agent in ordered]


def _agent_row(agent: AgentView, call: CallView | None, now: Millis, words: SiteWords) -> Row:
    word, letter, tone = agent_state(agent)
    doing_tone = "plain"
    if call is not None:
        doing = f"{call.customer_name} {phone_number(call.cli)}".strip()
    elif agent.status is AgentStatus.BREAK and agent.state is AgentState.IDLE:
        doing, doing_tone = words.reason(agent.reason), words.reason_tone(agent.reason)
        if agent.break_until and now >= agent.break_until:
            doing, doing_tone = f"{doing} {tr('overdue')}", "warn"
    else:
        doing = "" if agent.console_attached else tr("no console")
    if agent.hand_since:
        doing = f"{tr('Hand')} {running(agent.hand_since, now)} {doing}".rstrip()
    return Row(
        agent.staff_number,
        (
            f"{word} {letter}",
            running(agent_since(agent), now),
            agent.name,
            agent.staff_number,
            words.seat(agent.seat_id),
            agent.extension,
            doing,
            words.queue(call.queue_id) if call is not None else "",
            tr("break") if agent.next_status is AgentStatus.BREAK else "",
            tr("ok") if agent.phone_reachable else tr("off"),
            tr("ok") if agent.console_attached else tr("off"),
        ),
        (
            _FLAT.get(tone, tone),
            "plain",
            "strong",
            "label",
            "plain",
            "label",
            "warn" if agent.hand_since else doing_tone,
        ),
    )


def queue_columns() -> list[Column]:
    """Columns of the queues."""
    return [
        Column(tr("Queues"), 10, share=1),
        Column(tr("Waiting"), 7, right=True),
        Column(tr("Longest"), 7, right=True),
        Column(tr("Offered"), 7, right=True),
        Column(tr("Answered"), 8, right=True),
        Column(tr("Abandoned"), 9, right=True),
        Column(tr("Level"), 8, right=True),
        Column(tr("M.wait"), 7, right=True),
        Column(tr("M.talk"), 7, right=True),
        Column(tr("Within limit"), 12, right=True, wide=True),
        Column(tr("Short abandons"), 14, right=True, wide=True),
    ]


def queue_rows(floor: FloorView, now: Millis) -> list[Row]:
    """Queues in the order of the configuration, then all together."""
    rows = [_queue_row(queue, now) for queue in floor.queues]
    return [*rows, _queue_row(total(floor.queues), now)] if len(rows) > 1 else rows


def _queue_row(queue: QueueView, now: Millis) -> Row:
    waits_long = queue.longest_wait_since and now - queue.longest_wait_since >= WAITING_LONG_MS
    waiting = "warn" if waits_long else "holding" if queue.waiting else "faint"
    return Row(
        queue.queue_id,
        (
            pick(queue.name, queue.name_en),
            str(queue.waiting),
            running(queue.longest_wait_since, now),
            str(queue.offered),
            str(queue.answered),
            str(queue.abandoned),
            percent(queue.service_level),
            duration(queue.mean_wait_ms),
            duration(queue.mean_talk_ms),
            str(queue.answered_within),
            str(queue.short_abandoned),
        ),
        ("strong", waiting, waiting, "plain", "plain", "plain", "good"),
    )


def total(queues: Sequence[QueueView]) -> QueueView:
    """All queues as one; its service level counts each queue by its own limit."""
    answered = sum(queue.answered for queue in queues)
    within = sum(queue.answered_within for queue in queues)
    handled = sum(queue.handled for queue in queues)
    ended = sum(queue.offered_ended for queue in queues)
    short = sum(queue.short_abandoned for queue in queues)
    counting = ended - short
    since = [queue.longest_wait_since for queue in queues if queue.longest_wait_since]
    wait = sum(queue.mean_wait_ms * queue.answered for queue in queues)
    talk = sum(queue.mean_talk_ms * queue.handled for queue in queues)
    return QueueView(
        queue_id="*",
        name=tr("All"),
        name_en=tr("All"),
        waiting=sum(queue.waiting for queue in queues),
        longest_wait_since=min(since, default=0),
        offered=sum(queue.offered for queue in queues),
        offered_ended=ended,
        answered=answered,
        handled=handled,
        abandoned=sum(queue.abandoned for queue in queues),
        short_abandoned=short,
        answered_within=within,
        service_level_seconds=queues[0].service_level_seconds if queues else 0,
        service_level=within / counting if counting > 0 else None,
        mean_wait_ms=wait // answered if answered else 0,
        mean_talk_ms=talk // handled if handled else 0,
    )


def call_columns() -> list[Column]:
    """Columns of the calls that are up."""
    return [
        Column(tr("Calls"), 10),
        Column(tr("Since"), 7, right=True),
        Column(tr("Number"), 13),
        Column(tr("Customer"), 10, share=2),
        Column(tr("Queue"), 9, share=1),
        Column(tr("Pos."), 4, right=True),
        Column(tr("Agent"), 8, share=1),
        Column(tr("Line"), 7, share=1),
        Column(tr("In all"), 8, right=True, wide=True),
        Column(tr("Dialled"), 12, wide=True),
    ]


_CALL_TONES = {
    CallState.QUEUED: "holding",
    CallState.PRESENTED: "holding",
    CallState.TALKING: "in-talk",
    CallState.UNATTENDED: "warn",
}


def call_rows(floor: FloorView, now: Millis, words: SiteWords) -> list[Row]:
    """Calls by their arrival."""
    names = {agent.staff_number: agent.name for agent in floor.agents}
    by_extension = {agent.extension: agent.name for agent in floor.agents}
    lines = {line.line_id: line.name for line in floor.lines}
    ordered = sorted(floor.calls, key=lambda call: (call.accepted_at, call.call_id))
    rows = []
    for call in ordered:
        word, letter = call_state(call.state)
        tone = _CALL_TONES.get(call.state, "plain")
        texts = (
            f"{word} {letter}",
            running(call.state_since, now),
            phone_number(call.cli) or tr("no number"),
            call.customer_name or by_extension.get(call.cli) or tr("unknown"),
            words.queue(call.queue_id) if call.queue_id else _place(call, words),
            str(call.position) if call.position else "",
            _people(call, names),
            lines.get(call.line_id, call.line_id),
            running(call.accepted_at, now),
            call.did,
        )
        rows.append(Row(call.call_id, texts, (tone, "plain", "plain", "strong")))
    return rows


def _place(call: CallView, words: SiteWords) -> str:
    """Of a call that no queue has seen: where it is in the menu, or which way it went."""
    if call.direction is Direction.INBOUND:
        return next(reversed(words.way(call.ivr_path)), "")
    return tr("internal") if call.direction is Direction.INTERNAL else tr("outgoing")


def _people(call: CallView, names: Mapping[str, str]) -> str:
    """Who speaks to the customer, and the third one."""
    name = names.get(call.staff_number, call.staff_number)
    return f"{name}+{call.party.name or call.party.number}" if call.party else name


def filtered(rows: Sequence[Row], text: str) -> list[Row]:
    """The rows of which any column contains the text."""
    wanted = text.strip().casefold()
    return [row for row in rows if not wanted or any(wanted in shown.casefold() for shown in row.texts)]
