"""The other half of the `programmes` table: which shops there are, their keys and their clocks,
and how far their timed jobs have come."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

import msgspec
from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.expressions.update import Action

from stamkund.rules.programme import Language
from stamkund.tables import clock
from stamkund.tables.cache import Remembered
from stamkund.tables.programmes import Programmes, Published

KeyKind = Literal["shop", "storefront", "staff", "till"]

PREFIXES: dict[KeyKind, str] = {
    "shop": "sk_",
    "storefront": "pk_",
    "staff": "st_",
    "till": "tk_",
}
KEY, PROGRESS = "KEY#", "PROGRESS#"
KEPT_EVERY = 30  # days, after which a timed job keeps how far it has come: it may be cut off


class ShopItem(Programmes):
    sandbox = BooleanAttribute(default=False)
    language = UnicodeAttribute(default="en")


class KeyItem(Programmes):
    kind = UnicodeAttribute()
    digest = BinaryAttribute(legacy_encoding=False)
    label = UnicodeAttribute(default="")
    origins = UnicodeSetAttribute(null=True)
    store = UnicodeAttribute(null=True)
    revoked = BooleanAttribute(default=False)


class ClockItem(Programmes):
    """`earliest` is the first day that the clock was ever turned back to, `latest` the last time
    that it was turned back from."""

    offset_seconds = NumberAttribute(default=0)
    earliest = UnicodeAttribute(null=True)
    latest = UnicodeAttribute(null=True)


class ProgressItem(Programmes):
    day = UnicodeAttribute()


class RegisteredShop(msgspec.Struct, frozen=True):
    shop: str
    sandbox: bool
    language: Language

    def now(self) -> datetime:
        return now_for(self.shop, self.sandbox)


class Key(msgspec.Struct, frozen=True):
    """`store`: where the till stands that it was made for, and nothing for any other key."""

    shop: str
    id: str
    kind: KeyKind
    digest: bytes
    origins: frozenset[str]
    revoked: bool
    store: str = ""


# Shops


def add_shop(shop: str, *, sandbox: bool = False, language: Language = "en") -> None:
    """The id is for ever: it leads the key of everything that belongs to the shop."""
    item = ShopItem("SHOPS", shop, sandbox=sandbox, language=language)
    if not item.save_if(ShopItem.pk.does_not_exist()):
        raise ValueError(f"there is a shop {shop} already")
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
    shop: str,
    kind: KeyKind,
    *,
    label: str = "",
    origins: frozenset[str] = frozenset(),
    store: str = "",
) -> str:
    """The new key as its holder sends it; it is told once and kept only as a digest."""
    if bool(store) != (kind == "till"):
        raise ValueError("a till's key is for one store, and no other key is")
    key, secret = secrets.token_hex(6), secrets.token_urlsafe(24)
    item = KeyItem(shop, KEY + key, kind=kind, digest=digest_of(secret), label=label)
    item.origins, item.store = set(origins) or None, store or None
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
    id, origins = item.sk.removeprefix(KEY), frozenset(item.origins or ())
    return Key(item.pk, id, kind, item.digest, origins, item.revoked, item.store or "")


find_key = Remembered(_load_key)

# Clocks


def now_for(shop: str, sandbox: bool) -> datetime:  # noqa: FBT001
    """What everything but security goes by. A sandbox is asked for its offset every time: a test
    that has moved the clock expects every process to know."""
    if not sandbox:
        return clock.real_time()
    return clock.real_time() + timedelta(seconds=clock_offset(shop))


def now_in(shop: str) -> datetime:
    """As `now_for`, where only the id is known."""
    known = find_shop(shop, now=clock.real_time())
    return known.now() if known else clock.real_time()


def clock_offset(shop: str) -> int:
    return int(_clock(shop).offset_seconds)


def set_clock_offset(shop: str, seconds: int, day: str) -> None:
    """`day` is the day that it makes. Turned back, timed jobs have all from there before them."""
    before = _clock(shop)
    actions: list[Action] = [ClockItem.offset_seconds.set(seconds)]
    if seconds < before.offset_seconds:
        left = (clock.real_time() + timedelta(seconds=int(before.offset_seconds))).isoformat()
        actions.append(ClockItem.earliest.set(min(before.earliest or day, day)))
        actions.append(ClockItem.latest.set(max(before.latest or left, left)))
        begun = ProgressItem.sk.startswith(PROGRESS)
        for progress in ProgressItem.query(shop, begun, consistent_read=True):
            progress.update([ProgressItem.day.set(min(progress.day, day))])
    ClockItem(shop, "CLOCK").update(actions)


def has_seen_the_future(shop: str, now: datetime) -> bool:
    """Whether the clock was turned back from a time that has not come again: what happened until
    then has happened, and no account is what it was at this hour."""
    return now.isoformat() < (_clock(shop).latest or "")


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


def first_day(shop: str, published: Published) -> str:
    """Where a job begins that never ran: nothing can be due before the first programme."""
    first = (published.history[0].published_at - timedelta(days=1)).date().isoformat()
    return min(first, _clock(shop).earliest or first)
