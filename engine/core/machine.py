"""What a state machine of the floor is: a table of transitions and a table of what may come late.

Telephony brings late and double facts, so each (state, trigger) pair is in exactly one of three sets:
it happens (`TRANSITIONS`), it is late or double and changes nothing (`IGNORED`), or it is illegal, which
means that the floor itself has a fault: the caller reports it and keeps the call alive.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Trigger = TypeVar("Trigger", bound=StrEnum)


class IllegalTransition(Exception):
    """A trigger that must not happen in this state."""


class Machine(Generic[State, Trigger]):
    """The tables of one machine; it holds no state of its own."""

    def __init__(
        self,
        name: str,
        transitions: Mapping[State, Mapping[Trigger, State]],
        ignored: Mapping[State, frozenset[Trigger]],
    ) -> None:
        self.name = name
        self.transitions = transitions
        self.ignored = ignored

    def step(self, state: State, trigger: Trigger) -> State | None:
        """The next state, None when the trigger is to be ignored; raises IllegalTransition."""
        following = self.transitions[state].get(trigger)
        if following is None and trigger not in self.ignored[state]:
            raise IllegalTransition(f"{self.name}: {trigger} in state {state}")
        return following
