"""The check of self-service: values that nobody gives, calls and returns, services asked for ever."""

import tomllib
from typing import Any

import pytest
from calling import flow_of

from engine.core.ivr.check import check_flow, check_raw
from engine.core.ivr.lengths import estimated_seconds, lengths_of
from engine.core.ivr.links import Links
from engine.core.ivr.problems import FlowProblem, ProblemCode
from engine.core.ivr.ways import SERVICE_SECONDS, Reach, Ways, way_to_human, ways_to_services
from engine.core.voice.template import slots_of

SAYS = {
    "hello": frozenset[str](),
    "name": frozenset({"name"}),
    "rest": frozenset({"balance"}),
    "bill": frozenset({"month", "amount"}),
    "owed": frozenset({"arrears"}),
    "all_bills": frozenset({"bills"}),
    "read_back": frozenset({"account"}),
    "technical_error": frozenset[str](),
}
QUEUE = """
[nodes.agent]
kind = "queue"
queue = "general"
on_timeout = "bye"
on_full = "bye"
on_no_agents = "bye"
on_closed = "bye"
[nodes.bye]
kind = "hangup"
"""
RECOGNISE = """
start = "who"
operator = "agent"
[nodes.who]
kind = "service"
service = "recognise"
outcomes = { found = "go", several = "agent", unknown = "agent", failed = "agent" }
"""
BALANCE = """
[nodes.go]
kind = "service"
service = "balance"
outcomes = { paid = "said", owing = "said", unidentified = "agent", failed = "agent" }
"""
SIGN_IN = """
start = "card"
operator = "agent"
[nodes.card]
kind = "entry"
prompts = ["hello"]
store = "account"
confirm = "read_back"
wrong = "hello"
no_input = "hello"
next = "password"
exhausted = "agent"
[nodes.password]
kind = "entry"
prompts = ["hello"]
store = "password"
secret = true
shortest = 6
longest = 6
wrong = "hello"
no_input = "hello"
next = "ask"
exhausted = "agent"
[nodes.ask]
kind = "service"
service = "sign_in"
with = { account = "{account}", password = "{password}" }
outcomes = { found = "go", wrong = "agent", locked = "agent", failed = "agent" }
"""


def node(name: str, **keys: Any) -> str:
    """A section of a flow file."""
    return f"\n[nodes.{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{key}" = {_toml(item)}' for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def say(name: str, *prompts: str, then: str = "agent") -> str:
    return node(name, kind="play", prompts=list(prompts), next=then)


def found(text: str) -> list[tuple[ProblemCode, str, str, str, str]]:
    """Code, node, key, value and nearest name of all problems of a flow with a queue."""
    problems: list[FlowProblem] = check_raw(tomllib.loads(text + QUEUE), {"general"}, SAYS, SAYS)
    return [(p.code, p.node, p.key, p.value, p.nearest) for p in problems]


def test_what_a_service_gives_may_be_said_after_it() -> None:
    assert found(RECOGNISE + BALANCE + say("said", "name", "rest", "owed")) == []


def test_what_no_service_has_given_yet_is_told_with_the_nearest_name() -> None:
    text = RECOGNISE + say("go", "rest", "name")
    assert found(text) == [(ProblemCode.UNKNOWN_VALUE, "go", "prompts", "balance", "")]
    switch = node("go", kind="switch", on="aera", cases={"城东": "bye"}, otherwise="agent")
    assert found(RECOGNISE + switch) == [(ProblemCode.UNKNOWN_VALUE, "go", "on", "aera", "area")]


def test_a_value_is_there_only_behind_the_outcome_that_gives_it() -> None:
    text = RECOGNISE.replace('unknown = "agent"', 'unknown = "stranger"') + BALANCE + say("said", "rest")
    assert found(text + say("stranger", "name")) == [
        (ProblemCode.UNKNOWN_VALUE, "stranger", "prompts", "name", "")
    ]


def test_what_was_keyed_in_may_be_read_back_and_asked_with() -> None:
    assert found(SIGN_IN + BALANCE + say("said", "read_back")) == []


def test_an_argument_of_a_service_has_to_come_from_somewhere() -> None:
    text = (SIGN_IN + BALANCE + say("said", "rest")).replace('"{account}"', '"{acount}"')
    assert found(text) == [(ProblemCode.UNKNOWN_VALUE, "ask", "with.account", "acount", "account")]


