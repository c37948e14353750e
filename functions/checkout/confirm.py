"""Confirms an order: the money is captured."""

from datetime import datetime

from functions.checkout.at_the_till import refuse_other_stores
from functions.checkout.receipts import Receipt, receipt_in
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey
from stamkund.tables import Read, Update, orders, posting
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.posting import Conflict, OrderChange
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint

ROUNDS = 5


@endpoint(
    "POST",
    "/v1/checkout/orders/{order}/confirmation",
    caller=[Shop, Till],
    access={Orders: Read | Update, Programmes: Read},
    problems=["no_programme", "order_not_found", "order_closed", "changed_meanwhile"],
)
def confirm(order: OrderKey, caller: Caller, now: datetime) -> Reply[Receipt]:
    """Confirm an order.

    After this it is no longer reversed by itself. Again is answered with the same receipt; an
    order that is cancelled, or was reversed because nobody confirmed it in time, is refused.
    """
    refuse_other_stores(caller, order)
    club = club_at(caller.shop, now)
    placed, replayed = _confirmed(caller.shop, order)
    receipt = receipt_in(club, placed, caller.language)
    return Reply(receipt, headers={"Idempotent-Replayed": "true"} if replayed else {})


def _confirmed(shop: str, order: str) -> tuple[Placed, bool]:
    for _ in range(ROUNDS):
        placed = orders.find(shop, order)
        if placed.status == "cancelled":
            raise Refused("order_closed", order=order)
        if placed.status == "confirmed":
            return placed, True
        after = placed._replace(status="confirmed", hold_until=None)
        try:
            posting.rewrite_order(shop, OrderChange(placed, after))
        except Conflict:
            continue
        return after, False
    raise Refused("changed_meanwhile")
