"""Finding one more customer over the screen: some words, then one of those found."""

from typing import TYPE_CHECKING

from engine.core.records import Customer
from engine.wire.customers import Customers, SearchParams
from tui.labels import phone_number
from tui.tickets.finder import Finder
from tui.widgets.entry import Entry
from tui.widgets.rows import Column, Row
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

LIMIT = 30


async def find_customer(app: "AgentApp", title: str, not_this: int) -> Customer | None:
    """Somebody else than `not_this`; None after Esc, or when nobody is found."""
    typed = await app.push_screen_wait(Entry(title))
    if not typed:
        return None
    found = await app.ask("customer.search", SearchParams(text=typed, limit=LIMIT))
    others = [one for one in found.customers if one.id != not_this] if isinstance(found, Customers) else []
    if not others:
        app.say(tr("Nobody is found for this"), "warn")
        return None
    rows = [
        Row(
            str(one.id),
            (one.name, phone_number(one.phones[0]) if one.phones else "", one.address),
            ("strong",),
        )
        for one in others
    ]
    chosen = await app.push_screen_wait(Finder(title, _columns, rows))
    return next((one for one in others if str(one.id) == chosen), None)


def _columns() -> list[Column]:
    return [Column(tr("Name"), 14, share=1), Column(tr("Phone"), 14), Column(tr("Address"), 20, share=2)]
