"""The `programmes` table: which shops there are, their keys, their clocks, what they published."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Literal
from zlib import compress, decompress

import msgspec
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.exceptions import PutError, TransactWriteError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules import calendar
from stamkund.rules.errors import Refused
from stamkund.rules.membership import Setting
from stamkund.rules.programme import Language, Programme, Tiers
from stamkund.rules.selection import Compiled
from stamkund.tables.cache import Remembered, also_forget
from stamkund.tables.table import Table, client, refused_by_condition

KeyKind = Literal["shop", "storefront", "staff"]

PREFIXES: dict[KeyKind, str] = {"shop": "sk_", "storefront": "pk_", "staff": "st_"}
CURRENT, KEY, PROGRESS = "CURRENT", "KEY#", "PROGRESS#"
KEPT_EVERY = 30  # days, after which a timed job keeps how far it has come: it may be cut off
SINCE_EVER = "0000-00"
LARGEST_CONTENT = 320_000  # of the 400 kB that an item may have; the rest is its history


class Programmes(Table):
    """Key: the shop, and what it is; the registry of shops has the key SHOPS and the shop."""

    class Meta:
        name = "programmes"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class ShopItem(Programmes):
    sandbox = BooleanAttribute(default=False)
    language = UnicodeAttribute(default="en")


class KeyItem(Programmes):
    kind = UnicodeAttribute()
    digest = BinaryAttribute(legacy_encoding=False)
    label = UnicodeAttribute(default="")
    origins = UnicodeSetAttribute(null=True)
    revoked = BooleanAttribute(default=False)


class ClockItem(Programmes):
    """`earliest` is the first day that the clock was ever turned back to."""

    offset_seconds = NumberAttribute(default=0)
    earliest = UnicodeAttribute(null=True)


class ProgressItem(Programmes):
    day = UnicodeAttribute()


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


class RegisteredShop(msgspec.Struct, frozen=True):
    shop: str
    sandbox: bool
    language: Language


class Key(msgspec.Struct, frozen=True):
    shop: str
    id: str
    kind: KeyKind
    digest: bytes
    origins: frozenset[str]
    revoked: bool


class PublishedVersion(msgspec.Struct, frozen=True):
    version: int
    published_at: datetime


class TierRules(msgspec.Struct, frozen=True):
    """The ladder from a month on. There is always one from the beginning of time."""

    from_month: str
    version: int
    tiers: Tiers | None


class Published(msgspec.Struct, frozen=True):
    version: int
    published_at: datetime
    programme: Programme
    tier_history: tuple[TierRules, ...]
    history: tuple[PublishedVersion, ...]
    compiled: Compiled
    idle_months: int | None = None

    @property
    def setting(self) -> Setting:
        return Setting(self.programme, self.version, self.tier_history)


# Shops


def add_shop(shop: str, *, sandbox: bool = False, language: Language = "en") -> None:
    """The id is for ever: it leads the key of everything that belongs to the shop."""
    item = ShopItem("SHOPS", shop, sandbox=sandbox, language=language)
    try:
        item.save(ShopItem.pk.does_not_exist())
    except PutError as error:
        if error.cause_response_code != "ConditionalCheckFailedException":
            raise
        raise ValueError(f"there is a shop {shop} already") from None
    find_shop.drop(shop)


def every_shop() -> Iterator[RegisteredShop]:
    return (_registered(item) for item in ShopItem.query("SHOPS"))


def _load_shop(shop: str) -> RegisteredShop | None:
    try:
        return _registered(ShopItem.get("SHOPS", shop))
    except ShopItem.DoesNotExist:
        return None


def _registered(item: ShopItem) -> RegisteredShop:
    fields = {"shop": item.sk, "sandbox": item.sandbox, "language": item.language}
    return msgspec.convert(fields, RegisteredShop)


find_shop = Remembered(_load_shop)

# Keys


def add_key(
    shop: str, kind: KeyKind, *, label: str = "", origins: frozenset[str] = frozenset()
) -> str:
    """The new key as its holder sends it; it is told once and kept only as a digest."""
    key, secret = secrets.token_hex(6), secrets.token_urlsafe(24)
    item = KeyItem(shop, KEY + key, kind=kind, digest=digest_of(secret), label=label)
    item.origins = set(origins) or None
    item.save(KeyItem.pk.does_not_exist())
    return f"{PREFIXES[kind]}{shop}.{key}.{secret}"


def revoke_key(shop: str, key: str) -> None:
    """Works within a minute everywhere: that long a process remembers keys."""
    item = KeyItem(shop, KEY + key)
    item.update([KeyItem.revoked.set(True)], KeyItem.pk.exists())
    find_key.drop(shop, key)


def digest_of(secret: str) -> bytes:
    """Secrets are 192 random bits, so a fast digest is as good as a slow one."""
    return sha256(secret.encode()).digest()


def _load_key(shop: str, key: str) -> Key | None:
    try:
        item = KeyItem.get(shop, KEY + key)
    except KeyItem.DoesNotExist:
        return None
    return _key(item)


def every_key(shop: str) -> Iterator[tuple[Key, str]]:
    """With their labels, the revoked ones as well."""
    items = KeyItem.query(shop, KeyItem.sk.startswith(KEY), consistent_read=True)
    return ((_key(item), item.label) for item in items)


def _key(item: KeyItem) -> Key:
    kind = msgspec.convert(item.kind, KeyKind)
    origins = frozenset(item.origins or ())
    return Key(item.pk, item.sk.removeprefix(KEY), kind, item.digest, origins, item.revoked)


find_key = Remembered(_load_key)

# Clocks


def clock_offset(shop: str) -> int:
    return int(_clock(shop).offset_seconds)


def set_clock_offset(shop: str, seconds: int, day: str) -> None:
    """`day` is the day that it makes. Turned back, timed jobs have all from there before them."""
    clock = _clock(shop)
    actions: list[Action] = [ClockItem.offset_seconds.set(seconds)]
    if seconds < clock.offset_seconds:
        actions.append(ClockItem.earliest.set(min(clock.earliest or day, day)))
        begun = ProgressItem.sk.startswith(PROGRESS)
        for progress in ProgressItem.query(shop, begun, consistent_read=True):
            progress.update([ProgressItem.day.set(min(progress.day, day))])
    ClockItem(shop, "CLOCK").update(actions)


def _clock(shop: str) -> ClockItem:
    try:
        return ClockItem.get(shop, "CLOCK", consistent_read=True)
    except ClockItem.DoesNotExist:
        return ClockItem(shop, "CLOCK")


# Timed jobs


def reached(shop: str, job: str) -> str | None:
    """The last day that a timed job has finished: the next run need not look further back."""
    try:
        return str(ProgressItem.get(shop, PROGRESS + job).day)
    except ProgressItem.DoesNotExist:
        return None


def set_reached(shop: str, job: str, day: str) -> None:
    ProgressItem(shop, PROGRESS + job, day=day).save()


def first_day(shop: str, published: "Published") -> str:
    """Where a job begins that never ran: nothing can be due before the first programme."""
    first = (published.history[0].published_at - timedelta(days=1)).date().isoformat()
    return min(first, _clock(shop).earliest or first)


# Programmes


def current_or_none(shop: str, now: datetime) -> Published | None:
    return _current(shop, now=now)


def current(shop: str, now: datetime) -> Published:
    """The programme in force, at most a minute old."""
    published = current_or_none(shop, now)
    if published is None:
        raise Refused("no_programme")
    return published


def in_force(shop: str, published: Published, at: datetime) -> tuple[int, Compiled]:
    """The version in force at an instant before now; the first one also counts for the time
    before it."""
    earlier = [one.version for one in published.history if one.published_at <= at]
    number = earlier[-1] if earlier else published.history[0].version
    return number, published.compiled if number == published.version else compiled_version(
        shop, number
    )


@lru_cache(maxsize=16)
def compiled_version(shop: str, number: int) -> Compiled:
    return Compiled(version(shop, number))


also_forget(compiled_version.cache_clear)


@lru_cache(maxsize=64)
def version(shop: str, number: int) -> Programme:
    """A programme as it once was, which it is for ever."""
    return msgspec.json.decode(decompress(_version_item(shop, number).content), type=Programme)


also_forget(version.cache_clear)


def published_version(shop: str, number: int) -> tuple[PublishedVersion, Programme]:
    item = _version_item(shop, number)
    return _published_version(item), version(shop, number)


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
    try:
        CurrentItem(shop, CURRENT).update(
            [CurrentItem.sold_out.add({offer})], CurrentItem.version == version
        )
    except UpdateError as error:
        if error.cause_response_code not in {
            "ConditionalCheckFailedException",
            "TransactionConflictException",  # somebody is publishing
        }:
            raise
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
        int(item.idle_months) if item.idle_months else None,
    )


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
