"""What one piece of work asks of DynamoDB and enters in the ledger, noted along the way.

A piece of work is a request, a batch of the stream, a run of a timed function. PynamoDB asks for
the consumed capacity of every call as it is, and botocore tells of every answer, so that noting
it makes no call. A write that was refused is not told what it consumed, and is not in the units.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from stamkund.rules.ledger import Entry

Answer = Mapping[str, Any]

_STARTED = "stamkund_started"


class Work:
    """`entries` are those that are in the ledger because of it; the rest is for those above."""

    def __init__(self) -> None:
        self.calls = 0
        self.retries = 0
        self.seconds = 0.0
        self.read_units = 0.0
        self.write_units = 0.0
        self.entries: list[Entry] = []
        self.counts: Counter[str] = Counter()
        self.ids: dict[str, list[str]] = {}

    def consumed(self, operation: str, capacity: Answer) -> None:
        """Of one table. A transaction that is sent twice reads the second time, and says so."""
        reads = capacity.get("ReadCapacityUnits")
        writes = capacity.get("WriteCapacityUnits")
        if reads is None and writes is None:
            reads, writes = capacity.get("CapacityUnits", 0), 0
            if not operation.endswith(("GetItem", "GetItems", "Query", "Scan")):
                reads, writes = writes, reads
        self.read_units += reads or 0
        self.write_units += writes or 0


# A thread, and so a request, has its own.
_current: ContextVar[Work | None] = ContextVar("work", default=None)


@contextmanager
def noted() -> Iterator[Work]:
    work = Work()
    token = _current.set(work)
    try:
        yield work
    finally:
        _current.reset(token)


def entered(entries: Iterable[Entry]) -> None:
    """They are in the ledger now, and were not before."""
    work = _current.get()
    if work is not None:
        work.entries.extend(entries)


def count(name: str, number: int = 1) -> None:
    work = _current.get()
    if work is not None:
        work.counts[name] += number


def mention(name: str, id: str) -> None:
    """An id that somebody will want to know, under the name of a field."""
    work = _current.get()
    if work is not None:
        work.ids.setdefault(name, []).append(id)


def listen(events: Any) -> None:
    """To a client's events; twice is once."""
    events.register("before-call.dynamodb", _asked, unique_id="stamkund-work-asked")
    events.register("after-call.dynamodb", _answered, unique_id="stamkund-work-answered")
    events.register("after-call-error.dynamodb", _unanswered, unique_id="stamkund-work-unanswered")


def _asked(context: dict[str, Any], **_: object) -> None:
    context[_STARTED] = perf_counter()


def _answered(model: Any, parsed: Answer, context: Answer, **_: object) -> None:
    work = _current.get()
    if work is None:
        return
    _called(work, context)
    work.retries += parsed.get("ResponseMetadata", {}).get("RetryAttempts", 0)
    capacity = parsed.get("ConsumedCapacity") or ()
    for one in [capacity] if isinstance(capacity, Mapping) else capacity:
        work.consumed(model.name, one)


def _unanswered(context: Answer, **_: object) -> None:
    work = _current.get()
    if work is not None:
        _called(work, context)


def _called(work: Work, context: Answer) -> None:
    work.calls += 1
    now = perf_counter()
    # Whoever answered in DynamoDB's place may have done so before anybody else was told.
    work.seconds += now - context.get(_STARTED, now)
