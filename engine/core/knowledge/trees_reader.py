"""Diagnosis trees out of parsed TOML, checked: what can be wrong with one, in words that staff can act on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.knowledge.trees import Answer, Ending, Finding, Question, Tree
from engine.core.tickets.types import TicketBook, Words
from engine.core.tickets.types_table import meant

_TREE_KEYS = {"id", "zh", "en", "start", "ties", "questions", "endings"}
_QUESTION_KEYS = {"zh", "en", "hint_zh", "hint_en", "answers"}
_ANSWER_KEYS = {"zh", "en", "next"}
_ENDING_KEYS = {
    "zh",
    "en",
    "finding",
    "reply_zh",
    "reply_en",
    "ticket",
    "category",
    "priority",
    "article",
}  # fmt: skip
_PRIORITIES = range(3)
_DIGITS = "123456789"


@dataclass(frozen=True, slots=True)
class TreeProblem:
    """What is wrong, and where: file and place in it."""

    file: str
    place: str
    words: Words


def read_tree(
    name: str, parsed: Mapping[str, Any], book: TicketBook | None = None
) -> tuple[Tree | None, list[TreeProblem]]:
    """A tree out of a file, or None with what is wrong. With a `book` its tickets have to be in it."""
    reading = _Reading(name, book)
    tree = reading.tree(parsed)
    if not reading.problems:
        reading.check(tree)
    return (None if reading.problems else tree), reading.problems


class _Reading:
    """Gathers problems while a file is read."""

    def __init__(self, file: str, book: TicketBook | None) -> None:
        self.problems: list[TreeProblem] = []
        self._file = file
        self._book = book

    def _wrong(self, place: str, zh: str, en: str) -> None:
        self.problems.append(TreeProblem(self._file, place, Words(zh, en)))

    # Reading

    def tree(self, parsed: Mapping[str, Any]) -> Tree:
        self._unknown("", parsed, _TREE_KEYS)
        questions = self._table("questions", parsed.get("questions"))
        endings = self._table("endings", parsed.get("endings"))
        ties = parsed.get("ties", [])
        if not isinstance(ties, list) or not all(isinstance(tie, str) for tie in ties):
            self._wrong("ties", "应为文字列表", "has to be a list of texts")
            ties = []
        return Tree(
            id=self._text("id", parsed.get("id")),
            words=self._words("", parsed, "zh", "en"),
            start=self._text("start", parsed.get("start")),
            ties=tuple(ties),
            questions={key: self._question(key, value) for key, value in questions},
            endings={key: self._ending(key, value) for key, value in endings},
        )

    def _table(self, place: str, value: Any) -> list[tuple[str, Mapping[str, Any]]]:
        if not isinstance(value, Mapping) or not value:
            self._wrong(place, "没有内容", "there is nothing in it")
            return []
        rows = []
        for key, row in value.items():
            if isinstance(row, Mapping):
                rows.append((key, row))
            else:
                self._wrong(f"{place}.{key}", "应为表", "has to be a table")
        return rows

    def _question(self, key: str, row: Mapping[str, Any]) -> Question:
        place = f"questions.{key}"
        self._unknown(place, row, _QUESTION_KEYS)
        answers = tuple(
            self._answer(f"{place}.answers.{digit}", digit, answer)
            for digit, answer in self._table(f"{place}.answers", row.get("answers"))
        )
        if len(answers) == 1:
            self._wrong(place, "只有一个答案，无从选择", "has one answer only: nothing to choose")
        return Question(
            id=key,
            words=self._words(place, row, "zh", "en"),
            hint=Words(
                self._text(f"{place}.hint_zh", row.get("hint_zh", ""), empty=True),
                self._text(f"{place}.hint_en", row.get("hint_en", ""), empty=True),
            ),
            answers=answers,
        )

    def _answer(self, place: str, digit: str, row: Mapping[str, Any]) -> Answer:
        self._unknown(place, row, _ANSWER_KEYS)
        if len(digit) != 1 or digit not in _DIGITS:
            self._wrong(place, "答案的键应为 1 到 9", "the key of an answer is 1 to 9")
        return Answer(
            digit=digit,
            words=self._words(place, row, "zh", "en"),
            next=self._text(f"{place}.next", row.get("next")),
        )

    def _ending(self, key: str, row: Mapping[str, Any]) -> Ending:
        place = f"endings.{key}"
        self._unknown(place, row, _ENDING_KEYS)
        finding = row.get("finding")
        if finding not in list(Finding):
            self._wrong(f"{place}.finding", f"应为 {'、'.join(Finding)}", f"is one of {', '.join(Finding)}")
            finding = Finding.USAGE
        priority = row.get("priority", 0)
        if isinstance(priority, bool) or priority not in _PRIORITIES:
            self._wrong(f"{place}.priority", "应为 0、1 或 2", "is 0, 1 or 2")
            priority = 0
        ending = Ending(
            id=key,
            finding=Finding(finding),
            words=self._words(place, row, "zh", "en"),
            reply=self._words(place, row, "reply_zh", "reply_en"),
            ticket_type=self._text(f"{place}.ticket", row.get("ticket", ""), empty=True),
            category=self._text(f"{place}.category", row.get("category", ""), empty=True),
            priority=priority,
            article=self._text(f"{place}.article", row.get("article", ""), empty=True),
        )
        self._ticket(place, ending)
        return ending

    def _ticket(self, place: str, ending: Ending) -> None:
        """A fault without a ticket would be forgotten; a category without a type says nothing."""
        if ending.finding is Finding.EQUIPMENT and not ending.ticket_type:
            self._wrong(f"{place}.ticket", "设备故障必须生成工单", "an equipment fault needs a ticket")
        if ending.category and not ending.ticket_type:
            self._wrong(f"{place}.category", "有类别而没有工单类型", "a category without a type of ticket")
        if self._book is None or not ending.ticket_type:
            return
        known = self._book.types.get(ending.ticket_type)
        if known is None:
            hint = meant(ending.ticket_type, self._book.types)
            self._wrong(
                f"{place}.ticket",
                f"没有工单类型 {ending.ticket_type}{hint.zh}",
                f"there is no ticket type {ending.ticket_type}{hint.en}",
            )
        elif ending.category and known.category(ending.category) is None:
            hint = meant(ending.category, [one.id for one in known.categories])
            self._wrong(
                f"{place}.category",
                f"{ending.ticket_type} 没有类别 {ending.category}{hint.zh}",
                f"{ending.ticket_type} has no category {ending.category}{hint.en}",
            )

    def _unknown(self, place: str, row: Mapping[str, Any], known: set[str]) -> None:
        for key in row:
            if key not in known:
                at = f"{place}.{key}" if place else key
                hint = meant(key, known)
                self._wrong(at, f"没有这一项,请删除{hint.zh}", f"there is no such key: delete it{hint.en}")

    def _text(self, place: str, value: Any, *, empty: bool = False) -> str:
        if not isinstance(value, str) or not (value.strip() or empty):
            self._wrong(place, "应为文字，不能为空", "has to be a text, and not empty")
            return ""
        return value.strip()

    def _words(self, place: str, row: Mapping[str, Any], zh: str, en: str) -> Words:
        at = f"{place}." if place else ""
        return Words(
            self._text(f"{at}{zh}", row.get(zh)), self._text(f"{at}{en}", row.get(en, ""), empty=True)
        )

    # Checking

    def check(self, tree: Tree) -> None:
        """Where does it lead: nowhere, in a circle, or is there something that nobody gets to?"""
        for key in sorted(tree.questions.keys() & tree.endings.keys()):
            self._wrong(key, "既是问题又是结论", "is a question and an ending")
        nodes = tree.questions.keys() | tree.endings.keys()
        for place, target in _ways(tree):
            if target not in nodes:
                hint = meant(target, nodes)
                self._wrong(
                    place,
                    f"指向不存在的 {target}{hint.zh}",
                    f"leads to {target}, which is not there{hint.en}",
                )
        if self.problems:
            return
        reached = _reached(tree)
        for key in sorted(nodes - reached):
            self._wrong(key, "走不到这里", "nobody gets there")
        circle = _circle(tree)
        if circle:
            way = " > ".join(circle)
            self._wrong(circle[0], f"绕圈子：{way}", f"goes round in circles: {way}")


def _ways(tree: Tree) -> Iterator[tuple[str, str]]:
    yield "start", tree.start
    for question in tree.questions.values():
        for answer in question.answers:
            yield f"questions.{question.id}.answers.{answer.digit}.next", answer.next


def _following(tree: Tree, node: str) -> list[str]:
    question = tree.questions.get(node)
    return [answer.next for answer in question.answers] if question is not None else []


def _reached(tree: Tree) -> set[str]:
    reached: set[str] = set()
    ahead = [tree.start]
    while ahead:
        node = ahead.pop()
        if node not in reached:
            reached.add(node)
            ahead += _following(tree, node)
    return reached


def _circle(tree: Tree) -> list[str]:
    """The nodes of a way that comes back to itself; empty: there is none."""
    done: set[str] = set()
    way: list[str] = []
    ahead = [iter([tree.start])]
    while ahead:
        node = next(ahead[-1], None)
        if node is None:
            ahead.pop()
            done.update(way[-1:])
            del way[-1:]
        elif node in way:
            return [*way[way.index(node) :], node]
        elif node not in done:
            way.append(node)
            ahead.append(iter(_following(tree, node)))
    return []
