"""The `orders` table: one item per order, which is also what makes a commit happen once."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from stamkund.rules.errors import Refused
from stamkund.rules.order import Order, OrderStatus, Refund
from stamkund.tables import keys
from stamkund.tables.attributes import Packed
from stamkund.tables.table import Table


class HoldsIndex(GlobalSecondaryIndex["OrderItem"]):  # type: ignore[no-untyped-call]
    """Orders that wait to be confirmed, by the day on which the waiting ends: sharded, sparse."""

    class Meta:
        index_name = "holds"
        projection = KeysOnlyProjection()

    hold_key = UnicodeAttribute(hash_key=True)
    hold_until = UnicodeAttribute(range_key=True)


class Orders(Table):
    class Meta:
        name = "orders"

    pk = UnicodeAttribute(hash_key=True)
    hold_key = UnicodeAttribute(null=True)
    hold_until = UnicodeAttribute(null=True)
    holds = HoldsIndex()


class OrderItem(Orders):
    """`contact`: under which keyed hash a guest's own contact can be found, until it is claimed."""

    version = NumberAttribute(default=0)
    status = UnicodeAttribute()
    digest = BinaryAttribute(legacy_encoding=False)
    order = Packed[Order](Order)
    refunds = Packed[list[Refund]](list[Refund], null=True)
    contact = UnicodeAttribute(null=True)


class Placed(NamedTuple):
    """An order and what has become of it. `contact`: the key of whoever alone may claim it."""

    order: Order
    status: OrderStatus
    version: int
    digest: bytes
    hold_until: datetime | None
    refunds: list[Refund]
    contact: str = ""


def placed_from(item: OrderItem) -> Placed:
    status: OrderStatus = item.status  # type: ignore[assignment]
    until = datetime.fromisoformat(item.hold_until) if item.hold_until else None
    refunds = item.refunds or []
    contact = item.contact or ""
    return Placed(item.order, status, int(item.version), item.digest, until, refunds, contact)


def item_from(shop: str, placed: Placed) -> OrderItem:
    item = OrderItem(
        keys.of(shop, placed.order.key),
        version=placed.version,
        status=placed.status,
        digest=placed.digest,
        order=placed.order,
        refunds=placed.refunds or None,
        contact=placed.contact or None,
    )
    if placed.status == "held" and placed.hold_until:
        item.hold_until = placed.hold_until.isoformat()
        item.hold_key = keys.sharded(shop, item.hold_until[:10], placed.order.key)
    return item


def find(shop: str, order: str) -> Placed:
    """One read. Refused: order_not_found."""
    placed = look_up(shop, order)
    if placed is None:
        raise Refused("order_not_found")
    return placed


def look_up(shop: str, order: str) -> Placed | None:
    try:
        return placed_from(OrderItem.get(keys.of(shop, order), consistent_read=True))
    except DoesNotExist:
        return None


class Held(NamedTuple):
    """The key of an order, and when its hold ended."""

    order: str
    until: datetime


def held_until(shop: str, day: str, now: datetime) -> Iterator[Held]:
    """The orders whose hold ended on this day, by now."""
    for shard in keys.shards(shop, day):
        due = OrderItem.holds.query(shard, OrderItem.hold_until <= now.isoformat())
        # Read to the end first: who reads this changes what is in the index.
        yield from [
            Held(keys.thing(item.pk), datetime.fromisoformat(item.hold_until)) for item in due
        ]
