"""One section of a flow file, read key by key: what is wrong is noted, and reading goes on."""

import re
from collections.abc import Mapping
from typing import Any

from engine.core.ivr.problems import FlowProblem, ProblemCode, nearest_name
from engine.core.ivr.services import CUSTOMER, IDENTIFIED
from engine.core.ivr.values import LANGUAGE, Plain, reference

_VALUE_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")  # what a place of a prompt may name
_ONLY_SERVICES_GIVE = (CUSTOMER, IDENTIFIED)


class Section:
    """One section of the file, read key by key. What is wrong is noted, and a harmless value stands in."""

    def __init__(self, node_id: str, raw: Mapping[str, Any], problems: list[FlowProblem]) -> None:
        self._node_id = node_id
        self._raw = raw
        self._problems = problems
        self._known: set[str] = set()

    def problem(self, code: ProblemCode, key: str, *, value: str = "", nearest: str = "") -> None:
        self._problems.append(
            FlowProblem(code=code, node=self._node_id, key=key, value=value, nearest=nearest)
        )

    def text(
        self, key: str, *, default: str | None = None, missing: ProblemCode = ProblemCode.MISSING_KEY
    ) -> str:
        self._known.add(key)
        value = self._raw.get(key, default)
        if value is None or (value == "" and default is None):
            self.problem(missing, key)
        elif not isinstance(value, str):
            self.problem(ProblemCode.NOT_TEXT, key)
        else:
            return value
        return ""

    def target(self, key: str, missing: ProblemCode = ProblemCode.DEAD_END) -> str:
        return self.text(key, missing=missing)

    def value(self, key: str) -> str:
        """The name of a value that something else has given."""
        name = self.text(key)
        if name:
            self.check_value_name(key, name)
        return name

    def new_value(self, key: str, *, default: str | None = None) -> str:
        """The name of a value that this node gives."""
        name = self.text(key, default=default)
        if name == LANGUAGE:  # keys are no language
            self.problem(ProblemCode.RESERVED_VALUE, key, value=name)
        elif name:
            self.check_value_name(key, name, gives=True)
        return name

    def check_value_name(self, key: str, name: str, *, gives: bool = False) -> None:
        """Note a name that no prompt could say, or one that only services may give."""
        if not _VALUE_NAME.fullmatch(name):
            self.problem(ProblemCode.BAD_VALUE_NAME, key, value=name)
        elif gives and name in _ONLY_SERVICES_GIVE:
            self.problem(ProblemCode.RESERVED_VALUE, key, value=name)

    def plain_values(self, key: str) -> dict[str, Plain]:
        """A section of names with a text or a whole number each."""
        found: dict[str, Plain] = {}
        for name, value in self.table(key, None).items():
            if isinstance(value, str) or type(value) is int:
                found[name] = value
            else:
                self.problem(ProblemCode.NOT_A_VALUE, f"{key}.{name}")
        return found

    def reference(self, key: str, written: Plain) -> str:
        """The name of the value for which "{name}" stands; empty: what is written stands for itself."""
        name = reference(written)
        if name:
            self.check_value_name(key, name)
        return name

    def prompts(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        self._known.add(key)
        value = self._raw.get(key, [])
        if not isinstance(value, list) or not all(isinstance(prompt, str) and prompt for prompt in value):
            self.problem(ProblemCode.NOT_A_LIST, key)
            return ()
        if needed and not value:
            self.problem(ProblemCode.MISSING_KEY, key)
        return tuple(value)

    def number(self, key: str, low: int, high: int, *, default: int) -> int:
        self._known.add(key)
        value = self._raw.get(key, default)
        if type(value) is int and low <= value <= high:
            return value
        self.problem(ProblemCode.NOT_A_NUMBER, key, value=f"{low}-{high}")
        return default

    def flag(self, key: str, *, default: bool) -> bool:
        self._known.add(key)
        value = self._raw.get(key, default)
        if isinstance(value, bool):
            return value
        self.problem(ProblemCode.NOT_YES_OR_NO, key)
        return default

    def table(self, key: str, empty: ProblemCode | None) -> Mapping[str, Any]:
        """A section below this one; `empty` is the problem that its absence is, None to pass over it."""
        self._known.add(key)
        value = self._raw.get(key)
        if isinstance(value, Mapping) and value:
            return value
        if empty is not None:
            self.problem(empty, key)
        return {}

    def targets(self, key: str, empty: ProblemCode) -> dict[str, str]:
        """A section of names, each with the node to which it leads; `empty` as in `table`."""
        found: dict[str, str] = {}
        for name, target in self.table(key, empty).items():
            if not isinstance(target, str):
                self.problem(ProblemCode.NOT_TEXT, f"{key}.{name}")
            elif not target:
                self.problem(ProblemCode.DEAD_END, f"{key}.{name}")
            else:
                found[name] = target
        return found

    def refuse_the_rest(self) -> None:
        """Note every key that nobody has asked for: most are slips of the pen."""
        for key in self._raw:
            if key not in self._known:
                self.problem(ProblemCode.UNKNOWN_KEY, key, nearest=nearest_name(key, self._known))
