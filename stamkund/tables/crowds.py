"""How many friends were credited lately who were seen at one address, or on one device.

Under keyed hashes in `identities`, by a window of some days, and gone when two of them are over.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from stamkund.rules.calendar import add_days, days_between
from stamkund.rules.suspicions import Sign
from stamkund.tables import keys
from stamkund.tables.identities import Identities

FIRST = "2000-01-01"


class CrowdItem(Identities):
    friends = NumberAttribute()


def count_of(shop: str, sign: Sign, day: str, window: int) -> int:
    try:
        return int(CrowdItem.get(_key(shop, sign, day, window), consistent_read=True).friends)
    except DoesNotExist:
        return 0


def add(
    transaction: TransactWrite, shop: str, counted: Sequence[tuple[Sign, int | None]], day: str,
    window: int,
) -> None:  # fmt: skip
    """One more of each, where there is room for so many; None: for any number."""
    friends = CrowdItem.friends
    for sign, most in counted:
        room = None if most is None else friends.does_not_exist() | (friends < most)
        transaction.update(
            CrowdItem(_key(shop, sign, day, window)),
            [friends.set((friends | 0) + 1), CrowdItem.expires_at.set(_ends(day, window))],
            room,
        )


def _key(shop: str, sign: Sign, day: str, window: int) -> str:
    number = days_between(FIRST, day) // window
    parts = ("crowd", sign.kind, sign.hash, str(number))
    return keys.of(shop, keys.SEPARATOR.join(parts))


def _ends(day: str, window: int) -> datetime:
    last = add_days(day, 2 * window)
    return datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=1)
