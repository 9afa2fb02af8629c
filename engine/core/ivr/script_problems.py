"""What can be wrong with a file of walks, in words that site staff can act on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class ScriptProblemCode(StrEnum):
    """What can be wrong with a file of walks."""

    NO_WALKS = "no_walks"
    NO_NAME = "no_name"
    TWICE = "twice"
    NO_STEPS = "no_steps"
    NOT_A_STEP = "not_a_step"
    UNKNOWN_KEY = "unknown_key"
    WRONG_VALUE = "wrong_value"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_OUTCOME = "unknown_outcome"


_WORDS: Mapping[ScriptProblemCode, tuple[str, str]] = {
    ScriptProblemCode.NO_WALKS: (
        "没有走查;请至少写一段 [[walk]]",
        "there are no walks; write at least one section [[walk]]",
    ),
    ScriptProblemCode.NO_NAME: ('缺少 name;请写 name = "名称"', 'name is missing; write name = "..."'),
    ScriptProblemCode.TWICE: ("这个名称前面已经用过;请改名", "this name was used before; rename it"),
    ScriptProblemCode.NO_STEPS: (
        '没有步骤;请写 steps = [{{ presses = "1" }}]',
        'there are no steps; write steps = [{{ presses = "1" }}]',
    ),
    ScriptProblemCode.NOT_A_STEP: (
        '每一步应当写成 {{ presses = "1", hears = ["提示音"] }} 这样',
        'a step is written as {{ presses = "1", hears = ["prompt"] }}',
    ),
    ScriptProblemCode.UNKNOWN_KEY: ("不认识 {key};请改正或删去", "{key} is not known; correct or delete it"),
    ScriptProblemCode.WRONG_VALUE: ("{key} 应当是{zh}", "{key} should be {en}"),
    ScriptProblemCode.UNKNOWN_SERVICE: (
        "没有 {value} 这项服务;可用的有:{known}",
        "there is no service {value}; there are: {known}",
    ),
    ScriptProblemCode.UNKNOWN_OUTCOME: (
        "{key} 没有 {value} 这种结果;可以是:{known}",
        "{key} has no outcome {value}; use one of: {known}",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptProblem:
    """One thing that is wrong: in which walk (empty: the file), at which step (0: none), and what."""

    code: ScriptProblemCode
    walk: str = ""
    step: int = 0
    key: str = ""
    value: str = ""
    nearest: str = ""
    wanted: tuple[str, str] = ("", "")  # in Chinese and English
    known: tuple[str, ...] = ()

    def words(self, language: str) -> str:
        """What is wrong and what to do, in `zh` or `en`."""
        chinese = language == "zh"
        zh, en = self.wanted
        text = _WORDS[self.code][0 if chinese else 1].format(
            key=self.key, value=self.value, zh=zh, en=en, known=", ".join(self.known)
        )
        place = f"[{self.walk}] " if self.walk else ""
        if self.step:
            place += f"第 {self.step} 步:" if chinese else f"step {self.step}: "
        near = (f";是不是 {self.nearest}?" if chinese else f"; did you mean {self.nearest}?") * bool(
            self.nearest
        )
        return place + text + near


class ScriptError(ValueError):
    """The file of walks cannot be used; `problems` has all that was found, `str()` the same in English."""

    def __init__(self, problems: Iterable[ScriptProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.words("en") for problem in self.problems))
