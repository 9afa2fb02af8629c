"""One customer out of several sources: our own is never lost, and the order of sources says nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from engine.core.customers.merging import (
    LISTS,
    OWN_FIELDS,
    SINGLES,
    Own,
    Said,
    SourceRule,
    fits,
    is_given,
    merge,
    own_changes,
)
from engine.core.records import Customer

CABLE = SourceRule(id="cable", priority=10)
TV = SourceRule(id="tv", priority=20)
NET = SourceRule(id="net", priority=20)
RULES = {rule.id: rule for rule in (CABLE, TV, NET)}


def said(source: str, key: str = "1", *, as_of: int = 100, gone: bool = False, **values: Any) -> Said:
    return Said(source=source, key=key, as_of=as_of, values=values, gone=gone)


# Stories


def test_our_own_word_stands_before_all_sources() -> None:
    merged = merge(Customer(), {"name": Own(value="张华山")}, [said("cable", name="张三")], RULES)
    assert merged.customer.name == "张华山"
    assert merged.origin["name"] == "own"


def test_the_source_of_the_smallest_number_speaks() -> None:
    merged = merge(Customer(), {}, [said("tv", address="西街"), said("cable", address="东街")], RULES)
    assert (merged.customer.address, merged.origin["address"], merged.conflicts) == ("东街", "cable", ())


def test_a_field_may_have_a_priority_of_its_own_and_the_rest_is_not_asked() -> None:
    rules = {**RULES, "tv": SourceRule(id="tv", priority=20, fields={"address": 1})}
    merged = merge(
        Customer(), {}, [said("tv", address="西街", area="城西"), said("cable", address="东街")], rules
    )
    assert (merged.customer.address, merged.customer.area) == ("西街", "")


def test_who_is_not_configured_any_more_says_nothing() -> None:
    merged = merge(Customer(phones=("1",)), {}, [said("old", name="旧", phones=("2",))], RULES)
    assert merged.customer == Customer(phones=("1",))


def test_equals_that_contradict_each_other_decide_nothing() -> None:
    before = Customer(address="老地方")
    merged = merge(before, {}, [said("tv", address="西街"), said("net", address="东街")], RULES)
    assert merged.customer.address == "老地方"
    assert [found.field for found in merged.conflicts] == ["address"]
    assert merged.conflicts[0].said == (("net", "1", "东街"), ("tv", "1", "西街"))


def test_width_and_blanks_are_no_contradiction() -> None:
    records = [said("tv", address="西街 1号", vip=True), said("net", address="西街１号", vip=True)]
    merged = merge(Customer(), {}, records, RULES)
    assert (merged.conflicts, merged.customer.address, merged.customer.vip) == ((), "西街１号", True)


def test_a_second_card_is_no_contradiction_and_the_one_that_stands_stays() -> None:
    cards = [said("tv", "a", card_number="11"), said("tv", "b", card_number="22")]
    assert merge(Customer(), {}, cards, RULES).customer.card_number == "11"
    assert merge(Customer(card_number="22"), {}, cards, RULES).customer.card_number == "22"


def test_who_has_vanished_speaks_only_where_nobody_else_does() -> None:
    records = [said("cable", name="旧名", area="城东", gone=True), said("tv", name="新名")]
    merged = merge(Customer(), {}, records, RULES)
    assert (merged.customer.name, merged.customer.area) == ("新名", "城东")


def test_what_a_source_takes_back_is_gone_but_only_what_it_gave() -> None:
    before = Customer(name="张三", area="城东", remark="别按门铃", phones=("1", "2", "3"))
    withdrawn = {"name": "张三", "area": "城东", "remark": "另一句", "phones": ("1", "2")}
    merged = merge(before, {}, [said("cable", phones=("2",))], RULES, withdrawn=withdrawn)
    assert merged.customer == replace(before, area="", phones=("2", "3"))


def test_lists_come_from_all_sources_and_from_us() -> None:
    own = {"packages": Own(added=("老年优惠",), removed=("基本包",))}
    records = [said("cable", packages=("基本包",)), said("net", packages=("宽带100M",))]
    merged = merge(Customer(packages=("赠送包",)), own, records, RULES)
    assert merged.customer.packages == ("赠送包", "宽带100M", "老年优惠")


def test_a_balance_older_than_a_payment_here_is_not_believed() -> None:
    before = Customer(balance_fen=5000)
    old, new = said("cable", as_of=100, balance_fen=0), said("tv", as_of=300, balance_fen=4000)
    merged = merge(before, {}, [old], RULES, paid_at=200)
    assert (merged.customer.balance_fen, merged.balance_kept) == (5000, True)
    # Nor is another account's balance put in its place.
    merged = merge(before, {}, [old, new], RULES, paid_at=200)
    assert (merged.customer.balance_fen, merged.balance_kept) == (5000, True)
    merged = merge(before, {}, [old], RULES, paid_at=100)
    assert (merged.customer.balance_fen, merged.balance_kept) == (0, False)


def test_what_we_change_is_written_down_by_field() -> None:
    before = Customer(name="张三", phones=("1", "2"), balance_fen=1)
    after = Customer(name="张三丰", phones=("2", "3"), balance_fen=2)
    assert own_changes(before, after, {}) == {
        "name": Own(value="张三丰"),
        "phones": Own(added=("3",), removed=("1",)),
    }
    # And the other way round: the newest word counts for each number.
    own = {"phones": Own(added=("3",), removed=("1",))}
    back = own_changes(after, replace(after, phones=("2", "1")), own)
    assert back["phones"] == Own(added=("1",), removed=("3",))


def test_whom_a_record_is_about() -> None:
    keys = ("customer_number", "card_number", "phone_name")
    assert fits({}, keys) == ()
    assert fits({"customer_number": (3,), "phone_name": (4,)}, keys) == (3,)
    assert fits({"customer_number": (3,), "card_number": (4,)}, keys) == (3, 4)
    assert fits({"phone_name": (4, 2)}, keys) == (2, 4)
    assert fits({"phone_name": (4,)}, keys[:2]) == ()
    assert fits({"card_number": (4,)}, keys[:1]) == ()


@pytest.mark.parametrize(
    ("value", "given_"), [("", False), ((), False), (None, False), (0, True), (False, True)]
)
def test_an_empty_cell_says_nothing(value: Any, given_: bool) -> None:
    assert is_given(value) is given_


# Properties, on a small alphabet so that sources often agree and often do not

TEXTS = some.sampled_from(["", "甲", "乙", "丙"])
PHONES = some.lists(some.sampled_from(["1", "2", "3", "4"]), unique=True, max_size=3).map(tuple)
NAMES = ("name", "address", "remark", "customer_number")


def values() -> some.SearchStrategy[dict[str, Any]]:
    texts = {name: TEXTS for name in NAMES}
    return some.fixed_dictionaries(
        {}, optional={**texts, "phones": PHONES, "packages": PHONES, "balance_fen": some.integers(-2, 2)}
    )


RECORDS = some.lists(
    some.tuples(some.sampled_from(["cable", "tv", "net"]), some.sampled_from("ab"), values(), some.booleans(),
                some.integers(0, 4)),
    max_size=5,
    unique_by=lambda one: (one[0], one[1]),
).map(lambda rows: [Said(source=s, key=k, as_of=t, values=v, gone=g) for s, k, v, g, t in rows])  # fmt: skip
CUSTOMERS = some.builds(Customer, name=TEXTS, address=TEXTS, remark=TEXTS, phones=PHONES, packages=PHONES,
                        balance_fen=some.integers(-2, 2))  # fmt: skip
OWN = some.fixed_dictionaries(
    {},
    optional={
        **{name: TEXTS.map(lambda text: Own(value=text)) for name in NAMES},
        "phones": some.builds(Own, added=PHONES, removed=PHONES).map(
            lambda own: Own(added=tuple(n for n in own.added if n not in own.removed), removed=own.removed)
        ),
    },
)


@settings(max_examples=120, deadline=None)
@given(before=CUSTOMERS, own=OWN, records=RECORDS, withdrawn=values(), paid_at=some.integers(0, 5))
def test_our_own_is_never_lost(
    before: Customer, own: dict[str, Own], records: list[Said], withdrawn: dict[str, Any], paid_at: int
) -> None:
    after = merge(before, own, records, RULES, withdrawn=withdrawn, paid_at=paid_at).customer
    for name, ours in own.items():
        if name in LISTS:
            assert set(ours.added) <= set(getattr(after, name))
            assert not set(ours.removed) & set(getattr(after, name))
        else:
            assert getattr(after, name) == ours.value


@settings(max_examples=120, deadline=None)
@given(before=CUSTOMERS, own=OWN, records=RECORDS, paid_at=some.integers(0, 5), chance=some.randoms())
def test_the_order_of_sources_says_nothing_and_twice_is_as_once(
    before: Customer, own: dict[str, Own], records: list[Said], paid_at: int, chance: Any
) -> None:
    merged = merge(before, own, records, RULES, paid_at=paid_at)
    shuffled = list(records)
    chance.shuffle(shuffled)
    assert merge(before, own, shuffled, RULES, paid_at=paid_at) == merged
    again = merge(merged.customer, own, records, RULES, paid_at=paid_at)
    assert (again.customer, again.conflicts) == (merged.customer, merged.conflicts)


@settings(max_examples=120, deadline=None)
@given(before=CUSTOMERS, records=RECORDS)
def test_nothing_is_invented(before: Customer, records: list[Said]) -> None:
    after = merge(before, {}, records, RULES).customer
    for name in SINGLES:
        told = [one.values[name] for one in records if name in one.values]
        assert getattr(after, name) in [getattr(before, name), *told]
    for name in LISTS:
        told = [text for one in records for text in one.values.get(name, ())]
        assert set(getattr(after, name)) == {*getattr(before, name), *told}


@settings(max_examples=120, deadline=None)
@given(before=CUSTOMERS, edits=some.lists(CUSTOMERS, max_size=4), records=RECORDS)
def test_an_edit_stands_whatever_the_sources_say_afterwards(
    before: Customer, edits: list[Customer], records: list[Said]
) -> None:
    own: dict[str, Own] = {}
    present = before
    for edit in edits:
        edit = replace(edit, balance_fen=present.balance_fen)
        own |= own_changes(present, edit, own)
        present = edit
    after = merge(present, own, records, RULES).customer
    for name in OWN_FIELDS:
        if name in own and name not in LISTS:
            assert getattr(after, name) == getattr(present, name)
        if name in own and name in LISTS:
            assert set(own[name].added) <= set(getattr(present, name))
            assert not set(own[name].removed) & set(getattr(after, name))
