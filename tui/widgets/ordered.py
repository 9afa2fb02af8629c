"""A console whose letters are commands, looked at in the order in which they come.

What is typed behind a letter that opens a field belongs to the field, and is no command.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from textual.actions import SkipAction
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, TextArea

from engine.core.records import Millis
from engine.wire.methods import Params
from tui.widgets.chooser import Chooser
from tui.widgets.console import wall_clock
from tui.widgets.session import SessionApp
from tui.words import Language

MOST_WAIT = 0.5  # seconds that a key may wait for the one before it
Answer = TypeVar("Answer")


class OrderedApp(SessionApp, inherit_bindings=False):
    """The next key waits until a command has opened something, asks the engine or is done."""

    def __init__(
        self,
        socket_path: str,
        language: Language | None,
        client_name: str,
        *,
        clock: Callable[[], Millis] = wall_clock,
    ) -> None:
        super().__init__(socket_path, language, client_name, clock=clock)
        self._next_key = asyncio.Event()

    def letters_work(self) -> bool:
        """Whether somebody is logged in, and letters are commands of the registry here."""
        return True

    def action_command(self, command_id: str) -> Awaitable[None] | None:
        key = self.command(command_id).key
        plain = len(key) == 1 or key == "slash"
        if isinstance(self.screen, ModalScreen) and (plain or key == "escape"):
            raise SkipAction
        if (plain or key == "escape") and not self.letters_work():
            raise SkipAction
        if plain and isinstance(self.focused, Input | TextArea):
            raise SkipAction
        if self._belongs_to_list(command_id) or not self._may_start(command_id):
            return None
        return self._begin(command_id)

    async def _begin(self, command_id: str) -> None:
        self._next_key.clear()
        self.run_worker(self._run_command(command_id), name=command_id)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._next_key.wait(), MOST_WAIT)

    async def _run_command(self, command_id: str) -> None:
        try:
            await super()._run_command(command_id)
        finally:
            self._next_key.set()

    async def ask(self, method: str, params: Params | None = None) -> Any:
        self._next_key.set()
        return await super().ask(method, params)

    async def ask_over(self, overlay: Screen[Answer]) -> Answer | None:
        """Show a question over the screen and wait for its answer; only inside of a command."""
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

        def closed(result: Answer | None) -> None:
            if not answer.done():
                answer.set_result(result)

        await self.push_screen(overlay, closed)
        self._next_key.set()
        return await answer

    async def push_screen_wait(self, screen: Screen[Any]) -> Any:  # type: ignore[override]
        return await self.ask_over(screen)

    async def choose(self, chooser: Chooser) -> str | None:
        return await self.ask_over(chooser)
