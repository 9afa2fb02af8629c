"""The words of diagnoses, for screens and commands."""

from engine.core.knowledge.trees import Finding
from tui.words import mark

FINDINGS = {
    Finding.EQUIPMENT: mark("equipment fault"),
    Finding.USAGE: mark("usage problem"),
    Finding.OUTAGE: mark("outage"),
    Finding.ACCOUNT: mark("account"),
}
