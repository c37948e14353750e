"""Cancels an order that is not confirmed: the payment failed, or the customer went away."""

from datetime import datetime

from functions.checkout import returning
from functions.checkout.at_the_till import refuse_other_stores
from functions.checkout.receipts import Receipt, receipt_in
from stamkund.rules.ids import OrderKey
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Till
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/checkout/orders/{order}/cancellation",
    caller=[Shop, Till],
    access={
        Accounts: Read | Update,
        Orders: Read | Update,
        Ledger: Append,
        Programmes: Read,
    },
    problems=["no_programme", "order_not_found", "order_closed", "changed_meanwhile"],
)
def cancel(order: OrderKey, caller: Caller, now: datetime) -> Reply[Receipt]:
    """Cancel an order.

    Points, vouchers and limits are as if it had never been. Again is answered with the same
    receipt; a confirmed order is refused: that is a refund.
    """
    refuse_other_stores(caller, order)
    club = club_at(caller.shop, now)
    placed, now_done = returning.cancel(club, order)
    receipt = receipt_in(club, placed, caller.language)
    return Reply(receipt, headers={} if now_done else {"Idempotent-Replayed": "true"})
