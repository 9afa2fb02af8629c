"""Parts of the READMEs and the glossary, in the words of the screens."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from engine.core.states import AgentState
from tests.docs.tables import code, table
from tui import labels
from tui.admin.commands import ADMIN_COMMANDS
from tui.cli.main import tree
from tui.command import Command
from tui.commands import AGENT_COMMANDS
from tui.floor_commands import SUPERVISOR_COMMANDS, WALLBOARD_COMMANDS
from tui.station.commands import STATION_COMMANDS
from tui.tickets.labels import DEEDS, TICKET_KINDS, TICKET_STATES
from tui.words import Language, language_in_use, read_catalogue, tr, use_language

_HEADINGS = {
    "zh": {"keys": ("按键", "做什么", "说明"), "commands": ("命令(举例)", "做什么")},
    "en": {"keys": ("Key", "What", "More"), "commands": ("Command, by example", "What")},
}


def in_language(language: Language, part: Callable[[], str]) -> str:
    """Make a part while this language is spoken."""
    before = language_in_use()
    use_language(language)
    try:
        return part()
    finally:
        use_language(before)


def agent_keys(language: Language) -> str:
    """The keys of the agent's console."""
    return in_language(language, lambda: _keys(AGENT_COMMANDS, language))


def supervisor_keys(language: Language) -> str:
    """The keys that only the supervisor's console has."""
    return in_language(language, lambda: _keys(_beside_the_agents(SUPERVISOR_COMMANDS), language))


def station_keys(language: Language) -> str:
    """The keys that only the station's console has."""
    return in_language(language, lambda: _keys(_beside_the_agents(STATION_COMMANDS), language))


def wallboard_keys(language: Language) -> str:
    """The keys that only the wallboard has."""
    return in_language(language, lambda: _keys(_beside_the_agents(WALLBOARD_COMMANDS), language))


def admin_keys(language: Language) -> str:
    """The keys that only the administrator's console has."""
    return in_language(language, lambda: _keys(_beside_the_agents(ADMIN_COMMANDS), language))


def _beside_the_agents(commands: Sequence[Command]) -> list[Command]:
    return [command for command in commands if command not in AGENT_COMMANDS]


def _keys(commands: Sequence[Command], language: Language) -> str:
    rows = [[code(_key(command)), command.title, tr(command.tooltip)] for command in commands]
    return table(_HEADINGS[language]["keys"], rows)


def _key(command: Command) -> str:
    return command.key_label if command.key or command.list_key else "Ctrl+P"


def commands(language: Language) -> str:
    """Every command of `fourseat`, with its first example."""

    def rows() -> str:
        leaves = [(command.epilog.splitlines()[0], tr(command.help)) for command in leaf_commands()]
        return table(_HEADINGS[language]["commands"], [[code(example), text] for example, text in leaves])

    return in_language(language, rows)


def leaf_commands() -> Iterator[Any]:
    """The commands of `fourseat` that do something themselves."""
    root: Any = tree()
    for command in root.commands.values():
        yield from getattr(command, "commands", {"": command}).values()


def words() -> str:
    """States and outcomes: the word in the code, the letter on the screen, and the words for people."""
    chinese = read_catalogue("zh")

    def row(kind: str, name: str, letter: str, english: str) -> list[str]:
        return [kind, code(name), letter, chinese[english], english]

    rows = [row("agent", "break", labels.ON_BREAK[1], labels.ON_BREAK[0])]
    for agent in AgentState:
        english, letter, _ = labels.AGENT_STATES[agent]
        rows.append(row("agent", agent, letter, english))
    rows += [row("call", state, letter, word) for state, (word, letter) in labels.CALL_STATES.items()]
    rows += [row("outcome", outcome, "", word) for outcome, word in labels.OUTCOMES.items()]
    rows += [row("ended_by", who, "", word) for who, word in labels.ENDED_BY.items()]
    rows += [row("ticket", state, letter, word) for state, (word, letter, _) in TICKET_STATES.items()]
    rows += [row("ticket kind", kind, "", word) for kind, word in TICKET_KINDS.items()]
    rows += [row("ticket deed", deed, "", word) for deed, word in DEEDS.items()]
    rows += [row("role", role, "", word) for role, word in labels.ROLES.items()]
    return table(("Kind", "Code", "Letter", "中文", "English"), rows)
