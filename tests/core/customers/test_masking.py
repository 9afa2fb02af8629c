"""Hidden numbers: never more is shown than allowed, and a form that was shown masked changes nothing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.customers import masking
from engine.core.customers.masking import Sight, masked_identity, masked_phone, sight_of
from engine.core.customers.records import CustomerFile, Person
from engine.core.records import Customer, CustomerCard
from engine.core.states import SUPERVISING, Role
from engine.core.tickets.records import Actor, Ticket

NOBODY = Sight()
PHONES = st.text("0123456789", min_size=3, max_size=20)
IDENTITIES = st.text("0123456789X", max_size=20)
CUSTOMERS = st.builds(
    Customer,
    id=st.integers(0, 5),
    name=st.sampled_from(["张华山", "李四"]),
    phones=st.lists(PHONES, unique=True, max_size=6).map(tuple),
    id_number=IDENTITIES,
)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13912345678", "139****5678"),
        ("09318881234", "093****1234"),
        ("093188812345", "093*****2345"),
        ("8881234", "8****34"),
        ("95598", "***98"),
        ("110", "***"),
        ("", ""),
    ],
)
def test_a_phone_number_shows_its_beginning_and_end(number: str, shown: str) -> None:
    assert masked_phone(number) == shown


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("620102198001011234", "6201**********1234"),
        ("E12345678", "E*******8"),
        ("1234567890", "12*****890"),
        ("12345", "*****"),
    ],
)
def test_an_identity_number_likewise(number: str, shown: str) -> None:
    assert masked_identity(number) == shown


@given(PHONES)
def test_never_more_than_seven_digits_of_a_phone_and_always_two_hidden(number: str) -> None:
    shown = masked_phone(number)
    digits = sum(character.isdigit() for character in shown)
    assert len(shown) == len(number)
    assert digits <= 7
    assert len(number) - digits >= min(2, len(number))
    assert all(a in (b, "*") for a, b in zip(shown, number, strict=True))
    assert masked_phone(shown) == shown


@given(IDENTITIES)
def test_never_more_than_eight_characters_of_an_identity_number(number: str) -> None:
    shown = masked_identity(number)
    left = sum(character != "*" for character in shown)
    assert left <= 8
    assert len(shown) == len(number)
    assert len(number) - left >= min(4, len(number))


@given(CUSTOMERS)
def test_a_customer_shown_masked_and_saved_is_unchanged(customer: Customer) -> None:
    shown = masking.masked_customer(customer, NOBODY)
    assert masking.unmasked(shown, customer) == customer


@given(CUSTOMERS, PHONES)
def test_one_number_is_added_and_the_masked_ones_stay(customer: Customer, number: str) -> None:
    shown = masking.masked_customer(customer, NOBODY)
    meant = masking.unmasked(replace(shown, phones=(*shown.phones, number)), customer)
    assert meant is not None
    if number not in customer.phones:
        assert meant.phones == (*customer.phones, number)


@given(CUSTOMERS, CUSTOMERS)
def test_a_masked_number_never_becomes_a_stored_one(one: Customer, other: Customer) -> None:
    shown = masking.masked_customer(one, NOBODY)
    meant = masking.unmasked(shown, other)
    if meant is not None:
        assert not any(masking.is_masked(number) for number in meant.phones)
        assert set(meant.phones) <= set(other.phones)


def test_a_masked_number_of_somebody_else_is_refused() -> None:
    stored = Customer(phones=("13912345678",), id_number="620102198001011234")
    assert masking.unmasked(Customer(phones=("138****0000",)), stored) is None
    assert masking.unmasked(Customer(id_number="1101**********0000"), stored) is None
    assert masking.unmasked(Person(phones=("138****0000",)), Person()) is None
    assert masking.unmasked(Person(id_number="6201****"), Person()) is None


def test_of_two_that_look_alike_none_is_lost() -> None:
    stored = ("13911115678", "13922225678")
    assert masking.unmasked_phones(("139****5678", "139****5678"), stored) == stored
    assert masking.unmasked_phones(("13922225678", "139****5678"), stored) == stored[::-1]
    assert masking.unmasked_phones(("139****5678",) * 3, stored) is None


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_what(role: Role) -> None:
    sight = sight_of(role, hide_phones=True, hide_id_numbers=True, customers=[1], numbers=["", "0931"])
    assert sight.sees_phones_of(1)
    assert sight.sees_phones_of(2) == (role in SUPERVISING)
    assert not sight.id_numbers
    assert sight.numbers == {"0931"}
    assert sight_of(role, hide_phones=False, hide_id_numbers=False) == Sight(all_phones=True, id_numbers=True)


def test_customers_that_are_not_stored_are_nobody_on_the_line() -> None:
    assert not Sight(customers=frozenset({0})).sees_phones_of(0)


def test_a_card_shows_the_number_that_was_asked_for() -> None:
    customer = Customer(id=1, phones=("13912345678", "13800001111"), id_number="620102198001011234")
    card = CustomerCard(cli="13912345678", customer=customer, matches=(replace(customer, id=2),))
    shown = masking.masked_card(card, Sight(numbers=frozenset({"13912345678"})))
    assert shown.customer is not None
    assert shown.customer.phones == ("13912345678", "138****1111")
    assert shown.matches[0].id_number == "6201**********1234"
    stranger = CustomerCard(cli="1")
    assert masking.masked_card(stranger, NOBODY) == stranger


def test_a_file_says_whether_something_is_hidden() -> None:
    person = Person(id=3, name="妻子", phones=("13700000000",), id_number="620102198001015678")
    file = CustomerFile(customer=Customer(id=1, name="张华山"), persons=(person,))
    hidden = masking.masked_file(file, NOBODY)
    assert hidden.masked
    assert hidden.persons[0].phones == ("137****0000",)
    assert masking.unmasked(hidden.persons[0], person) == person
    assert masking.masked_file(file, Sight(all_phones=True, id_numbers=True)) == file


TICKET = Ticket(
    type="fault", owner="8001", technician="8011", department="east", customer_id=5, created_at=0,
    phone="13912345678",
)  # fmt: skip


@pytest.mark.parametrize(
    ("actor", "sight"),
    [
        (Actor(staff_number="8001", role=Role.AGENT), NOBODY),  # owns it
        (Actor(staff_number="8011", role=Role.AGENT), NOBODY),  # goes there
        (Actor(staff_number="8003", role=Role.AGENT, department="east"), NOBODY),
        (Actor(staff_number="7001", role=Role.STATION, department="east"), NOBODY),
        (Actor(staff_number="8002", role=Role.AGENT), Sight(customers=frozenset({5}))),
        (Actor(staff_number="8002", role=Role.AGENT), Sight(numbers=frozenset({"13912345678"}))),
        (Actor(staff_number="8801", role=Role.SUPERVISOR), Sight(all_phones=True)),
    ],
)
def test_a_ticket_shows_its_number_to_who_needs_it(actor: Actor, sight: Sight) -> None:
    assert masking.masked_ticket(TICKET, actor, sight) == TICKET


def test_a_ticket_hides_its_number_from_others() -> None:
    other = Actor(staff_number="8002", role=Role.AGENT)
    hidden = replace(TICKET, phone="139****5678")
    assert masking.masked_ticket(TICKET, other, NOBODY) == hidden
    assert masking.masked_ticket(replace(TICKET, department=""), other, NOBODY).phone == hidden.phone


def test_numbers_in_a_text_are_hidden_and_those_of_tickets_are_not() -> None:
    text = "李四 13912345678; phone: 09318881234 => 02087654321, 261121001"
    assert masking.masked_text(text) == "李四 139****5678; phone: 093****1234 => 020****4321, 261121001"
