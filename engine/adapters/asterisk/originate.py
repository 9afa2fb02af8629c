"""Calls that begin at one of our own phones: what is sent along to the phone."""


def auto_answer(wanted: bool) -> dict[str, str]:
    """Headers that ask the phone to answer by itself, as variables of the channel that rings it."""
    if not wanted:
        return {}
    return {
        "PJSIP_HEADER(add,Call-Info)": "<sip:127.0.0.1>;answer-after=0",
        "PJSIP_HEADER(add,Alert-Info)": "<http://127.0.0.1>;info=alert-autoanswer;delay=0",
    }
