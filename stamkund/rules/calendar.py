"""Days and months as a programme sees them: text in its own time zone, `2026-04-30` and `2026-04`.

Such text sorts by time, is a key as it stands, and cannot be mistaken for an instant.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Building a ZoneInfo by name costs more than using it, and every request asks for the day.
zone_named = lru_cache(maxsize=64)(ZoneInfo)


def day_of(now: datetime, zone: str) -> str:
    return now.astimezone(zone_named(zone)).date().isoformat()


def last_day_until(end: datetime, zone: str) -> str:
    """The last day that has some time before this instant: a midnight ends the day before it."""
    return day_of(end - timedelta(microseconds=1), zone)


def month_of(now: datetime, zone: str) -> str:
    return day_of(now, zone)[:7]


def start_of(day: str, zone: str) -> datetime:
    """The first instant of the day, in UTC. Days are 23 or 25 hours long when the clocks change."""
    midnight = datetime.fromisoformat(day).replace(tzinfo=zone_named(zone))
    return midnight.astimezone(UTC)


def add_days(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_from(first: str, last: str) -> Iterator[str]:
    """Every day from the first to the last; the last alone if it is the earlier one."""
    day = min(first, last)
    while day <= last:
        yield day
        day = add_days(day, 1)


def days_between(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


@lru_cache(maxsize=2_000)  # the same few years again and again, and taking text apart is slow
def month_number(month: str) -> int:
    """Months since year 0: lets a loop over months count instead of taking text apart."""
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def month_numbered(number: int) -> str:
    year, month = divmod(number, 12)
    return f"{year:04}-{month + 1:02}"


def add_months(month: str, months: int) -> str:
    return month_numbered(month_number(month) + months)


def months_between(first: str, last: str) -> int:
    """How many months later `last` is; 0 for the same month, negative when it is earlier."""
    return month_number(last) - month_number(first)


def first_day(month: str) -> str:
    return f"{month}-01"


def last_day(month: str) -> str:
    return add_days(first_day(add_months(month, 1)), -1)


def birthdays_on(day: str) -> list[str]:
    """Whose birthday it is, as months and days: who was born on a 29 February has it on the day
    before, in a year without one."""
    own = day[5:]
    leaps = own == "02-28" and add_days(day, 1)[5:] == "03-01"
    return [own, "02-29"] if leaps else [own]
