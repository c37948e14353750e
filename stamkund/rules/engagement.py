"""How well what people say is answered: by kind and month, and who is silent.

A thread belongs to the month in which it was opened, and so does whatever becomes of it later.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from msgspec import Struct

from stamkund.rules.calendar import day_of
from stamkund.rules.threads import WAITING, Thread

EVERY_KIND = "all"


class Told(Struct, frozen=True):
    """Of what somebody should have heard: how often they were told, and how often nobody was."""

    told: int = 0
    nobody: int = 0


class Row(Struct, frozen=True):
    """Of one month and kind. `late` were answered later than promised, or are still not though they
    are due; the seconds are to the first answer, of those that have one."""

    month: str
    kind: str
    opened: int
    answered: int
    within_due: int
    late: int
    acted_on: int
    waiting: int
    median_seconds: int | None
    ninetieth_seconds: int | None
    told: int
    nobody_told: int


class Silence(Struct, frozen=True):
    """Members who bought something in these months, and those of them who said nothing in them."""

    buyers: int
    silent: int


class Engagement(Struct, frozen=True):
    made_at: datetime
    since: str
    rows: list[Row]
    silence: Silence


class _Place(NamedTuple):
    month: str
    kind: str


Tellings = Mapping[tuple[str, str], Told]


def rows_of(threads: Iterable[Thread], told: Tellings, zone: str, now: datetime) -> list[Row]:
    """In the order of months, and in each first all kinds together."""
    there: dict[_Place, list[Thread]] = defaultdict(list)
    for thread in threads:
        month = day_of(thread.opened_at, zone)[:7]
        there[_Place(month, EVERY_KIND)].append(thread)
        there[_Place(month, thread.kind)].append(thread)
    every = sorted(there, key=lambda place: (place.month, place.kind != EVERY_KIND, place.kind))
    return [_row(place, there[place], _told(told, place), now) for place in every]


def _told(told: Tellings, place: _Place) -> Told:
    if place.kind != EVERY_KIND:
        return told.get(place, Told())
    those = [one for (month, _), one in told.items() if month == place.month]
    return Told(sum(one.told for one in those), sum(one.nobody for one in those))


def _row(place: _Place, threads: Sequence[Thread], told: Told, now: datetime) -> Row:
    seconds = sorted(known for one in threads if (known := _seconds(one)) is not None)
    return Row(
        month=place.month,
        kind=place.kind,
        opened=len(threads),
        answered=len(seconds),
        within_due=sum(_within(thread) for thread in threads),
        late=sum(_late(thread, now) for thread in threads),
        acted_on=sum(thread.acted_at is not None for thread in threads),
        waiting=sum(thread.state in WAITING for thread in threads),
        median_seconds=percentile(seconds, 50),
        ninetieth_seconds=percentile(seconds, 90),
        told=told.told,
        nobody_told=told.nobody,
    )


def _seconds(thread: Thread) -> int | None:
    if thread.answered_at is None:
        return None
    return int((thread.answered_at - thread.opened_at).total_seconds())


def _within(thread: Thread) -> bool:
    """Of what was opened before anybody noted by when it was due, nothing is said."""
    return bool(thread.answered_at and thread.first_due and thread.answered_at <= thread.first_due)


def _late(thread: Thread, now: datetime) -> bool:
    """Nobody had to answer what waits no more without an answer: a review that the list of words
    has let through, or that went with its goods."""
    answered = thread.answered_at or (now if thread.state in WAITING else None)
    return bool(thread.first_due and answered and thread.first_due < answered)


def percentile(ordered: Sequence[int], percent: int) -> int | None:
    """The smallest of them that so many per cent are no larger than."""
    if not ordered:
        return None
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def share(part: int, rest: int) -> int | None:
    """In per cent, rounded to the nearest, half up; None of nothing."""
    whole = part + rest
    return (200 * part + whole) // (2 * whole) if whole else None
