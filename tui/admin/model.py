"""What the administrator's tables show: sections on the left; entries, keys, users, changes on the right."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from engine.core.records import Millis, User
from engine.wire.configuration import ChangeRow, ConfigShown, EntryInfo, KeyInfo, SectionInfo
from engine.wire.flows import FlowVersionRow, LiveFlow
from engine.wire.methods import NamedId
from engine.wire.tickets import TicketWords
from tui.admin.menu import (
    MENU,
    VERSIONS,
    about_node,
    menu_columns,
    menu_rows,
    version_columns,
    version_rows,
)
from tui.admin.tickets import ROUTES, TYPES, about, route_columns, route_rows, type_columns, type_rows
from tui.config_words import (
    CHANGES,
    SECTIONS,
    allowed_words,
    effect_words,
    key_word,
    note_words,
    section_word,
    value_words,
)
from tui.labels import ROLES, moment
from tui.tickets.book import Book
from tui.widgets.cells import safe
from tui.widgets.rows import Column, Row
from tui.words import mark, tr

USERS, HISTORY = "users", "history"
# What stands below the sections of the configuration.
BESIDE = {
    USERS: mark("Users"),
    HISTORY: mark("History"),
    TYPES: mark("Ticket types"),
    ROUTES: mark("Routes"),
    MENU: mark("Menu just now"),
    VERSIONS: mark("Menu versions"),
}
SIDE_WIDTH = 20
# What stands beside the id in a list of entries, before the other keys.
_FIRST = ("name", "extension", "number", "phone", "flow", "host")


@dataclass(slots=True, kw_only=True)
class Admin:
    """What is known of the site, and where the administrator is. `entry` None: before its list of entries."""

    shown: ConfigShown | None = None
    users: list[User] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)
    queues: list[NamedId] = field(default_factory=list)
    flow: LiveFlow | None = None
    versions: list[FlowVersionRow] = field(default_factory=list)
    tickets: TicketWords | None = None
    section: str = ""
    entry: str | None = None
    now: Millis = 0
    zone: datetime.tzinfo = datetime.UTC

    @property
    def info(self) -> SectionInfo | None:
        """The section that is open."""
        return next((one for one in self.sections if one.name == self.section), None)

    @property
    def sections(self) -> list[SectionInfo]:
        """All sections, those that are changed most in front."""
        known = list(SECTIONS)
        sections = self.shown.sections if self.shown else []
        return sorted(sections, key=lambda one: known.index(one.name) if one.name in known else len(known))

    @property
    def opened(self) -> EntryInfo | None:
        """The entry whose keys are shown; of a section that is no list, all of it."""
        info = self.info
        wanted = "" if info is not None and info.kind == "table" else self.entry
        return next((one for one in info.entries if one.id == wanted), None) if info else None

    @property
    def kind(self) -> str:
        """What the table on the right has: entries, keys, one of `BESIDE`, or nothing yet."""
        if self.section in BESIDE:
            return self.section
        if self.info is None:
            return ""
        return "keys" if self.opened is not None else "entries"

    @property
    def listed(self) -> bool:
        """Whether entries can be added."""
        return self.info is not None and self.info.kind != "table"

    def key(self, name: str) -> KeyInfo | None:
        """What a key of the open section may hold."""
        info = self.info
        if info is None:
            return None
        return next((one for one in info.keys if one.name == name), info.any_key)

    def value(self, name: str) -> Any:
        """What a key of the open entry says now."""
        return self.opened.values.get(name) if self.opened is not None else None


def section_rows(admin: Admin) -> list[Row]:
    """All sections, then what else there is."""
    named = [(one.name, section_word(one.name), _count(one)) for one in admin.sections]
    problems = len(admin.tickets.problems) if admin.tickets else 0
    counts = {
        USERS: str(len(admin.users)),
        MENU: str(_callers_in_menu(admin) or ""),
        TYPES: f"{problems}!" if problems else "",
    }
    named += [(name, tr(word), counts.get(name, "")) for name, word in BESIDE.items()]
    return [
        Row(name, (word, count), ("title" if name == admin.section else "plain",))
        for name, word, count in named
    ]


def _count(section: SectionInfo) -> str:
    return "" if section.kind == "table" else str(len(section.entries))


def section_columns() -> list[Column]:
    """Their columns."""
    return [Column(tr("Section"), 8, share=1), Column("", 3, right=True)]


def _callers_in_menu(admin: Admin) -> int:
    return sum(row.now for row in admin.flow.rows if not row.again) if admin.flow is not None else 0


def right_columns(admin: Admin) -> list[Column]:
    """The columns of what is on the right."""
    if admin.kind == USERS:
        return [Column(tr("Staff no."), 8), Column(tr("Name"), 12, share=2), Column(tr("Role"), 8),
                Column(tr("Department"), 10, share=1), Column(tr("State"), 8)]  # fmt: skip
    if admin.kind == HISTORY:
        return [Column("", 4, right=True), Column(tr("Time"), 13), Column(tr("Who"), 7),
                Column(tr("Change"), 12, share=1)]  # fmt: skip
    if admin.kind == MENU:
        return menu_columns()
    if admin.kind == VERSIONS:
        return version_columns()
    if admin.kind == TYPES:
        return type_columns()
    if admin.kind == ROUTES:
        return route_columns()
    if admin.kind == "entries":
        return [Column(key_word("id"), 14), Column(tr("Content"), 12, share=1)]
    return [Column(tr("Key"), 26), Column(tr("Value"), 12, share=1)]


def right_rows(admin: Admin) -> list[Row]:
    """What is on the right."""
    if admin.kind == USERS:
        return _user_rows(admin)
    if admin.kind == HISTORY:
        return [_change_row(change, admin) for change in admin.changes]
    if admin.kind == MENU:
        return menu_rows(admin.flow)
    if admin.kind == VERSIONS:
        return version_rows(admin.versions, admin.now, admin.zone)
    if admin.kind == TYPES:
        return type_rows(admin.tickets)
    if admin.kind == ROUTES:
        return route_rows(admin.tickets)
    info = admin.info
    if info is None:
        return []
    if admin.opened is None:
        return [Row(entry.id, (entry.id, _summary(info, entry))) for entry in info.entries]
    return [_key_row(admin, name) for name in key_names(admin)]


def key_names(admin: Admin) -> list[str]:
    """The keys of the open entry, but not its id; of skills, all queues."""
    info, opened = admin.info, admin.opened
    assert info is not None
    assert opened is not None
    if info.any_key is not None:
        return list(dict.fromkeys([*(queue.id for queue in admin.queues), *opened.values]))
    return [key.name for key in info.keys if key.name != info.id_key]


def _key_row(admin: Admin, name: str) -> Row:
    assert admin.opened is not None
    value = safe(value_words(admin.value(name)))
    given = name in admin.opened.given
    return Row(name, (name, value or "-"), ("plain", "plain" if given else "faint"))


def _summary(info: SectionInfo, entry: EntryInfo) -> str:
    """An entry in one line: what people call it, then what stands in the file."""
    if info.any_key is not None:
        return safe(value_words(entry.values))
    first = [name for name in _FIRST if entry.values.get(name)]
    others = [name for name in entry.given if name not in (*first, info.id_key, "name_en")]
    parts = [value_words(entry.values[name]) for name in first]
    said = {name: value_words(entry.values[name]) for name in others}
    parts += [f"{name}={value}" for name, value in said.items() if value]
    return safe("  ".join(parts))


def _user_rows(admin: Admin) -> list[Row]:
    """People of the office in front, then department by department."""
    book = Book(admin.tickets)
    ordered = sorted(admin.users, key=lambda user: (user.department, user.staff_number))
    return [_user_row(user, admin.now, book) for user in ordered]


def _user_row(user: User, now: Millis, book: Book) -> Row:
    state = tr("disabled") if user.disabled else tr("locked") if user.locked_until > now else tr("enabled")
    department = book.department(user.department) if user.department else ""
    tone = "off" if user.disabled else "warn" if user.locked_until > now else "plain"
    return Row(
        user.staff_number,
        (user.staff_number, safe(user.name), tr(ROLES[user.role]), department, state),
        ("plain", "plain", "plain", "plain", tone),
    )


def _change_row(change: ChangeRow, admin: Admin) -> Row:
    words = [tr("back to before {number}", number=change.undo_of)] if change.undo_of else []
    words += [effect_words(effect) for effect in change.effects if effect.code in CHANGES]
    when = moment(change.at, admin.now, admin.zone)
    return Row(str(change.change), (str(change.change), when, change.who, safe("; ".join(words))))


def meaning(admin: Admin, row: str) -> tuple[str, str]:
    """What the row under the cursor is, and what it may hold."""
    if admin.kind == MENU:
        return about_node(admin.flow, row)
    if admin.kind in (TYPES, ROUTES):
        return about(admin.kind, row, admin.tickets), ""
    if admin.kind != "keys":
        return _about_section(admin), ""
    key = admin.key(row)
    if key is None:
        return "", ""
    word = "" if key_word(row) == row else key_word(row)
    default = tr("default: {value}", value=value_words(key.default) or "-")
    parts = [allowed_words(key), "" if key.required else default]
    return " - ".join(part for part in (word, note_words(key)) if part), "; ".join(p for p in parts if p)


def _about_section(admin: Admin) -> str:
    if admin.kind == USERS:
        return tr("Who may log in, as what. Enter: new PIN, allow or refuse the log-in.")
    if admin.kind == HISTORY:
        return tr("Every change and who made it. Enter: go back to before it.")
    if admin.kind == VERSIONS:
        return tr("Every text of the menu that answered callers. Enter: have it answer them again.")
    return tr("Ids never change, names may. Enter opens an entry, a adds one, d removes it.")
