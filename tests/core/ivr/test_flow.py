"""Reading a flow: each mistake is named with its place, what to do, and the name that was probably meant."""

import tomllib
from typing import Any

import pytest
from calling import flow_of, shipped_texts
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.ivr.exits import exits_of
from engine.core.ivr.flow import FlowError, parse_flow
from engine.core.ivr.nodes import (
    KINDS,
    BranchNode,
    BranchOn,
    CallbackNode,
    Flow,
    HangUpNode,
    MenuNode,
    MessageNode,
    PlayNode,
    QueueNode,
    SurveyNode,
    Title,
)
from engine.core.ivr.problems import _WORDS, FlowProblem, ProblemCode, Severity
from engine.core.states import QueueExit

END = '\nnodes.end = { kind = "hangup" }\n'


def problems_of(text: str) -> list[tuple[ProblemCode, str, str]]:
    with pytest.raises(FlowError) as raised:
        flow_of(text)
    return [(problem.code, problem.node, problem.key) for problem in raised.value.problems]


def words_of(text: str, language: str = "en") -> list[str]:
    with pytest.raises(FlowError) as raised:
        flow_of(text)
    assert str(raised.value) == "\n".join(problem.words("en") for problem in raised.value.problems)
    return [problem.words(language) for problem in raised.value.problems]


def test_every_kind_is_read_with_its_defaults() -> None:
    flow = flow_of("""
        start = "hello"
        nodes.hello = { kind = "play", prompts = ["hello", "again"], next = "hours" }
        nodes.hours = { kind = "branch", on = "hours", open = "menu", closed = "message" }
        nodes.menu = { kind = "menu", prompts = ["menu"], keys = { 1 = "queue" }, exhausted = "queue" }
        nodes.message = { kind = "message", prompts = ["speak"], next = "end", exhausted = "end" }
        nodes.end = { kind = "hangup" }
        [nodes.queue]
        kind = "queue"
        queue = "general"
        on_timeout = "message"
        on_full = "message"
        on_no_agents = "message"
        on_closed = "end"
        [nodes.callback]
        kind = "callback"
        next = "end"
        [nodes.survey]
        kind = "survey"
        prompts = ["rate"]
        next = "end"
    """)
    nodes = {
        "hello": PlayNode(prompts=("hello", "again"), next="hours", barge_in=True),
        "hours": BranchNode(on=BranchOn.HOURS, targets={"open": "menu", "closed": "message"}),
        "menu": MenuNode(prompts=("menu",), keys={"1": "queue"}, exhausted="queue"),
        "message": MessageNode(prompts=("speak",), next="end", exhausted="end"),
        "end": HangUpNode(),
        "queue": QueueNode(
            queue="general",
            exits=dict.fromkeys(QueueExit, "message") | {QueueExit.CLOSED: "end"},
        ),
        "callback": CallbackNode(next="end"),
        "survey": SurveyNode(prompts=("rate",), next="end"),
    }
    assert flow == Flow(start="hello", nodes=nodes, on_error="", max_nodes=100)


def test_a_node_may_have_a_title_under_which_agents_find_it() -> None:
    flow = flow_of(
        'start = "a"\n'
        'nodes.a = { kind = "play", prompts = ["p"], next = "b", title = "资费", title_en = "Prices" }'
        '\nnodes.b = { kind = "hangup", title = "再见" }'
    )
    assert flow.titles == {"a": Title(zh="资费", en="Prices"), "b": Title(zh="再见")}


def test_a_title_stands_in_chinese_and_not_where_agents_look_elsewhere() -> None:
    text = f'start = "end"{END}nodes.a = {{ kind = "hangup", title_en = "Prices" }}'
    assert problems_of(text) == [(ProblemCode.MISSING_KEY, "a", "title")]
    asking = 'nodes.a = { kind = "survey", prompts = ["p"], next = "end", title = "评价" }'
    assert problems_of(f'start = "end"{END}{asking}') == [(ProblemCode.UNKNOWN_KEY, "a", "title")]


