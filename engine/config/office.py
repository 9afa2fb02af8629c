"""Sections for the work of the office: departments, tickets, who may see what of a customer."""

from typing import Annotated

import msgspec

from engine.config.basics import Identifier, PathText, Section, Word

StaffNumber = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{2,8})?$")]


class DepartmentSection(Section, frozen=True):
    """A department, or a maintenance station with the areas that it sees to."""

    id: Identifier
    name: Word
    name_en: str = ""
    station: bool = False
    areas: tuple[Word, ...] = ()
    leader: StaffNumber = ""
    parent: str = ""  # department that its delays are reported to; empty: none
    telephone: Annotated[str, msgspec.Meta(pattern=r"^[0-9+*#-]{0,32}$")] = ""


class Tickets(Section, frozen=True):
    """Tickets: types, working time of the clocks, outages, files, forms."""

    types: PathText = "tickets"  # folder of the types, one TOML file each
    owner: StaffNumber = ""  # owns what callers tell by keys; empty: the first supervisor
    working_hours: tuple[str, ...] = ("monday-friday 08:30-12:00", "monday-friday 14:00-17:30")
    holidays: Annotated[str, msgspec.Meta(pattern="^(open|closed)$")] = "closed"
    outage_faults: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 5  # so many of one area or node; 0: never
    outage_minutes: Annotated[int, msgspec.Meta(ge=1, le=1_440)] = 60  # within so long
    attachment_mb: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 20  # the largest file
    attachment_kinds: tuple[str, ...] = (
        "pdf", "jpg", "jpeg", "png", "tif", "tiff", "wav", "mp3", "flac", "txt", "csv", "docx", "xlsx",
    )  # fmt: skip
    print: tuple[str, ...] = ()  # program and arguments that print a PDF file; empty: none


class Privacy(Section, frozen=True):
    """What is hidden on screens until somebody asks for it, which is written down."""

    phones: bool = True  # of customers who are not on the line, from agents
    id_numbers: bool = True  # from everybody
