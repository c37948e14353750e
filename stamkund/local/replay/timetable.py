"""The year in the order it happens: hours in which something is bought or returned, and nights."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from msgspec import Struct

from stamkund.local.replay.habits import Habits, Return
from stamkund.local.replay.purchases import Purchase
from stamkund.rules.calendar import add_days, day_of, start_of

_A_LITTLE = timedelta(seconds=1)  # the clock of a sandbox is exact to half a second


class Event(Struct, frozen=True):
    """A purchase, or the return of one; the return may be the second of the same order."""

    at: datetime
    purchase: Purchase
    returned: Return | None = None


class Hour(Struct, frozen=True):
    """The clock stands at `at`, the time of the last event; none is later than the club's now."""

    at: datetime
    events: list[Event]


class Night(Struct, frozen=True):
    """Just past midnight: the timed jobs run."""

    at: datetime


Step = Hour | Night


def timetable(purchases: Iterable[Purchase], habits: Habits, zone: str) -> list[Step]:
    """From the first purchase to the midnight after the last; later returns are left out."""
    hours = [Hour(events[-1].at, events) for events in _by_hour(_events(purchases, habits))]
    return list(_with_nights(hours, zone))


def _events(purchases: Iterable[Purchase], habits: Habits) -> list[Event]:
    events = [Event(purchase.at, purchase) for purchase in purchases]
    returns = [
        Event(bought.at + returned.after, bought.purchase, returned)
        for bought in events
        for returned in habits.returns(bought.purchase.order)
    ]
    end = max((bought.at for bought in events), default=None)
    events += [one for one in returns if end and one.at < end]
    return sorted(events, key=attrgetter("at"))


def _by_hour(events: list[Event]) -> Iterator[list[Event]]:
    for _, together in groupby(events, key=lambda one: one.at.timestamp() // 3600):
        yield list(together)


def _with_nights(hours: Iterable[Hour], zone: str) -> Iterator[Step]:
    day = ""
    for hour in hours:
        today = day_of(hour.at, zone)
        while day and day < today:
            day = add_days(day, 1)
            yield Night(start_of(day, zone) + _A_LITTLE)
        day = today
        yield hour
    if day:
        yield Night(start_of(add_days(day, 1), zone) + _A_LITTLE)
