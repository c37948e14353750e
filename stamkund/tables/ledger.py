"""The `ledger` table: append-only. Its stream drives everything that happens after an order."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from stamkund.rules.ledger import TIME_FORMAT, Brought, Entry
from stamkund.tables import keys
from stamkund.tables.attributes import Numbers, Packed
from stamkund.tables.table import Table

# Before the first purchase there may be a welcome, a tier, points for the newsletter.
ENOUGH = 10


class Ledger(Table):
    class Meta:
        name = "ledger"
        stream_view_type = "NEW_IMAGE"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


class EntryItem(Ledger):
    """The attributes are those of the entry; what it leaves at its default is not stored."""

    kind = UnicodeAttribute()
    reference = UnicodeAttribute()
    occurred_at = UnicodeAttribute()
    points = NumberAttribute(null=True)
    lots = Numbers(null=True)
    debt = NumberAttribute(null=True)
    month = UnicodeAttribute(null=True)
    spend = NumberAttribute(null=True)
    qualifying = NumberAttribute(null=True)
    amount = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)
    reverses = UnicodeAttribute(null=True)
    tier_from = UnicodeAttribute(null=True)
    tier_to = UnicodeAttribute(null=True)
    tier_since = UnicodeAttribute(null=True)
    frozen_from = UnicodeAttribute(null=True)
    frozen_until = UnicodeAttribute(null=True)
    active_on = UnicodeAttribute(null=True)
    used = Numbers(null=True)
    by = UnicodeAttribute(null=True)
    version = NumberAttribute(null=True)
    brought = Packed[Brought](Brought, null=True)


def item_from(shop: str, member: str, entry: Entry) -> EntryItem:
    fields: dict[str, Any] = msgspec.to_builtins(entry)
    return EntryItem(keys.of(shop, member), entry.id, **fields)


def entry_from(item: EntryItem) -> Entry:
    fields: Mapping[str, Any] = item.attribute_values
    known = {name: value for name, value in fields.items() if name not in ("pk", "sk")}
    return msgspec.convert(known, Entry, strict=False)


def page(
    shop: str, member: str, limit: int, before: str | None = None
) -> tuple[list[Entry], str | None]:
    """Entries, newest first, and where the next page goes on. One query."""
    condition = EntryItem.sk < before if before else None
    items = list(
        EntryItem.query(keys.of(shop, member), condition, scan_index_forward=False, limit=limit + 1)
    )
    more = items[limit - 1].sk if len(items) > limit else None
    return [entry_from(item) for item in items[:limit]], more


def tier_before_change(shop: str, member: str, since: datetime) -> str | None:
    """What the first change of tier after an instant changed; None when there was none."""
    later = EntryItem.sk > f"{since:{TIME_FORMAT}}"
    changes = EntryItem.kind.is_in("tier", "merge") & EntryItem.reason.does_not_exist()
    found = EntryItem.query(keys.of(shop, member), later, changes, consistent_read=True)
    first = next(found, None)
    return (first.tier_from or "") if first else None


def first_order(shop: str, member: str) -> str | None:
    """The key of the first thing that a member ever bought, as far as all copies know by now. One
    query, mostly."""
    bought = EntryItem.query(
        keys.of(shop, member), filter_condition=EntryItem.kind == "earn", page_size=ENOUGH
    )
    first = next(bought, None)
    return str(first.order) if first else None


def orders_since(shop: str, member: str, since: datetime, most: int) -> list[str]:
    """The keys of the first orders that were made since then. One query."""
    later = EntryItem.sk >= f"{since:{TIME_FORMAT}}"
    found = EntryItem.query(
        keys.of(shop, member), later, EntryItem.kind == "earn", consistent_read=True, limit=most
    )
    return [entry.order for entry in found]


def everything(shop: str, member: str, *, consistent: bool = False) -> list[Entry]:
    """All entries of a member, oldest first."""
    items = EntryItem.query(keys.of(shop, member), consistent_read=consistent)
    return [entry_from(item) for item in items]


def occurred_at(item: EntryItem) -> datetime:
    return datetime.fromisoformat(item.occurred_at)
