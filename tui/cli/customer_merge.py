"""`fourseat customers merge`, `unmerge` and `tag`."""

from typing import Annotated

import typer

from engine.core.customers.records import CustomerFile
from engine.wire.customers import CustomerIdParams, Merged, MergeParams, TagParams, Unmerged, UnmergeParams
from tui.cli.change import Yes, agreed, is_terminal
from tui.cli.codes import field_words
from tui.cli.errors import UsageProblem
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.words import mark, tr

WHY = {
    "changed": mark("was changed meanwhile"),
    "removed": mark("is not there any more"),
    "taken": mark("belongs to somebody else by now"),
}
WHAT = {
    "call": mark("Call"),
    "ticket": mark("Ticket"),
    "phone": mark("Phone"),
    "tag": mark("Tag"),
    "person": mark("Person"),
    "address": mark("Address"),
    "account": mark("Account"),
    "device": mark("Device"),
}


def add_to(group: typer.Typer) -> None:
    group.command(
        "merge",
        cls=Command,
        help=mark(
            "Make one customer of two: everything that hangs on the second follows to the first. It can be"
            " undone."
        ),
        epilog="fourseat customers merge 12 4711 --reason 同一用户",
    )(merge)
    group.command(
        "unmerge",
        cls=Command,
        help=mark("Make two customers of one again; what cannot be put back is told."),
        epilog="fourseat customers unmerge 3",
    )(unmerge)
    group.command(
        "tag",
        cls=Command,
        help=mark("Put tags on a customer; with a minus in front a tag is taken off."),
        epilog="fourseat customers tag 12 楼长 团购\nfourseat customers tag 12 -- -团购",
    )(tag)


def merge(
    context: typer.Context,
    keep: Annotated[int, typer.Argument(metavar="ID", help=mark("The customer who stays."))],
    gone: Annotated[int, typer.Argument(metavar="OTHER", help=mark("The customer who goes into it."))],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=mark("Why."))] = "",
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    if not yes and (as_json or not is_terminal()):
        raise UsageProblem(tr("nobody is there to say yes"), tr("add --yes to do it"))

    async def names(engine: Engine) -> list[str]:
        files: list[CustomerFile] = [
            await engine.ask("customer.file", CustomerIdParams(id=customer_id))
            for customer_id in (keep, gone)
        ]
        return [file.customer.name for file in files]

    async def work(engine: Engine) -> Merged:
        answer: Merged = await engine.ask("customer.merge", MergeParams(keep=keep, gone=gone, reason=reason))
        return answer

    if not yes:
        first, second = visit(settings_of(context), names)
        print(
            tr(
                "{gone} ({second}) goes into {keep} ({first}).",
                gone=gone,
                second=second,
                keep=keep,
                first=first,
            )
        )
        if not agreed():
            print(tr("Nothing has been changed."))
            return
    done = visit(settings_of(context), work)
    if as_json:
        print_json(done)
        return
    print(tr("They are one customer now: {id}. To undo it: fourseat customers unmerge {merge}",
             id=keep, merge=done.merge_id))  # fmt: skip


def unmerge(
    context: typer.Context,
    merge_id: Annotated[int, typer.Argument(metavar="MERGE", help=mark("The number that `merge` has told."))],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Unmerged:
        answer: Unmerged = await engine.ask("customer.unmerge", UnmergeParams(merge_id=merge_id))
        return answer

    done = visit(settings_of(context), work)
    if as_json:
        print_json(done)
        return
    print(tr("They are two customers again: {keep} and {gone}", keep=done.keep, gone=done.gone))
    if done.left:
        print(tr("This stays with {keep}:", keep=done.keep))
        rows = [
            [tr(WHAT[one.what]) if one.what in WHAT else field_words(one.what), one.value, tr(WHY[one.why])]
            for one in done.left
        ]
        print_table([Column(tr("What")), Column(tr("Value")), Column(tr("Why"))], rows, "")


def tag(
    context: typer.Context,
    customer_id: Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `customers search`."))],
    tags: Annotated[
        list[str], typer.Argument(metavar="TAG", help=mark("A word of your own; -TAG takes it off."))
    ],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> CustomerFile:
        params = TagParams(
            id=customer_id,
            add=tuple(one for one in tags if not one.startswith("-")),
            remove=tuple(one.removeprefix("-") for one in tags if one.startswith("-")),
        )
        answer: CustomerFile = await engine.ask("customer.tag", params)
        return answer

    file = visit(settings_of(context), work)
    if as_json:
        print_json(file.customer)
    else:
        print(f"{file.customer.name}: {'  '.join(file.customer.tags) or tr('no tags')}")
