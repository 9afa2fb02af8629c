"""What the office knows beside the call: articles of the caller's matter, and diagnoses walked by digits."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from engine.core.knowledge.articles import UseKind
from engine.core.knowledge.trees import Tree, Walk, begin, report
from engine.core.tickets.types import Category, TicketType
from engine.wire.base import Done
from engine.wire.knowledge import (
    ArticleInfo,
    Articles,
    DiagnosedParams,
    KnowledgeParams,
    ReadOutParams,
    Trees,
    UseParams,
)
from tui.agent.panel import Panel
from tui.agent.ticket_app import FORM
from tui.agent.ticket_form_panel import TicketFormPanel
from tui.knowledge_words import FINDINGS
from tui.situation import WITH_CUSTOMER
from tui.tickets.latest import latest
from tui.widgets.cells import fit, safe, wrap
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import language_in_use, mark, tr

PANEL = "knowledge"
SEARCH_DELAY = 0.15  # seconds without a key before the engine is asked
_TREE, _ARTICLE = "t", "a"  # in front of the id in a row's key
_READ_OUT, _HELPED, _NOT_HELPED = "1", "2", "3"
_LOG, _SOLVED = "1", "2"
_BACK = "0"


class KnowledgeRows(RowTable):
    """Rows whose cursor keys scroll the text below instead while somebody reads it."""

    def __init__(self, scrolls: Callable[[int], bool]) -> None:
        super().__init__(_columns, empty=_nothing, widget_id="knowledge-rows", led=True)
        self._scrolls = scrolls

    def action_move(self, step: int) -> None:
        if not self._scrolls(step):
            super().action_move(step)


class KnowledgePanel(Panel):
    """A field, what was found, and the text of what is chosen.

    Enter opens it: an article is read with the cursor keys, a diagnosis is walked. While something is open,
    digits choose what is to be done; Enter goes back to the list.
    """

    TITLE = mark("Knowledge")
    DEFAULT_CSS = """
    KnowledgePanel RowTable { height: 6; }
    KnowledgePanel #knowledge-text { height: 1fr; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(KnowledgeRows(self._scroll), tr("two characters are enough"))
        self._articles: dict[str, ArticleInfo] = {}
        self._trees: dict[str, Tree] = {}
        self._fitting: Sequence[str] = ()
        self._reading: ArticleInfo | None = None
        self._walk: Walk | None = None
        self._top = 0
        self._asked_for = ""
        self._digits = ""  # typed and not done yet
        self._busy = False  # with a digit
        self._text = Lines(widget_id="knowledge-text")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="ask"):
            yield Lines([line((f" {tr(self.TITLE)} ", "title"))])
            yield self.entry
            yield self.hint
        yield self.rows
        yield self._text
        yield self.note

    # What is found

    def start(self) -> None:
        self._close()
        super().start()

    def _fetch_soon(self) -> None:
        latest(self, "fetch", self.fetch)

    async def fetch(self) -> None:
        app, text = self.console, self.entry.value.strip()
        if not self._trees:
            trees: Trees | None = await app.ask("knowledge.trees")
            self._trees = {tree.id: tree for tree in trees.trees} if trees is not None else {}
        about = app.about_now()
        category = _category_of(app.tickets.book.types, about.line, about.fault)
        wanted = KnowledgeParams(
            text=text,
            type=category[0] if category else "",
            ticket_category=category[1].id if category else "",
            call_id=about.call_id,
        )
        found: Articles | None = await app.ask("knowledge.list", wanted)
        if found is not None and not found.articles and not text:  # nothing of this matter: everything
            found = await app.ask("knowledge.list", KnowledgeParams())
        if found is None or text != self.entry.value.strip():
            return
        self._asked_for = text
        self._articles = {f"{_ARTICLE}{info.article.id}": info for info in found.articles}
        self._fitting = found.trees
        self.refill()
        app.repaint()

    def fill(self, typed: str) -> None:
        if typed != self._asked_for and self._open is None:
            self.set_timer(SEARCH_DELAY, lambda: self._fetch_if(typed))
        language = language_in_use()
        trees = [self._trees[one] for one in self._fitting if one in self._trees]
        rows = [
            Row(f"{_TREE}{tree.id}", (tr("Diagnosis"), tree.words.of(language), ""), ("good", "strong"))
            for tree in trees
            if typed.casefold() in tree.words.of(language).casefold()
        ]
        rows += [
            Row(key, (info.article.category, info.article.title, _uses(info)), ("label", "strong", "faint"))
            for key, info in self._articles.items()
        ]
        self.rows.show_rows(rows)
        self._paint_text()

    def _fetch_if(self, typed: str) -> None:
        if typed == self.entry.value.strip():
            self._fetch_soon()

    # What is open

    @property
    def _open(self) -> ArticleInfo | Walk | None:
        return self._reading or self._walk

    def _close(self) -> None:
        self._reading, self._walk, self._top = None, None, 0

    async def take(self) -> None:
        """Enter: open what is chosen, or go back to the list."""
        row = self.rows.current
        if self._open is not None:
            self._close()
        elif row is not None and row.key in self._articles:
            self._reading = self._articles[row.key]
            self._clear_entry()
            await self._used(UseKind.OPENED)
        elif row is not None:
            self._walk = begin(self._trees[row.key.removeprefix(_TREE)])
            self._clear_entry()
        self._top = 0
        self._paint_text()

    def enter_reason(self) -> str:
        return "" if self._open is not None else super().enter_reason()

    def on_input_changed(self, event: Field.Changed) -> None:
        if self._open is None:
            super().on_input_changed(event)
            return
        event.stop()
        typed = event.value
        self._clear_entry()
        self._digits += typed
        if not self._busy:
            self._busy = True
            work: Any = self._take_digits  # made into a coroutine when it begins
            self.run_worker(work, name="digits", group="digits")

    def _clear_entry(self) -> None:
        with self.prevent(Field.Changed):
            self.entry.value = ""
        self._typed = ""
        self._asked_for = ""

    async def _take_digits(self) -> None:
        """One after another, however fast they were typed."""
        try:
            while self._digits:
                digit, self._digits = self._digits[0], self._digits[1:]
                await self._pressed(digit)
        finally:
            self._busy = False

    async def _pressed(self, digit: str) -> None:
        if self._reading is not None:
            await self._do_with_article(digit)
        elif self._walk is not None:
            await self._answer(self._walk, digit)
        self._paint_text()
        self.console.repaint()

    async def _do_with_article(self, digit: str) -> None:
        app, info = self.console, self._reading
        if info is None:
            return
        if digit == _READ_OUT:
            if self._read_reason():
                app.say(self._read_reason(), "warn")
            elif await app.ask("knowledge.read_out", ReadOutParams(id=info.article.id)) is not None:
                app.say(tr("The customer hears it and is with you again afterwards; F4 at once"), "good")
        elif digit == _HELPED:
            await self._used(UseKind.HELPED, tr("Noted: it helped"))
        elif digit == _NOT_HELPED:
            await self._used(UseKind.NOT_HELPED, tr("Noted: it did not help"))

    def _read_reason(self) -> str:
        """Why nothing can be read out now."""
        if self.console.bare_situation().state not in WITH_CUSTOMER:
            return tr("There is no talk in which it could be read out")
        return ""

    async def _used(self, kind: UseKind, words: str = "") -> None:
        info, app = self._reading, self.console
        if info is None:
            return
        used = UseParams(id=info.article.id, kind=kind, call_id=app.about_now().call_id)
        if isinstance(await app.ask("knowledge.use", used), Done) and words:
            app.say(words, "good")

    # A diagnosis

    async def _answer(self, walk: Walk, digit: str) -> None:
        if digit == _BACK:
            self._walk = walk.back()
            return
        ending = walk.ending
        if ending is None:
            self._walk = walk.answered(digit) or walk
        elif digit == _LOG and ending.ticket_type:
            await self._count(walk)
            await self._log(walk)
        elif digit == _SOLVED:
            await self._count(walk)
            self.console.say(tr("Noted: {finding}", finding=tr(FINDINGS[ending.finding])), "good")
            self._close()

    async def _count(self, walk: Walk) -> None:
        call_id = self.console.about_now().call_id
        found = DiagnosedParams(tree=walk.tree.id, digits=walk.digits, call_id=call_id)
        await self.console.ask("knowledge.diagnosed", found)

    async def _log(self, walk: Walk) -> None:
        """The form of a new ticket, with what was found in it."""
        app, ending, language = self.console, walk.ending, language_in_use()
        if ending is None:
            return
        panel = await app.desk_there.made_work(FORM, lambda: TicketFormPanel(app.tickets))
        form = cast(TicketFormPanel, panel).form
        if form.touched or app.left_ticket is not None:
            app.say(tr("A ticket is half filled: ^L goes on with it"), "warn")
            return
        category = _category(app.tickets.book.types, ending.ticket_type, ending.category)
        about = app.about_now()
        text = "\n".join(
            part for part in (about.text, ending.words.of(language), report(walk, language)) if part
        )
        about = replace(
            about,
            text=text,
            line=category.line if category else "",
            fault=category.fault if category else "",
        )
        self._close()
        app.open_panel(FORM)
        await form.start(about)
        form.switches.show(ending.priority, False)
        app.call_after_refresh(form.paint)

    # Painting

    def on_resize(self) -> None:
        self.call_after_refresh(self._paint_text)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        super().on_row_table_moved(event)
        self._top = 0
        self._paint_text()

    def _scroll(self, step: int) -> bool:
        if self._reading is None:
            return self._walk is not None
        self._top = max(0, self._top + step)
        self._paint_text()
        return True

    def paint(self, paper: Paper) -> None:
        self._paint_text()
        self.say_below(line((f" {self._hint()}", "label")))

    def _hint(self) -> str:
        if self._reading is not None:
            return tr("1 read out to the customer   2 helped   3 did not help   arrows: scroll   Enter: list")
        if self._walk is None:
            return tr("Enter: open")
        if self._walk.ending is None:
            return tr("Digit: the answer   0 back   Enter: list")
        if self._walk.ending.ticket_type:
            return tr("1 make the ticket   2 settled without one   0 back   Enter: list")
        return tr("2 settled   0 back   Enter: list")

    def _paint_text(self) -> None:
        self.rows.display = self._open is None  # the text has the room
        width, height = self.size.width, self._text.size.height
        if not width or not height:
            return
        content = self._content(width - 2)
        self._top = max(0, min(self._top, len(content) - height))
        self._text.show(content[self._top : self._top + height])

    def _content(self, width: int) -> list[Content]:
        if self._walk is not None:
            return _walk_lines(self._walk, width)
        row = self.rows.current
        info = self._reading or (self._articles.get(row.key) if row is not None else None)
        if info is not None:
            return _article_lines(info, width)
        tree = self._trees.get(row.key.removeprefix(_TREE)) if row is not None else None
        return [] if tree is None else _walk_lines(begin(tree), width)


