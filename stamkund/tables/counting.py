"""How often something was done in a window of time, safely however many do it at once.

Under keyed hashes, so that nobody reads in the table who did it. Counted before it is done: what
is counted afterwards is done too often by those who come together.
"""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import NamedTuple

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.rules.login import SHARES, Limit, window
from stamkund.tables import keys, transact
from stamkund.tables.identities import Identities


class CountItem(Identities):
    asked = NumberAttribute()


class Count(NamedTuple):
    """One more in a window, of which there may be `most`. `key` says nothing about anybody;
    `owner` is the contact that is counted, hashed, where it is one."""

    key: str
    most: int
    ends_at: datetime
    owner: str = ""


def counted_by(limit: Limit, whose: str, share: int, now: datetime, contact: str = "") -> Count:
    """The count of the window that we are in. `share`: which part of a limit that is shared out.
    `contact`: the owner of what is counted by contact."""
    number, ends_at = window(limit, now)
    seconds = int(limit.window.total_seconds())
    if not limit.shared:
        owner = contact if limit.by == "contact" else ""
        return Count(f"{limit.by}.{seconds}#{whose}#{number}", limit.most, ends_at, owner)
    key = f"{limit.by}.{seconds}#{share % SHARES}#{number}"
    return Count(key, limit.most // SHARES, ends_at)


def add(transaction: TransactWrite, shop: str, count: Count) -> None:
    transaction.update(_item(shop, count), _one_more(shop, count), _has_room(count))


def add_now(shop: str, count: Count, now: datetime) -> None:
    """Refused: too_many_attempts."""
    if not _item(shop, count).update_if(_one_more(shop, count), _has_room(count)):
        raise too_many([count], now)


def add_all(shop: str, counts: Sequence[Count], now: datetime) -> None:
    """All or none. Refused: too_many_attempts."""

    def fill(transaction: TransactWrite) -> None:
        for count in counts:
            add(transaction, shop, count)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        full = [count for n, count in enumerate(counts) if transact.refused(error, n)]
        if not full:
            raise
        raise too_many(full, now) from None


def take_back(shop: str, count: Count) -> None:
    """What was counted was no harm. Where it has expired meanwhile, nothing is left to take."""
    _item(shop, count).update_if([CountItem.asked.add(-1)], CountItem.asked > 0)


def too_many(full: list[Count], now: datetime) -> Refused:
    wait = max(count.ends_at for count in full) - now
    return Refused("too_many_attempts", retry_after=ceil(wait.total_seconds()))


def _item(shop: str, count: Count) -> CountItem:
    return CountItem(keys.of(shop, f"count{keys.SEPARATOR}{count.key}"))


def _one_more(shop: str, count: Count) -> list[Action]:
    asked = CountItem.asked
    owner = [CountItem.owner.set(keys.of(shop, count.owner))] if count.owner else []
    return [asked.set((asked | 0) + 1), CountItem.expires_at.set(count.ends_at), *owner]


def _has_room(count: Count) -> Condition:
    room: Condition = CountItem.asked.does_not_exist() | (CountItem.asked < count.most)
    return room
