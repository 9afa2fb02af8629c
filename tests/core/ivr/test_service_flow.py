"""Reading the nodes with which callers serve themselves: every key, every default, every mistake."""

from typing import Any

import pytest
from calling import flow_of

from engine.core.ivr.exits import Exit, exits_of, prompts_of
from engine.core.ivr.flow import FlowError
from engine.core.ivr.links import Links
from engine.core.ivr.nodes import KINDS, MessageNode, Node
from engine.core.ivr.problems import ProblemCode
from engine.core.ivr.service_nodes import (
    Argument,
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.ivr.services import SERVICES

END = '\n[nodes.end]\nkind = "hangup"\n[nodes.b]\nkind = "hangup"\n'
OUTCOMES = 'outcomes = { found = "end", none = "b", unidentified = "b", failed = "b" }'


def node_of(keys: str) -> Node:
    return flow_of(f'start = "a"\n[nodes.a]\n{keys}{END}').nodes["a"]


def problems_of(keys: str) -> list[tuple[ProblemCode, str, str]]:
    with pytest.raises(FlowError) as raised:
        node_of(keys)
    for problem in raised.value.problems:
        assert problem.node == "a"
        assert problem.words("zh") != problem.words("en")
    return [
        (problem.code, problem.key, problem.nearest or problem.value) for problem in raised.value.problems
    ]


ENTRY = 'kind = "entry"\nprompts = ["p"]\nstore = "card"\nnext = "end"\nexhausted = "b"\n'
READ: list[tuple[str, Node]] = [
    (ENTRY, EntryNode(prompts=("p",), store="card", next="end", exhausted="b")),
    (
        ENTRY
        + 'shortest = 4\nlongest = 12\nterminator = "*"\ntimeout_seconds = 8\ntries = 2\n'
        + 'confirm = "c"\nwrong = "w"\nno_input = "n"',
        EntryNode(
            prompts=("p",),
            store="card",
            next="end",
            exhausted="b",
            shortest=4,
            longest=12,
            terminator="*",
            timeout_ms=8_000,
            tries=2,
            confirm="c",
            wrong="w",
            no_input="n",
        ),
    ),
    (
        ENTRY + "secret = true",
        EntryNode(prompts=("p",), store="card", next="end", exhausted="b", secret=True),
    ),
    (
        ENTRY + "shortest = 30\nlongest = 40",
        EntryNode(prompts=("p",), store="card", next="end", exhausted="b", shortest=30, longest=40),
    ),
    (
        ENTRY + "shortest = 30",
        EntryNode(prompts=("p",), store="card", next="end", exhausted="b", shortest=30, longest=30),
    ),
    (
        'kind = "service"\nservice = "bills"\n' + OUTCOMES,
        ServiceNode(
            service="bills", outcomes={"found": "end", "none": "b", "unidentified": "b", "failed": "b"}
        ),
    ),
    (
        'kind = "service"\nservice = "report_fault"\n'
        'with = { line = "tv", fault = "{fault}", recording = 3 }\n'
        'outcomes = { done = "end", already = "b", failed = "b" }',
        ServiceNode(
            service="report_fault",
            outcomes={"done": "end", "already": "b", "failed": "b"},
            arguments={
                "line": Argument(literal="tv"),
                "fault": Argument(name="fault"),
                "recording": Argument(literal=3),
            },
        ),
    ),
    (
        'kind = "list"\nitems = "bills"\nprompts = ["p"]\nnext = "end"',
        ListNode(items="bills", prompts=("p",), next="end"),
    ),
    (
        'kind = "list"\nitems = "bills"\nprompts = ["p"]\nnext = "end"\nchosen = "b"\nhint = "h"\n'
        "pause_seconds = 4",
        ListNode(items="bills", prompts=("p",), next="end", chosen="b", hint="h", pause_ms=4_000),
    ),
    (
        'kind = "switch"\non = "area"\ncases = { "城东" = "end", 3 = "b" }\notherwise = "b"',
        SwitchNode(on="area", cases={"城东": "end", "3": "b"}, otherwise="b"),
    ),
    (
        'kind = "set"\nvalues = { language = "en", count = 3 }\nnext = "end"',
        SetNode(values={"language": "en", "count": 3}, next="end"),
    ),
    ('kind = "call"\nnode = "b"\nnext = "end"', CallNode(node="b", next="end")),
    ('kind = "return"', ReturnNode()),
    ('kind = "transfer"\nagent = "8001"\nfailed = "b"', TransferNode(agent="8001", failed="b")),
    (
        'kind = "transfer"\nnumber = "{technician}"\nfailed = "b"',
        TransferNode(number="{technician}", failed="b"),
    ),
    (
        'kind = "message"\nprompts = ["p"]\nnext = "end"\nexhausted = "b"\nstore = "recording"',
        MessageNode(prompts=("p",), next="end", exhausted="b", store="recording"),
    ),
]


@pytest.mark.parametrize(("keys", "node"), READ)
def test_what_is_read(keys: str, node: Node) -> None:
    assert node_of(keys) == node


def test_every_kind_is_read_here_or_with_the_plain_ones() -> None:
    plain = {"play", "menu", "branch", "queue", "callback", "survey", "hangup"}
    assert {KINDS[type(node)] for _, node in READ} | plain == set(KINDS.values())


SERVICE = 'kind = "service"\nservice = "cancel_package"\n'
WITH = 'with = { package = "{package}" }\n'
WAYS = 'outcomes = { done = "end", gone = "b", unidentified = "b", failed = "b" }'


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (ENTRY.replace('store = "card"\n', ""), (ProblemCode.MISSING_KEY, "store", "")),
        (ENTRY.replace('exhausted = "b"', ""), (ProblemCode.NO_TIME_OUT_PATH, "exhausted", "")),
        (ENTRY.replace('"card"', '"卡号"'), (ProblemCode.BAD_VALUE_NAME, "store", "卡号")),
        (ENTRY.replace('"card"', '"customer_id"'), (ProblemCode.RESERVED_VALUE, "store", "customer_id")),
        (ENTRY.replace('"card"', '"language"'), (ProblemCode.RESERVED_VALUE, "store", "language")),
        (ENTRY + "shortest = 0", (ProblemCode.NOT_A_NUMBER, "shortest", "1-40")),
        (ENTRY + "shortest = 5\nlongest = 4", (ProblemCode.NOT_A_NUMBER, "longest", "5-40")),
        (ENTRY + 'terminator = "1"', (ProblemCode.BAD_DIGIT, "terminator", "1")),
        (ENTRY + 'terminator = ""', (ProblemCode.BAD_DIGIT, "terminator", "")),
        (ENTRY + 'secret = true\nconfirm = "c"', (ProblemCode.SECRET_READ_BACK, "confirm", "")),
        (SERVICE + WITH, (ProblemCode.MISSING_KEY, "outcomes", "")),
        (SERVICE + WITH + WAYS.replace('gone = "b", ', ""), (ProblemCode.DEAD_END, "outcomes.gone", "")),
        (SERVICE + WITH + WAYS.replace('"end"', '""'), (ProblemCode.DEAD_END, "outcomes.done", "")),
        (SERVICE + WITH + WAYS.replace('"end"', "5"), (ProblemCode.NOT_TEXT, "outcomes.done", "")),
        (
            SERVICE + WITH + WAYS.replace("done =", 'dome = "b", done ='),
            (ProblemCode.UNKNOWN_KEY, "outcomes.dome", "done"),
        ),
        (SERVICE + WAYS, (ProblemCode.MISSING_KEY, "with.package", "")),
        (
            SERVICE + WITH.replace("{ package", "{ packages = 1, package") + WAYS,
            (ProblemCode.UNKNOWN_KEY, "with.packages", "package"),
        ),
        (SERVICE + WITH.replace('"{package}"', "true") + WAYS, (ProblemCode.NOT_A_VALUE, "with.package", "")),
        (
            SERVICE + WITH.replace("{package}", "{Package}") + WAYS,
            (ProblemCode.BAD_VALUE_NAME, "with.package", "Package"),
        ),
        (
            SERVICE.replace("cancel_package", "cancel_packet") + WITH + WAYS,
            (ProblemCode.UNKNOWN_SERVICE, "service", "cancel_package"),
        ),
        (SERVICE.replace("cancel_package", "") + WITH + WAYS, (ProblemCode.MISSING_KEY, "service", "")),
        ('kind = "list"\nprompts = ["p"]\nnext = "end"', (ProblemCode.MISSING_KEY, "items", "")),
        ('kind = "list"\nitems = "x"\nnext = "end"', (ProblemCode.MISSING_KEY, "prompts", "")),
        ('kind = "list"\nitems = "x"\nprompts = ["p"]', (ProblemCode.DEAD_END, "next", "")),
        ('kind = "switch"\non = "x"\notherwise = "b"', (ProblemCode.MISSING_KEY, "cases", "")),
        ('kind = "switch"\non = "x"\ncases = { y = "b" }', (ProblemCode.DEAD_END, "otherwise", "")),
        (
            'kind = "switch"\non = "X"\ncases = { y = "b" }\notherwise = "b"',
            (ProblemCode.BAD_VALUE_NAME, "on", "X"),
        ),
        ('kind = "set"\nnext = "b"', (ProblemCode.MISSING_KEY, "values", "")),
        (
            'kind = "set"\nvalues = { identified = "password" }\nnext = "b"',
            (ProblemCode.RESERVED_VALUE, "values.identified", "identified"),
        ),
        (
            'kind = "set"\nvalues = { language = "fr" }\nnext = "b"',
            (ProblemCode.UNKNOWN_LANGUAGE, "values.language", "fr"),
        ),
        ('kind = "set"\nvalues = { a = 1 }', (ProblemCode.DEAD_END, "next", "")),
        ('kind = "call"\nnext = "b"', (ProblemCode.DEAD_END, "node", "")),
        ('kind = "return"\nnext = "b"', (ProblemCode.UNKNOWN_KEY, "next", "")),
        ('kind = "transfer"\nfailed = "b"', (ProblemCode.AGENT_OR_NUMBER, "agent", "")),
        (
            'kind = "transfer"\nagent = "1"\nnumber = "2"\nfailed = "b"',
            (ProblemCode.AGENT_OR_NUMBER, "agent", ""),
        ),
        ('kind = "transfer"\nagent = "王"\nfailed = "b"', (ProblemCode.BAD_NUMBER, "agent", "王")),
        ('kind = "transfer"\nagent = "1"', (ProblemCode.DEAD_END, "failed", "")),
    ],
)
def test_one_mistake_gives_one_problem(keys: str, problem: Any) -> None:
    assert problems_of(keys) == [problem]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_can_be_asked_with_all_its_outcomes(name: str) -> None:
    service = SERVICES[name]
    arguments = {argument: "x" for argument in (*service.arguments, *service.optional)}
    given = ", ".join(f'{argument} = "{value}"' for argument, value in arguments.items())
    ways = "".join(f'{outcome} = "end"\n' for outcome in service.outcomes)
    with_ = f"with = {{ {given} }}\n" if given else ""
    node = node_of(f'kind = "service"\nservice = "{name}"\n{with_}[nodes.a.outcomes]\n{ways}')
    assert isinstance(node, ServiceNode)
    assert tuple(node.outcomes) == service.outcomes


