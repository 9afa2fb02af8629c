"""A flow of several files: what is read together, and which file is named when something is wrong."""

import pytest

from engine.core.ivr.bundle import included_files, read_bundle
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode

MAIN = """
start = "hello"
include = ["faults.toml", "my account.toml", "查费.toml", "account.toml"]
[nodes.hello]
kind = "play"
prompts = ["hello"]
next = "fault"
"""
FAULTS = '[nodes.fault]\nkind = "call"\nnode = "account"\nnext = "bye"\n[nodes.bye]\nkind = "hangup"'
ACCOUNT = '[nodes.account]\nkind = "return"'
GOOD = MAIN.replace('"my account.toml", "查费.toml", ', "")


def refusals(**texts: str) -> list[FlowProblem]:
    with pytest.raises(FlowError) as raised:
        read_bundle({f"{name}.toml": text for name, text in texts.items()})
    for problem in raised.value.problems:
        assert problem.words("zh") != problem.words("en")
    return list(raised.value.problems)


def test_the_files_of_a_flow_become_one() -> None:
    raw = read_bundle({"main.toml": GOOD, "faults.toml": FAULTS, "account.toml": ACCOUNT})
    flow = parse_flow(raw)
    assert list(flow.nodes) == ["hello", "fault", "bye", "account"]
    assert "include" not in raw


def test_a_flow_of_one_file_stays_as_it_is() -> None:
    assert read_bundle({"main.toml": FAULTS}) == read_bundle({"x": FAULTS})
    with pytest.raises(FlowError, match="the flow is empty"):
        parse_flow(read_bundle({"main.toml": 'start = "a"\nnodes = 5'}))


def test_only_plain_names_of_the_same_folder_are_read() -> None:
    assert included_files(MAIN) == ("faults.toml", "查费.toml", "account.toml")
    assert (
        included_files('include = ["../secret.toml", "/etc/passwd", "a/b.toml", ".toml", "x.txt", 5]') == ()
    )
    assert included_files('include = "a.toml"') == included_files("include = [") == included_files("") == ()


def test_what_cannot_be_read_together_is_named() -> None:
    found = refusals(main=MAIN, account=ACCOUNT)
    assert [(problem.code, problem.value) for problem in found] == [
        (ProblemCode.MISSING_FILE, "faults.toml"),
        (ProblemCode.BAD_FILE_NAME, "my account.toml"),
        (ProblemCode.MISSING_FILE, "查费.toml"),
    ]


def test_a_flow_does_not_include_itself() -> None:
    (found,) = refusals(main='include = ["main.toml"]\n' + FAULTS)
    assert (found.code, found.value) == (ProblemCode.BAD_FILE_NAME, "main.toml")


@pytest.mark.parametrize("include", ['"a.toml"', "5", "[1]", "{ a = 1 }"])
def test_include_is_a_list_of_names(include: str) -> None:
    (found,) = refusals(main=f"include = {include}\n{FAULTS}")
    assert (found.code, found.key) == (ProblemCode.NOT_A_LIST, "include")


def test_a_node_stands_in_one_file_only() -> None:
    twice = "[nodes.hello]\nkind = 'hangup'\n[nodes.fault]\nkind = 'hangup'"
    found = refusals(main=GOOD, faults=FAULTS, account=twice)
    assert [(problem.code, problem.node, problem.value) for problem in found] == [
        (ProblemCode.NODE_TWICE, "hello", "main.toml, account.toml"),
        (ProblemCode.NODE_TWICE, "fault", "faults.toml, account.toml"),
    ]
    assert found[0].words("en").startswith("[hello] ")


def test_an_included_file_has_nothing_but_nodes() -> None:
    found = refusals(main=GOOD, faults='start = "x"\ninclude = []\n' + FAULTS, account="nodes = 3")
    assert [(problem.code, problem.key) for problem in found] == [
        (ProblemCode.UNKNOWN_KEY, "faults.toml: start"),
        (ProblemCode.UNKNOWN_KEY, "faults.toml: include"),
        (ProblemCode.NOT_A_TABLE, "account.toml: nodes"),
    ]


def test_each_file_that_is_not_toml_is_named_with_its_line() -> None:
    found = refusals(main="start = \n", faults="[nodes", account=ACCOUNT)
    assert [(problem.code, problem.key) for problem in found] == [
        (ProblemCode.BAD_FILE, "main.toml"),
        (ProblemCode.BAD_FILE, "faults.toml"),
    ]
    assert "line 1" in found[0].words("en")
