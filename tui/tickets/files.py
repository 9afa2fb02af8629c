"""Files of tickets: bringing one in from this machine, and taking one out to look at it."""

import asyncio
import base64
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.core.tickets.records import Attachment
from engine.wire.base import Chunk
from engine.wire.tickets import Attached, AttachmentParams, AttachParams
from tui.tickets.desk import TicketDesk
from tui.words import tr

PIECE = 192 * 1024  # bytes of a file in one request


def typed_path(typed: str) -> Path:
    """A path as people type or paste it, with quotes or ~."""
    return Path(typed.strip().strip("'\"")).expanduser()


async def attach(desk: TicketDesk, number: str, path: Path, told: Callable[[int], None]) -> Attachment | None:
    """Bring a file in, piece by piece; `told` hears per cents. A refusal is said in words and gives None."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        desk.app.say(tr("Cannot read {path}: {why}", path=path, why=error.strerror or error), "warn")
        return None
    offset = 0
    while True:
        piece = content[offset : offset + PIECE]
        last = offset + len(piece) >= len(content)
        data = base64.b64encode(piece).decode("ascii")
        asked = AttachParams(number=number, name=path.name, offset=offset, data=data, last=last)
        answer = await desk.ask("tickets.attach", asked)
        if not isinstance(answer, Attached) or last:
            return answer.attachment if isinstance(answer, Attached) else None
        offset += len(piece)
        told(offset * 100 // len(content))


async def take_out(desk: TicketDesk, one: Attachment) -> Path | None:
    """Write a file of a ticket to this machine; where it is, None after a refusal."""
    content = bytearray()
    while True:
        answer = await desk.ask("tickets.attachment", AttachmentParams(id=one.id, offset=len(content)))
        if not isinstance(answer, Chunk):
            return None
        content += base64.b64decode(answer.data)
        if not answer.data or len(content) >= answer.size:
            break
    folder = Path(tempfile.gettempdir())
    path = folder / f"{one.ticket}-{one.id}-{Path(one.name).name}"
    try:
        await asyncio.to_thread(path.write_bytes, bytes(content))
    except OSError as error:
        desk.app.say(tr("Cannot write {path}: {why}", path=path, why=error.strerror or error), "warn")
        return None
    return path
