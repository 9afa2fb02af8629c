"""Whether an answer is one that flows know: they were written by what `services.SERVICES` says."""

from engine.core.ivr.services import SERVICES
from engine.core.ivr.values import Row, Value
from engine.daemon.services.base import Answer


class WrongAnswer(Exception):
    """A family gave what `services.SERVICES` does not have; the text says what."""


def check(name: str, answer: Answer) -> None:
    """Raises WrongAnswer unless the outcome and the values are those of the service."""
    service = SERVICES[name]
    if answer.outcome not in service.outcomes:
        raise WrongAnswer(f"it has no outcome {answer.outcome!r}")
    samples = service.answers.get(answer.outcome, {})
    if answer.values.keys() != samples.keys():
        odd = ", ".join(sorted(answer.values.keys() ^ samples.keys()))
        raise WrongAnswer(f"outcome {answer.outcome!r}: values missing or too many: {odd}")
    for value_name, value in answer.values.items():
        if not _is_like(value, samples[value_name]):
            raise WrongAnswer(f"outcome {answer.outcome!r}: {value_name} is not like its sample")


def _is_like(value: Value, sample: Value) -> bool:
    """A text, a number, or rows with the same fields."""
    if isinstance(sample, tuple):
        return isinstance(value, tuple) and all(_row_is_like(row, sample[0]) for row in value)
    return type(value) is not tuple and isinstance(value, int) == isinstance(sample, int)


def _row_is_like(row: Row, sample: Row) -> bool:
    return row.keys() == sample.keys() and all(_is_like(row[name], sample[name]) for name in sample)