def _article_lines(info: ArticleInfo, width: int) -> list[Content]:
    article = info.article
    shown = [line((f" {fit(safe(article.title), width)}", "title"))]
    for paragraph in article.text.splitlines():
        shown += [line((f" {part}", "plain")) for part in wrap(safe(paragraph), width)] or [line("")]
    return shown


def _walk_lines(walk: Walk, width: int) -> list[Content]:
    language = language_in_use()
    way = " > ".join(one.answer.words.of(language) for one in walk.asked)
    shown = [line((f" {fit(safe(way or walk.tree.words.of(language)), width)}", "faint"))]
    question, ending = walk.question, walk.ending
    if question is not None:
        shown += _wrapped(question.words.of(language), width, "strong")
        shown += _wrapped(question.hint.of(language), width, "label")
        for answer in question.answers:
            shown.append(
                line(
                    (f" {answer.digit}  ", "key"), (fit(safe(answer.words.of(language)), width - 4), "plain")
                )
            )
    if ending is not None:
        shown += _wrapped(f"{tr(FINDINGS[ending.finding])}: {ending.words.of(language)}", width, "strong")
        shown += _wrapped(tr("Tell the customer: {text}", text=ending.reply.of(language)), width, "plain")
    return shown


def _wrapped(text: str, width: int, tone: str) -> list[Content]:
    return [line((f" {part}", tone)) for part in wrap(safe(text), width)] if text else []


def _uses(info: ArticleInfo) -> str:
    return tr("helped {count}", count=info.uses.helped) if info.uses.helped else ""


def _category(types: Sequence[TicketType], type_id: str, category_id: str) -> Category | None:
    kind = next((one for one in types if one.id == type_id), None)
    return kind.category(category_id) if kind is not None else None


def _category_of(types: Sequence[TicketType], code: str, fault: str) -> tuple[str, Category] | None:
    """Type and category of what the caller has keyed in."""
    for kind in types if fault else ():
        for category in kind.categories:
            if (category.line, category.fault) == (code, fault):
                return kind.id, category
    return None


def _nothing() -> str:
    return tr("No article fits")


def _columns() -> Sequence[Column]:
    return [Column(tr("Category"), 12), Column(tr("Title"), 20, share=1), Column("", 10)]
