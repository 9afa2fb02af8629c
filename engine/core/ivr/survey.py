"""A caller who gives a mark for the talk: one key of 1 to 5, asked for politely, then a word of thanks."""

from dataclasses import replace

from engine.core.ivr.actions import GiveMark, IvrPosition, Onward, Play, Step, Turn
from engine.core.ivr.nodes import DTMF_KEYS, IvrFacts, SurveyNode
from engine.core.ivr.steps import say

MARKS = "12345"


def arrive(position: IvrPosition, node: SurveyNode, keys: str, facts: IvrFacts) -> Turn:
    """Keys pressed before the question are no answer to it."""
    return _ask(position, node, "")


def played(position: IvrPosition, node: SurveyNode, digits: str, facts: IvrFacts) -> Turn:
    """A key, or none."""
    if position.entered:
        return Onward(node.next)
    if digits and digits[0] in MARKS:
        return replace(position, entered=digits[0]), GiveMark(score=int(digits[0]))
    if position.tries >= node.tries:
        return Onward(node.next)
    return _ask(position, node, node.wrong_key if digits else node.no_input)


def marked(position: IvrPosition, node: SurveyNode, _: None, facts: IvrFacts) -> Turn:
    """The mark is kept."""
    return (position, say((node.thanks,), barge_in=False)) if node.thanks else Onward(node.next)


def _ask(position: IvrPosition, node: SurveyNode, before: str) -> Step:
    action = Play(
        prompts=(before, *node.prompts) if before else node.prompts,
        barge_in=DTMF_KEYS,
        max_digits=1,
        timeout_ms=node.timeout_ms,
    )
    return replace(position, tries=position.tries + 1), action
