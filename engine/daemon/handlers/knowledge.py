"""Knowledge: articles beside the call, read out to the caller, and guided diagnoses."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from db.knowledge import (
    article_of_ticket,
    article_version,
    article_versions,
    count_use,
    get_article,
    import_articles,
    roll_back,
    save_article,
    set_state,
    uses_of,
)
from db.knowledge_lists import (
    ArticleRow,
    Diagnosis,
    categories,
    diagnosis_counts,
    keep_diagnosis,
    list_articles,
)
from db.ticket_lists import show_ticket
from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.knowledge import trees as tree_rules
from engine.core.knowledge.articles import (
    Article,
    ArticleState,
    ArticleVersion,
    UseKind,
    is_current,
    matter_of,
    proposed_by,
    said,
)
from engine.core.knowledge.trees import Finding, Tree, Walk
from engine.core.knowledge.trees_reader import TreeProblem
from engine.core.states import SUPERVISING
from engine.core.tickets.records import Actor
from engine.daemon.common_sentences import Sentence
from engine.daemon.handlers.context import Context, Handler
from engine.wire.base import Done, Nothing
from engine.wire.knowledge import (
    MAX_IMPORT_ARTICLES,
    ArticleDetail,
    ArticleIdParams,
    ArticleInfo,
    Articles,
    ArticleStateParams,
    BadArticle,
    DiagnosedParams,
    Diagnoses,
    DiagnosesParams,
    DiagnosisCount,
    ImportArticlesParams,
    ImportedArticles,
    KnowledgeParams,
    ProposeParams,
    ReadOutParams,
    RollBackParams,
    SaveArticleParams,
    Trees,
    TreeTrouble,
    UseParams,
)
from engine.wire.messages import Fault, Reason

_FAULT = "fault"
_PROMPT = "article"


async def show_list(context: Context, connection: Connection, params: KnowledgeParams) -> Articles:
    """Articles, best first, and the diagnoses of the same matter."""
    matter = _matter(context, params)
    rows, found = await context.read(
        _listed,
        today=_today(context),
        text=params.text,
        category=params.category,
        matter=matter,
        everything=params.everything,
        limit=params.limit,
    )
    trees, _ = await _trees(context)
    return Articles(
        articles=[
            ArticleInfo(article=row.article, uses=row.uses, current=is_current(row.article, _today(context)))
            for row in rows
        ],
        categories=found,
        trees=[tree.id for tree in _fitting(trees, matter)],
    )


def _listed(conn: sqlite3.Connection, /, **wanted: Any) -> tuple[list[ArticleRow], list[str]]:
    return list_articles(conn, **wanted), categories(conn)


def _matter(context: Context, params: KnowledgeParams) -> tuple[str, ...]:
    """What it is about: by the ticket, else by what the caller has keyed in, and where that was."""
    call = context.engine.floor.state.calls.get(params.call_id)
    if call is None:
        return matter_of(params.type, params.ticket_category)
    told = call.position.values
    line, fault = told.get("line"), told.get("fault")
    if not params.type and isinstance(line, str) and isinstance(fault, str):
        return matter_of(_FAULT, f"{line}_{fault}", call.record.ivr_path)
    return matter_of(params.type, params.ticket_category, call.record.ivr_path)


def _fitting(trees: Sequence[Tree], matter: Sequence[str]) -> list[Tree]:
    """Those that are tied to the matter, the nearest first; all, where nothing is known of it."""
    if not matter:
        return list(trees)
    places = {tie: n for n, tie in reversed(list(enumerate(matter)))}
    near = [(min(places[tie] for tie in tree.ties if tie in places), tree) for tree in trees
            if any(tie in places for tie in tree.ties)]  # fmt: skip
    return [tree for _, tree in sorted(near, key=lambda one: one[0])]


async def show(context: Context, connection: Connection, params: ArticleIdParams) -> ArticleDetail:
    """One article with its versions."""

    def found(conn: sqlite3.Connection) -> tuple[Article, list[ArticleVersion]]:
        now = get_article(conn, params.id)
        shown = article_version(conn, params.id, params.version) if params.version else now
        return shown, article_versions(conn, params.id)

    article, versions = await context.read(found)
    return ArticleDetail(info=await _info(context, article), versions=versions)


async def save(context: Context, connection: Connection, params: SaveArticleParams) -> ArticleInfo:
    """Write an article: agents new ones and their own drafts, supervisors all."""
    who, now = context.who(connection), context.engine.clock.now()
    if params.article.id and who.role not in SUPERVISING:
        before = await context.read(get_article, params.article.id)
        if before.state is not ArticleState.DRAFT or before.by != who.staff_number:
            raise Fault(Reason.NOT_ALLOWED, "a supervisor changes what is published or another's")
    article = replace(params.article, from_ticket="") if not params.article.id else params.article
    kept = await context.write(
        save_article, article, who.staff_number, now, version=params.article.version, note=params.note
    )
    context.audit(connection, "knowledge.save", str(kept.id), f"{kept.version} {kept.title}")
    return await _kept(context, kept)


async def propose(context: Context, connection: Connection, params: ProposeParams) -> ArticleInfo:
    """A draft out of a ticket; the one that there is already, if so."""
    who, now = context.who(connection), context.engine.clock.now()
    actor = Actor(staff_number=who.staff_number, role=who.role)

    def proposed(conn: sqlite3.Connection) -> Article:
        known = article_of_ticket(conn, params.ticket)
        if known is not None:
            return known
        draft = proposed_by(show_ticket(conn, params.ticket, actor).ticket, params.title)
        return save_article(conn, draft, who.staff_number, now, version=0, note=params.ticket)

    kept = await context.write(proposed)
    context.audit(connection, "knowledge.propose", str(kept.id), params.ticket)
    return await _info(context, kept)


async def set_article_state(
    context: Context, connection: Connection, params: ArticleStateParams
) -> ArticleInfo:
    """Publish, or take back."""
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    kept = await context.write(set_state, params.id, params.state, who, now, version=params.version)
    context.audit(connection, "knowledge.state", str(kept.id), f"{kept.state} {kept.title}")
    return await _kept(context, kept)


async def go_back(context: Context, connection: Connection, params: RollBackParams) -> ArticleInfo:
    """An older version again."""
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    kept = await context.write(roll_back, params.id, params.to, who, now, version=params.version)
    context.audit(connection, "knowledge.roll_back", str(kept.id), f"{params.to} -> {kept.version}")
    return await _kept(context, kept)


async def use(context: Context, connection: Connection, params: UseParams) -> Done:
    """Count it; who opens an article may want to have it read out."""
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    await context.write(count_use, params.id, params.kind, who, params.call_id, now)
    if params.kind is UseKind.OPENED:
        _make_ready(context, await context.read(get_article, params.id))
    return Done()


async def read_out(context: Context, connection: Connection, params: ReadOutParams) -> Done:
    """The own customer hears it on hold."""
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    article = await context.read(get_article, params.id)
    if not is_current(article, _today(context)):
        raise Fault(Reason.CONFLICT, f"article {article.id} is not for customers now", "article")
    context.ask_floor(ask.TellCustomer(staff_number=who, prompts=(_PROMPT,), values={"text": said(article)}))
    agent = context.engine.floor.state.agents.get(who)
    call_id = agent.call_id if agent is not None else ""
    await context.write(count_use, article.id, UseKind.READ_OUT, who, call_id, now)
    return Done()


async def take_in(context: Context, connection: Connection, params: ImportArticlesParams) -> ImportedArticles:
    """Articles of a file."""
    if len(params.articles) > MAX_IMPORT_ARTICLES:
        raise Fault(Reason.INVALID, f"at most {MAX_IMPORT_ARTICLES} at once", "articles")
    who, now = context.who(connection).staff_number, context.engine.clock.now()
    counts, bad = await context.write(import_articles, params.articles, who, now, dry_run=params.dry_run)
    if not params.dry_run:
        told = ", ".join(f"{name} {count}" for name, count in counts.items())
        context.audit(connection, "knowledge.import", "", told)
    return ImportedArticles(
        **counts, bad=[BadArticle(key=key, field=error.field, reason=error.code) for key, error in bad]
    )


async def show_trees(context: Context, connection: Connection, params: Nothing) -> Trees:
    """Guided diagnoses, and what is wrong with those that were not taken."""
    trees, problems = await _trees(context)
    return Trees(
        trees=trees,
        problems=[
            TreeTrouble(file=one.file, place=one.place, zh=one.words.zh, en=one.words.of("en"))
            for one in problems
        ],
    )


async def diagnosed(context: Context, connection: Connection, params: DiagnosedParams) -> Done:
    """Walk the digits once more, and keep what they lead to."""
    trees, _ = await _trees(context)
    tree = next((tree for tree in trees if tree.id == params.tree), None)
    if tree is None:
        raise Fault(Reason.NOT_FOUND, f"not_found tree {params.tree}", "tree")
    walk: Walk | None = tree_rules.begin(tree)
    for digit in params.digits:
        walk = walk.answered(digit) if walk is not None else None
    if walk is None or walk.ending is None:
        raise Fault(Reason.INVALID, f"{params.digits} does not lead to an end of {tree.id}", "digits")
    found = Diagnosis(
        tree=tree.id,
        ending=walk.ending.id,
        finding=walk.ending.finding,
        digits=params.digits,
        staff_number=context.who(connection).staff_number,
        call_id=params.call_id,
        ticket=params.ticket,
    )
    await context.write(keep_diagnosis, found, context.engine.clock.now())
    return Done()


async def show_diagnoses(context: Context, connection: Connection, params: DiagnosesParams) -> Diagnoses:
    """How often each diagnosis found what."""
    counts = await context.read(diagnosis_counts, max(0, params.since))
    return Diagnoses(
        counts=[
            DiagnosisCount(tree=tree, finding=Finding(finding), count=count)
            for tree, found in counts.items()
            for finding, count in found.items()
        ]
    )


async def _trees(context: Context) -> tuple[list[Tree], list[TreeProblem]]:
    return await asyncio.to_thread(context.trees.read, context.live.paths.home)


async def _info(context: Context, article: Article) -> ArticleInfo:
    uses = await context.read(uses_of, [article.id])
    return ArticleInfo(article=article, uses=uses[article.id], current=is_current(article, _today(context)))


async def _kept(context: Context, article: Article) -> ArticleInfo:
    """Once it is published, its sound is ready before somebody wants it."""
    if article.state is ArticleState.PUBLISHED:
        _make_ready(context, article)
    return await _info(context, article)


def _make_ready(context: Context, article: Article) -> None:
    language = context.config.site.language
    context.voice.prepare(Sentence(_PROMPT, language, {"text": said(article)}))


def _today(context: Context) -> str:
    zone = ZoneInfo(context.config.site.timezone)
    return f"{datetime.fromtimestamp(context.engine.clock.now() / 1000, UTC).astimezone(zone):%Y-%m-%d}"


HANDLERS: dict[str, Handler] = {
    "knowledge.list": show_list,
    "knowledge.show": show,
    "knowledge.save": save,
    "knowledge.propose": propose,
    "knowledge.state": set_article_state,
    "knowledge.roll_back": go_back,
    "knowledge.use": use,
    "knowledge.read_out": read_out,
    "knowledge.import": take_in,
    "knowledge.trees": show_trees,
    "knowledge.diagnosed": diagnosed,
    "knowledge.diagnoses": show_diagnoses,
}
