"""Files of tickets through the socket: sent in pieces, kept once, found, and read by those who may."""

import base64
from typing import Any

import pytest

from engine.core.tickets.states import Deed
from engine.wire.messages import Reason
from engine.wire.methods import AuditParams
from engine.wire.tickets import AttachmentParams, AttachParams, FindAttachmentsParams
from tests.daemon.ticket_site import PNG, attach, create, refused, show
from tests.support.site import FakeSite
from tests.support.until import until

pytestmark = pytest.mark.asyncio


async def test_a_file_is_kept_once_and_found(office: FakeSite) -> None:
    agent, supervisor = await office.console(), await office.console("8801", "")
    first, second = [(await create(agent, f"k{n}", force=True)).ticket.number for n in range(2)]
    big = PNG + bytes(1_200_000)
    kept = await attach(agent, first, "现场照片.PNG", big)
    again = await attach(supervisor, second, "照片2.png", big)
    assert (kept.kind, kept.size, kept.sha256) == ("png", len(big), again.sha256)
    files = [path for path in office.service.paths.attachments.rglob("*") if path.is_file()]
    assert [path.name for path in files] == [kept.sha256]
    read = b""
    while piece := base64.b64decode(
        (await supervisor.call("tickets.attachment", AttachmentParams(id=kept.id, offset=len(read)))).data
    ):
        read += piece
    assert read == big
    found = await agent.call("tickets.find_attachments", FindAttachmentsParams(text="照片"))
    assert {one.ticket for one in found.attachments} == {first, second}
    detail = await show(agent, first)
    assert [step.deed for step in detail.steps if step.deed is Deed.ATTACH] == [Deed.ATTACH]
    await office.settle()
    audit = (await (await office.console("8901", "")).call("audit.list", AuditParams())).rows
    reads = [(row.who, row.subject) for row in audit if row.what == "tickets.attachment"]
    assert reads == [("8801", first)]


async def test_files_that_are_refused(office: FakeSite) -> None:
    agent = await office.console()
    number = (await create(agent)).ticket.number

    async def why(name: str, content: bytes, **values: Any) -> tuple[Reason, str]:
        params = {"offset": 0, "data": base64.b64encode(content).decode(), "last": True, **values}
        return await refused(agent, "tickets.attach", AttachParams(number=number, name=name, **params))

    assert await why("a.exe", b"MZ") == (Reason.INVALID, "file_kind")
    assert await why("../a.png", PNG) == (Reason.INVALID, "file_bad_name")
    assert await why("a.png", b"") == (Reason.INVALID, "file_empty")
    assert await why("a.png", b"MZ\x90") == (Reason.INVALID, "file_content")
    assert await why("a.png", b"", data="?") == (Reason.INVALID, "file_piece")
    assert await why("a.png", PNG, offset=7) == (Reason.CONFLICT, "0")
    assert await why("a.png", PNG, offset=-1) == (Reason.CONFLICT, "0")
    assert await why("a.png", bytes(600_000)) == (Reason.INVALID, "file_piece")
    assert (await show(agent, number)).attachments == []
    assert [path for path in office.service.paths.attachments.rglob("*") if path.is_file()] == []
    assert (await refused(agent, "tickets.attachment", AttachmentParams(id=2**70)))[0] is Reason.NOT_FOUND


async def test_what_a_client_began_to_send_goes_with_it(office: FakeSite) -> None:
    agent = await office.console()
    number = (await create(agent)).ticket.number
    piece = base64.b64encode(PNG).decode()
    for count in range(8):
        begun = AttachParams(number=number, name=f"{count}.png", offset=0, data=piece, last=False)
        assert (await agent.call("tickets.attach", begun)).attachment is None
    more = AttachParams(number=number, name="9.png", offset=0, data=piece, last=False)
    assert await refused(agent, "tickets.attach", more) == (Reason.INVALID, "file_too_many")
    incoming = office.service.paths.attachments / "incoming"
    assert len(list(incoming.iterdir())) == 8
    await agent.close()
    await until(lambda: list(incoming.iterdir()) == [])
