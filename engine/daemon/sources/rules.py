"""The configuration of sources in the words of the core."""

from collections.abc import Iterable

from engine.config.sources import Source
from engine.core.customers.merging import SourceRule

_FIELDS = {"balance": "balance_fen", "arrears": "balance_fen"}


def rules_of(sources: Iterable[Source]) -> dict[str, SourceRule]:
    """How much each source counts, by its id."""
    return {
        source.id: SourceRule(
            id=source.id,
            priority=source.priority,
            fields={_FIELDS.get(name, name): number for name, number in source.field_priorities.items()},
        )
        for source in sources
    }
