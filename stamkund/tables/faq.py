"""A shop's frequent questions, and how often each was asked and solved.

The counters of an entry are dealt out by visit, so that no one of them is waited for. They lie
beside the document, and a query brings all: nobody counts so much of it that one partition is full.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from zlib import compress, crc32, decompress

import msgspec
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.rules.faq import VERDICTS, Asked, Faq, FaqEvent, Index
from stamkund.rules.programme import Language
from stamkund.tables import keys, mixed, transact
from stamkund.tables.cache import Remembered
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes

DOCUMENT = "DOCUMENT"  # comes after every month
SHARDS = 4
ATTEMPTS = 3


class FaqItem(Programmes):
    content = BinaryAttribute(legacy_encoding=False)
    digest = BinaryAttribute(legacy_encoding=False)
    published_at = UnicodeAttribute()
    published_by = UnicodeAttribute()


class FaqCountItem(Programmes):
    """Of one entry in one month, in one of the shards."""

    opened = NumberAttribute(default=0)
    solved = NumberAttribute(default=0)
    not_solved = NumberAttribute(default=0)


class FaqMarkItem(Identities):
    """What one visitor has been counted for, of one entry on one day."""

    counted = UnicodeSetAttribute()


class Known(NamedTuple):
    """The document, None before the first, what was asked of it lately, and by language what it is
    looked through with, once somebody has looked for something."""

    faq: Faq | None
    asked: Mapping[str, Asked]
    indexes: dict[Language, Index]


def publish(shop: str, faq: Faq, by: str, now: datetime, since: str) -> bool:
    """Whether it is another than before. `since`: as for `known`, which is to hear of it."""
    content = msgspec.json.encode(faq, order="deterministic")
    digest = sha256(content).digest()
    item = FaqItem(
        _partition(shop),
        DOCUMENT,
        content=compress(content),
        digest=digest,
        published_at=keys.written(now),
        published_by=by,
    )
    known.drop(shop, since)
    return item.save_if(FaqItem.pk.does_not_exist() | (FaqItem.digest != digest))


def _load(shop: str, since: str) -> Known:
    """`since`: the first month of which it counts what was asked."""
    faq, found = None, dict[str, Asked]()
    for raw in mixed.items(Programmes, _partition(shop), Programmes.sk >= since, consistent=False):
        if raw["sk"]["S"] == DOCUMENT:
            content = FaqItem.from_raw_data(raw).content
            faq = msgspec.json.decode(decompress(content), type=Faq)
        else:
            _add(found, FaqCountItem.from_raw_data(raw))
    return Known(faq, found, {})


def _add(found: dict[str, Asked], item: FaqCountItem) -> None:
    _, entry, _ = item.sk.split(keys.SEPARATOR)
    before = found.get(entry, Asked())
    found[entry] = Asked(
        before.opened + int(item.opened),
        before.solved + int(item.solved),
        before.not_solved + int(item.not_solved),
    )


known = Remembered(_load, size=64)


class Visit(NamedTuple):
    """One visitor on one day at one entry, by a mark that says nothing about anybody."""

    mark: str
    month: str
    entry: str


def count(shop: str, visit: Visit, event: FaqEvent, expires_at: datetime) -> bool:
    """Once for each visit and event, and one verdict of each; whether it was not counted before.

    Who says that it helped has opened it.
    """
    done = frozenset[str]()
    for _ in range(ATTEMPTS):
        if event in done or (event in VERDICTS and done & VERDICTS):
            return False
        new: set[FaqEvent] = {event} if done else {event, "opened"}
        before = _count(shop, visit, new, done, expires_at)
        if before is None:
            return True
        done = before
    raise Refused("busy")


def _count(
    shop: str, visit: Visit, new: set[FaqEvent], done: frozenset[str], expires_at: datetime
) -> frozenset[str] | None:
    """None when done; else what had been counted, which is other than was expected."""
    mark = FaqMarkItem(keys.of(shop, f"faq{keys.SEPARATOR}{visit.mark}"))
    counter = FaqCountItem(_partition(shop), _counter_key(visit))
    marked: list[Action] = [
        FaqMarkItem.counted.add(set(new)),
        FaqMarkItem.expires_at.set(expires_at),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(mark, marked, _as_expected(done), return_values=transact.RETURN_OLD)
        transaction.update(counter, [getattr(FaqCountItem, one).add(1) for one in sorted(new)])

    try:
        transact.write(fill)
    except TransactWriteError as error:
        refused = transact.refused(error, 0)
        if refused is None:
            raise
        return _counted(refused.raw_item)
    return None


def _counter_key(visit: Visit) -> str:
    shard = crc32(visit.mark.encode()) % SHARDS
    return keys.SEPARATOR.join((visit.month, visit.entry, str(shard)))


def _as_expected(done: frozenset[str]) -> Condition:
    if not done:
        return FaqMarkItem.pk.does_not_exist()
    same: Condition = FaqMarkItem.counted == set(done)
    return same


def _counted(raw: dict[str, Any] | None) -> frozenset[str]:
    return frozenset(FaqMarkItem.from_raw_data(raw).counted) if raw else frozenset()


def _partition(shop: str) -> str:
    return keys.of(shop, "FAQ")