def test_every_value_of_the_file_counts() -> None:
    flow = flow_of("""
        start = "menu"
        on_error = "end"
        max_nodes = 50
        [nodes.menu]
        kind = "menu"
        prompts = ["menu"]
        barge_in = false
        timeout_seconds = 7
        tries = 2
        wrong_key = "wrong"
        no_input = "silence"
        exhausted = "speak"
        keys = { 0 = "end", "#" = "speak" }
        [nodes.speak]
        kind = "message"
        prompts = ["speak"]
        max_seconds = 60
        silence_seconds = 3
        min_seconds = 1
        too_short = "again"
        tries = 4
        next = "end"
        exhausted = "end"
        [nodes.end]
        kind = "hangup"
        prompts = ["bye"]
    """)
    assert (flow.start, flow.on_error, flow.max_nodes) == ("menu", "end", 50)
    assert flow.nodes["menu"] == MenuNode(
        prompts=("menu",),
        keys={"0": "end", "#": "speak"},
        exhausted="speak",
        timeout_ms=7_000,
        tries=2,
        barge_in=False,
        wrong_key="wrong",
        no_input="silence",
    )
    assert flow.nodes["speak"] == MessageNode(
        prompts=("speak",),
        next="end",
        exhausted="end",
        too_short="again",
        tries=4,
        max_seconds=60,
        silence_seconds=3,
        min_ms=1_000,
    )
    assert flow.nodes["end"] == HangUpNode(prompts=("bye",))


def test_an_empty_file_says_what_is_needed() -> None:
    assert problems_of("") == [(ProblemCode.DEAD_END, "", "start"), (ProblemCode.NO_NODES, "", "nodes")]


@pytest.mark.parametrize("nodes", ["nodes = 5", "nodes = {}", 'nodes = ["end"]'])
def test_nodes_must_be_sections(nodes: str) -> None:
    assert (ProblemCode.NO_NODES, "", "nodes") in problems_of('start = "end"\n' + nodes)


def test_a_wrong_target_names_the_nearest_node() -> None:
    text = """
        start = "greting"
        on_error = "nowhere"
        nodes.greeting = { kind = "play", prompts = ["hello"], next = "ende" }
    """
    assert words_of(text + END) == [
        "start leads to greting, which does not exist; correct the name, or add [nodes.greting]; "
        "did you mean greeting?",
        "on_error leads to nowhere, which does not exist; correct the name, or add [nodes.nowhere]",
        "[greeting] next leads to ende, which does not exist; correct the name, or add [nodes.ende]; "
        "did you mean end?",
    ]
    chinese = words_of(text + END, "zh")[2]
    assert chinese == "[greeting] next 指向的节点 ende 不存在;请改正名称,或补上 [nodes.ende];是不是 end?"


