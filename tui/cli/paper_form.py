"""What is written on a form, as fields of text, made into a ticket and what was done to it."""

import datetime
from collections.abc import Iterable, Mapping

from engine.core.records import Millis
from engine.core.tickets.records import Act, NewTicket
from engine.core.tickets.states import Deed
from engine.core.tickets.types import TicketType, Words
from engine.wire.paper import EnterFormParams, PaperDeed
from engine.wire.tickets import TicketWords
from tui.cli.errors import UsageProblem
from tui.cli.times import instant
from tui.words import language_in_use, mark, tr

FIELDS: dict[str, str] = {
    "form": mark("Form number"),
    "called_at": mark("Time of the call"),
    "type": mark("Type"),
    "category": mark("Category"),
    "contact": mark("Name"),
    "phone": mark("Phone"),
    "address": mark("Address"),
    "area": mark("Area"),
    "text": mark("What was told"),
    "priority": mark("Urgency (0 normal, 1 urgent, 2 at once)"),
    "dispatched_at": mark("Dispatched at"),
    "department": mark("Dispatched to"),
    "accepted_at": mark("Accepted at"),
    "arrived_at": mark("Arrived at"),
    "returned_at": mark("Done at"),
    "result": mark("What was done"),
    "cause": mark("Cause"),
    "replied_at": mark("Replied at"),
    "reply": mark("Reply"),
    "satisfied": mark("Satisfied (1 to 5)"),
}
REQUIRED = ("form", "called_at", "type", "text")
_NEEDS = {
    "department": "dispatched_at",
    "accepted_at": "dispatched_at",
    "arrived_at": "dispatched_at",
    "returned_at": "dispatched_at",
    "result": "returned_at",
    "cause": "returned_at",
    "reply": "replied_at",
    "satisfied": "replied_at",
}
_PRIORITIES = ("0", "1", "2")
_SCORES = ("1", "2", "3", "4", "5")
_FEW = 9  # choices that are shown behind a question

Named = tuple[str, Words, str, str]  # id, words, key, quick code


class FormReader:
    """Reads forms by the site's types and departments, and its clock."""

    def __init__(self, words: TicketWords, now: Millis, zone: datetime.tzinfo) -> None:
        self._types = {kind.id: kind for kind in words.types}
        self._departments = [(one.id, one.words, "", "") for one in words.departments]
        self._now = now
        self._zone = zone

    def is_asked(self, name: str, row: Mapping[str, str]) -> bool:
        """Whether a field has a sense after those before it."""
        return name not in _NEEDS or bool(row.get(_NEEDS[name]))

    def choices(self, name: str, row: Mapping[str, str]) -> str:
        """What can be answered, in brackets."""
        found = self._choices(name, row)[:_FEW]
        words = " ".join(f"{key or one}={text.of(language_in_use())}" for one, text, key, _ in found)
        return f" ({words})" if words else ""

    def read(self, row: Mapping[str, str]) -> EnterFormParams:
        """The form of a row. Raises UsageProblem."""
        for name in REQUIRED:
            if not row.get(name):
                raise UsageProblem(tr("{name} is missing", name=tr(FIELDS[name])))
        told_at = self._instant(row, "called_at")
        kind = self._types[self._chosen("type", row)]
        ticket = NewTicket(
            key="",
            type=kind.id,
            category=self._chosen("category", row),
            text=row["text"],
            contact=row.get("contact", ""),
            phone=row.get("phone", ""),
            address=row.get("address", ""),
            area=row.get("area", ""),
            priority=int(self._one_of("priority", row, _PRIORITIES) or 0),
            created_at=told_at,
        )
        return EnterFormParams(form=row["form"], ticket=ticket, deeds=tuple(self._deeds(row, kind, told_at)))

    def _deeds(self, row: Mapping[str, str], kind: TicketType, told_at: Millis) -> Iterable[PaperDeed]:
        """What was done, in the order of the form; what a signature stands for is not asked again."""
        if kind.route.verify and (row.get("dispatched_at") or row.get("replied_at")):
            yield PaperDeed(act=Act(deed=Deed.VERIFY), at=told_at)
        if row.get("dispatched_at"):
            target = self._chosen("department", row)
            act = Act(deed=Deed.DISPATCH, target=target, text=tr("on paper"))
            yield PaperDeed(act=act, at=self._instant(row, "dispatched_at"))
        for name, deed in (("accepted_at", Deed.ACCEPT), ("arrived_at", Deed.ARRIVE)):
            if row.get(name):
                yield PaperDeed(act=Act(deed=deed), at=self._instant(row, name))
        if row.get("returned_at"):
            yield from self._returned(row, kind)
        if row.get("replied_at"):
            at = self._instant(row, "replied_at")
            yield PaperDeed(act=Act(deed=Deed.REPLY, text=row.get("reply", "")), at=at)
            score = self._one_of("satisfied", row, _SCORES)
            if score and kind.follow_up:
                yield PaperDeed(act=Act(deed=Deed.FOLLOW_UP, score=int(score)), at=at)

    def _returned(self, row: Mapping[str, str], kind: TicketType) -> Iterable[PaperDeed]:
        at = self._instant(row, "returned_at")
        for point, _ in kind.checklist:
            yield PaperDeed(act=Act(deed=Deed.CHECK, target=point), at=at)
        code = self._chosen("cause", row)
        yield PaperDeed(act=Act(deed=Deed.RETURN, text=row.get("result", ""), code=code), at=at)

    def _choices(self, name: str, row: Mapping[str, str]) -> list[Named]:
        if name == "type":
            return [(kind.id, kind.words, kind.key, kind.quick) for kind in self._types.values()]
        if name == "department":
            return self._departments
        kind = self._types.get(self._found("type", row.get("type", ""), row))
        if kind is None or name not in ("category", "cause"):
            return []
        if name == "category":
            return [(one.id, one.words, one.key, one.quick) for one in kind.categories]
        return [(code, words, str(n), "") for n, (code, words) in enumerate(kind.causes, 1)]

    def _found(self, name: str, text: str, row: Mapping[str, str]) -> str:
        """The id of what was written: id, key, quick code or words; "" for nothing of that."""
        for one, words, key, quick in self._choices(name, row):
            if text in (one, words.zh, words.en, key, quick) and text:
                return one
        return ""

    def _chosen(self, name: str, row: Mapping[str, str]) -> str:
        text = row.get(name, "")
        found = self._found(name, text, row)
        if text and not found:
            known = ", ".join(one for one, *_ in self._choices(name, row))
            raise UsageProblem(
                tr("{name}: {why}", name=tr(FIELDS[name]), why=text), tr("there are: {names}", names=known)
            )
        return found

    def _one_of(self, name: str, row: Mapping[str, str], known: tuple[str, ...]) -> str:
        text = row.get(name, "")
        if text and text not in known:
            raise UsageProblem(tr("{name}: {why}", name=tr(FIELDS[name]), why=text))
        return text

    def _instant(self, row: Mapping[str, str], name: str) -> Millis:
        at = instant(row[name], self._now, self._zone)
        if at > self._now:
            raise UsageProblem(
                tr("{name}: {why}", name=tr(FIELDS[name]), why=tr("{text} is yet to come", text=row[name]))
            )
        return at
