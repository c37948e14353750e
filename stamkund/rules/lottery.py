"""A draw among reviews that anybody can make again.

When a period opens the hash of a seed is published, and with the draw the seed and the list of all
tickets. Who has both finds the same winner, and that the seed is the one that was chosen before
there were any tickets.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

from stamkund.rules.calendar import add_months, first_day, last_day

Every = Literal["month", "quarter", "year"]
MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "year": 12}


def period_of(day: str, every: Every) -> str:
    """Called by its first and last month: `2026-03`, or `2026-01.2026-03`."""
    length = MONTHS[every]
    number = (int(day[5:7]) - 1) // length * length + 1
    first = f"{day[:4]}-{number:02}"
    return first if length == 1 else f"{first}.{add_months(first, length - 1)}"


def begins_on(period: str) -> str:
    return first_day(period[:7])


def ends_on(period: str) -> str:
    """Its last day."""
    return last_day(period[-7:])


def commitment(seed: str) -> str:
    return sha256(seed.encode()).hexdigest()


def in_order(tickets: Iterable[str]) -> list[str]:
    """By the alphabet, each once: the order in which they came decides nothing."""
    return sorted(set(tickets))


def digest_of(tickets: Iterable[str]) -> str:
    """Of the list, one to a line."""
    return sha256("".join(f"{ticket}\n" for ticket in in_order(tickets)).encode()).hexdigest()


def winner_of(seed: str, tickets: Iterable[str]) -> str | None:
    """None where there are no tickets."""
    listed = in_order(tickets)
    if not listed:
        return None
    number = int(sha256(f"{seed}\n{digest_of(listed)}".encode()).hexdigest(), 16)
    return listed[number % len(listed)]