def test_rows_are_gone_through_by_a_list() -> None:
    bills = node(
        "go",
        kind="service",
        service="bills",
        outcomes={"found": "said", "none": "agent", "unidentified": "agent", "failed": "agent"},
    )
    rows = {"kind": "list", "items": "bills", "prompts": ["bill"], "next": "agent", "hint": "hello"}
    assert found(RECOGNISE + bills + node("said", **rows)) == []
    chosen = node("said", **rows, chosen="one")
    assert found(RECOGNISE + bills + chosen + say("one", "bill")) == []
    left = node("said", **{**rows, "next": "one"})
    unknown = {(code, value) for code, _, _, value, _ in found(RECOGNISE + bills + left + say("one", "bill"))}
    assert unknown == {(ProblemCode.UNKNOWN_VALUE, "month"), (ProblemCode.UNKNOWN_VALUE, "amount")}
    no_rows = node("said", **{**rows, "items": "name"}) + say("one", "hello")
    assert (ProblemCode.NOT_ROWS, "said", "items", "name", "") in found(RECOGNISE + bills + no_rows)
    whole = found(RECOGNISE + bills + say("said", "all_bills"))
    assert whole == [(ProblemCode.ROWS_NOT_PLAIN, "said", "prompts", "bills", "")]
    silent = node("said", **{**rows, "hint": ""})
    assert found(RECOGNISE + bills + silent) == [(ProblemCode.NO_HINT, "said", "hint", "", "")]


def test_set_and_recordings_give_values_too() -> None:
    text = (
        'start = "a"\noperator = "agent"'
        + node("a", kind="set", values={"name": "x"}, next="b")
        + node("b", kind="message", prompts=["name"], store="words", next="c", exhausted="agent")
        + node(
            "c",
            kind="service",
            service="report_message",
            **{"with": {"kind": "report", "recording": "{words}"}},
            outcomes={"done": "d", "failed": "agent"},
        )
        + node("d", kind="transfer", agent="{words}", failed="e")
        + node("e", kind="transfer", number="{who}", failed="agent")
    )
    assert found(text) == [(ProblemCode.UNKNOWN_VALUE, "e", "number", "who", "")]


def test_whoever_is_sent_by_an_agent_may_know_anything() -> None:
    text = RECOGNISE + BALANCE + say("said", "rest") + say("sent", "name") + 'title = "来"\n'
    assert found(text) == []


def test_a_password_that_nobody_asked_for_is_told() -> None:
    order = node(
        "go",
        kind="service",
        service="order",
        **{"with": {"offer": 3, "price": 1500}},
        outcomes=dict.fromkeys(("done", "already", "too_little", "gone", "unidentified", "failed"), "agent"),
    )
    assert found(RECOGNISE + order) == [(ProblemCode.NOT_KNOWN_BY_PASSWORD, "go", "", "order", "")]
    assert found(SIGN_IN + order) == []
    nobody = RECOGNISE.replace('"who"', '"go"').replace("[nodes.who]", "[nodes.unused]")
    codes = [code for code, *_ in found(nobody + BALANCE + say("said", "hello"))]
    assert ProblemCode.NOT_KNOWN_BY_NUMBER in codes


def test_a_secret_that_is_keyed_in_openly_is_told() -> None:
    """It would stand in the journal, and on the agent's card."""
    text = SIGN_IN + say("go", "hello")
    assert found(text) == []
    told = (ProblemCode.OPEN_SECRET, "password", "secret", "sign_in", "")
    assert found(text.replace("secret = true", "")) == [told]


def test_a_service_that_fails_into_itself_is_told() -> None:
    text = RECOGNISE + BALANCE.replace('failed = "agent"', 'failed = "sorry"') + say("said", "rest")
    assert found(text + say("sorry", "hello", then="go")) == [
        (ProblemCode.SERVICE_LOOP, "go", "outcomes.failed", "", "")
    ]
    other = text + say(
        "sorry", "hello", then="who"
    )  # it is the first service that fails then, into the queue
    assert [code for code, *_ in found(other)] == [ProblemCode.SILENT_LOOP]
    menu = node(
        "sorry",
        kind="menu",
        prompts=["hello"],
        keys={"1": "go"},
        wrong_key="hello",
        no_input="hello",
        exhausted="agent",
    )
    assert found(text + menu) == []


