"""Customers who are to be called, as the floor holds them: one wish a number, those with a place in order."""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator

from engine.core.records import CallbackRecord, Millis
from engine.core.states import CallbackState


class Wishes:
    """All wishes that are not done; changed by `callback` alone."""

    def __init__(self) -> None:
        self.last_id = 0
        self._records: dict[int, CallbackRecord] = {}
        self._by_number: dict[str, int] = {}
        self._by_call: dict[str, int] = {}  # calls that are on the way to or from such a customer
        self._lines: dict[str, list[tuple[Millis, int]]] = {}  # those that wait, by queue, in order
        self._open: set[int] = set()
        self._paused: set[int] = set()

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[CallbackRecord]:
        return iter(self._records.values())

    def get(self, callback_id: int) -> CallbackRecord | None:
        """The wish of an id, if it is not done."""
        return self._records.get(callback_id)

    def of_number(self, number: str) -> CallbackRecord | None:
        """The wish of a number, if there is one that is not done."""
        return self._records.get(self._by_number.get(number, 0))

    def of_call(self, call_id: str) -> CallbackRecord | None:
        """The wish that a call is about, if there is one that is not done."""
        return self._records.get(self._by_call.get(call_id, 0))

    def put(self, record: CallbackRecord) -> None:
        """A wish has come or has changed; one that is done is forgotten."""
        before = self._records.pop(record.id, None)
        self._open.discard(record.id)
        self._paused.discard(record.id)
        if before is not None and before.state is CallbackState.WAITING:
            line = self._lines[before.queue_id]
            del line[bisect_left(line, (before.place, before.id))]
        if record.state is CallbackState.DONE:
            self._by_number.pop(record.number, None)
            return
        self.last_id = max(self.last_id, record.id)
        self._records[record.id] = record
        self._by_number[record.number] = record.id
        if record.state is CallbackState.WAITING:
            insort(self._lines.setdefault(record.queue_id, []), (record.place, record.id))
        elif record.state is CallbackState.OPEN:
            self._open.add(record.id)
        elif record.state is CallbackState.PAUSED:
            self._paused.add(record.id)

    def bind(self, call_id: str, record: CallbackRecord) -> None:
        """This call is about this wish."""
        self._by_call[call_id] = record.id

    def release(self, call_id: str) -> None:
        """The call is over."""
        self._by_call.pop(call_id, None)

    def heads(self) -> Iterable[CallbackRecord]:
        """Of each queue the wish that has waited longest."""
        return [self._records[line[0][1]] for line in self._lines.values() if line]

    def before(self, queue_id: str, place: Millis) -> int:
        """How many in a queue have an older place."""
        return bisect_left(self._lines.get(queue_id, []), (place, 0))

    @property
    def to_call(self) -> int:
        """How many wait for somebody to call them."""
        return len(self._open)

    def paused(self) -> list[CallbackRecord]:
        """Those who were not reached and are tried again."""
        return [self._records[callback_id] for callback_id in sorted(self._paused)]

    def __repr__(self) -> str:
        waiting = sum(map(len, self._lines.values()))
        return f"<Wishes {len(self)}: {waiting} waiting, {self.to_call} to call>"
