"""Orders on paper, in the words of the site."""

from zoneinfo import ZoneInfo

from db.ticket_lists import ShownTicket
from engine.config import Site
from engine.daemon.knowledge.sheets import order_of
from tests.core.tickets.office import FAULT, RULES, told


def test_causes_have_the_numbers_that_are_keyed_on_the_telephone() -> None:
    ticket = told(type=FAULT.id, phone="13800138000").ticket
    shown = ShownTicket(ticket=ticket, customer_name="", steps=[], attachments=[], merged=[])
    causes = order_of(shown, RULES, Site(), ZoneInfo("Asia/Shanghai"), {}).causes.words
    assert ticket.type == FAULT.id
    assert list(causes) == [f"{n} {words.zh}" for n, (_, words) in enumerate(FAULT.causes, 1)]
    assert len(causes) > 1
