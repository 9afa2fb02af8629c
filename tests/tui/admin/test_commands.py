"""The administrator's part of the registry of commands."""

import pytest
from rich.cells import cell_len

from tests.support.initials import initials_of
from tests.tui.test_commands import NOT_DELIVERED
from tui.admin.actions import PERFORMERS
from tui.admin.commands import ADMIN_COMMANDS, ADMIN_HINTS, AdminSituation
from tui.commands import MAX_HINTS, by_id
from tui.words import tr, use_language

OWN = [command for command in ADMIN_COMMANDS if command.id.startswith("site.")]
KINDS = ("entries", "keys", "users", "history", "")


def test_ids_and_keys_are_used_once_and_delivered() -> None:
    ids = [command.id for command in ADMIN_COMMANDS]
    keys = [key for command in ADMIN_COMMANDS for key in (command.key, command.list_key) if key]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & NOT_DELIVERED


def test_every_command_is_performed_by_something() -> None:
    by_the_console_itself = {"palette.open", "help.show", "panel.back", "session.quit"}
    assert set(PERFORMERS) | by_the_console_itself == {command.id for command in ADMIN_COMMANDS}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_at_most_eight_hints_that_fit_into_eighty_cells(language: str, kind: str) -> None:
    use_language(language)  # type: ignore[arg-type]
    now = AdminSituation(kind=kind, row="x", listed=True)
    hints = [by_id(ADMIN_COMMANDS, command_id) for command_id in ADMIN_HINTS]
    assert len(hints) <= MAX_HINTS
    assert sum(cell_len(f" {one.short_key} {one.word(now)}") for one in hints) <= 80


@pytest.mark.parametrize("command", OWN, ids=lambda command: command.id)
def test_the_initials_are_those_of_its_chinese_words(command: object) -> None:
    use_language("zh")
    initials = initials_of(tr(command.verb))  # type: ignore[attr-defined]
    assert any(one in initials for one in command.initials)  # type: ignore[attr-defined]


@pytest.mark.parametrize("connected", [True, False])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", ["", "x"])
def test_what_makes_no_sense_says_why(kind: str, row: str, connected: bool) -> None:
    now = AdminSituation(kind=kind, row=row, connected=connected)
    reasons = {command.id: command.disabled_reason(now) for command in OWN}
    assert (reasons["site.undo"] is None) is connected
    assert (reasons["site.open"] is None) is (bool(row) and connected)
    assert (reasons["site.add"] is None) is (kind == "users" and connected)
    assert (reasons["site.remove"] is None) is (
        kind in ("entries", "keys", "users") and bool(row) and connected
    )
    assert reasons["site.take_over"]
