"""How each kind of node is read that says something or hands the caller on."""

from collections.abc import Callable, Mapping

from engine.core.ivr.nodes import (
    ANSWERS,
    DTMF_KEYS,
    BranchNode,
    BranchOn,
    CallbackNode,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
    SurveyNode,
)
from engine.core.ivr.problems import ProblemCode, nearest_name
from engine.core.ivr.section import Section
from engine.core.states import QueueExit


def _read_play(section: Section) -> PlayNode:
    return PlayNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        barge_in=section.flag("barge_in", default=True),
    )


def _read_menu(section: Section) -> MenuNode:
    return MenuNode(
        prompts=section.prompts("prompts"),
        keys=_read_keys(section),
        exhausted=section.target("exhausted", ProblemCode.NO_TIME_OUT_PATH),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=3),
        barge_in=section.flag("barge_in", default=True),
        wrong_key=section.text("wrong_key", default=""),
        no_input=section.text("no_input", default=""),
    )


def _read_keys(section: Section) -> dict[str, str]:
    keys = section.targets("keys", ProblemCode.NO_KEYS)
    for key in keys:
        if len(key) != 1 or key not in DTMF_KEYS:
            section.problem(ProblemCode.BAD_DIGIT, "keys", value=key)
    return keys


def _read_branch(section: Section) -> BranchNode:
    question = section.text("on")
    if question in list(BranchOn):
        on = BranchOn(question)
        return BranchNode(on=on, targets={answer: section.target(answer) for answer in ANSWERS[on]})
    if question:
        near = nearest_name(question, BranchOn)
        section.problem(ProblemCode.UNKNOWN_QUESTION, "on", value=question, nearest=near)
    for answer in (answer for answers in ANSWERS.values() for answer in answers):
        section.text(answer, default="")
    return BranchNode(on=BranchOn.HOURS, targets={})


def _read_queue(section: Section) -> QueueNode:
    key = section.text("callback_key", default="1")
    if len(key) != 1 or key not in DTMF_KEYS:
        section.problem(ProblemCode.BAD_DIGIT, "callback_key", value=key)
    return QueueNode(
        queue=section.text("queue"),
        exits={exit_: section.target(f"on_{exit_}") for exit_ in QueueExit},
        callback=section.text("callback", default=""),
        callback_key=key,
    )


def _read_message(section: Section) -> MessageNode:
    return MessageNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        exhausted=section.target("exhausted"),
        too_short=section.text("too_short", default=""),
        tries=section.number("tries", 1, 9, default=2),
        max_seconds=section.number("max_seconds", 5, 3_600, default=180),
        silence_seconds=section.number("silence_seconds", 1, 60, default=5),
        min_ms=section.number("min_seconds", 1, 60, default=2) * 1_000,
        store=section.new_value("store", default=""),
    )


def _read_callback(section: Section) -> CallbackNode:
    said = CallbackNode(next="")
    return CallbackNode(
        next=section.target("next"),
        cancelled=section.text("cancelled", default=""),
        prompts=section.prompts("prompts", needed=False),
        queue=section.text("queue", default=""),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=6),
        number_is=section.text("number_is", default=said.number_is),
        confirm=section.text("confirm", default=said.confirm),
        enter_number=section.text("enter_number", default=said.enter_number),
        wrong_key=section.text("wrong_key", default=said.wrong_key),
        refused=section.text("refused", default=said.refused),
        booked=section.text("booked", default=said.booked),
        already=section.text("already", default=said.already),
    )


def _read_survey(section: Section) -> SurveyNode:
    return SurveyNode(
        prompts=section.prompts("prompts"),
        next=section.target("next"),
        timeout_ms=section.number("timeout_seconds", 1, 60, default=5) * 1_000,
        tries=section.number("tries", 1, 9, default=2),
        wrong_key=section.text("wrong_key", default=""),
        no_input=section.text("no_input", default=""),
        thanks=section.text("thanks", default=""),
    )


def _read_hang_up(section: Section) -> HangUpNode:
    return HangUpNode(prompts=section.prompts("prompts", needed=False))


READERS: Mapping[str, Callable[[Section], Node]] = {
    "play": _read_play,
    "menu": _read_menu,
    "branch": _read_branch,
    "queue": _read_queue,
    "message": _read_message,
    "callback": _read_callback,
    "survey": _read_survey,
    "hangup": _read_hang_up,
}
