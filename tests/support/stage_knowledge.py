"""Articles and diagnoses at the stage: the shipped ones, in a database of its own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from db.knowledge import count_use, get_article, import_article, save_article, uses_of
from db.knowledge_lists import categories, list_articles
from engine.adapters.unix_socket import Connection
from engine.core.knowledge.articles import Article, ArticleUses, matter_of
from engine.core.knowledge.trees import Tree
from engine.core.knowledge.trees_reader import read_tree
from engine.wire import knowledge
from engine.wire.base import Done, Nothing
from tests.support import world
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage

FOLDER = Path(__file__).parents[2] / "knowledge"


@cache
def shipped_trees() -> list[Tree]:
    """The diagnoses that are shipped."""
    read = [
        read_tree(path.name, tomllib.loads(path.read_text(encoding="utf-8")))[0]
        for path in sorted(FOLDER.glob("*.toml"))
    ]
    return [tree for tree in read if tree is not None]


@cache
def shipped_articles() -> list[Article]:
    """The articles that are shipped."""
    parsed = tomllib.loads((FOLDER / "articles" / "office.toml").read_text(encoding="utf-8"))
    return msgspec.convert(parsed["articles"], list[Article])


def _fill(stage: "Stage") -> None:
    """The articles, once."""
    if not stage.office.execute("SELECT count(*) FROM articles").fetchone()[0]:
        for article in shipped_articles():
            import_article(stage.office, article, "9001", world.NOW)


@answers("knowledge.list")
def _list(stage: "Stage", connection: Connection, params: knowledge.KnowledgeParams) -> knowledge.Articles:
    _fill(stage)
    matter = matter_of(params.type, params.ticket_category)
    rows = list_articles(
        stage.office, today="2026-03-02", text=params.text, matter=matter, category=params.category
    )
    return knowledge.Articles(
        articles=[knowledge.ArticleInfo(article=row.article, uses=row.uses, current=True) for row in rows],
        categories=categories(stage.office),
        trees=[tree.id for tree in shipped_trees() if not matter or set(matter) & set(tree.ties)],
    )


@answers("knowledge.show")
def _show(
    stage: "Stage", connection: Connection, params: knowledge.ArticleIdParams
) -> knowledge.ArticleDetail:
    article = get_article(stage.office, params.id)
    info = knowledge.ArticleInfo(
        article=article, uses=uses_of(stage.office, [article.id])[article.id], current=True
    )
    return knowledge.ArticleDetail(info=info, versions=[])


@answers("knowledge.propose")
def _propose(
    stage: "Stage", connection: Connection, params: knowledge.ProposeParams
) -> knowledge.ArticleInfo:
    draft = Article(title=params.title or params.ticket, text="...", from_ticket=params.ticket)
    kept = save_article(stage.office, draft, who(connection), world.NOW, version=0)
    return knowledge.ArticleInfo(article=kept, uses=ArticleUses(), current=False)


@answers("knowledge.use")
def _use(stage: "Stage", connection: Connection, params: knowledge.UseParams) -> Done:
    count_use(stage.office, params.id, params.kind, who(connection), params.call_id, world.NOW)
    return Done()


@answers("knowledge.read_out")
def _read_out(stage: "Stage", connection: Connection, params: knowledge.ReadOutParams) -> Done:
    return Done()


@answers("knowledge.trees")
def _trees(stage: "Stage", connection: Connection, params: Nothing) -> knowledge.Trees:
    return knowledge.Trees(trees=shipped_trees(), problems=[])


@answers("knowledge.diagnosed")
def _diagnosed(stage: "Stage", connection: Connection, params: knowledge.DiagnosedParams) -> Done:
    return Done()
