"""The methods of the socket, one file a group of `engine.wire.methods.METHODS`."""

from engine.daemon.handlers import (
    billing,
    callbacks,
    calls,
    cases,
    chat,
    configuration,
    customers,
    desk,
    flows,
    mirror,
    phone,
    prompts,
    session,
    site,
    supervision,
    targets,
    users,
    wallboard,
)
from engine.daemon.handlers.context import Handler

HANDLERS: dict[str, Handler] = {
    **session.HANDLERS,
    **desk.HANDLERS,
    **phone.HANDLERS,
    **targets.HANDLERS,
    **supervision.HANDLERS,
    **chat.HANDLERS,
    **mirror.HANDLERS,
    **wallboard.HANDLERS,
    **customers.HANDLERS,
    **calls.HANDLERS,
    **callbacks.HANDLERS,
    **billing.HANDLERS,
    **cases.HANDLERS,
    **users.HANDLERS,
    **site.HANDLERS,
    **prompts.HANDLERS,
    **configuration.HANDLERS,
    **flows.HANDLERS,
}
