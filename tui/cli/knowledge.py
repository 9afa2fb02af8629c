"""`fourseat knowledge`: what the office knows, found, read, written, and its diagnoses walked."""

from collections.abc import Callable
from difflib import unified_diff
from typing import Annotated

import typer

from engine.core.knowledge.articles import Article, ArticleState
from engine.wire.knowledge import ArticleDetail, ArticleIdParams, ArticleInfo, Articles, KnowledgeParams
from tui.cli import knowledge_diagnose, knowledge_files, knowledge_write
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import full_moment
from tui.labels import moment
from tui.words import mark, tr

STATES = {
    ArticleState.DRAFT: mark("draft"),
    ArticleState.PUBLISHED: mark("published"),
    ArticleState.WITHDRAWN: mark("withdrawn"),
}
ArticleId = Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `knowledge list`."))]
Category = Annotated[
    str, typer.Option("--category", metavar="NAME", help=mark("Only articles of this category."))
]
Everything = Annotated[
    bool, typer.Option("--all", help=mark("Also drafts, what was withdrawn, and what does not hold today."))
]
Type = Annotated[
    str,
    typer.Option(
        "--type",
        metavar="TYPE[/CATEGORY]",
        help=mark("Only what belongs to this type of ticket, or category: fault/tv_no_signal."),
    ),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Articles beside the call, and guided diagnoses."), no_args_is_help=True
    )
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        (
            "list",
            list_articles,
            mark("Articles that may be told to customers today."),
            "fourseat knowledge list --type fault/tv_no_signal\nfourseat knowledge list --all --json",
        ),
        (
            "search",
            search,
            mark("Find by text; two characters are enough."),
            "fourseat knowledge search 无信号",
        ),
        ("show", show, mark("One article, now or as it was."), "fourseat knowledge show 3 --version 2"),
        ("history", history, mark("Who changed it, when and why."), "fourseat knowledge history 3"),
        ("diff", diff, mark("What a version has changed."), "fourseat knowledge diff 3 2 4"),
        *knowledge_write.COMMANDS,
        *knowledge_files.COMMANDS,
        *knowledge_diagnose.COMMANDS,
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="knowledge")


def list_articles(
    context: typer.Context,
    category: Category = "",
    type_: Type = "",
    everything: Everything = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    ticket_type, _, ticket_category = type_.partition("/")
    _list(
        context,
        KnowledgeParams(
            category=category,
            type=ticket_type,
            ticket_category=ticket_category,
            everything=everything,
            limit=limit,
        ),
        as_json=as_json,
    )


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=mark("Words of title or text."))],
    category: Category = "",
    everything: Everything = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    wanted = KnowledgeParams(text=text, category=category, everything=everything, limit=limit)
    _list(context, wanted, as_json=as_json)


def _list(context: typer.Context, wanted: KnowledgeParams, *, as_json: bool) -> None:
    async def work(engine: Engine) -> tuple[Articles, Engine]:
        return await engine.ask("knowledge.list", wanted), engine

    found, engine = visit(settings_of(context), work)
    if as_json:
        print_json(found.articles)
        return
    columns = [
        Column(tr("ID")),
        Column(tr("State")),
        Column(tr("Category")),
        Column(tr("Title")),
        Column(tr("Opened"), right=True),
        Column(tr("Helped"), right=True),
        Column(tr("Changed")),
    ]
    print_table(columns, [_row(info, engine) for info in found.articles], tr("No article fits"))


def _row(info: ArticleInfo, engine: Engine) -> list[str]:
    article, uses = info.article, info.uses
    return [
        str(article.id),
        state_words(info),
        article.category,
        article.title,
        str(uses.opened or ""),
        f"{uses.helped}/{uses.helped + uses.not_helped}" if uses.helped or uses.not_helped else "",
        moment(article.at, engine.hello.now, engine.zone),
    ]


def state_words(info: ArticleInfo) -> str:
    """The state of an article, or that it does not hold today."""
    if info.article.state is ArticleState.PUBLISHED and not info.current:
        return tr("not valid today")
    return tr(STATES[info.article.state])


def show(
    context: typer.Context,
    article_id: ArticleId,
    version: Annotated[
        int, typer.Option("--version", min=0, metavar="NUMBER", help=mark("As it was in this version."))
    ] = 0,
    as_json: Json = False,
) -> None:
    detail, engine = _detail(context, article_id, version)
    if as_json:
        print_json(detail)
        return
    info = detail.info
    article, uses = info.article, info.uses
    print_facts(
        [
            (tr("Title"), article.title),
            (tr("State"), state_words(info)),
            (tr("Category"), article.category),
            (tr("Belongs to"), ", ".join(article.ties)),
            (tr("Valid from"), article.valid_from),
            (tr("Valid until"), article.valid_until),
            (tr("Version"), f"{article.version}  {full_moment(article.at, engine.zone)}  {article.by}"),
            (tr("From ticket"), article.from_ticket),
            (
                tr("Used"),
                tr(
                    "opened {opened}, read out {read_out}, helped {helped}, did not help {not_helped}",
                    opened=uses.opened,
                    read_out=uses.read_out,
                    helped=uses.helped,
                    not_helped=uses.not_helped,
                ),
            ),
        ]
    )
    print(f"\n{article.text}")
    if article.spoken:
        print_heading(tr("Read out to callers:"))
        print(article.spoken)


def history(context: typer.Context, article_id: ArticleId, as_json: Json = False) -> None:
    detail, engine = _detail(context, article_id)
    if as_json:
        print_json(detail.versions)
        return
    columns = [
        Column(tr("Version"), right=True),
        Column(tr("When")),
        Column(tr("Who")),
        Column(tr("State")),
        Column(tr("Why")),
    ]
    rows = [
        [str(one.version), full_moment(one.at, engine.zone), one.by, tr(STATES[one.state]), one.note]
        for one in detail.versions
    ]
    print_table(columns, rows, tr("No article fits"))


def diff(
    context: typer.Context,
    article_id: ArticleId,
    before: Annotated[int, typer.Argument(min=1, metavar="FROM", help=mark("The older version."))],
    after: Annotated[
        int, typer.Argument(min=0, metavar="TO", help=mark("The newer version; without it the present one."))
    ] = 0,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Article, Article]:
        old: ArticleDetail = await engine.ask(
            "knowledge.show", ArticleIdParams(id=article_id, version=before)
        )
        new: ArticleDetail = await engine.ask("knowledge.show", ArticleIdParams(id=article_id, version=after))
        return old.info.article, new.info.article

    old, new = visit(settings_of(context), work)
    lines = list(unified_diff(_lines(old), _lines(new), str(old.version), str(new.version), lineterm="", n=1))
    if as_json:
        print_json({"from": old, "to": new, "diff": lines})
        return
    print("\n".join(lines) if lines else tr("They say the same"))


def _lines(article: Article) -> list[str]:
    named = {
        tr("Title"): article.title,
        tr("Category"): article.category,
        tr("Belongs to"): ", ".join(article.ties),
        tr("Valid from"): article.valid_from,
        tr("Valid until"): article.valid_until,
    }
    spoken = [tr("Read out to callers:"), *article.spoken.splitlines()] if article.spoken else []
    head = [f"{name}: {value}" for name, value in named.items() if value]
    return [*head, *article.text.splitlines(), *spoken]


def _detail(context: typer.Context, article_id: int, version: int = 0) -> tuple[ArticleDetail, Engine]:
    async def work(engine: Engine) -> tuple[ArticleDetail, Engine]:
        return await engine.ask("knowledge.show", ArticleIdParams(id=article_id, version=version)), engine

    return visit(settings_of(context), work)
