"""Guided diagnosis: questions whose answers lead to what is wrong, before anybody is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.tickets.types import Words


class Finding(StrEnum):
    """What is wrong."""

    EQUIPMENT = "equipment"  # a fault of line or device: somebody has to go there
    USAGE = "usage"  # solved by telling how it is used
    OUTAGE = "outage"  # of the area: one fault, many callers
    ACCOUNT = "account"  # the service is stopped, unpaid or not ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to a question: the digit that chooses it, and the node that follows."""

    digit: str
    words: Words
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`hint` tells the agent what to have the customer do or look at."""

    id: str
    words: Words
    hint: Words
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What was found, and what becomes of it.

    With `ticket_type` a ticket of this category and priority is proposed; else `reply` solves it. `reply` is
    what the customer is told in either case. `article` is the key of the article that says more.
    """

    id: str
    finding: Finding
    words: Words
    reply: Words
    ticket_type: str = ""
    category: str = ""
    priority: int = 0
    article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """One diagnosis. `ties` are those of articles: beside which matters it is offered."""

    id: str
    words: Words
    start: str
    ties: tuple[str, ...] = ()
    questions: Mapping[str, Question] = field(default_factory=dict)
    endings: Mapping[str, Ending] = field(default_factory=dict)

    def question(self, node: str) -> Question | None:
        """The question at a node; None: there is an ending."""
        return self.questions.get(node)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the answer that was given."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a diagnosis is: the node where it stands and what was answered on the way."""

    tree: Tree
    node: str
    asked: tuple[Asked, ...] = ()

    @property
    def question(self) -> Question | None:
        """What is to be asked now; None at an ending."""
        return self.tree.question(self.node)

    @property
    def ending(self) -> Ending | None:
        """What was found; None while there are questions."""
        return self.tree.endings.get(self.node)

    def answered(self, digit: str) -> "Walk | None":
        """One step further; None for a digit that answers nothing here."""
        question = self.question
        if question is None:
            return None
        answer = next((one for one in question.answers if one.digit == digit), None)
        if answer is None:
            return None
        return Walk(self.tree, answer.next, (*self.asked, Asked(question, answer)))

    def back(self) -> "Walk":
        """The question before; at the first one it stays there."""
        if not self.asked:
            return self
        return Walk(self.tree, self.asked[-1].question.id, self.asked[:-1])

    @property
    def digits(self) -> str:
        """The answers as keys."""
        return "".join(one.answer.digit for one in self.asked)


def begin(tree: Tree) -> Walk:
    """At the first question."""
    return Walk(tree, tree.start)


def report(walk: Walk, language: str) -> str:
    """Questions and answers as text, one a line: what a ticket says of it."""
    return "\n".join(
        f"{one.question.words.of(language)} {one.answer.words.of(language)}" for one in walk.asked
    )


def walks(tree: Tree) -> Iterator[Walk]:
    """Every way through a checked tree, to its end."""
    open_walks = [begin(tree)]
    while open_walks:
        walk = open_walks.pop()
        question = walk.question
        if question is None:
            yield walk
            continue
        for answer in reversed(question.answers):
            further = walk.answered(answer.digit)
            assert further is not None
            open_walks.append(further)
