"""The station's part of the registry of commands. Letters are deeds, digits are lists."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.core.tickets.states import Deed
from tui.command import Command
from tui.commands import BACK, HELP, MAX_HINTS, PALETTE, QUIT, by_id
from tui.situation import Situation, always, fixed, need_link
from tui.station.lists import VIEWS
from tui.tickets.keys import MOVES, TRACES
from tui.tickets.labels import DEEDS
from tui.words import mark, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class StationSituation(Situation):
    """The order under the cursor, or the one that is open (`panel` order), and what may be done to it now."""

    number: str = ""
    deeds: tuple[Deed, ...] = ()
    files: int = 0
    typing: bool = False  # in the field of the filter


def _on(now: Situation) -> StationSituation:
    return now if isinstance(now, StationSituation) else StationSituation(connected=now.connected)


def _need_order(now: Situation) -> str | None:
    return need_link(now) or (None if _on(now).number else tr("There is no order under the cursor"))


def _possible(*deeds: Deed) -> Callable[[Situation], str | None]:
    def reason(now: Situation) -> str | None:
        if lacking := _need_order(now):
            return lacking
        if any(deed in _on(now).deeds for deed in deeds):
            return None
        return tr("Not possible as far as this order is: {deed}", deed=tr(DEEDS[deeds[0]]))

    return reason


def _not_open(now: Situation) -> str | None:
    return tr("Esc leaves the order first") if now.panel == "order" else None


LETTERS = {deed: letter for deed, letter in (*MOVES, *TRACES)}
CALL_KEY, PRINT_KEY = "l", "y"


def _deed(deed: Deed, key: str, tooltip: str, initials: tuple[str, ...], *others: Deed) -> Command:
    """A deed; `others` go by the same letter when it is their turn."""

    def word(now: Situation) -> str:
        possible = [one for one in (deed, *others) if one in _on(now).deeds]
        return tr(DEEDS[possible[0] if possible else deed])

    return Command(
        id=f"deed.{deed}",
        key=key,
        noun=mark("Work order"),
        verb=DEEDS[deed],
        word=word,
        tooltip=tooltip,
        initials=initials,
        disabled_reason=_possible(deed, *others),
    )


_DEEDS = (
    _deed(
        Deed.ACCEPT,
        LETTERS[Deed.ACCEPT],
        mark("Your station takes the order. The office and the customer can rely on it from now on."),
        ("jd",),
    ),
    _deed(
        Deed.ASSIGN,
        LETTERS[Deed.ASSIGN],
        mark("Who goes there: a technician of your station, by digit or initials, or any name."),
        ("zp",),
    ),
    _deed(Deed.ARRIVE, LETTERS[Deed.ARRIVE], mark("You are with the customer now."), ("dc",)),
    _deed(
        Deed.RETURN,
        LETTERS[Deed.RETURN],
        mark("It is done: the checklist, what was found, and what was done. The office tells the customer."),
        ("fd",),
    ),
    _deed(
        Deed.SEND_BACK,
        LETTERS[Deed.SEND_BACK],
        mark("It is not yours: back to the office, with the reason."),
        ("td",),
    ),
    _deed(
        Deed.DISPATCH,
        LETTERS[Deed.DISPATCH],
        mark("It belongs to another department or station: pass it on."),
        ("pd",),
    ),
    _deed(
        Deed.SUSPEND,
        LETTERS[Deed.SUSPEND],
        mark("It waits: for the customer (then the clocks stand still), parts or others. Again: it goes on."),
        ("gq", "hf"),
        Deed.RESUME,
    ),
    _deed(
        Deed.CALL,
        CALL_KEY,
        mark("You have called the customer: reached or not, and what was said."),
        ("dh",),
    ),
    _deed(
        Deed.EXPECT,
        LETTERS[Deed.EXPECT],
        mark("By when you promise it to the customer; the office sees it."),
        ("ys",),
    ),
    _deed(Deed.REMARK, LETTERS[Deed.REMARK], mark("A line for everybody who has to do with it."), ("bz",)),
    _deed(Deed.CHECK, LETTERS[Deed.CHECK], mark("A point of the checklist is done."), ("hd",)),
)

_VIEWS = tuple(
    Command(
        id=f"list.{view.id}",
        key=view.digit,
        noun=mark("List"),
        verb=view.name,
        word=fixed(view.name),
        tooltip=mark("Show this list."),
        initials=(),
        disabled_reason=_not_open,
    )
    for view in VIEWS
)

_OTHERS = (
    Command(
        id="order.open",
        key="",
        noun=mark("Work order"),
        verb=mark("Open it"),
        word=fixed(mark("Open it")),
        tooltip=mark("The whole order: address, contact, what was said, files and history."),
        initials=("dk",),
        disabled_reason=_need_order,
        list_key="enter",
    ),
    Command(
        id="order.print",
        key=PRINT_KEY,
        noun=mark("Work order"),
        verb=mark("Print"),
        word=fixed(mark("Print")),
        tooltip=mark("The order on paper, to take along."),
        initials=("dy",),
        disabled_reason=_need_order,
    ),
    Command(
        id="list.find",
        key="slash",
        noun=mark("List"),
        verb=mark("Find"),
        word=fixed(mark("Find")),
        tooltip=mark("Only orders with this number, name, address or pinyin initials; Esc shows all."),
        initials=("cz",),
        disabled_reason=_not_open,
    ),
)

_QUIT = replace(QUIT, tooltip=mark("Log out and leave."), disabled_reason=always)

STATION_COMMANDS: tuple[Command, ...] = (*_DEEDS, *_OTHERS, *_VIEWS, PALETTE, HELP, BACK, _QUIT)
_ALWAYS = ("palette.open", "help.show", "session.quit")
_LIST = ("order.open", "deed.assign", "deed.call", "list.find", "order.print")
_ORDER = ("panel.back", "deed.call", "order.print")
NEXT = (Deed.ACCEPT, Deed.ARRIVE, Deed.RETURN, Deed.RESUME)
"""What comes next of what is possible: it stands in front of the hints."""


def expected(now: StationSituation) -> str:
    """The id of what will most likely be done next, "" for nothing in particular."""
    deed = next((deed for deed in NEXT if deed in now.deeds), None)
    if deed is None or not now.connected:
        return ""
    return f"deed.{Deed.SUSPEND if deed is Deed.RESUME else deed}"


def station_hints(now: StationSituation) -> list[Command]:
    """The commands of the hint bar, at most eight."""
    first = [expected(now)] if expected(now) else []
    wanted = [*first, *(_ORDER if now.panel == "order" else _LIST), *_ALWAYS]
    return [by_id(STATION_COMMANDS, one) for one in dict.fromkeys(wanted)][:MAX_HINTS]
