"""Writing articles from the command line: new ones, changes, publishing, older versions again."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from engine.core.knowledge.articles import Article, ArticleState
from engine.wire.knowledge import (
    ArticleDetail,
    ArticleIdParams,
    ArticleInfo,
    ArticleStateParams,
    ProposeParams,
    RollBackParams,
    SaveArticleParams,
)
from tui.cli.errors import CliError, UsageProblem, file_trouble
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.cli.session import Engine, visit
from tui.words import mark, tr

ArticleId = Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `knowledge list`."))]
Text = Annotated[str | None, typer.Option("--text", metavar="TEXT", help=mark("What it says."))]
File = Annotated[
    str,
    typer.Option(
        "--file", metavar="FILE", help=mark("A text file with what it says; - reads standard input.")
    ),
]
Spoken = Annotated[
    str | None,
    typer.Option(
        "--spoken", metavar="TEXT", help=mark("What callers hear when it is read out; else the text.")
    ),
]
OfCategory = Annotated[str | None, typer.Option("--category", metavar="NAME", help=mark("Its category."))]
Ties = Annotated[
    list[str] | None,
    typer.Option(
        "--tie",
        metavar="TYPE[/CATEGORY]",
        help=mark(
            "Beside which tickets it is shown: fault, fault/tv_no_signal; ivr:NODE for a place of the voice"
            " menu; may be given again."
        ),
    ),
]
From = Annotated[str | None, typer.Option("--from", metavar="DAY", help=mark("It holds from this day on."))]
To = Annotated[str | None, typer.Option("--until", metavar="DAY", help=mark("It holds up to this day."))]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help=mark("Why; stands in the history."))]


def add(
    context: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help=mark("The title."))],
    text: Text = None,
    file: File = "",
    spoken: Spoken = None,
    category: OfCategory = None,
    tie: Ties = None,
    from_: From = None,
    until: To = None,
    publish: Annotated[
        bool, typer.Option("--publish", help=mark("Publish it at once; for supervisors."))
    ] = False,
    as_json: Json = False,
) -> None:
    said = _text(text, file)
    if not said:
        raise UsageProblem(tr("a text is missing"), tr("give it with --text or --file"))
    changes = _changes(said, spoken, category, tie, from_, until)
    article = Article(title=title, **changes)

    async def work(engine: Engine) -> ArticleInfo:
        kept: ArticleInfo = await engine.ask("knowledge.save", SaveArticleParams(article=article))
        if publish:
            kept = await _state(engine, kept.article, ArticleState.PUBLISHED)
        return kept

    _tell(visit(settings_of(context), work), as_json=as_json)


def edit(
    context: typer.Context,
    article_id: ArticleId,
    title: Annotated[str | None, typer.Option("--title", metavar="TITLE", help=mark("The title."))] = None,
    text: Text = None,
    file: File = "",
    spoken: Spoken = None,
    category: OfCategory = None,
    tie: Ties = None,
    from_: From = None,
    until: To = None,
    note: Note = "",
    as_json: Json = False,
) -> None:
    changes = _changes(_text(text, file), spoken, category, tie, from_, until)
    if title is not None:
        changes["title"] = title
    if not changes:
        raise UsageProblem(
            tr("nothing is to be changed"), tr("see: {command}", command="knowledge edit --help")
        )

    async def work(engine: Engine) -> ArticleInfo:
        article = replace(await _now(engine, article_id), **changes)
        info: ArticleInfo = await engine.ask("knowledge.save", SaveArticleParams(article=article, note=note))
        return info

    _tell(visit(settings_of(context), work), as_json=as_json)


def publish(context: typer.Context, article_id: ArticleId, as_json: Json = False) -> None:
    _set_state(context, article_id, ArticleState.PUBLISHED, as_json=as_json)


def withdraw(context: typer.Context, article_id: ArticleId, as_json: Json = False) -> None:
    _set_state(context, article_id, ArticleState.WITHDRAWN, as_json=as_json)


def rollback(
    context: typer.Context,
    article_id: ArticleId,
    version: Annotated[int, typer.Argument(min=1, metavar="VERSION", help=mark("What it is to say again."))],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> ArticleInfo:
        now = await _now(engine, article_id)
        wanted = RollBackParams(id=article_id, to=version, version=now.version)
        info: ArticleInfo = await engine.ask("knowledge.roll_back", wanted)
        return info

    _tell(visit(settings_of(context), work), as_json=as_json)


def propose(
    context: typer.Context,
    ticket: Annotated[str, typer.Argument(metavar="TICKET", help=mark("The ticket's number."))],
    title: Annotated[
        str, typer.Option("--title", metavar="TITLE", help=mark("The title; else the ticket's."))
    ] = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> ArticleInfo:
        info: ArticleInfo = await engine.ask("knowledge.propose", ProposeParams(ticket=ticket, title=title))
        return info

    _tell(visit(settings_of(context), work), as_json=as_json)


def _set_state(context: typer.Context, article_id: int, state: ArticleState, *, as_json: bool) -> None:
    async def work(engine: Engine) -> ArticleInfo:
        return await _state(engine, await _now(engine, article_id), state)

    _tell(visit(settings_of(context), work), as_json=as_json)


async def _state(engine: Engine, article: Article, state: ArticleState) -> ArticleInfo:
    wanted = ArticleStateParams(id=article.id, state=state, version=article.version)
    info: ArticleInfo = await engine.ask("knowledge.state", wanted)
    return info


async def _now(engine: Engine, article_id: int) -> Article:
    detail: ArticleDetail = await engine.ask("knowledge.show", ArticleIdParams(id=article_id))
    return detail.info.article


def _text(text: str | None, file: str) -> str | None:
    """What was given with --text or --file; None: neither."""
    if not file:
        return text
    try:
        return sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CliError(f"{file}: {file_trouble(error)}") from None
    except UnicodeDecodeError:
        raise CliError(tr("{file}: this is no UTF-8 text", file=file)) from None


def _changes(
    text: str | None,
    spoken: str | None,
    category: str | None,
    ties: list[str] | None,
    valid_from: str | None,
    valid_until: str | None,
) -> dict[str, Any]:
    given = {
        "text": text,
        "spoken": spoken,
        "category": category,
        "ties": None if ties is None else tuple(ties),
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    return {name: value for name, value in given.items() if value is not None}


def _tell(info: ArticleInfo, *, as_json: bool) -> None:
    if as_json:
        print_json(info)
        return
    article = info.article
    words = {
        ArticleState.DRAFT: mark("{id}, version {version}, is a draft: {title}"),
        ArticleState.PUBLISHED: mark("{id}, version {version}, is published: {title}"),
        ArticleState.WITHDRAWN: mark("{id}, version {version}, is withdrawn: {title}"),
    }[article.state]
    print(tr(words, id=article.id, version=article.version, title=article.title))
    if article.state is ArticleState.DRAFT:
        print(tr("A supervisor publishes it: fourseat knowledge publish {id}", id=article.id))


COMMANDS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    (
        "add",
        add,
        mark("A new article; a draft until a supervisor publishes it."),
        'fourseat knowledge add "遥控器失灵" --file remote.txt --tie fault/box_remote',
    ),
    (
        "edit",
        edit,
        mark("Change what is given; every version is kept."),
        'fourseat knowledge edit 3 --until 2026-12-31 --note "资费调整"',
    ),
    ("publish", publish, mark("Show it to all agents."), "fourseat knowledge publish 3"),
    ("withdraw", withdraw, mark("Show it to nobody any more; it is kept."), "fourseat knowledge withdraw 3"),
    ("rollback", rollback, mark("Let it say again what it said."), "fourseat knowledge rollback 3 2"),
    ("propose", propose, mark("A draft out of a ticket."), "fourseat knowledge propose 261122003"),
)
