"""Open tickets by department and age, as rows of a table, and the heading of those that are late."""

from collections import Counter
from collections.abc import Sequence

from textual.content import Content

from engine.core.tickets.records import AgingRow
from tui.tickets.book import Book
from tui.tickets.filter import OFFICE
from tui.widgets.lines import Part, line
from tui.widgets.rows import Column, Row
from tui.words import tr

ALL = "*"  # key of the row that adds all up
FIGURES = (
    "open",
    "under_1_day",
    "under_3_days",
    "under_7_days",
    "older",
    "overdue",
    "escalated",
    "closed_today",
)


def aging_columns() -> list[Column]:
    """Age in days, what is late, what was told upwards, what was done today, and the load."""
    return [
        Column(tr("Department"), 12, share=1),
        Column(tr("at work"), 7, right=True),
        Column(tr("<1 day"), 6, right=True),
        Column(tr("<3"), 5, right=True),
        Column(tr("<7"), 5, right=True),
        Column(tr("older"), 5, right=True),
        Column(tr("late"), 5, right=True),
        Column(tr("told up"), 7, right=True),
        Column(tr("closed now"), 10, right=True),
        Column(tr("a head"), 6, right=True),
        Column(tr("People"), 6, right=True, wide=True),
        Column(tr("Leader"), 14, wide=True),
    ]


def aging_rows(aging: Sequence[AgingRow], book: Book) -> list[Row]:
    """The department with most delays first, the sum in the last row."""
    people = Counter(person.department for person in book.people)
    leaders = {one.id: one.leader for one in book.departments}
    ordered = sorted(aging, key=lambda row: (-row.escalated, -row.overdue, -row.open, row.department))
    rows = [
        _row(
            row.department or OFFICE,
            book.department(row.department),
            [getattr(row, name) for name in FIGURES],
            people[row.department],
            book.person(leaders.get(row.department, "")),
        )
        for row in ordered
    ]
    if len(rows) > 1:
        sums = [sum(getattr(row, name) for row in aging) for name in FIGURES]
        rows.append(_row(ALL, tr("Together"), sums, 0, ""))
    return rows


def _row(key: str, name: str, figures: Sequence[int], people: int, leader: str) -> Row:
    load = f"{figures[0] / people:.1f}" if people else ""
    texts = (name, *(str(figure) if figure else "" for figure in figures), load, str(people or ""), leader)
    tones = {"older": "holding", "overdue": "warn", "escalated": "warn", "closed_today": "good"}
    return Row(key, texts, ("strong", *(tones.get(figure, "plain") for figure in FIGURES)))


def late_line(count: int, *, more: bool) -> Content:
    """The heading of what is late; `more`: others are late as well, and where they are listed."""
    parts: list[Part] = [(f" {tr('Overdue')} {count}{'+' if more else ''} ", "title"), ("b", "key")]
    if more:
        words = tr("there are more: Enter on a department, then 4 lists them")
        parts.append((f"  {words}", "holding"))
    return line(*parts)
