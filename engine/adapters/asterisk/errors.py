"""What can go wrong between the engine and Asterisk.

AsteriskError
├── LinkLost           no AMI connection; what was asked may or may not have happened
│   └── LoginRefused   Asterisk does not know this user or secret
├── ActionFailed       Asterisk answered an AMI action with an error: it did not happen
├── ActionTimedOut     no reply in time, AMI or AGI; it may or may not have happened
├── ChannelGone        the caller of an AGI session hung up, or its connection ended
└── AgiFailed          Asterisk refused an AGI command, or could not do it; the caller is still there

A value that would break the protocol (a line break, NUL, too long) is a ValueError of the caller's.
"""

from __future__ import annotations

from enum import StrEnum


class DownReason(StrEnum):
    """Why there is no AMI connection; screens and `fourseatd check` choose their words by it."""

    NEVER_STARTED = "never_started"
    NOT_LISTENING = "not_listening"
    UNREACHABLE = "unreachable"
    NOT_ASTERISK = "not_asterisk"
    LOGIN_REFUSED = "login_refused"
    NO_LOGIN_REPLY = "no_login_reply"
    CLOSED = "closed"
    FROZEN = "frozen"
    SHUTDOWN = "shutdown"
    STOPPED = "stopped"


class AsteriskError(Exception):
    """Root of the errors that this adapter raises."""


class LinkLost(AsteriskError):
    """There is no AMI connection; an action under way has an unknown outcome and is never repeated."""

    def __init__(self, reason: DownReason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class LoginRefused(LinkLost):
    """Asterisk refused the user or the secret; trying again soon would not help."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(DownReason.LOGIN_REFUSED, detail)


class ActionFailed(AsteriskError):
    """Asterisk answered an AMI action with an error."""

    def __init__(self, action: str, message: str) -> None:
        super().__init__(f"{action}: {message}")
        self.action = action
        self.message = message


class ActionTimedOut(AsteriskError):
    """Asterisk did not answer in time; the outcome is unknown."""

    def __init__(self, asked: str, timeout_s: float | None) -> None:
        super().__init__(f"{asked}: no answer within {timeout_s} s")
        self.asked = asked


class ChannelGone(AsteriskError):
    """The channel of an AGI session is gone."""


class AgiFailed(AsteriskError):
    """Asterisk refused an AGI command (5xx) or could not do it, while the caller is still there."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message