CALLS = (
    RECOGNISE
    + node("go", kind="call", node="sub", next="again")
    + node("again", kind="call", node="sub", next="agent")
)


def test_a_part_may_be_called_from_two_places() -> None:
    assert found(CALLS + say("sub", "name", then="back") + node("back", kind="return")) == []


def test_what_a_called_part_learns_is_known_after_it() -> None:
    text = (
        RECOGNISE
        + node("go", kind="call", node="ask", next="said")
        + BALANCE.replace("nodes.go", "nodes.ask").replace('"said"', '"back"')
        + node("back", kind="return")
        + say("said", "rest")
    )
    assert found(text) == []


def test_a_called_part_that_never_returns_is_told() -> None:
    assert found(CALLS + say("sub", "name")) == [
        (ProblemCode.UNREACHABLE, "again", "", "", ""),
        (ProblemCode.CALL_WITHOUT_RETURN, "go", "", "sub", ""),
    ]


def test_a_return_that_may_be_met_without_a_call_is_told() -> None:
    text = CALLS.replace('several = "agent"', 'several = "sub"')
    assert found(text + say("sub", "hello", then="back") + node("back", kind="return")) == [
        (ProblemCode.RETURN_WITHOUT_CALL, "back", "", "", "")
    ]


def test_calls_in_calls_come_back_when_the_inner_one_does() -> None:
    text = (
        CALLS
        + node("sub", kind="call", node="inner", next="back")
        + node("back", kind="return")
        + node("inner", kind="switch", on="area", cases={"城东": "back"}, otherwise="back")
    )
    assert found(text) == []
    links = Links(flow_of(text + QUEUE))
    assert links.returning == {"go", "again", "sub"}
    assert repr(links) == "<Links of <Flow 8 nodes from who>, 3 calls>"


def test_calls_in_calls_without_number_are_followed_one_by_one() -> None:
    """Not once for each of the others: the check of a long flow would take minutes."""
    most = 400
    calls = "".join(
        f'[nodes.n{i}]\nkind = "call"\nnode = "n{i + 1}"\nnext = "n{i + 1}"\n' for i in range(most)
    )
    flow = flow_of(f'start = "n0"\n{calls}[nodes.n{most}]\nkind = "return"\n')
    assert Links(flow).returning == {f"n{i}" for i in range(most)}


def test_a_part_that_calls_itself_for_ever_never_returns() -> None:
    text = RECOGNISE + node("go", kind="call", node="go", next="agent")
    assert {code for code, *_ in found(text)} >= {
        ProblemCode.CALL_WITHOUT_RETURN,
        ProblemCode.LOOP_WITHOUT_EXIT,
    }


def test_a_circle_over_a_call_is_silent_only_if_the_call_comes_back_without_a_key() -> None:
    menu = {"kind": "menu", "prompts": ["hello"], "wrong_key": "hello", "no_input": "hello"}
    text = RECOGNISE + node("go", kind="call", node="sub", next="go") + node("back", kind="return")
    keyed = node("sub", **menu, keys={"1": "back"}, exhausted="agent")
    assert found(text + keyed) == []
    waited = node("sub", **menu, keys={"1": "agent"}, exhausted="back")
    assert [code for code, *_ in found(text + waited)] == [ProblemCode.SILENT_LOOP]


def test_prompts_missing_in_one_language_are_told() -> None:
    flow = flow_of(RECOGNISE + say("go", "hello") + QUEUE)
    languages = {"zh": set(SAYS), "en": set(SAYS) - {"hello"}}
    problems = check_flow(flow, {"general"}, SAYS, languages)
    assert [(p.code, p.node, p.key, p.value) for p in problems] == [
        (ProblemCode.NO_ENGLISH, "go", "prompts", "hello")
    ]
    assert "en" in problems[0].words("zh")


