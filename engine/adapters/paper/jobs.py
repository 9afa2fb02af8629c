"""What is to be on a sheet, in words that are ready to be printed: the adapter knows no tickets."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """Boxes to be ticked, under a heading."""

    heading: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """Empty forms, one sheet for each number. `follow_up`: with a part for asking afterwards."""

    site: str
    language: str
    numbers: Sequence[str]
    kinds: Choices
    categories: Sequence[Choices]
    causes: Choices
    follow_up: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order for a technician. `facts` are label and value; `number` stands large on top."""

    site: str
    language: str
    number: str
    title: str
    facts: Sequence[Pair]
    text: str
    history: Sequence[Pair]
    checklist: Choices
    causes: Choices


Job = Blank | Order


def to_line(job: Job) -> str:
    """A job as text for the worker."""
    return json.dumps({"form": type(job).__name__, **asdict(job)}, ensure_ascii=False)


def from_line(text: str) -> Job:
    """The job of a text."""
    held = json.loads(text)
    form = held.pop("form")
    for name in ("kinds", "causes", "checklist"):
        if name in held:
            held[name] = Choices(**held[name])
    if form == "Order":
        for name in ("facts", "history"):
            held[name] = [(label, value) for label, value in held[name]]
        return Order(**held)
    held["categories"] = [Choices(**one) for one in held["categories"]]
    return Blank(**held)