def test_a_target_that_is_itself_broken_is_no_second_mistake() -> None:
    text = 'start = "end"\n[nodes.end]\nkind = "hang_up"'
    assert words_of(text) == [
        "[end] there is no kind hang_up; use play, menu, branch, queue, message, callback, survey, hangup, "
        "entry, service, list, switch, set, call, return or transfer; did you mean hangup?"
    ]


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        ("5", (ProblemCode.NOT_A_TABLE, "a", "")),
        ("{}", (ProblemCode.MISSING_KEY, "a", "kind")),
        ("{ kind = 3 }", (ProblemCode.NOT_TEXT, "a", "kind")),
        ('{ kind = "hangup", prompts = "bye" }', (ProblemCode.NOT_A_LIST, "a", "prompts")),
        ('{ kind = "hangup", prompts = [""] }', (ProblemCode.NOT_A_LIST, "a", "prompts")),
        ('{ kind = "hangup", prompts = [1] }', (ProblemCode.NOT_A_LIST, "a", "prompts")),
        ('{ kind = "hangup", next = "end" }', (ProblemCode.UNKNOWN_KEY, "a", "next")),
        ('{ kind = "play", next = "end" }', (ProblemCode.MISSING_KEY, "a", "prompts")),
        ('{ kind = "play", prompts = ["p"] }', (ProblemCode.DEAD_END, "a", "next")),
        ('{ kind = "play", prompts = ["p"], next = "" }', (ProblemCode.DEAD_END, "a", "next")),
        ('{ kind = "play", prompts = ["p"], next = 1 }', (ProblemCode.NOT_TEXT, "a", "next")),
        (
            '{ kind = "play", prompts = ["p"], next = "end", barge_in = "no" }',
            (ProblemCode.NOT_YES_OR_NO, "a", "barge_in"),
        ),
        ('{ kind = "branch" }', (ProblemCode.MISSING_KEY, "a", "on")),
        ('{ kind = "branch", on = "hours", open = "end" }', (ProblemCode.DEAD_END, "a", "closed")),
        (
            '{ kind = "branch", on = "agents", present = "end", none = "end", open = "end" }',
            (ProblemCode.UNKNOWN_KEY, "a", "open"),
        ),
        (
            '{ kind = "branch", on = "hour", open = "end", closed = "end" }',
            (ProblemCode.UNKNOWN_QUESTION, "a", "on"),
        ),
        (
            '{ kind = "queue", on_timeout = "end", on_full = "end", on_no_agents = "end", '
            'on_closed = "end" }',
            (ProblemCode.MISSING_KEY, "a", "queue"),
        ),
        (
            '{ kind = "queue", queue = "q", on_full = "end", on_no_agents = "end", on_closed = "end" }',
            (ProblemCode.DEAD_END, "a", "on_timeout"),
        ),
        ('{ kind = "message", prompts = ["p"], next = "end" }', (ProblemCode.DEAD_END, "a", "exhausted")),
    ],
)
def test_one_mistake_gives_one_problem(node: str, problem: tuple[ProblemCode, str, str]) -> None:
    assert problems_of('start = "end"\nnodes.a = ' + node + END) == [problem]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("keys = {}", (ProblemCode.NO_KEYS, "a", "keys")),
        ('keys = "1"', (ProblemCode.NO_KEYS, "a", "keys")),
        ('keys = { 10 = "end" }', (ProblemCode.BAD_DIGIT, "a", "keys")),
        ('keys = { A = "end" }', (ProblemCode.BAD_DIGIT, "a", "keys")),
        ('keys = { "" = "end" }', (ProblemCode.BAD_DIGIT, "a", "keys")),
        ("keys = { 1 = 2 }", (ProblemCode.NOT_TEXT, "a", "keys.1")),
        ('keys = { 1 = "" }', (ProblemCode.DEAD_END, "a", "keys.1")),
        ('keys = { 1 = "edn" }', (ProblemCode.UNKNOWN_TARGET, "a", "keys.1")),
        ('keys = { 1 = "end" }\ntries = 0', (ProblemCode.NOT_A_NUMBER, "a", "tries")),
        ('keys = { 1 = "end" }\ntries = 10', (ProblemCode.NOT_A_NUMBER, "a", "tries")),
        ('keys = { 1 = "end" }\ntries = true', (ProblemCode.NOT_A_NUMBER, "a", "tries")),
        ('keys = { 1 = "end" }\ntimeout_seconds = "5"', (ProblemCode.NOT_A_NUMBER, "a", "timeout_seconds")),
        ('keys = { 1 = "end" }\nwrong_key = ["w"]', (ProblemCode.NOT_TEXT, "a", "wrong_key")),
        ('keys = { 1 = "end" }\nbargein = true', (ProblemCode.UNKNOWN_KEY, "a", "bargein")),
    ],
)
def test_one_mistake_in_a_menu_gives_one_problem(line: str, problem: tuple[ProblemCode, str, str]) -> None:
    menu = '[nodes.a]\nkind = "menu"\nprompts = ["p"]\nexhausted = "end"\n'
    assert problems_of('start = "end"' + END + menu + line) == [problem]


def test_a_menu_without_a_way_for_silent_callers_is_refused() -> None:
    menu = 'nodes.a = { kind = "menu", prompts = ["p"], keys = { 1 = "end" } }'
    assert problems_of('start = "a"\n' + menu + END) == [(ProblemCode.NO_TIME_OUT_PATH, "a", "exhausted")]


def test_an_unknown_key_names_the_nearest_one() -> None:
    assert words_of('start = "end"\nmaxnodes = 20' + END) == [
        "maxnodes is not known; correct or delete it; did you mean max_nodes?"
    ]


@pytest.mark.parametrize("name", ["a b", "a.b", "", "x" * 41, "a\nb", "a;b"])
def test_names_of_nodes_are_plain_words(name: str) -> None:
    with pytest.raises(FlowError) as raised:
        parse_flow({"start": name, "nodes": {name: {"kind": "hangup"}}})
    assert ProblemCode.BAD_NAME in [problem.code for problem in raised.value.problems]


def test_names_of_nodes_may_be_chinese() -> None:
    assert list(flow_of('start = "问候"\nnodes."问候" = { kind = "hangup" }').nodes) == ["问候"]


