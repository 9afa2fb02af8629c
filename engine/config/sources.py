"""Sections for the subscriber systems that customers come from; those systems are only read."""

import difflib
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from engine.config.basics import Identifier, Section, Word
from engine.core.customers.merging import LISTS, SINGLES
from engine.core.customers.parts import PART_NAMES, SOURCE_FIELDS

MOST_PRIORITY = 99

Password = Annotated[str, msgspec.Meta(pattern=r"^[ -~]{0,512}$")]
Line = Annotated[str, msgspec.Meta(max_length=4096)]
Minutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
Priority = Annotated[int, msgspec.Meta(ge=1, le=MOST_PRIORITY)]
FieldPriority = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{2,32}(=[1-9][0-9]?)?$")]
AccountLine = Literal["", "cable", "tv", "broadband", "private", "radio", "box", "other"]
MatchKey = Literal["customer_number", "card_number", "phone_name"]


class Source(Section, frozen=True):
    """A subscriber system, or a list of it: where it is, what its columns mean, how much it counts."""

    id: Identifier
    name: Word
    # folder: CSV, DBF or .xlsx files that are put there; sqlite: a file; sql: an address of SQLAlchemy
    kind: Literal["folder", "sqlite", "sql", "http"] = "folder"
    place: Line = ""  # folder, file or address; a folder: empty is <data>/sources/<id>
    secret: Password = ""  # sql: the password; http: the bearer token
    query: Line = ""  # sqlite, sql
    sheet: Line = ""  # of a workbook; empty: the first
    rows: Line = ""  # http: where the list is in the answer, "data.items"
    next_page: Line = ""  # http: where the address of the next page is in the answer
    page: Line = ""  # http: the parameter that counts the pages from 1
    columns: tuple[str, ...] = ()  # "HEADING=field"; the usual headings are known
    key: Line = ""  # heading of what a row is known by; empty: customer number, else card
    line: AccountLine = ""  # what its accounts are for, where the rows do not say
    match: tuple[MatchKey, ...] = ("customer_number", "card_number")
    fields: tuple[
        FieldPriority, ...
    ] = ()  # only these are taken, each with a priority of its own; empty: all
    priority: Priority = 50  # the smallest number speaks first
    whole: bool = True  # it always gives everything: who is not in it any more has vanished
    every_minutes: Minutes = 0  # 0: when a file arrives, or by hand
    enabled: bool = True

    @property
    def chosen_columns(self) -> dict[str, str]:
        """Heading to field, as far as the site says so."""
        pairs = (text.rpartition("=") for text in self.columns)
        return {heading.strip(): field.strip() for heading, _, field in pairs}

    @property
    def field_priorities(self) -> dict[str, int]:
        """Field to priority; empty: it speaks about everything."""
        pairs = (text.partition("=") for text in self.fields)
        return {name: int(number) if number else self.priority for name, _, number in pairs}


def source_problem(source: Source) -> str:
    """Why a source cannot be used, in a few words with the key; "" when it can."""
    if source.kind != "folder" and not source.place:
        return f'place: kind = "{source.kind}" needs one'
    if source.kind in ("sqlite", "sql") and not source.query.strip():
        return f'query: kind = "{source.kind}" needs one'
    if source.kind == "http" and not source.place.startswith(("http://", "https://")):
        return "place: write an address that begins with http:// or https://"
    if re.search(r"://[^/@]*:[^/@]*@", source.place):  # it is shown to supervisors
        return "place: write the password under secret"
    if any("=" not in text for text in source.columns):
        return 'columns: write "HEADING=field", as "户名=name"'
    unknown = [field for field in source.chosen_columns.values() if field and field not in SOURCE_FIELDS]
    if unknown:
        return f"columns: there is no field `{unknown[0]}`{_nearest(unknown[0], SOURCE_FIELDS)}"
    known = (*SINGLES, *LISTS, "balance", "arrears", *PART_NAMES.values())
    unknown = [field for field in source.field_priorities if field not in known]
    if unknown:
        return f"fields: there is no field `{unknown[0]}`{_nearest(unknown[0], known)}"
    if not source.match:
        return "match: at least one is needed"
    return ""


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean `{near[0]}`?" if near else f"; there are: {', '.join(known)}"
