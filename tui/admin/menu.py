"""The voice menu on the administrator's screen: its tree with the callers in it, and its versions."""

from typing import TYPE_CHECKING

from engine.core.records import Millis
from engine.wire.flows import FlowChanged, FlowRollbackParams, FlowVersionRow, LiveFlow, NodeRow
from tui.admin.preview import Preview
from tui.client import EngineFault, EngineGone
from tui.flow_words import way_word
from tui.labels import NODE_KINDS, fault_words, moment
from tui.widgets.cells import safe
from tui.widgets.rows import Column, Row
from tui.words import tr

if TYPE_CHECKING:
    import datetime

    from tui.admin.app import AdminApp

MENU, VERSIONS = "menu", "menu_versions"
REFRESH_S = 2.0  # how old the counts of callers may be
_INDENT = 2
_DEEPEST = 8  # levels that are indented; deeper ones stand below each other


def menu_columns() -> list[Column]:
    """Where, how many are there now, how many came through, how many of them gave up there."""
    return [
        Column(tr("Place"), 20, share=1),
        Column(tr("Kind"), 13, wide=True),
        Column(tr("Now"), 4, right=True),
        Column(tr("Passed"), 6, right=True),
        Column(tr("Gave up"), 7, right=True),
    ]


def menu_rows(flow: LiveFlow | None) -> list[Row]:
    """The tree, every node once. A row's key is its number among all ways."""
    if flow is None:
        return []
    levels = _levels(flow.rows)
    return [_menu_row(number, row, levels[number]) for number, row in enumerate(flow.rows) if not row.again]


def _levels(rows: list[NodeRow]) -> list[int]:
    """How far each row is indented: what alone follows a node stands right below it."""
    parents: list[int] = []  # of each row; -1: none
    above: list[int] = []  # the rows that lead to this one
    for number, row in enumerate(rows):
        del above[row.depth :]
        parents.append(above[-1] if above else -1)
        above.append(number)
    levels: list[int] = []
    for row, parent in zip(rows, parents, strict=True):
        alone = row.key == "next" and parents.count(parent) == 1
        levels.append((levels[parent] + (not alone)) if parent >= 0 else 0)
    return levels


def _menu_row(number: int, row: NodeRow, level: int) -> Row:
    indent = " " * (_INDENT * min(level, _DEEPEST))
    place = f"{indent}{way_word(row.key)}: {row.title or row.text or row.node}"
    figures = tuple(str(count) if count else "" for count in (row.now, row.passed, row.left))
    tones = ("plain", "faint", "good", "plain", "warn" if row.left else "plain")
    return Row(str(number), (safe(place), tr(NODE_KINDS.get(row.kind, row.kind)), *figures), tones)


def about_node(flow: LiveFlow | None, key: str) -> tuple[str, str]:
    """What callers hear at the place under the cursor, and the name of its node."""
    if flow is None or not key.isdecimal() or int(key) >= len(flow.rows):
        return tr("Which way callers go, how many are where, and where they gave up since yesterday."), ""
    row = flow.rows[int(key)]
    return row.text or tr("Says nothing."), tr("node {name}", name=row.node)


def version_columns() -> list[Column]:
    """Number, when, who, whether it runs, what for."""
    return [
        Column("", 4, right=True),
        Column(tr("Time"), 13),
        Column(tr("Who"), 7),
        Column(tr("Live"), 13),
        Column(tr("Note"), 8, share=1),
    ]


def version_rows(versions: list[FlowVersionRow], now: Millis, zone: "datetime.tzinfo") -> list[Row]:
    """All versions, newest first."""
    return [
        Row(
            str(row.version),
            (
                str(row.version),
                moment(row.at, now, zone),
                row.who,
                tr("answers callers") if row.live else moment(row.live_at, now, zone) if row.live_at else "",
                safe(row.note),
            ),
            ("plain", "plain", "plain", "good" if row.live else "faint"),
        )
        for row in versions
    ]


def _changed(line: str) -> str:
    """A line of a diff, as people say it."""
    text = line[1:].strip()
    return tr("new: {text}", text=text) if line.startswith("+") else tr("old: {text}", text=text)


async def go_back(app: "AdminApp", version: int) -> None:
    """An older version answers callers again, after a look at what that changes."""
    try:
        preview: FlowChanged = await app.engine.call(
            "ivr.rollback", FlowRollbackParams(version=version, dry_run=True)
        )
        lines = [
            _changed(line) for line in preview.diff if line[:1] in "+-" and line[:3] not in ("+++", "---")
        ]
        stay = tr("{count} callers are inside; they stay in the version they entered", count=preview.callers)
        question = tr("Enter: do it   Esc: leave it")
        if not await app.push_screen_wait(Preview(tr("This would change"), [*lines, stay], question)):
            app.say(tr("Nothing has been changed."))
            return
        done: FlowChanged = await app.engine.call("ivr.rollback", FlowRollbackParams(version=version))
    except EngineFault as fault:
        app.say(fault_words(fault, app.zone), "warn")
    except EngineGone:
        app.say(tr("The engine does not answer; it is not known whether this was done"), "warn")
    else:
        app.say(tr("Version {number} answers callers now", number=done.version), "good")
        await app.reload()
