"""A document by fax, sent by the site's own program."""

import logging

from engine.adapters.boss.command import CommandFailed, run_command
from engine.daemon.services.base import Answer, Asked, Handler, Tools

LIMIT_S = 20.0

log = logging.getLogger(__name__)


async def send_fax(asked: Asked, tools: Tools) -> Answer:
    """Have the document of this name sent to the number that calls."""
    command = tools.config.self_service.fax
    if not command or not asked.cli:
        return Answer("unavailable")
    facts = {
        "FOURSEAT_DOCUMENT": asked.text("document"),
        "FOURSEAT_NUMBER": asked.cli,
        "FOURSEAT_CALL": asked.call_id,
    }
    try:
        await run_command(command, facts, LIMIT_S)
    except CommandFailed as error:
        log.error("call=%s fax: %s", asked.call_id, error)
        return Answer("unavailable")
    return Answer("done")


SERVICES: dict[str, Handler] = {"send_fax": send_fax}
