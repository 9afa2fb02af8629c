"""A caller in words: `a_call().hears("greeting").presses("1").waits_in("enquiry")`."""

import tomllib
from pathlib import Path
from typing import Self

from engine.core.ivr.bundle import included_files, read_bundle
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.interpreter import HangUp, Offer, TakeMessage
from engine.core.ivr.nodes import Flow, IvrFacts
from engine.core.ivr.walk import CALLBACK, SURVEY, IvrWalk, LineKind
from engine.core.states import QueueExit

MAIN_FILE = Path(__file__).parents[2] / "support" / "flows" / "classic.toml"
SHIPPED = Path(__file__).parents[3] / "flows"
"""A short menu; the shipped one, with its self-service, has walks of its own."""


def flow_of(text: str) -> Flow:
    return parse_flow(tomllib.loads(text))


def shipped_texts() -> dict[str, str]:
    """The files of the flow that the program comes with, the main one first."""
    main = (SHIPPED / "main.toml").read_text(encoding="utf-8")
    others = {name: (SHIPPED / name).read_text(encoding="utf-8") for name in included_files(main)}
    return {"main.toml": main} | others


def shipped_flow() -> Flow:
    return parse_flow(read_bundle(shipped_texts()))


def main_flow() -> Flow:
    return flow_of(MAIN_FILE.read_text(encoding="utf-8"))


class Caller:
    """Walks a flow and asserts what happens; every step returns the caller for the next one."""

    def __init__(self, flow: Flow, *, is_open: bool = True, agents: bool = True, cli: str = "") -> None:
        self.walk = IvrWalk(flow, IvrFacts(open=is_open, agents_present=agents, cli=cli), {})
        self._told = 0

    def hears(self, *prompts: str) -> Self:
        """All that was said since the caller last did something, no more and no less."""
        said = [line.name for line in self.walk.lines[self._told :] if line.kind is LineKind.SAID]
        assert said == list(prompts), self.walk
        return self

    def presses(self, keys: str) -> Self:
        return self._does(keys)

    def waits(self) -> Self:
        """Presses nothing."""
        return self._does("")

    def says(self, *, seconds: int) -> Self:
        return self._does(str(seconds))

    def leaves_queue(self, queue_exit: QueueExit) -> Self:
        return self._does(queue_exit)

    def asks_to_be_called(self) -> Self:
        """Presses the key for it while waiting."""
        return self._does(CALLBACK)

    def talks(self) -> Self:
        """An agent answers, and hangs up."""
        return self._does(SURVEY)

    def finds(self, *, is_open: bool, agents: bool = True) -> Self:
        """The world changes while the caller is in the flow."""
        self.walk.facts = IvrFacts(open=is_open, agents_present=agents)
        return self

    def is_in_queue(self, queue: str) -> Self:
        assert self.walk.action == Offer(queue_id=queue), self.walk
        return self

    def leaves_message(self) -> Self:
        assert isinstance(self.walk.action, TakeMessage), self.walk
        return self

    def is_hung_up_on(self) -> Self:
        assert self.walk.action == HangUp(), self.walk
        return self

    def passed(self, *nodes: str) -> Self:
        assert self.walk.position.path == nodes
        return self

    def _does(self, line: str) -> Self:
        self._told = len(self.walk.lines)
        self.walk.answer(line)
        return self
