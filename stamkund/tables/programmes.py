"""The `programmes` table, and of what lies in it what shops have published."""

from datetime import datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import compress, decompress

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from stamkund.rules import calendar
from stamkund.rules.errors import Refused
from stamkund.rules.membership import Setting
from stamkund.rules.programme import Programme, Tiers
from stamkund.rules.selection import Compiled
from stamkund.tables.cache import Remembered, also_forget
from stamkund.tables.table import Table, client, refused_by_condition

if TYPE_CHECKING:
    from stamkund.rules.programme_file import ProgrammeFile

CURRENT = "CURRENT"
SINCE_EVER = "0000-00"
LARGEST_CONTENT = 320_000  # of the 400 kB that an item may have; the rest is its history


class Programmes(Table):
    """Key: the shop, and what it is; the registry of shops has the key SHOPS and the shop.

    Shops, keys and clocks are in `shops.py`.
    """

    class Meta:
        name = "programmes"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class VersionItem(Programmes):
    """A version never changes; `content` is the programme as compressed JSON."""

    version = NumberAttribute()
    published_at = UnicodeAttribute()
    published_by = UnicodeAttribute()
    content = BinaryAttribute(legacy_encoding=False)
    digest = BinaryAttribute(legacy_encoding=False)


class CurrentItem(VersionItem):
    """The version in force, and what must be known of those before it, so that one read does.

    `idle_months`: the fewest that any version let points live without a purchase. `sold_out`: the
    offers that somebody found to be so, for quotes to say; it is gone with the next version, which
    may have more of them.
    """

    history = BinaryAttribute(legacy_encoding=False)
    tier_history = BinaryAttribute(legacy_encoding=False)
    idle_months = NumberAttribute(null=True)
    sold_out = UnicodeSetAttribute(null=True)


class PublishedVersion(msgspec.Struct, frozen=True):
    version: int
    published_at: datetime


class TierRules(msgspec.Struct, frozen=True):
    """The ladder from a month on. There is always one from the beginning of time."""

    from_month: str
    version: int
    tiers: Tiers | None


class Published(msgspec.Struct, frozen=True, dict=True):
    version: int
    published_at: datetime
    programme: Programme
    tier_history: tuple[TierRules, ...]
    history: tuple[PublishedVersion, ...]
    compiled: Compiled
    content: bytes
    idle_months: int | None = None

    @cached_property
    def file(self) -> "ProgrammeFile":
        """The whole of it. Whoever only prices never asks for more than the programme."""
        return replace(_file(self.content), tiers=self.programme.tiers)

    @cached_property
    def until_then(self) -> "Published":
        """With the ladder that the newest one is going to replace."""
        compiled = _climbing(self.compiled, self.tier_history[-2].tiers)
        return replace(self, programme=compiled.programme, compiled=compiled)

    @property
    def ladders(self) -> list[Tiers | None]:
        """All that ever were, the newest first."""
        return [rules.tiers for rules in reversed(self.tier_history)]

    @property
    def setting(self) -> Setting:
        return Setting(self.programme, self.version, self.tier_history)


# Programmes


def current_or_none(shop: str, now: datetime) -> Published | None:
    return _current(shop, now=now)


def current(shop: str, now: datetime) -> Published:
    """The programme in force, at most a minute old."""
    published = current_or_none(shop, now)
    if published is None:
        raise Refused("no_programme")
    return published


def in_month(published: Published, month: str) -> Published:
    """With the ladder that counts in a month, whose steps are named and multiply until it ends."""
    return published if month >= published.tier_history[-1].from_month else published.until_then


def in_force(shop: str, published: Published, at: datetime) -> tuple[int, Compiled]:
    """The version in force at an instant before now, with the ladder of that month; the first one
    also counts for the time before it."""
    earlier = [one.version for one in published.history if one.published_at <= at]
    number = earlier[-1] if earlier else published.history[0].version
    compiled = published.compiled if number == published.version else compiled_version(shop, number)
    month = calendar.month_of(at, published.programme.time_zone)
    tiers = next(one for one in reversed(published.tier_history) if one.from_month <= month).tiers
    return number, compiled if compiled.programme.tiers == tiers else _climbing(compiled, tiers)


def _climbing(compiled: Compiled, tiers: Tiers | None) -> Compiled:
    return Compiled(replace(compiled.programme, tiers=tiers), compiled.sold_out)


@lru_cache(maxsize=16)
def compiled_version(shop: str, number: int) -> Compiled:
    return Compiled(version(shop, number))


also_forget(compiled_version.cache_clear)


@lru_cache(maxsize=64)
def version(shop: str, number: int) -> Programme:
    """A programme as it once was, which it is for ever."""
    return msgspec.json.decode(decompress(_version_item(shop, number).content), type=Programme)


also_forget(version.cache_clear)


def published_version(shop: str, number: int) -> tuple[PublishedVersion, "ProgrammeFile"]:
    item = _version_item(shop, number)
    return _published_version(item), _file(item.content)


def publish(shop: str, programme: Programme, by: str, now: datetime) -> tuple[Published, bool]:
    """The version that has this content, and whether it is new.

    The same content again is the same version. Of two that publish at once one is refused.
    Refused: programme_invalid, when something has changed that never may.
    """
    before = _load_item(shop, consistent=True)
    _refuse_changed(programme, before)
    item = _following(shop, programme, by, now, before)
    if before and before.digest == item.digest:
        return _published(before), False
    try:
        _append(item, before)
    except TransactWriteError as error:
        if not refused_by_condition(error):
            raise
        return _published(_same_content_or_refused(shop, item)), False
    _current.drop(shop)
    return _published(item), True