def test_all_mistakes_are_told_at_once() -> None:
    text = 'start = "x"\nnodes.a = { kind = "play" }\nnodes.b = { kind = "menu", prompts = ["p"] }'
    assert problems_of(text) == [
        (ProblemCode.MISSING_KEY, "a", "prompts"),
        (ProblemCode.DEAD_END, "a", "next"),
        (ProblemCode.NO_KEYS, "b", "keys"),
        (ProblemCode.NO_TIME_OUT_PATH, "b", "exhausted"),
        (ProblemCode.UNKNOWN_TARGET, "", "start"),
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", ProblemCode)
def test_every_problem_has_words_that_say_what_to_do(code: ProblemCode, language: str) -> None:
    words = FlowProblem(code=code, node="n", key="KEY", value="VALUE").words(language)
    assert words.startswith("[n] ")
    assert "{" not in words.replace("{ ", "")
    assert set(_WORDS) == set(ProblemCode)


def test_only_errors_keep_a_flow_from_being_used() -> None:
    warnings = {code for code in ProblemCode if FlowProblem(code=code).severity is Severity.WARNING}
    assert {ProblemCode.UNREACHABLE, ProblemCode.NO_WRONG_KEY_PROMPT, ProblemCode.NO_HUMAN} <= warnings
    assert not {ProblemCode.DEAD_END, ProblemCode.UNKNOWN_TARGET, ProblemCode.NODE_TWICE} & warnings


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=3)
    | st.sampled_from(["a", "b", *KINDS.values()]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
keys_of_the_file = ["kind", "prompts", "next", "keys", "tries", "exhausted", "on", "open", "queue", "on_full"]
nodes = st.dictionaries(st.sampled_from(keys_of_the_file), values)


def reading(raw: dict[str, Any]) -> tuple[FlowProblem, ...]:
    try:
        parse_flow(raw)
    except FlowError as error:
        return error.problems
    return ()


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["start", "on_error", "max_nodes", "nodes", "node"]),
        values | st.dictionaries(st.sampled_from("ab"), nodes | values),
    )
)
def test_any_file_is_read_or_refused_in_words(raw: dict[str, Any]) -> None:
    found = reading(raw)
    assert all(problem.words("zh") and problem.words("en") for problem in found)
    if not found:
        assert parse_flow(raw).start in raw["nodes"]


def test_the_shipped_files_show_every_kind_and_key() -> None:
    nodes = [node for text in shipped_texts().values() for node in tomllib.loads(text)["nodes"].values()]
    shown: dict[str, set[str]] = {kind: set() for kind in KINDS.values()}
    for node in nodes:
        shown[node["kind"]] |= set(node)
    shown["transfer"].add("to a number of one's own")
    assert all(shown.values())
    assert {"timeout_seconds", "tries", "barge_in", "wrong_key", "no_input", "exhausted"} <= shown["menu"]
    message = {"max_seconds", "silence_seconds", "min_seconds", "too_short", "tries", "store"}
    assert message <= shown["message"]


def test_the_keys_of_a_callback_and_of_a_queue_that_offers_it() -> None:
    flow = flow_of("""
        start = "queue"
        [nodes.queue]
        kind = "queue"
        queue = "general"
        on_timeout = "end"
        on_full = "end"
        on_no_agents = "end"
        on_closed = "end"
        callback = "callback"
        callback_key = "*"
        [nodes.callback]
        kind = "callback"
        prompts = ["intro"]
        queue = "fault"
        next = "end"
        cancelled = "queue"
        timeout_seconds = 9
        tries = 3
        number_is = "a"
        confirm = "b"
        enter_number = "c"
        wrong_key = "d"
        refused = "e"
        booked = "f"
        already = "g"
        [nodes.end]
        kind = "hangup"
    """)
    assert flow.nodes["callback"] == CallbackNode(
        prompts=("intro",),
        queue="fault",
        next="end",
        cancelled="queue",
        timeout_ms=9_000,
        tries=3,
        number_is="a",
        confirm="b",
        enter_number="c",
        wrong_key="d",
        refused="e",
        booked="f",
        already="g",
    )
    queue = flow.nodes["queue"]
    assert isinstance(queue, QueueNode)
    assert (queue.callback, queue.callback_key) == ("callback", "*")
    assert [way.key for way in exits_of(queue)][-1] == "callback"


def test_a_callback_key_is_a_key_of_a_telephone() -> None:
    text = """
        start = "queue"
        [nodes.queue]
        kind = "queue"
        queue = "general"
        on_timeout = "queue"
        on_full = "queue"
        on_no_agents = "queue"
        on_closed = "queue"
        callback_key = "11"
    """
    assert problems_of(text) == [(ProblemCode.BAD_DIGIT, "queue", "callback_key")]
