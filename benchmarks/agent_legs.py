"""When an agent became free, and when the next call for the agent came: by Asterisk's own time stamps."""

from collections.abc import Mapping


class AgentLegs:
    """Reads AMI events of one phone's legs.

    A gap runs from the Hangup of a leg that was answered to the Newchannel of the next leg, in milliseconds.
    """

    def __init__(self, endpoint: str) -> None:
        self._prefix = f"PJSIP/{endpoint}-"
        self.gaps_ms: list[float] = []
        self.served = 0  # legs that were answered and have ended
        self.unanswered = 0
        self._answered: set[str] = set()
        self._free_at: float | None = None

    def take(self, event: Mapping[str, str]) -> None:
        """One event, in the order in which Asterisk sent it."""
        name = event.get("Event")
        if name == "DialEnd" and event.get("DialStatus") == "ANSWER":
            self._answered.add(event.get("DestChannel", ""))
        channel = event.get("Channel", "")
        if not channel.startswith(self._prefix):
            return
        if name == "Newchannel":
            if self._free_at is not None:
                self.gaps_ms.append((float(event["Timestamp"]) - self._free_at) * 1000)
            self._free_at = None
        elif name == "Hangup":
            self._free_at = None
            if channel in self._answered:
                self.served += 1
                self._free_at = float(event["Timestamp"])
            else:
                self.unanswered += 1
