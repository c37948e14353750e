"""What the shop counts by itself, to hold against the club's books."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import asdict

MOST_EXAMPLES = 20


class Tally(Struct, kw_only=True):
    """Numbers of things done, money in minor units; `problems` are the first few in words."""

    members: int = 0
    orders: int = 0
    repeats: int = 0
    tried_again: int = 0
    forsaken: int = 0
    full: int = 0
    charged: int = 0
    saved: int = 0
    by_points: int = 0
    promised_to_pay: int = 0
    promised_points: int = 0
    delivered_points: int = 0
    spent_points: int = 0
    broken_promises: int = 0
    shortfalls: int = 0
    refunds: int = 0
    refunded: int = 0
    reversed_points: int = 0
    restored_points: int = 0
    debt_points: int = 0
    forgiven_points: int = 0
    problems: list[str] = []


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    total = Tally()
    for tally in tallies:
        for name, value in asdict(tally).items():
            setattr(total, name, getattr(total, name) + value)
    del total.problems[MOST_EXAMPLES:]
    return total
