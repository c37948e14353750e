"""Members to test with: `a_member(shop)`, `a_member(shop, points={">2028-03": 50})`."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import Entry, entry
from stamkund.tables import accounts, clock, ledger, posting
from stamkund.tables.ledger import EntryItem
from tests.builders import Shop

_numbers = count(1)


def a_member(
    shop: Shop,
    *,
    points: Mapping[str, int] | None = None,
    spend: Mapping[str, int] | None = None,
    **fields: Any,
) -> str:
    """Enrolled as a shop would; `points` by lot and `spend` by month come from orders of before."""
    fields = fields or {"customer_id": f"c{next(_numbers)}"}
    member: str = shop.call("POST", "/v1/members", fields).json["member"]
    for month, amount in (spend or {}).items():
        has_bought(shop, member, month=month, spend=amount)
    if points:
        has_bought(shop, member, lots=points)
    return member


def has_bought(
    shop: Shop,
    member: str,
    *,
    lots: Mapping[str, int] | None = None,
    month: str = "",
    spend: int = 0,
    at: datetime | None = None,
) -> None:
    """An order's entry, without the order."""
    order = f"web:{next(_numbers)}"
    earned = entry(
        "earn",
        lots or {},
        reference=order,
        order=order,
        occurred_at=at or clock.real_time(),
        month=month,
        spend=spend,
        amount=spend,
        currency="SEK",
    )
    enter(shop, member, earned)


def enter(shop: Shop, member: str, *entries: Entry) -> None:
    before = the_account(shop, member)
    posting.rewrite(before, with_entries(before, entries), entries)


def with_a_long_past(shop: Shop, member: str, entries: int) -> None:
    """In the ledger alone, for who looks at nothing else."""
    first = datetime(2025, 3, 10, 12, tzinfo=UTC)
    with EntryItem.batch_write() as batch:
        for n in range(entries):
            at = first + timedelta(minutes=n)
            given = entry("bonus", {">never": 1}, reference=f"b{n}", occurred_at=at)
            batch.save(ledger.item_from(shop.id, member, given))


def the_account(shop: Shop, member: str) -> Account:
    return accounts.find(shop.id, member)
