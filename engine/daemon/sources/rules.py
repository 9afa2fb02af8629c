"""The configuration of sources in the words of the core."""

from collections.abc import Iterable

from engine.config.sources import Source
from engine.core.customers.merging import FIELD_OF, SourceRule


def rules_of(sources: Iterable[Source]) -> dict[str, SourceRule]:
    """How much each source counts, by its id."""
    return {
        source.id: SourceRule(
            id=source.id,
            priority=source.priority,
            fields={FIELD_OF.get(name, name): number for name, number in source.field_priorities.items()},
        )
        for source in sources
    }
