"""Systems that say something of customers, and how much each counts."""

from engine.core.customers.merging import SourceRule

RULES = {
    "cable": SourceRule(id="cable", priority=10),
    "net": SourceRule(id="net", priority=20),
    "tv": SourceRule(id="tv", priority=20),
    "bills": SourceRule(id="bills", priority=1, fields={"balance_fen": 1}),
}
