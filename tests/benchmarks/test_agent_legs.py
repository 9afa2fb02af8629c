"""Gaps between an agent's legs, read from AMI events."""

import pytest

from benchmarks.agent_legs import AgentLegs


def _events(*lines: str) -> AgentLegs:
    """Each line: time, event, channel; `Answered` stands for the DialEnd of an answered leg."""
    legs = AgentLegs("seat1")
    for line in lines:
        timestamp, name, channel = line.split()
        if name == "Answered":
            legs.take({"Event": "DialEnd", "DialStatus": "ANSWER", "DestChannel": channel})
        else:
            legs.take({"Event": name, "Channel": channel, "Timestamp": timestamp})
    return legs


def test_a_gap_runs_from_hang_up_to_the_next_leg() -> None:
    legs = _events(
        "100.000000 Newchannel PJSIP/seat1-01",
        "100.010000 Answered PJSIP/seat1-01",
        "100.100000 Hangup PJSIP/seat1-01",
        "100.104500 Newchannel PJSIP/seat1-02",
    )
    assert legs.gaps_ms == pytest.approx([4.5], abs=0.001)
    assert legs.served == 1


def test_other_channels_do_not_count() -> None:
    legs = _events(
        "100.000000 Newchannel PJSIP/seat1-01",
        "100.010000 Answered PJSIP/seat1-01",
        "100.100000 Hangup PJSIP/seat1-01",
        "100.101000 Newchannel PJSIP/seat11-02",
        "100.102000 Hangup PJSIP/line1-03",
        "100.103000 Newchannel PJSIP/seat1-04",
    )
    assert legs.gaps_ms == pytest.approx([3.0], abs=0.001)


def test_an_agent_who_did_not_answer_was_not_made_free() -> None:
    legs = _events(
        "100.000000 Newchannel PJSIP/seat1-01",
        "120.000000 Hangup PJSIP/seat1-01",
        "120.500000 Newchannel PJSIP/seat1-02",
    )
    assert legs.gaps_ms == []
    assert legs.unanswered == 1
