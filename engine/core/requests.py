"""What agents ask of the floor. A request is done, or refused with a code."""

from dataclasses import dataclass

from engine.core.states import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """Take a seat. The PIN was checked before; a new agent starts on break and says when ready."""

    staff_number: str
    name: str
    seat_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOut:
    """Leave the seat; refused in a call, ends a wrap-up."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoReady:
    """Want calls; ends a wrap-up."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoOnBreak:
    """Want no calls; in a call it means afterwards."""

    staff_number: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Take the presented call."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refuse the presented call: it goes back to its old place, the agent on break."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the talk."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Let the customer hear music."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrieve:
    """Talk to the held customer again."""

    staff_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishWrapUp:
    """The after-call work is done."""

    staff_number: str


Request = LogIn | LogOut | GoReady | GoOnBreak | Answer | Reject | HangUp | Hold | Retrieve | FinishWrapUp


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A request that was not done; nothing has changed."""

    code: RefusalCode
    detail: str = ""