def test_a_place_that_cannot_say_its_value_is_told() -> None:
    flow = flow_of(RECOGNISE + BALANCE + say("said", "rest") + QUEUE)
    for kind, wrong in (("money", []), ("moment", ["{balance:moment}"])):
        places = {"rest": slots_of(f"{{balance:{kind}}}")}
        problems = check_flow(flow, {"general"}, SAYS, None, places)
        assert [problem.value for problem in problems] == wrong
    keyed_in = RECOGNISE + node("go", kind="set", values={"balance": "2026-11-20 14:30"}, next="said")
    own = flow_of(keyed_in + say("said", "rest") + QUEUE)
    assert check_flow(own, {"general"}, SAYS, None, places) == []


def test_how_far_it_is_to_services_and_people() -> None:
    flow = flow_of(SIGN_IN + BALANCE + say("said", "rest") + QUEUE)
    seconds = dict.fromkeys(SAYS, 2.0)
    services = ways_to_services(flow, seconds)
    to_sign_in = Reach(most_keys=20 + 1 + 6, fewest_keys=2 + 1 + 6, longest_seconds=4 + 2, shortest_seconds=0)
    assert services["sign_in"] == to_sign_in
    assert services["balance"].longest_seconds == 4 + 2 + SERVICE_SECONDS
    human = way_to_human(flow, seconds)
    assert human is not None
    assert (human.most_keys, human.fewest_keys) == (27, 0)
    assert human.longest_seconds == 4 + 3 * (2 + 5) + 2 * 2  # keys in the card, and then no password
    assert list(ways_to_services(flow_of('start = "bye"' + QUEUE), seconds)) == []
    assert repr(Ways(flow, seconds)) == "<Ways of <Flow 7 nodes from card>>"


def test_a_call_costs_what_happens_in_it() -> None:
    entry = {"kind": "entry", "prompts": ["hello"], "store": "account", "longest": 4, "exhausted": "bye"}
    text = (
        RECOGNISE
        + node("go", kind="call", node="sub", next="again")
        + node("again", kind="call", node="sub", next="agent")
        + node("sub", **entry, next="back", tries=1)
        + node("back", kind="return")
    )
    text = text.replace('operator = "agent"', "").replace('several = "agent"', 'several = "go"')
    text = text.replace('unknown = "agent", failed = "agent"', 'unknown = "go", failed = "go"')
    flow = flow_of(text + QUEUE)
    assert way_to_human(flow, {"hello": 3.0}) == Reach(
        most_keys=2 * 4, fewest_keys=2 * 2, longest_seconds=SERVICE_SECONDS + 2 * 3, shortest_seconds=0
    )


def test_a_part_that_calls_itself_costs_nothing_again() -> None:
    text = (
        RECOGNISE
        + node("go", kind="call", node="sub", next="agent")
        + node("sub", kind="switch", on="area", cases={"城东": "deeper"}, otherwise="back")
        + node("deeper", kind="call", node="sub", next="back")
        + node("back", kind="return")
    )
    reach = way_to_human(flow_of(text + QUEUE), {})
    assert reach is not None
    assert reach.longest_seconds == SERVICE_SECONDS


def test_a_list_counts_as_some_rows() -> None:
    rows = {"kind": "list", "items": "bills", "prompts": ["bill"], "hint": "hello"}
    text = 'start = "rows"' + node("rows", **rows, next="agent", chosen="bye") + QUEUE
    seconds = {"bill": 4.0, "hello": 3.0}
    reach = way_to_human(flow_of(text), seconds)
    assert reach is not None
    assert reach.longest_seconds == 5 * (4 + 2) + 3
    other = (
        text.replace('"agent"', '"x"').replace('chosen = "bye"', 'chosen = "agent"').replace('"x"', '"bye"')
    )
    chosen = way_to_human(flow_of(other), seconds)
    assert chosen is not None
    assert (chosen.fewest_keys, chosen.shortest_seconds) == (1, 0)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("", 0.0), ("您好。", 0.8), ("Press one.", 0.9), ("余额{balance:money}", 2.5)],
)
def test_the_length_of_a_prompt_is_guessed_by_its_words(text: str, seconds: float) -> None:
    assert estimated_seconds(text) == pytest.approx(seconds, abs=0.15)


def test_what_was_measured_is_not_guessed() -> None:
    assert lengths_of({"a": "您好", "b": "您好"}, {"a": 9.0}) == {"a": 9.0, "b": 0.5}