def _refuse_changed(programme: Programme, before: CurrentItem | None) -> None:
    """By what is in force now; what a process remembers of it may be a minute old."""
    # Whoever publishes nothing has no use for it.
    from stamkund.rules.checking import changed

    mistakes = list(changed(programme, _published(before).programme if before else None))
    if mistakes:
        raise Refused("programme_invalid", mistakes=mistakes)


def set_sold_out(shop: str, version: int, offer: str) -> None:
    """By this version. Whoever published meanwhile has said something else about it."""
    as_it_was = CurrentItem.version == version
    CurrentItem(shop, CURRENT).update_if(
        [CurrentItem.sold_out.add({offer})], as_it_was, gives_way=True
    )
    _current.drop(shop)


def set_available(shop: str, offer: str) -> None:
    """Not sold out, or no longer. Reads first: that is far cheaper than to write a programme."""
    item = _load_item(shop, consistent=True)
    if item and offer in (item.sold_out or ()):
        item.update([CurrentItem.sold_out.delete({offer})])
        _current.drop(shop)


def _append(item: CurrentItem, before: CurrentItem | None) -> None:
    as_before = CurrentItem.version == before.version if before else CurrentItem.pk.does_not_exist()
    kept = VersionItem(
        item.pk,
        _version_key(int(item.version)),
        version=item.version,
        published_at=item.published_at,
        published_by=item.published_by,
        content=item.content,
        digest=item.digest,
    )
    with TransactWrite(connection=client()) as transaction:
        transaction.save(kept, VersionItem.pk.does_not_exist())
        transaction.save(item, as_before)


def _same_content_or_refused(shop: str, wanted: CurrentItem) -> CurrentItem:
    _current.drop(shop)
    winner = _load_item(shop, consistent=True)
    if winner is None or winner.digest != wanted.digest:
        raise Refused("publish_conflict")
    return winner


def _following(
    shop: str, programme: Programme, by: str, now: datetime, before: CurrentItem | None
) -> CurrentItem:
    content = msgspec.json.encode(programme, order="deterministic")
    compressed = compress(content)
    if len(compressed) > LARGEST_CONTENT:
        raise Refused("programme_too_large")
    number = int(before.version) + 1 if before else 1
    known = _published(before) if before else None
    history = [*(known.history if known else ()), PublishedVersion(number, now)]
    tiers = _tier_history(known.tier_history if known else (), number, programme, now)
    return CurrentItem(
        shop,
        CURRENT,
        version=number,
        published_at=now.isoformat(),
        published_by=by,
        content=compressed,
        digest=sha256(content).digest(),
        history=compress(msgspec.json.encode(history)),
        tier_history=compress(msgspec.json.encode(tiers)),
        idle_months=_fewest_idle_months(known, programme),
    )


def _fewest_idle_months(known: Published | None, programme: Programme) -> int | None:
    """There may be points yet that were earned under it, and end by it."""
    expiry = programme.points.expiry if programme.points else None
    given = [expiry.inactive_months if expiry else None, known.idle_months if known else None]
    return min((months for months in given if months), default=None)


def _tier_history(
    known: tuple[TierRules, ...], number: int, programme: Programme, now: datetime
) -> tuple[TierRules, ...]:
    """Tier rules change at month starts, so what a month counts by never changes once it began."""
    if not known:
        return (TierRules(SINCE_EVER, number, programme.tiers),)
    month = calendar.add_months(calendar.month_of(now, programme.time_zone), 1)
    settled = tuple(rules for rules in known if rules.from_month < month)
    if settled[-1].tiers == programme.tiers:
        return settled
    return (*settled, TierRules(month, number, programme.tiers))


def _published(item: CurrentItem) -> Published:
    programme = msgspec.json.decode(decompress(item.content), type=Programme)
    return Published(
        int(item.version),
        datetime.fromisoformat(item.published_at),
        programme,
        msgspec.json.decode(decompress(item.tier_history), type=tuple[TierRules, ...]),
        msgspec.json.decode(decompress(item.history), type=tuple[PublishedVersion, ...]),
        Compiled(programme, item.sold_out or ()),
        item.content,
        int(item.idle_months) if item.idle_months else None,
    )


def _file(content: bytes) -> "ProgrammeFile":
    from stamkund.rules.programme_file import ProgrammeFile

    return msgspec.json.decode(decompress(content), type=ProgrammeFile)


def _published_version(item: VersionItem) -> PublishedVersion:
    return PublishedVersion(int(item.version), datetime.fromisoformat(item.published_at))


def _load_item(shop: str, *, consistent: bool = False) -> CurrentItem | None:
    try:
        return CurrentItem.get(shop, CURRENT, consistent_read=consistent)
    except CurrentItem.DoesNotExist:
        return None


def _load_current(shop: str) -> Published | None:
    item = _load_item(shop)
    return _published(item) if item else None


_current = Remembered(_load_current)


def _version_item(shop: str, number: int) -> VersionItem:
    try:
        return VersionItem.get(shop, _version_key(number))
    except VersionItem.DoesNotExist:
        raise Refused("not_found") from None


def _version_key(number: int) -> str:
    return f"VERSION#{number:05}"
