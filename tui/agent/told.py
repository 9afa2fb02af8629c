"""What the caller has done in self-service, in one line: nobody should have to ask for it a second time."""

from collections.abc import Callable, Mapping

from rich.cells import cell_len
from textual.content import Content

from engine.core.ivr.services import IDENTIFIED, Identified
from engine.core.ivr.values import LANGUAGE, Plain
from engine.core.lines import LINES
from engine.core.states import Direction
from engine.core.tickets.heard import KINDS
from engine.core.tickets.states import TicketKind
from engine.core.views import DeskView
from tui.labels import money
from tui.widgets.cells import clip, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper
from tui.words import language_in_use, tr

Told = Mapping[str, Plain]
MOST_CELLS = 30  # of one fact, so that a long one leaves room for others
_GAP = "  "


def told_line(view: DeskView, paper: Paper) -> Content | None:
    """Where the caller comes from and what is known by now, as far as it fits; None for nothing."""
    call = view.call
    if call is None or call.direction is not Direction.INBOUND:
        return None
    places = paper.words.way(call.ivr_path)
    facts = [("", places[-1])] if len(places) > 1 else []  # everybody has been at the first one
    facts += [fact for tell in _FACTS if (fact := tell(view.told)) is not None]
    if not facts:
        return None
    parts: list[Part] = [(f" {tr('By keys')}", "title")]
    left = paper.width - cell_len(tr("By keys")) - 2
    for label, value in facts:
        head = f"{_GAP}{label} " if label and value else f"{_GAP}{label}"
        shown = clip(safe(value), MOST_CELLS)
        if cell_len(head + shown) <= left:
            left -= cell_len(head + shown)
            parts += [(head, "label"), shown]
    return line(*parts)


def _identity(told: Told) -> tuple[str, str] | None:
    if told.get(IDENTIFIED) == Identified.PASSWORD:
        return "", tr("signed in")
    account = told.get("account")
    return (tr("gave no."), str(account)) if account and not told.get(IDENTIFIED) else None


def _language(told: Told) -> tuple[str, str] | None:
    return ("", tr("in English")) if told.get(LANGUAGE) == "en" else None


def _outage(told: Told) -> tuple[str, str] | None:
    text = told.get("outage_text")
    return (tr("outage"), str(text)) if text else None


def _case(told: Told) -> tuple[str, str] | None:
    return (tr("Case no."), str(told["number"])) if told.get("number") else None


def _matter(told: Told) -> tuple[str, str] | None:
    """The fault or the kind of message, by the words of the office."""
    language = language_in_use()
    known = LINES.get(str(told.get("line", "")))
    if known is not None:
        fault = known.faults.get(str(told.get("fault", "")))
        return "", " ".join(words.of(language) for words in (known.words, fault) if words is not None)
    kind = told.get("kind")
    return ("", KINDS[TicketKind(kind)].of(language)) if kind in set(TicketKind) else None


def _money(told: Told) -> tuple[str, str] | None:
    for name, label in (("arrears", tr("Arrears")), ("balance", tr("Balance"))):
        fen = told.get(name)
        if isinstance(fen, int) and (fen or name == "balance"):
            return label, tr("{amount} yuan", amount=money(fen))
    return None


def _recharged(told: Told) -> tuple[str, str] | None:
    fen = told.get("amount")
    return (tr("recharged"), tr("{amount} yuan", amount=money(fen))) if isinstance(fen, int) else None


def _card(told: Told) -> tuple[str, str] | None:
    """A recharge card that was keyed in and has not been spent by it."""
    card = told.get("card")
    return (tr("Recharge card"), str(card)) if card and "amount" not in told else None


def _open_cases(told: Told) -> tuple[str, str] | None:
    count = told.get("open_cases")
    return (tr("open cases"), str(count)) if isinstance(count, int) and count > 0 else None


# The most important first.
_FACTS: tuple[Callable[[Told], tuple[str, str] | None], ...] = (
    _identity,
    _case,
    _matter,
    _money,
    _recharged,
    _card,
    _open_cases,
    _outage,
    _language,
)
