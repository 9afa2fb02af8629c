"""A list or a page over the screen."""

from typing import Generic, TypeVar

from textual.screen import ModalScreen

Result = TypeVar("Result")


class Overlay(ModalScreen[Result], Generic[Result]):
    """Leaves once, however fast its keys come."""

    def leave(self, result: Result) -> None:
        """Close with this result; later keys of the same burst find nothing to close."""
        if self.is_current:
            self.dismiss(result)
