"""The site as a whole: status, prompts, flow."""

import asyncio
import shutil
from collections.abc import Sequence

from db.billing_requests import BossRequest, unknown_since
from db.journal import head
from db.notices import overdue_outages
from engine.adapters.unix_socket import Connection
from engine.core.states import CallState
from engine.core.voice.catalogue import LANGUAGES
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.prompts import catalogue_of
from engine.wire.methods import (
    Agents,
    FlowText,
    Nothing,
    Queues,
    SeatStatus,
    StatusResult,
)

_UNKNOWN_MS = 600_000  # a billing side that is up has answered long before
_MOST_NAMED = 3


async def status(context: Context, connection: Connection, params: Nothing) -> StatusResult:
    """The whole state in a few figures, with sentences about what is wrong."""
    engine, config = context.engine, context.config
    floor = engine.floor.state
    view = engine.floor.view()
    now = engine.clock.now()
    free_mb = shutil.disk_usage(engine.paths.data).free // 1_048_576
    seats = [
        SeatStatus(
            id=seat.id,
            name=seat.name,
            extension=seat.extension,
            phone=seat.phone,
            secret=context.seat_secrets.get(seat.id, ""),
            reachable=floor.reachable[seat.id],
            staff_number=floor.agent_on_seat.get(seat.id, ""),
        )
        for seat in config.seats
    ]
    assert view.switch is not None
    return StatusResult(
        version=context.version,
        site=config.site.name,
        started_at=floor.started_at,
        now=now,
        switch=view.switch,
        lines=list(view.lines),
        seats=seats,
        calls=floor.calls_up(),
        waiting=sum(call.state in (CallState.QUEUED, CallState.PRESENTED) for call in view.calls),
        agents=len(floor.agents),
        open=engine.plan.is_open(now),
        disk_free_mb=free_mb,
        journal_rows=(await context.read(head))[0],
        problems=await _problems(context, seats, free_mb, view.switch.up),
    )


_PROBLEMS = {
    "switch": {
        "zh": "连不上 Asterisk:请运行 `fourseatd check`",
        "en": "Asterisk cannot be reached: run `fourseatd check`",
    },
    "phones": {
        "zh": "没有话机注册:请检查话机上的服务器地址、用户名和密码",
        "en": "no phone is registered: check the phones' server address, user and secret",
    },
    "disk": {
        "zh": "磁盘只剩 {detail} MB:录音需要空间,请清理",
        "en": "only {detail} MB are free: make room, recordings need it",
    },
    "restart": {
        "zh": "已改但重启引擎后才生效:{detail}",
        "en": "changed, but waiting for a restart of the engine: {detail}",
    },
    "prompts": {
        "zh": "提示音有缺失或已过期({detail}):请运行 `fourseat prompts build`,真人录音请重录",
        "en": "prompts are missing or stale ({detail}): run `fourseat prompts build`, record anew",
    },
    "outages": {
        "zh": "停播停网 {detail} 号已过预计恢复时间,来电不再播报:恢复了请 `fourseat notice end`,没有请改时间",
        "en": "outage {detail} should be over, callers hear it no more: `fourseat notice end`, or change it",
    },
    "payments": {
        "zh": "计费系统一直没有答复办没办成,请打电话核对:{detail}",
        "en": "the billing side does not say whether it did this, call and ask: {detail}",
    },
    "database": {
        "zh": "数据库无法写入:{detail}",
        "en": "the database cannot be written: {detail}",
    },
}


def _named(requests: Sequence[BossRequest]) -> str:
    """The oldest changes by call and service, and how many more there are."""
    named = [f"{request.service} {request.call_id}" for request in requests[:_MOST_NAMED]]
    more = len(requests) - len(named)
    return ", ".join(named) + (f" (+{more})" if more else "")


async def _problems(context: Context, seats: list[SeatStatus], free_mb: int, switch_up: bool) -> list[str]:
    """What is wrong, in the site's language, with what to do."""
    trouble = context.store.trouble
    now = context.engine.clock.now()
    outages = await context.read(overdue_outages, now)
    unknown = await context.read(unknown_since, now - _UNKNOWN_MS)
    wrong = {
        "switch": "" if switch_up else "down",
        "phones": "" if any(seat.reachable for seat in seats) else "none",
        "disk": str(free_mb) if free_mb < context.config.recording.min_free_mb else "",
        "prompts": ", ".join(
            f"{language}: {lacking} + {stale}" for language, (lacking, stale) in context.voice.unready.items()
        ),
        "outages": ", ".join(map(str, outages)),
        "payments": _named(unknown),
        "database": trouble,
        "restart": ", ".join(context.live.waiting_for_restart()),
    }
    language = context.config.site.language
    return [_PROBLEMS[what][language].format(detail=detail) for what, detail in wrong.items() if detail]


async def agents(context: Context, connection: Connection, params: Nothing) -> Agents:
    """Logged-in agents."""
    return Agents(agents=list(context.engine.floor.view().agents))


async def queues(context: Context, connection: Connection, params: Nothing) -> Queues:
    """Queues now and today."""
    return Queues(queues=list(context.engine.floor.view().queues))


async def flow(context: Context, connection: Connection, params: Nothing) -> FlowText:
    """The flow that runs, with the texts of its prompts."""
    catalogue = await asyncio.to_thread(catalogue_of, context.engine.paths)
    config = context.config
    texts = {
        language: {
            prompt.prompt_id: prompt.text(language, site_name=config.site.name)
            for prompt in catalogue.values()
        }
        for language in LANGUAGES
    }
    files = dict(context.live.flows.texts[config.ivr.flow])
    return FlowText(filename=config.ivr.flow, files=files, texts=texts)


HANDLERS: dict[str, Handler] = {
    "floor.status": status,
    "floor.agents": agents,
    "floor.queues": queues,
    "ivr.flow": flow,
}
