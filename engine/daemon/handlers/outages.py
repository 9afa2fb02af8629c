"""What looks like an outage: confirmed or dismissed by a supervisor."""

from engine.adapters.unix_socket import Connection
from engine.daemon.handlers.checks import instant, row_id
from engine.daemon.handlers.context import Context, Handler, answered
from engine.daemon.tickets.desk import actor_of
from engine.wire.base import Done, Nothing
from engine.wire.tickets import (
    ConfirmedOutage,
    ConfirmOutageParams,
    Suspect,
    SuspectParams,
    Suspects,
)


async def suspected(context: Context, connection: Connection, params: Nothing) -> Suspects:
    """What waits for a supervisor's word, the oldest first."""
    found = await answered(context.tickets.outages.suspected())
    return Suspects(
        suspects=[
            Suspect(
                id=one.id,
                line=one.group.line,
                area=one.group.area,
                node=one.group.node,
                numbers=list(one.group.numbers),
                since=one.group.since,
                at=one.group.at,
            )
            for one in found
        ]
    )


async def confirm(context: Context, connection: Connection, params: ConfirmOutageParams) -> ConfirmedOutage:
    """It is one: announced, its tickets merged, and who reported is called when it is over."""
    actor = actor_of(context.who(connection))
    until_at = instant(params.until_at, "until")
    done = await answered(
        context.tickets.outages.confirm(row_id(params.id), until_at, params.text, params.text_en, actor)
    )
    merged = [ticket.number for ticket in done.merged]
    detail = f"main={done.main} merged={len(merged)} watchers={done.watchers}"
    context.audit(connection, "outages.confirm", str(done.notice.id), detail)
    context.voice.prepare_notices([done.notice])
    return ConfirmedOutage(notice_id=done.notice.id, main=done.main, merged=merged, watchers=done.watchers)


async def dismiss(context: Context, connection: Connection, params: SuspectParams) -> Done:
    """It is none."""
    actor = actor_of(context.who(connection))
    await answered(context.tickets.outages.dismiss(row_id(params.id), actor))
    context.audit(connection, "outages.dismiss", str(params.id))
    return Done()


HANDLERS: dict[str, Handler] = {
    "outages.suspected": suspected,
    "outages.confirm": confirm,
    "outages.dismiss": dismiss,
}
