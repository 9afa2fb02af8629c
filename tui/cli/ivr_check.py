"""`fourseat ivr check`: what is wrong with the voice menu, and how far it is to people and services."""

import msgspec
import typer

from engine.core.ivr.check import check_raw
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.lengths import lengths_of
from engine.core.ivr.problems import FlowProblem, Severity
from engine.core.ivr.tree import TreeRow, describe
from engine.core.ivr.ways import Reach, way_to_human, ways_to_services
from tui.cli.ivr_source import FlowFile, FlowSource, source_of
from tui.cli.ivr_words import service_name
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.words import language_in_use, mark, tr

HUMAN = "human"
_HEADS = (mark("Min keys"), mark("Max keys"), mark("Min s"), mark("Max s"))


class ReachRow(msgspec.Struct):
    """How far it is to `service`, or to a person (`human`)."""

    service: str
    keys_fewest: int
    keys_most: int
    seconds_shortest: float
    seconds_longest: float


class CheckReport(msgspec.Struct):
    """`ok`: no errors; warnings are among the problems."""

    file: str
    ok: bool
    problems: list[dict[str, str]]
    reach: list[ReachRow]
    tree: list[TreeRow]


def check(context: typer.Context, file: FlowFile = None, as_json: Json = False) -> None:
    source = source_of(settings_of(context), file)
    problems = check_raw(
        source.raw, source.queues, source.known_prompts, source.prompt_values, source.texts, source.places
    )
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    reach = [] if errors else reach_of(source)
    if as_json:
        tree = [] if errors else list(describe(parse_flow(source.raw)))
        print_json(CheckReport(source.name, not errors, [_as_dict(p) for p in problems], reach, tree))
    else:
        for problem in problems:
            word = tr("Error") if problem.severity is Severity.ERROR else tr("Warning")
            print(tr("{name}: {why}", name=word, why=problem.words(language_in_use())))
        _print_reach(reach)
        print(tr("{file}: {count} problems", file=source.name, count=len(problems)))
    if errors:
        raise typer.Exit(1)


def reach_of(source: FlowSource) -> list[ReachRow]:
    """To a person first, then to each service, the nearest one first."""
    flow = source.flow()
    seconds = lengths_of(source.texts[source.language], source.measured)
    human = way_to_human(flow, seconds)
    rows = [_row(service, reach) for service, reach in ways_to_services(flow, seconds).items()]
    rows.sort(key=lambda row: (row.keys_fewest, row.seconds_shortest))
    return ([_row(HUMAN, human)] if human else []) + rows


def _row(service: str, reach: Reach) -> ReachRow:
    return ReachRow(
        service=service,
        keys_fewest=reach.fewest_keys,
        keys_most=reach.most_keys,
        seconds_shortest=round(reach.shortest_seconds, 1),
        seconds_longest=round(reach.longest_seconds, 1),
    )


def _print_reach(reach: list[ReachRow]) -> None:
    if not reach:
        return
    columns = [Column(tr("To")), Column(""), *(Column(tr(head), right=True) for head in _HEADS)]
    rows = [
        [
            tr("a person") if row.service == HUMAN else service_name(row.service),
            "" if row.service == HUMAN else row.service,
            str(row.keys_fewest),
            str(row.keys_most),
            f"{row.seconds_shortest:.0f}",
            f"{row.seconds_longest:.0f}",
        ]
        for row in reach
    ]
    print_table(columns, rows, "")


def _as_dict(problem: FlowProblem) -> dict[str, str]:
    return {
        "severity": problem.severity,
        "code": problem.code,
        "node": problem.node,
        "key": problem.key,
        "words": problem.words(language_in_use()),
    }
