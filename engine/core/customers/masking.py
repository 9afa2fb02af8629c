"""The middle of phone and identity numbers, hidden from those who need it not.

Rules
1. Of a phone number at most its first three and last four digits are shown: 139****5678.
2. Of an identity number the first four and last four: 6201**********1234.
3. What is short shows less; at least as much is hidden as is needed that nobody can guess the rest by hand.
4. A ticket shows its number to who owns it, to who goes there, and to the department that has it.
5. A masked number that comes back stands for the stored one that looks the same masked; a form that was shown
   masked and is saved changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.core.customers.records import CustomerFile, Person
from engine.core.records import Customer, CustomerCard
from engine.core.states import SUPERVISING, Role
from engine.core.tickets.records import Actor, Ticket

Numbered = TypeVar("Numbered", Customer, Person)

STAR = "*"

# (least length, shown at the beginning, shown at the end), the first that fits counts.
_PHONE = ((10, 3, 4), (8, 2, 2), (6, 1, 2), (4, 0, 2), (0, 0, 0))
_IDENTITY = ((15, 4, 4), (10, 2, 3), (6, 1, 1), (0, 0, 0))
_IN_TEXT = re.compile(r"(?<![0-9])(?:1[3-9][0-9]{9}|0[1-9][0-9]{8,10})(?![0-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody may see of customers: whose phones are in clear, and whether identity numbers are.

    `customers` are those who are on the line or have a ticket of this person, `numbers` their numbers.
    """

    all_phones: bool = False
    id_numbers: bool = False
    customers: frozenset[int] = frozenset()
    numbers: frozenset[str] = frozenset()

    def sees_phones_of(self, customer_id: int) -> bool:
        """Whether the phones of this customer are in clear."""
        return self.all_phones or (customer_id > 0 and customer_id in self.customers)


def sight_of(
    role: Role,
    *,
    hide_phones: bool,
    hide_id_numbers: bool,
    customers: Sequence[int] = (),
    numbers: Sequence[str] = (),
) -> Sight:
    """What a role may see under the site's [privacy]."""
    return Sight(
        all_phones=role in SUPERVISING or not hide_phones,
        id_numbers=not hide_id_numbers,
        customers=frozenset(customers),
        numbers=frozenset(number for number in numbers if number),
    )


def masked_phone(number: str) -> str:
    """A phone number with its middle hidden."""
    return _masked(number, _PHONE)


def masked_identity(number: str) -> str:
    """An identity number with its middle hidden."""
    return _masked(number, _IDENTITY)


def is_masked(text: str) -> bool:
    """Whether this is a number that was shown masked."""
    return STAR in text


def _masked(text: str, rules: Sequence[tuple[int, int, int]]) -> str:
    if is_masked(text):  # masking twice hides nothing more
        return text
    begin, end = next((begin, end) for least, begin, end in rules if len(text) >= least)
    return text[:begin] + STAR * (len(text) - begin - end) + text[len(text) - end :]


# What goes out


def masked_customer(customer: Customer, sight: Sight) -> Customer:
    """A customer as `sight` may see it."""
    return replace(
        customer,
        phones=_phones(customer.phones, customer.id, sight),
        id_number=customer.id_number if sight.id_numbers else masked_identity(customer.id_number),
    )


def masked_person(person: Person, customer_id: int, sight: Sight) -> Person:
    """A person of a customer's file likewise."""
    return replace(
        person,
        phones=_phones(person.phones, customer_id, sight),
        id_number=person.id_number if sight.id_numbers else masked_identity(person.id_number),
    )


def masked_card(card: CustomerCard, sight: Sight) -> CustomerCard:
    """A card likewise; the number that was asked for is known to who asked."""
    return replace(
        card,
        customer=None if card.customer is None else masked_customer(card.customer, sight),
        matches=tuple(masked_customer(one, sight) for one in card.matches),
    )


def masked_file(file: CustomerFile, sight: Sight) -> CustomerFile:
    """A whole file likewise; `masked` tells whether anything is hidden."""
    customer = masked_customer(file.customer, sight)
    persons = tuple(masked_person(one, customer.id, sight) for one in file.persons)
    hidden = customer != file.customer or persons != file.persons
    return replace(file, customer=customer, persons=persons, masked=hidden)


def masked_ticket(ticket: Ticket, actor: Actor, sight: Sight) -> Ticket:
    """A ticket as somebody may see it."""
    goes_there = actor.role is Role.STATION or actor.staff_number == ticket.technician
    has_it = ticket.department != "" and ticket.department == actor.department
    if goes_there or has_it or actor.staff_number == ticket.owner:
        return ticket
    return replace(ticket, phone=masked_number(ticket.phone, ticket.customer_id, sight))


def masked_number(number: str, customer_id: int, sight: Sight) -> str:
    """The number of a customer, 0 for nobody who is known."""
    known = sight.sees_phones_of(customer_id) or number in sight.numbers
    return number if known else masked_phone(number)


def masked_text(text: str) -> str:
    """A text with the middle of the phone numbers in it hidden."""
    return _IN_TEXT.sub(lambda found: masked_phone(found[0]), text)


def _phones(phones: Sequence[str], customer_id: int, sight: Sight) -> tuple[str, ...]:
    return tuple(masked_number(number, customer_id, sight) for number in phones)


# What comes back


def unmasked(entered: Numbered, stored: Numbered) -> Numbered | None:
    """A customer or person as meant: masked numbers are the stored ones. None where one is nobody's."""
    phones = unmasked_phones(entered.phones, stored.phones)
    id_number = unmasked_identity(entered.id_number, stored.id_number)
    if phones is None or id_number is None:
        return None
    return replace(entered, phones=phones, id_number=id_number)


def unmasked_phones(entered: Sequence[str], stored: Sequence[str]) -> tuple[str, ...] | None:
    """The numbers that are meant; of two that look alike masked, the first is meant by the first.

    None where a masked one stands for none of those that are stored.
    """
    left = [number for number in stored if number not in entered]
    meant: list[str] = []
    for text in entered:
        if is_masked(text):
            found = next((number for number in left if masked_phone(number) == text.strip()), None)
            if found is None:
                return None
            left.remove(found)
            meant.append(found)
        else:
            meant.append(text)
    return tuple(meant)


def unmasked_identity(entered: str, stored: str) -> str | None:
    """The identity number that is meant, None where a masked one stands for another than the stored one."""
    if not is_masked(entered):
        return entered
    return stored if masked_identity(stored) == entered.strip() else None
