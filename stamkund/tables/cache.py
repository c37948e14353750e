"""Remembers for a minute what is read again and again: keys, shops, the current programme."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")

_MINUTE = timedelta(seconds=60)
_clear_all: list[Callable[[], None]] = []


class Remembered(Generic[Value]):
    """The answers of a loader per process, none older than a minute, at most `size` of them.

    That something is absent is remembered as well, so that guessing keys costs no reads.
    """

    def __init__(self, load: Callable[..., Value], size: int = 1024) -> None:
        self._load = load
        self._size = size
        self._answers: OrderedDict[tuple[str, ...], tuple[datetime, Value]] = OrderedDict()
        self._along: list[Remembered[Any]] = []
        also_forget(self._answers.clear)

    def __call__(self, *key: str, now: datetime) -> Value:
        known = self._answers.get(key)
        # A sandbox may turn its clock back, so a moment in the future is no fresher than the past.
        if known and abs(now - known[0]) < _MINUTE:
            return known[1]
        value = self._load(*key)
        self._answers[key] = (now, value)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return value

    def drop(self, *key: str) -> None:
        self._answers.pop(key, None)
        for other in self._along:
            other.drop(key[0])

    def takes_along(self, other: "Remembered[Any]") -> None:
        """What is read with other things as well, of a shop as a whole, is dropped there too."""
        self._along.append(other)


def also_forget(clear: Callable[[], None]) -> None:
    """For what is remembered elsewhere and by other rules."""
    _clear_all.append(clear)


def forget() -> None:
    """Forgets everything, in all places."""
    for clear in _clear_all:
        clear()
