"""A list or a page over the screen."""

from typing import Generic, TypeVar

from textual.screen import ModalScreen

Result = TypeVar("Result")


class Overlay(ModalScreen[Result], Generic[Result]):
    """Leaves once, however fast its keys come."""

    def leave(self, result: Result) -> None:
        """Close with this result; later keys of the same burst find nothing to close.

        Textual's `is_current` also holds for a screen that shines through from below, and to dismiss that one
        would close the one on top.
        """
        if self.app.screen is self:
            self.dismiss(result)
