"""The administrator's part of the registry of commands. Letters are keys in tables, and text in fields."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.command import Command
from tui.commands import BACK, HELP, PALETTE, QUIT
from tui.situation import Situation, fixed, need_link
from tui.words import mark, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class AdminSituation(Situation):
    """Where the administrator is: `kind` is what the table on the right has, `row` what the cursor is on."""

    kind: str = ""  # entries | keys | users | history | menu | menu_versions | ticket_types | ticket_routes
    row: str = ""
    listed: bool = False  # the section is a list: entries can be added and removed
    by_hand: bool = False


def _on(now: Situation) -> AdminSituation:
    return now if isinstance(now, AdminSituation) else AdminSituation(connected=now.connected)


def _add_reason(now: Situation) -> str | None:
    here = _on(now)
    if here.kind == "users" or (here.kind == "entries" and here.listed):
        return need_link(now)
    return tr("Nothing can be added here")


def _remove_reason(now: Situation) -> str | None:
    here = _on(now)
    if not here.row or here.kind not in ("entries", "keys", "users"):
        return tr("Nothing can be removed here")
    return need_link(now)


def _open_reason(now: Situation) -> str | None:
    here = _on(now)
    if not here.row or here.kind in ("menu", "ticket_routes"):
        return tr("There is nothing to open")
    return need_link(now)


def _open_word(now: Situation) -> str:
    return tr("Change") if _on(now).kind in ("keys", "users") else tr("Open it")


def _by_hand_reason(now: Situation) -> str | None:
    return need_link(now) if _on(now).by_hand else tr("config.toml was not changed by hand")


def _remove_word(now: Situation) -> str:
    here = _on(now)
    if here.kind == "users":
        return tr("Disable")
    return tr("Default") if here.kind == "keys" else tr("Remove")


def _command(
    id_: str,
    key: str,
    verb: str,
    word: Callable[[Situation], str],
    tooltip: str,
    initials: tuple[str, ...],
    reason: Callable[[Situation], str | None],
    *,
    dangerous: bool = False,
    list_key: str = "",
) -> Command:
    return Command(
        id=id_,
        key=key,
        noun=mark("Configuration"),
        verb=verb,
        word=word,
        tooltip=tooltip,
        initials=initials,
        disabled_reason=reason,
        dangerous=dangerous,
        list_key=list_key,
    )


ADMIN_COMMANDS: tuple[Command, ...] = (
    _command(
        "site.open",
        "",
        mark("Open or change"),
        _open_word,
        mark("Open what the cursor is on, or change the value. Every change is said before it is made."),
        ("dk", "xg"),
        _open_reason,
        list_key="enter",
    ),
    _command(
        "site.add",
        "a",
        mark("Add"),
        fixed(mark("Add")),
        mark("A new entry of this list; calls go on."),
        ("xz",),
        _add_reason,
    ),
    _command(
        "site.remove",
        "d",
        mark("Remove or default"),
        _remove_word,
        mark("Remove the entry; of a key, take its default; of a user, refuse or allow the log-in."),
        ("sc",),
        _remove_reason,
        dangerous=True,
    ),
    _command(
        "site.undo",
        "u",
        mark("Undo"),
        fixed(mark("Undo")),
        mark("Take back the last change of the configuration; once more goes forward again."),
        ("cx",),
        need_link,
        dangerous=True,
    ),
    _command(
        "site.history",
        "h",
        mark("History"),
        fixed(mark("History")),
        mark("Who changed what; Enter on a change goes back to before it."),
        ("ls", "jl"),
        need_link,
    ),
    _command(
        "site.take_over",
        "t",
        mark("Take over the file"),
        fixed(mark("Adopt")),
        mark("config.toml was changed by hand: make that hold, while calls go on."),
        ("cy",),
        _by_hand_reason,
        dangerous=True,
    ),
    _command(
        "site.reload_types",
        "r",
        mark("Read the ticket types"),
        fixed(mark("Read anew")),
        mark("Read the files of the ticket types again; a bad file changes nothing."),
        ("dr",),
        need_link,
    ),
    PALETTE,
    HELP,
    BACK,
    QUIT,
)
ADMIN_HINTS = (
    "site.open",
    "site.add",
    "site.remove",
    "site.undo",
    "site.history",
    "palette.open",
    "help.show",
    "session.quit",
)
