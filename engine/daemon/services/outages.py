"""What concerns many: outages, who wants to know when they are over, and announcements of the office."""

import asyncio
from collections.abc import Callable

from db.customers import customers_by_id
from db.notices import concerning, end_notice, ended_with_watchers, mark_told, watch_outage
from db.store import Store
from engine.core.ivr.services import FAILED
from engine.core.ivr.values import Row, Values
from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeKind, Watcher
from engine.core.numbers import callback_number
from engine.core.records import Millis
from engine.core.requests import Refusal, Request, TellRepaired
from engine.daemon.services.base import Answer, Asked, Handler, Tools
from engine.daemon.services.tickets import moment_text


async def outage(asked: Asked, tools: Tools) -> Answer:
    """The newest outage where the caller lives."""
    line = asked.text("line")
    known = await _concerning(asked, tools, NoticeKind.OUTAGE, line if line in LINES else "")
    if not known:
        return Answer("none")
    found = known[0]
    values: Values = {
        "outage": found.id,
        "outage_text": found.words(_language(asked, tools)),
        "expected": moment_text(found.until_at, asked.zone),
    }
    return Answer("known", values)


async def tell_when_repaired(asked: Asked, tools: Tools) -> Answer:
    """Remember the caller's number, or else the customer's, for the end of an outage."""
    number = callback_number(asked.cli, area_code=tools.config.site.area_code)
    number = number or await _number_of_customer(asked, tools)
    if not number:
        return Answer(FAILED)
    watcher = Watcher(number=number, customer_id=asked.customer_id, call_id=asked.call_id)
    done = tools.store.submit(watch_outage, asked.number("outage"), watcher, asked.now)
    return Answer(await asyncio.wrap_future(done))


async def notices(asked: Asked, tools: Tools) -> Answer:
    """What the office announces to this caller now."""
    found = await _concerning(asked, tools, NoticeKind.NOTICE, "")
    if not found:
        return Answer("none")
    language = _language(asked, tools)
    rows: tuple[Row, ...] = tuple({"notice": notice.id, "text": notice.words(language)} for notice in found)
    return Answer("found", {"news": " ".join(str(row["text"]) for row in rows), "notices": rows})


async def _concerning(asked: Asked, tools: Tools, kind: NoticeKind, line: str) -> list[Notice]:
    return await asyncio.wrap_future(
        tools.store.read(concerning, kind=kind, customer_id=asked.customer_id, now=asked.now, line=line)
    )


async def _number_of_customer(asked: Asked, tools: Tools) -> str:
    if not asked.customer_id:
        return ""
    found = await asyncio.wrap_future(tools.store.read(customers_by_id, [asked.customer_id]))
    area_code = tools.config.site.area_code
    numbers = (callback_number(phone, area_code=area_code) for customer in found for phone in customer.phones)
    return next(filter(None, numbers), "")


def _language(asked: Asked, tools: Tools) -> str:
    return asked.language or tools.config.site.language


# When it is over

AskFloor = Callable[[Request], Refusal | None]


async def end(
    store: Store, ask_floor: AskFloor, notice_id: int, staff_number: str, at: Millis
) -> tuple[Notice, int]:
    """End a notice; who wanted to know of the end of an outage is put down to be called. Returns how many.

    First nobody can join any more, then the floor has them, and last it is written that it has: an engine
    that dies in between hands over the rest at its next start (`hand_over_rest`). Raises NotFound.
    """
    notice, watchers = await asyncio.wrap_future(store.submit(end_notice, notice_id, at))
    if watchers:
        ask_floor(
            TellRepaired(
                staff_number=staff_number,
                watchers=tuple(watchers),
                remark=notice.text or "、".join(notice.areas),
            )
        )
        numbers = [watcher.number for watcher in watchers]
        await asyncio.wrap_future(store.submit(mark_told, notice_id, numbers, at))
    return notice, len(watchers)


async def hand_over_rest(store: Store, ask_floor: AskFloor, at: Millis) -> None:
    """After a start: customers of outages that were ended when the engine stopped."""
    for notice_id in await asyncio.wrap_future(store.read(ended_with_watchers)):
        await end(store, ask_floor, notice_id, "", at)


SERVICES: dict[str, Handler] = {
    "outage": outage,
    "tell_when_repaired": tell_when_repaired,
    "notices": notices,
}