def test_exits_and_prompts() -> None:
    def ways(keys: str) -> list[tuple[str, str]]:
        return [(way.key, way.target) for way in exits_of(node_of(keys))]

    by_kind = {KINDS[type(node)]: ways(keys) for keys, node in READ}
    assert by_kind["entry"] == [("next", "end"), ("exhausted", "b")]
    assert by_kind["service"] == [
        ("outcomes.done", "end"),
        ("outcomes.already", "b"),
        ("outcomes.failed", "b"),
    ]
    assert by_kind["list"] == [("next", "end"), ("chosen", "b")]
    assert by_kind["switch"] == [("cases.城东", "end"), ("cases.3", "b"), ("otherwise", "b")]
    assert by_kind["set"] == [("next", "end")]
    assert by_kind["call"] == [("node", "b"), ("next", "end")]
    assert by_kind["return"] == []
    assert by_kind["transfer"] == [("failed", "b")]
    assert prompts_of(node_of(READ[1][0])) == (
        ("prompts", "p"),
        ("wrong", "w"),
        ("no_input", "n"),
        ("confirm", "c"),
    )
    assert ("hint", "h") in prompts_of(node_of(READ[8][0]))


def test_the_operator_is_a_way_out_where_0_means_nothing_else() -> None:
    flow = flow_of("""
        start = "hello"
        operator = "person"
        [nodes]
        hello = { kind = "play", prompts = ["p"], next = "menu" }
        whole = { kind = "play", prompts = ["p"], next = "menu", barge_in = false }
        menu = { kind = "menu", prompts = ["p"], keys = { 1 = "own" }, exhausted = "end" }
        own = { kind = "menu", prompts = ["p"], keys = { 0 = "hello" }, exhausted = "end" }
        entry = { kind = "entry", prompts = ["p"], store = "x", next = "end", exhausted = "end" }
        list = { kind = "list", prompts = ["p"], items = "x", next = "end" }
        message = { kind = "message", prompts = ["p"], next = "end", exhausted = "end" }
        person = { kind = "message", prompts = ["p"], next = "end", exhausted = "end" }
        switch = { kind = "switch", on = "x", cases = { y = "end" }, otherwise = "end" }
        survey = { kind = "survey", prompts = ["p"], next = "end" }
        end = { kind = "hangup" }
    """)
    ways = Links(flow).ways
    leading = [name for name in flow.nodes if Exit("operator", "person") in ways(name)]
    assert leading == ["menu", "entry", "list", "message"]
    assert ways("switch") == exits_of(flow.nodes["switch"])
