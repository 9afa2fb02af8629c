"""Calls that begin at one of our own phones: what is sent along, and why a phone was not picked up."""

from collections.abc import Mapping

from engine.core.states import RingFailure

# Asterisk's reasons of an OriginateResponse: its control frames.
_REASONS = {
    "1": RingFailure.REJECTED,  # hung up while ringing
    "3": RingFailure.NO_ANSWER,  # still ringing
    "5": RingFailure.BUSY,
}


def auto_answer(wanted: bool) -> dict[str, str]:
    """Headers that ask the phone to answer by itself, as variables of the channel that rings it."""
    if not wanted:
        return {}
    return {
        "PJSIP_HEADER(add,Call-Info)": "<sip:127.0.0.1>;answer-after=0",
        "PJSIP_HEADER(add,Alert-Info)": "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
    }


def originate_failure(response: Mapping[str, str]) -> RingFailure:
    """Why the phone was not picked up."""
    return _REASONS.get(response.get("Reason", ""), RingFailure.UNREACHABLE)
