"""Recording by telephone, as a dialogue: every way leads on, and mistakes come to an end."""

import pytest

from engine.core.voice.studio import NEXT, QUESTIONS, Choice, Dialogue, Outcome, Step, read_choice


def test_a_prompt_is_recorded_again_and_kept() -> None:
    dialogue = Dialogue()
    said = [
        dialogue.take(outcome)
        for outcome in (
            Outcome.DONE,
            Outcome.DONE,
            Outcome.DONE,
            Outcome.DONE,
            Outcome.TOO_QUIET,
            Outcome.DONE,
            Outcome.AGAIN,
            Outcome.DONE,
            Outcome.DONE,
        )
    ]
    assert said == ["", "", "", "", "studio_too_quiet", "", "", "", "studio_kept"]
    assert dialogue.step is Step.NUMBER
    assert dialogue.take(Outcome.NOTHING) == "goodbye"
    assert repr(dialogue) == "<Dialogue end, 1 mistakes>"


def test_the_third_mistake_in_a_row_ends_it() -> None:
    dialogue = Dialogue()
    for _ in range(2):
        dialogue.take(Outcome.DONE)
        assert dialogue.take(Outcome.WRONG) == "studio_wrong"
        assert dialogue.step is Step.STAFF_NUMBER
    dialogue.take(Outcome.NOTHING)
    assert repr(dialogue) == "<Dialogue end, 3 mistakes>"


def test_what_was_done_makes_up_for_mistakes() -> None:
    dialogue = Dialogue()
    for outcome in (Outcome.NOTHING, Outcome.NOTHING, Outcome.DONE, Outcome.DONE, Outcome.UNKNOWN):
        dialogue.take(outcome)
    assert repr(dialogue) == "<Dialogue number, 1 mistakes>"


def test_every_step_but_the_end_goes_on_and_can_be_done() -> None:
    assert set(NEXT) == set(Step) - {Step.END}
    assert set(QUESTIONS) == set(NEXT) - {Step.RECORDING}
    for ways in NEXT.values():
        assert Outcome.DONE in ways


@pytest.mark.parametrize(
    ("keys", "choice"),
    [
        ("12", Choice(12, 0, "zh")),
        ("012", Choice(12, 0, "en")),
        ("12*1", Choice(12, 1, "zh")),
        ("01*12", Choice(1, 12, "en")),
        ("0", None),
        ("", None),
        ("12*", None),
        ("12345", None),
        ("*12", None),
    ],
)
def test_what_is_keyed_in(keys: str, choice: Choice | None) -> None:
    assert read_choice(keys) == choice
