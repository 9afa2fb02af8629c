"""To whom a call can go: one list of agents, queues, extensions, recorded information and outside numbers."""

from collections.abc import Sequence

from engine.core.states import AgentState, TargetKind
from engine.core.views import AgentView
from engine.wire.phone import TargetParams
from engine.wire.targets import TargetInfo, Targets
from tui.agent.panel import Panel, is_number
from tui.labels import agent_since, agent_state, duration, phone_number
from tui.widgets.cells import safe
from tui.widgets.lines import line
from tui.widgets.paper import Paper
from tui.widgets.rows import Column, Row, RowTable
from tui.words import mark, pick, tr

SPOKEN_TO = (TargetKind.AGENT, TargetKind.EXTENSION, TargetKind.NUMBER)
KINDS: dict[TargetKind, str] = {
    TargetKind.AGENT: mark("Agent"),
    TargetKind.QUEUE: mark("Queue"),
    TargetKind.EXTENSION: mark("Extension"),
    TargetKind.NUMBER: mark("Outside"),
    TargetKind.SURVEY: mark("Survey"),
    TargetKind.NODE: mark("Recording"),
}


class TransferPanel(Panel):
    """Found by name, pinyin initials or number; who cannot take it now is grey and says why."""

    TITLE = mark("Transfer to")
    REFRESH_SECONDS = 2.0

    def __init__(self) -> None:
        super().__init__(
            RowTable(_columns, empty=lambda: tr("Nobody is found for this"), widget_id="targets", led=True),
            tr("name, initials, number"),
        )
        self._all: tuple[TargetInfo, ...] = ()
        self._shown: dict[str, TargetInfo] = {}

    async def fetch(self) -> None:
        found: Targets | None = await self.console.ask("agent.targets")
        if found is not None:
            self._all = tuple(found.targets)
            self.console.contacts.know(found)
            self.refill()
            self.console.repaint()

    def fill(self, typed: str) -> None:
        found = [target for target in self._all if _fits(target, typed)]
        found.sort(key=lambda target: _place(target, typed))
        if is_number(typed) and not any(_is_exactly(target, typed) for target in found):
            found.insert(0, TargetInfo(kind=TargetKind.NUMBER, value=typed, name=phone_number(typed)))
        self._shown = {f"{target.kind}:{target.value}": target for target in found}
        self.rows.show_rows([_row(key, target, self.console.now()) for key, target in self._shown.items()])

    def paint(self, paper: Paper) -> None:
        self.rows.show_rows([_row(key, target, paper.now) for key, target in self._shown.items()])
        target = self.chosen
        if target is None:
            self.say_below(line(""))
            return
        reason = self.enter_reason()
        name = safe(name_of(target))
        words = reason or (
            tr("Enter: hand over to {name} at once   F7: speak first", name=name)
            if target.kind in SPOKEN_TO
            else tr("Enter: hand over to {name} at once", name=name)
        )
        self.say_below(line((f" {words}", "warn" if reason else "label")))

    @property
    def chosen(self) -> TargetInfo | None:
        """The target under the cursor."""
        return self._shown.get(self.rows.current.key) if self.rows.current else None

    def enter_reason(self) -> str:
        if self.chosen is None:
            return tr("Nothing is chosen") if self._all else ""  # what was typed waits for the list
        return _unfit(self.chosen)

    def consult_reason(self) -> str:
        """Why the chosen one cannot be spoken to first."""
        target = self.chosen
        if target is not None and target.kind not in SPOKEN_TO:
            return tr("Nobody to speak to there: Enter hands over")
        return self.enter_reason()

    async def take(self) -> None:
        await self._order("agent.transfer", mark("Handing over to {name}"))

    async def consult(self) -> None:
        """F7: speak to the chosen one first."""
        await self._order("agent.consult", mark("Calling {name}; the customer hears music"))

    async def _order(self, method: str, words: str) -> None:
        await self.settled()
        if not self._all:  # typed faster than the list came: 801 may be an extension
            await self.fetch()
        reason = self.enter_reason() if method == "agent.transfer" else self.consult_reason()
        target = self.chosen
        if reason or target is None:
            self.console.say(reason or tr("Nothing is chosen"), "warn")
            return
        if await self.console.ask(method, TargetParams(kind=target.kind, value=target.value)) is not None:
            self.console.leave_panel()
            self.console.say(tr(words, name=name_of(target)), "good")


def name_of(target: TargetInfo) -> str:
    """The name that people know it by."""
    if target.kind is TargetKind.SURVEY:
        return tr("Satisfaction survey")
    return pick(target.name, target.name_en) or target.value


def _fits(target: TargetInfo, typed: str) -> bool:
    wanted = typed.casefold()
    words = [name_of(target).casefold(), *target.keys, target.value, tr(KINDS[target.kind]).casefold()]
    if target.agent is not None:
        words.append(target.agent.extension)
    return not wanted or any(wanted in word for word in words)


def _place(target: TargetInfo, typed: str) -> tuple[bool, bool, int]:
    """What was typed exactly comes first, then who is free; then by kind, in the order of the engine."""
    return (not _is_exactly(target, typed), bool(_unfit(target)), list(KINDS).index(target.kind))


def _is_exactly(target: TargetInfo, typed: str) -> bool:
    return bool(typed) and typed in (target.value, target.agent.extension if target.agent else "")


def _unfit(target: TargetInfo) -> str:
    """Why it cannot take a call now, "" when it can."""
    if target.agent is not None:
        return _unfit_agent(target.agent)
    if target.kind is TargetKind.EXTENSION and not target.reachable:
        return tr("The phone is not registered")
    return ""


def _unfit_agent(agent: AgentView) -> str:
    if not agent.phone_reachable or agent.state is AgentState.UNREACHABLE:
        return tr("The phone is not registered")
    if agent.state is AgentState.IDLE:
        return ""
    return tr("{name} is not free: {state}", name=safe(agent.name), state=agent_state(agent)[0])


def _row(key: str, target: TargetInfo, now: int) -> Row:
    number = target.agent.extension if target.agent else target.value
    if target.kind in (TargetKind.NODE, TargetKind.SURVEY, TargetKind.QUEUE):
        number = ""
    faint = "faint" if _unfit(target) else ""
    state, tone = _state(target, now)
    texts = (name_of(target), tr(KINDS[target.kind]), number, state)
    return Row(key, texts, (faint or "strong", faint or "label", faint or "plain", faint or tone))


def _state(target: TargetInfo, now: int) -> tuple[str, str]:
    if target.agent is not None:
        word, letter, tone = agent_state(target.agent)
        since = duration(now - agent_since(target.agent))
        return f"{word} {letter}  {since}", tone
    if target.kind is TargetKind.QUEUE:
        words = tr("{count} waiting", count=target.waiting) if target.waiting else tr("nobody waits")
        return words, "plain"
    if target.kind is TargetKind.NODE:
        return tr("customer listens"), "plain"
    if target.kind is TargetKind.SURVEY:
        return tr("keys 1-5, then end"), "plain"
    return "" if target.reachable else tr("Phone off"), "plain"


def _columns() -> Sequence[Column]:
    return [Column(tr("Name"), 20, share=1), Column(tr("Kind"), 9), Column(tr("Number"), 15), Column("", 18)]
