"""Saying who is calling: somebody with the same number, who was found, or whose the number may be."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.customers.records import CustomerFile, Proposal
from engine.core.records import Customer, CustomerCard
from engine.wire.customers import (
    Assigned,
    AssignNumberParams,
    CustomerIdParams,
    Maybe,
    MaybeParams,
    SaveCustomerParams,
)
from tui.labels import phone_number
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.entry import Entry
from tui.words import mark, tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

MOST = 9  # one digit each
LIKELY = {
    "called": mark("has called from it"),
    "ticket": mark("a ticket has it"),
    "name": mark("the name fits"),
    "address": mark("the address fits"),
}


async def choose_customer(app: "AgentApp") -> None:
    """Ctrl+O: out of those with this number and those who it may be, or the one just found."""
    desk, card = app.desk_there, app.card
    if app.panel == "search" and desk.search.shown is not None:
        if await _make_caller(app, desk.search.shown):
            app.open_panel("")
            desk.focus_notes()
        return
    if card is None:
        return
    known = (card.customer, *card.matches) if card.customer is not None else ()
    ids = {one.id for one in known}
    maybe = [one for one in await _proposals(app, card) if one.customer.id not in ids]
    people = {str(one.id): one for one in (*known, *(one.customer for one in maybe))}
    if not people:
        app.say(tr("Nobody is known for this number: ^F searches, or type the name"), "warn")
        return
    words = [f"{one.name}  {one.address}" for one in known]
    words += [f"{one.customer.name}  {one.customer.address}  {likely_words(one)}" for one in maybe]
    choices = [
        Choice((str(n),), key, text)
        for n, (key, text) in enumerate(list(zip(people, words, strict=True))[:MOST], 1)
    ]
    now = str(card.customer.id) if card.customer is not None else ""
    title = tr("Who is calling from {number}?", number=phone_number(card.cli) or tr("a hidden number"))
    chosen = await app.choose(Chooser(title, choices, now))
    if chosen is None or chosen == now:
        return
    if int(chosen) in ids or not card.cli:
        await _make_caller(app, people[chosen])
        return
    assigned = await _assign(app, int(chosen), card.cli)
    customer = assigned.card.customer if assigned else None
    if assigned is not None and customer is not None and await _make_caller(app, customer):
        app.say(_assigned_words(assigned, "^E"), "good")


async def _proposals(app: "AgentApp", card: CustomerCard) -> list[Proposal]:
    """Whose the number may be, also by the name and address that stand in the caller's form."""
    form = app.desk_there.card_form
    typed = form.customer() if form.open and card.customer is None else Customer()
    asked = MaybeParams(number=card.cli, name=typed.name, address=typed.address, limit=MOST)
    found = await app.ask("customer.maybe", asked)
    return list(found.proposals) if isinstance(found, Maybe) else []


def likely_words(proposal: Proposal) -> str:
    """Why it may be this one."""
    return tr(", ").join(tr(LIKELY[code]) for code in proposal.reasons if code in LIKELY)


async def _make_caller(app: "AgentApp", customer: Customer) -> bool:
    """The present call becomes this customer's."""
    call_id = app.view.call.call_id if app.view and app.view.call else ""
    if not call_id:
        return False
    if await app.ask("customer.save", SaveCustomerParams(customer=customer, call_id=call_id)) is None:
        return False
    before = app.card
    card = await app.ask("customer.show", CustomerIdParams(id=customer.id))
    if card is None:
        return False
    app.show_own_card(replace(card, cli=before.cli if before else card.cli))
    notes = app.desk_there.notes
    notes.change(replace(notes.note, customer_id=customer.id))
    return True


async def assign_typed(app: "AgentApp", file: CustomerFile) -> bool:
    """From the file: a number that is typed becomes the customer's, or one person's of the file."""
    name = file.customer.name
    typed = await app.push_screen_wait(Entry(tr("Which number belongs to {name}?", name=name)))
    if not typed:
        return False
    person = "0"
    if file.persons:
        people = [Choice(("0",), "0", name)]
        people += [
            Choice((str(n),), str(one.id), f"{one.name} {one.relation}")
            for n, one in enumerate(file.persons[:MOST], 1)
        ]
        chosen = await app.choose(Chooser(tr("Whose number is {number}?", number=typed), people))
        if chosen is None:
            return False
        person = chosen
    assigned = await _assign(app, file.customer.id, typed, int(person))
    if assigned is not None:
        app.say(_assigned_words(assigned, "^E" if person == "0" else "p"), "good")
    return assigned is not None


async def _assign(app: "AgentApp", customer_id: int, number: str, person_id: int = 0) -> Assigned | None:
    asked = AssignNumberParams(customer_id=customer_id, number=number, person_id=person_id)
    found = await app.ask("customer.assign_number", asked)
    return found if isinstance(found, Assigned) else None


def _assigned_words(assigned: Assigned, undo: str) -> str:
    """What was done, and the key that changes it back."""
    customer, number = assigned.card.customer, phone_number(assigned.card.cli)
    name = customer.name if customer else ""
    if assigned.calls:
        words = mark("{number} is {name}'s now, with {count} earlier calls; {key} changes it")
        return tr(words, number=number, name=name, count=assigned.calls, key=undo)
    return tr("{number} is {name}'s now; {key} changes it", number=number, name=name, key=undo)
