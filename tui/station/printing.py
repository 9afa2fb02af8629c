"""An order on paper: by the site's printer, else as a PDF file of the one who asks."""

import asyncio
import base64
from pathlib import Path
from typing import TYPE_CHECKING

from engine.wire.paper import Printed, PrintTicketParams
from tui.client import EngineFault, EngineGone
from tui.labels import fault_words
from tui.words import tr

if TYPE_CHECKING:
    from tui.station.app import StationApp

PRINT_SECONDS = 90.0  # a printer may have to wake up


async def print_order(app: "StationApp", number: str) -> None:
    """Have it printed, and say where the paper or the file is."""
    app.say(tr("{number} is being printed", number=number))
    try:
        made = await app.engine.call("tickets.print", PrintTicketParams(number=number), timeout=PRINT_SECONDS)
    except EngineFault as fault:
        app.say(fault_words(fault, app.zone), "warn")
        return
    except EngineGone:
        app.say(tr("The engine does not answer; it is not known whether this was done"), "warn")
        return
    if isinstance(made, Printed):
        await _tell(app, made, number)


async def _tell(app: "StationApp", made: Printed, number: str) -> None:
    if made.printed and not made.trouble:
        app.say(tr("{number} is printed", number=number), "good")
        return
    path = Path.home() / f"ticket-{number}.pdf"
    try:
        await asyncio.to_thread(path.write_bytes, base64.b64decode(made.pdf))
    except OSError as error:
        app.say(tr("Cannot write {path}: {why}", path=path, why=error.strerror or error), "warn")
        return
    if made.trouble:
        app.say(tr("The printer refused: {why}; the PDF is {path}", why=made.trouble, path=path), "warn")
    else:
        app.say(tr("There is no printer command; the PDF is {path}", path=path), "good")
