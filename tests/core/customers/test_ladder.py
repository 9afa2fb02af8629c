"""The customer ladder, importance, and who is meant: rules that anybody can check."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.customers.importance import settled
from engine.core.customers.ladder import DAY_MS, Story, stage_of
from engine.core.customers.likelihood import Hint, Match, Standing, likelihood, proposed
from engine.core.customers.records import Address, Stage
from engine.core.records import Customer

NOW = 4000 * DAY_MS


def ago(days: int) -> int:
    return NOW - days * DAY_MS


@pytest.mark.parametrize(
    ("story", "stage"),
    [
        (Story(buys=False, since=ago(3000)), Stage.POTENTIAL),
        (Story(buys=True), Stage.NEW),
        (Story(buys=True, since=ago(10)), Stage.NEW),
        (Story(buys=True, since=ago(10), mark=5, mark_at=ago(2)), Stage.SATISFIED),
        (Story(buys=True, since=ago(10), mark=2, mark_at=ago(2)), Stage.NEW),
        (Story(buys=True, since=ago(300), mark=5, mark_at=ago(2), complaint_at=ago(200)), Stage.SATISFIED),
        (Story(buys=True, since=ago(300), mark=5, mark_at=ago(250), complaint_at=ago(200)), Stage.NEW),
        (Story(buys=True, since=ago(365)), Stage.KEPT),
        (Story(buys=True, since=ago(365), complaint_at=ago(30)), Stage.NEW),
        (Story(buys=True, since=ago(1825)), Stage.OLD),
        (Story(buys=True, since=ago(1825), complaint_at=ago(30)), Stage.KEPT),
        (Story(buys=True, since=ago(1825), complaint_at=ago(200)), Stage.OLD),
    ],
)
def test_the_stage_of_a_story(story: Story, stage: Stage) -> None:
    assert stage_of(story, NOW) == stage


IMPORTANCE = st.sampled_from(["", "vip", "enterprise"])


@given(IMPORTANCE, st.booleans(), IMPORTANCE, st.booleans())
def test_importance_and_vip_say_the_same(a: str, b: bool, c: str, d: bool) -> None:
    before = settled(Customer(), Customer(importance=a, vip=b))
    after = settled(before, Customer(importance=c, vip=d))
    for one in (before, after):
        assert one.importance == "enterprise" or one.vip == (one.importance == "vip")
        assert settled(Customer(), one) == one
    if c != before.importance:
        assert after.importance == c


def test_whichever_word_was_changed_counts() -> None:
    vip = Customer(importance="vip", vip=True)
    assert settled(vip, Customer(importance="vip", vip=False)).importance == ""
    assert settled(vip, Customer(importance="", vip=True)).vip is False
    assert settled(Customer(), Customer(vip=True)).importance == "vip"
    firm = settled(vip, Customer(importance="enterprise", vip=True))
    assert (firm.importance, firm.vip) == ("enterprise", True)


STANDINGS = st.builds(
    Standing, important=st.booleans(), open=st.booleans(), last_contact=st.integers(0, 5000 * DAY_MS)
)


@given(st.sampled_from(Match), STANDINGS, st.sampled_from(Match), STANDINGS)
def test_a_better_match_outweighs_any_standing(a: Match, b: Standing, c: Match, d: Standing) -> None:
    if a > c:
        assert likelihood(a, b, NOW) > likelihood(c, d, NOW)


def test_who_has_something_open_is_meant_then_the_important_then_the_last_caller() -> None:
    ranked = [
        Standing(important=True, open=True, last_contact=ago(1)),
        Standing(open=True),
        Standing(important=True, last_contact=ago(3)),
        Standing(important=True),
        Standing(last_contact=ago(0)),
        Standing(last_contact=ago(3)),
        Standing(last_contact=ago(20)),
        Standing(last_contact=ago(400)),
    ]
    weights = [likelihood(Match.NAME, one, NOW) for one in ranked]
    assert weights == sorted(weights, reverse=True)
    assert len(set(weights[:-1])) == len(weights) - 1


def test_a_number_that_called_as_somebody_before_is_likelier_than_a_name() -> None:
    called, named = frozenset({Hint.CALLED}), frozenset({Hint.NAME})
    assert proposed(called, Standing(), NOW) > proposed(named, Standing(), NOW)
    assert proposed(named | {Hint.ADDRESS}, Standing(), NOW) > proposed(called, Standing(), NOW)


def test_an_address_in_one_line() -> None:
    assert Address(text="(老供销社) ", town="城关镇", building="3号楼", room="501").words == (
        "(老供销社) 城关镇3号楼501"
    )
