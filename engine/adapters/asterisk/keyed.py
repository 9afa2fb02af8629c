"""The keys that a caller presses for one order: when they are complete, and what is told of them."""

from engine.core.effects import PlayPrompts
from engine.core.ivr.values import keyed

_MOST = 100  # somebody plays with the stars


class Keys:
    """Keys as they come. With a terminator only what follows the last star counts towards `max_digits`.

    Who fills an entry to its last place often ends it too, a moment later: that `spare` key of the order
    before is not one of this order.
    """

    def __init__(self, order: PlayPrompts, spare: str = "") -> None:
        self._order = order
        self._spare = spare
        self._pressed = ""

    def take(self, key: str) -> bool:
        """One more key, or none; False: it belongs to the order before, as if it had not been pressed."""
        spare, self._spare = self._spare, ""
        if key and key == spare:
            return False
        self._pressed += key
        return True

    def take_early(self, pressed: str) -> str:
        """Keys that were pressed before the first word: those that may cut it short. What is left over."""
        for number, key in enumerate(pressed):
            if self.complete:
                return pressed[number:]
            if key in self._order.barge_in or not self._order.prompts:
                self.take(key)
        return ""

    @property
    def may_go_on(self) -> bool:
        """Whether somebody who has filled an entry may still be typing."""
        return self._order.max_digits > 1 and bool(self._order.terminator) and self._full and not self._ended

    def take_surplus(self, key: str) -> None:
        """One key more than fits: it is nothing, but the terminator ends the entry."""
        if key == self._order.terminator:
            self._pressed += key

    @property
    def begun(self) -> bool:
        """Whether a key has been pressed."""
        return bool(self._pressed)

    @property
    def complete(self) -> bool:
        """Whether no more keys are awaited."""
        return self._ended or self._full or len(self._pressed) >= _MOST

    @property
    def spare(self) -> str:
        """The key that may still come, though it is not needed any more."""
        return self._order.terminator if self._full and not self._ended else ""

    @property
    def digits(self) -> str:
        """What is told: of an entry in secret only what counts."""
        return keyed(self._pressed, self._order.terminator) if self._order.secret else self._pressed

    @property
    def secret(self) -> bool:
        """Whether nobody may see them. None at all, or the 0 for a person, everybody may."""
        return self._order.secret and bool(self.digits.strip("0"))

    @property
    def _ended(self) -> bool:
        return bool(self._order.terminator) and self._pressed.endswith(self._order.terminator)

    @property
    def _full(self) -> bool:
        pressed = self._pressed
        counts = keyed(pressed, self._order.terminator) if self._order.terminator else pressed
        return len(counts) >= self._order.max_digits
