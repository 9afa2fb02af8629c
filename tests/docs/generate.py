"""Rewrites the parts of the documents that are made from the code: `python -m tests.docs.generate`."""

from collections.abc import Callable
from functools import partial

from tests.docs import code_parts, diagrams, screen_parts
from tests.docs.documents import DOCUMENTS, ROOT, Document

_REFERENCE: dict[str, Callable[..., str]] = {
    "agent-keys": screen_parts.agent_keys,
    "supervisor-keys": screen_parts.supervisor_keys,
    "station-keys": screen_parts.station_keys,
    "wallboard-keys": screen_parts.wallboard_keys,
    "admin-keys": screen_parts.admin_keys,
    "commands": screen_parts.commands,
}

PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {},
    "README.zh-CN.md": {},
    "docs/keys-and-commands.md": {name: partial(make, "en") for name, make in _REFERENCE.items()},
    "docs/keys-and-commands.zh-CN.md": {name: partial(make, "zh") for name, make in _REFERENCE.items()},
    "ARCHITECTURE.md": {
        "contracts": code_parts.contracts,
        "facts": code_parts.facts,
        "agent-machine": diagrams.agent_diagram,
        "call-machine": diagrams.call_diagram,
        "ticket-machine": diagrams.ticket_diagram,
        "methods": code_parts.methods,
        "notifications": code_parts.notifications,
        "types": code_parts.wire_types,
        "errors": code_parts.errors,
        "refusals": code_parts.refusals,
        "config": code_parts.config_keys,
        "tables": code_parts.tables,
    },
    "CHANGELOG.md": {},
    "docs/tickets.md": {},
    "docs/tickets.zh-CN.md": {},
    "docs/self-service.md": {},
    "docs/self-service.zh-CN.md": {},
    "docs/sources.md": {},
    "docs/sources.zh-CN.md": {},
    "docs/glossary.md": {"words": screen_parts.words},
}


def fresh(name: str) -> str:
    """The text that a document should have now."""
    parts = {part: make() for part, make in PARTS[name].items()}
    return Document.read(name).with_parts(parts)


def main() -> None:
    """Rewrite what has changed, and name it."""
    for name in DOCUMENTS:
        path, text = ROOT / name, fresh(name)
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main()
