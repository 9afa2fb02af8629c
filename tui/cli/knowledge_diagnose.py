"""Walking a guided diagnosis at the command line, and what all of them have found."""

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from engine.core.knowledge.trees import Ending, Tree, Walk, begin, report
from engine.wire.knowledge import Diagnoses, DiagnosesParams, Trees
from tui.cli.errors import CliError, UsageProblem
from tui.cli.options import Json, Since, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import since_millis
from tui.knowledge_words import FINDINGS
from tui.words import language_in_use, mark, tr

BACK, QUIT = "b", "q"


def diagnose(
    context: typer.Context,
    tree_id: Annotated[
        str,
        typer.Argument(metavar="NAME", help=mark("Which diagnosis: tv, broadband, box; empty lists them.")),
    ] = "",
    answers: Annotated[
        str, typer.Option("--answers", metavar="DIGITS", help=mark("Answers to begin with, as digits."))
    ] = "",
    as_json: Json = False,
) -> None:
    trees = visit(settings_of(context), _trees)
    if not tree_id:
        _list(trees, as_json=as_json)
        return
    tree = next((tree for tree in trees.trees if tree.id == tree_id), None)
    if tree is None:
        known = ", ".join(tree.id for tree in trees.trees)
        raise UsageProblem(
            tr("there is no diagnosis {name}", name=tree_id), tr("there are: {names}", names=known)
        )
    walk = _walked(tree, answers)
    while walk.question is not None and not as_json:
        walk = _asked(walk)
    if as_json:
        print_json(_as_json(walk))
    elif walk.ending is not None:
        _tell(walk, walk.ending)


async def _trees(engine: Engine) -> Trees:
    trees: Trees = await engine.ask("knowledge.trees")
    return trees


def _list(trees: Trees, *, as_json: bool) -> None:
    if as_json:
        print_json(trees)
        return
    columns = [Column(tr("Label")), Column(tr("Diagnosis")), Column(tr("Questions"), right=True)]
    rows = [[tree.id, tree.words.of(language_in_use()), str(len(tree.questions))] for tree in trees.trees]
    print_table(columns, rows, tr("There are no diagnoses"))
    for problem in trees.problems:
        words = problem.en if language_in_use() == "en" else problem.zh
        print(f"{problem.file}: {problem.place}: {words}", file=sys.stderr)


def _walked(tree: Tree, digits: str) -> Walk:
    walk = begin(tree)
    for n, digit in enumerate(digits):
        further = walk.answered(digit)
        if further is None:
            raise UsageProblem(
                tr("after {before} there is no answer {digit}", before=digits[:n] or "-", digit=digit)
            )
        walk = further
    return walk


def _asked(walk: Walk) -> Walk:
    """Ask one question of whoever sits at the terminal."""
    language, question = language_in_use(), walk.question
    assert question is not None
    print(f"\n{len(walk.asked) + 1}. {question.words.of(language)}")
    if question.hint.zh:
        print(f"   {question.hint.of(language)}")
    for answer in question.answers:
        print(f"   {answer.digit}  {answer.words.of(language)}")
    while True:
        try:
            typed = input(tr("Digit, {back} back, {quit} quit: ", back=BACK, quit=QUIT)).strip()
        except EOFError:
            raise CliError(tr("the diagnosis has not come to an end")) from None
        if typed == QUIT:
            raise typer.Exit(0)
        if typed == BACK:
            return walk.back()
        further = walk.answered(typed)
        if further is not None:
            return further


def _tell(walk: Walk, ending: Ending) -> None:
    language = language_in_use()
    print(f"\n{tr(FINDINGS[ending.finding])}: {ending.words.of(language)}")
    print(tr("Tell the customer: {text}", text=ending.reply.of(language)))
    if ending.ticket_type:
        kind = "/".join(part for part in (ending.ticket_type, ending.category) if part)
        print(tr("Make a ticket: {kind}, priority {priority}", kind=kind, priority=ending.priority))
        print(report(walk, language))


def _as_json(walk: Walk) -> dict[str, Any]:
    return {
        "tree": walk.tree.id,
        "digits": walk.digits,
        "question": walk.question,
        "ending": walk.ending,
        "report": report(walk, language_in_use()),
    }


def found(context: typer.Context, since: Since = "", as_json: Json = False) -> None:
    async def work(engine: Engine) -> Diagnoses:
        at = since_millis(since, engine.hello.now, engine.zone)
        counts: Diagnoses = await engine.ask("knowledge.diagnoses", DiagnosesParams(since=at))
        return counts

    counts = visit(settings_of(context), work)
    if as_json:
        print_json(counts.counts)
        return
    columns = [Column(tr("Diagnosis")), Column(tr("Found")), Column(tr("Times"), right=True)]
    rows = [[one.tree, tr(FINDINGS[one.finding]), str(one.count)] for one in counts.counts]
    print_table(columns, rows, tr("No diagnosis was made"))


COMMANDS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    (
        "diagnose",
        diagnose,
        mark("Ask question by question until it is clear what is wrong."),
        "fourseat knowledge diagnose tv\nfourseat knowledge diagnose tv --answers 1121 --json",
    ),
    (
        "found",
        found,
        mark("What diagnoses have found: so many needed nobody to be sent."),
        "fourseat knowledge found --since today",
    ),
)
