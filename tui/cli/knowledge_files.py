"""Articles in TOML files, in and out; and the check of diagnoses before anybody walks them."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tomlkit
import typer

from engine.core.knowledge.articles import Article
from engine.core.knowledge.trees import Tree, walks
from engine.core.knowledge.trees_reader import TreeProblem, read_tree
from engine.core.tickets.types import TicketBook
from engine.wire.knowledge import (
    MAX_IMPORT_ARTICLES,
    Articles,
    ImportArticlesParams,
    ImportedArticles,
    KnowledgeParams,
)
from engine.wire.tickets import TicketWords
from tui.cli.codes import code_words
from tui.cli.errors import CliError, UsageProblem, file_trouble
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json, warn
from tui.cli.session import Engine, visit
from tui.words import language_in_use, mark, tr

_KEYS = ("key", "title", "text", "spoken", "category", "ties", "valid_from", "valid_until")
DryRun = Annotated[bool, typer.Option("--dry-run", help=mark("Only say what would be done."))]


def take_in(
    context: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help=mark("TOML files with [[articles]], known by `key`.")),
    ],
    dry_run: DryRun = False,
    as_json: Json = False,
) -> None:
    articles = [article for file in files for article in _articles(file)]

    async def work(engine: Engine) -> ImportedArticles:
        total = ImportedArticles(added=0, updated=0, unchanged=0, bad=[])
        for start in range(0, len(articles), MAX_IMPORT_ARTICLES):
            part = articles[start : start + MAX_IMPORT_ARTICLES]
            wanted = ImportArticlesParams(articles=part, dry_run=dry_run)
            done: ImportedArticles = await engine.ask("knowledge.import", wanted)
            total.added += done.added
            total.updated += done.updated
            total.unchanged += done.unchanged
            total.bad += done.bad
        return total

    total = visit(settings_of(context), work)
    if as_json:
        print_json(total)
    else:
        words = mark("{added} new, {updated} changed, {unchanged} as before, {bad} not taken")
        if dry_run:
            words = mark(
                "It would be: {added} new, {updated} changed, {unchanged} as before, {bad} not taken"
            )
        print(
            tr(words, added=total.added, updated=total.updated, unchanged=total.unchanged, bad=len(total.bad))
        )
        for bad in total.bad:
            warn(f"{bad.key}: {bad.field}: {code_words(bad.reason)}")
    if total.bad:
        raise typer.Exit(1)


def _articles(file: str) -> list[Article]:
    rows = _parsed(Path(file)).get("articles")
    if not isinstance(rows, list) or not rows:
        raise CliError(tr("{file}: there are no [[articles]] in it", file=file))
    for row in rows:
        unknown = [key for key in row if key not in _KEYS] if isinstance(row, dict) else ["?"]
        if unknown:
            raise CliError(tr("{file}: there is no key {name}", file=file, name=", ".join(unknown)))
    try:
        return msgspec.convert(rows, list[Article])
    except msgspec.ValidationError as error:
        raise CliError(f"{file}: {error}") from None


def export(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="FILE", help=mark("The file; without it standard output."))
    ] = "",
    category: Annotated[
        str, typer.Option("--category", metavar="NAME", help=mark("Only articles of this category."))
    ] = "",
    everything: Annotated[
        bool,
        typer.Option("--all", help=mark("Also drafts, what was withdrawn, and what does not hold today.")),
    ] = False,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Articles:
        wanted = KnowledgeParams(category=category, everything=everything, limit=1000)
        found: Articles = await engine.ask("knowledge.list", wanted)
        return found

    found = visit(settings_of(context), work)
    rows = [_row(info.article) for info in found.articles]
    if as_json:
        print_json(rows)
        return
    text = _toml(rows)
    if not to:
        print(text)
        return
    try:
        Path(to).write_text(text, encoding="utf-8")
    except OSError as error:
        raise CliError(f"{to}: {file_trouble(error)}") from None
    print(tr("{count} articles are in {file}", count=len(rows), file=to))


def _toml(rows: Sequence[Mapping[str, Any]]) -> str:
    """A file that people can go on writing in: longer texts stand in lines of their own."""
    tables = tomlkit.aot()
    for row in rows:
        table = tomlkit.table()
        for name, value in row.items():
            long = isinstance(value, str) and "\n" in value
            table.add(name, tomlkit.string(f"\n{value}\n", multiline=True) if long else value)
        tables.append(table)
    document = tomlkit.document()
    document.add("articles", tables)
    return tomlkit.dumps(document)


def _row(article: Article) -> dict[str, Any]:
    """What a file says of an article; one that came from no file is known by its id from now on."""
    values: dict[str, Any] = {name: getattr(article, name) for name in _KEYS}
    values["key"] = article.key or f"article-{article.id}"
    return {name: list(value) if name == "ties" else value for name, value in values.items() if value}


def check(
    context: typer.Context,
    folder: Annotated[
        str, typer.Argument(metavar="FOLDER", help=mark("The folder with the TOML files; else ./knowledge."))
    ] = "knowledge",
    with_types: Annotated[
        bool, typer.Option("--types", help=mark("Compare with the running engine's types of tickets, too."))
    ] = False,
    as_json: Json = False,
) -> None:
    paths = sorted(Path(folder).glob("*.toml"))
    if not paths:
        raise UsageProblem(tr("there are no TOML files in {folder}", folder=folder))
    book = visit(settings_of(context), _book) if with_types else None
    read = [_checked(path, book) for path in paths]
    problems = [problem for _, found in read for problem in found]
    if as_json:
        print_json({"trees": [tree.id for tree, _ in read if tree], "problems": problems})
    else:
        for tree, _ in read:
            if tree is not None:
                ways = list(walks(tree))
                print(
                    tr(
                        "{id}: {questions} questions, {endings} endings, {ways} ways, at most {most} answers",
                        id=tree.id,
                        questions=len(tree.questions),
                        endings=len(tree.endings),
                        ways=len(ways),
                        most=max(len(way.asked) for way in ways),
                    )
                )
        for problem in problems:
            where = ": ".join(part for part in (problem.file, problem.place) if part)
            warn(f"{where}: {problem.words.of(language_in_use())}")
    if problems:
        raise typer.Exit(1)


async def _book(engine: Engine) -> TicketBook:
    words: TicketWords = await engine.ask("tickets.words")
    return TicketBook(types={kind.id: kind for kind in words.types})


def _checked(path: Path, book: TicketBook | None) -> tuple[Tree | None, list[TreeProblem]]:
    return read_tree(path.name, _parsed(path), book)


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CliError(f"{path}: {file_trouble(error)}") from None
    except ValueError as error:
        raise CliError(f"{path}: {error}") from None


COMMANDS: tuple[tuple[str, Callable[..., None], str, str], ...] = (
    (
        "import",
        take_in,
        mark("Articles of files; those that are there already are changed."),
        "fourseat knowledge import knowledge/articles/office.toml",
    ),
    (
        "export",
        export,
        mark("Articles as a file that `import` takes."),
        "fourseat knowledge export --to articles.toml",
    ),
    (
        "check",
        check,
        mark("Diagnoses: dead ends, circles, what nobody gets to. Needs no engine."),
        "fourseat knowledge check /etc/fourseat/knowledge --types",
    ),
)
