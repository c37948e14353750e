"""Shows the receipt of an order."""

from functions.checkout.receipts import Receipt, claim_on, receipt_of
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey
from stamkund.tables import Read, orders, programmes
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/checkout/orders/{order}",
    caller=[Shop, Staff, Member],
    access={Orders: Read, Programmes: Read},
    problems=["order_not_found"],
)
def receipt(order: OrderKey, caller: Caller) -> Receipt:
    """Show a receipt.

    What was used, saved and earned, promised against delivered, and what came back since. A member
    sees only their own.
    """
    placed = own_order(caller, order)
    programme = programmes.version(caller.shop, placed.order.version)
    # The shop hands it to its customer; nobody else has any business with it.
    claim = claim_on(caller.shop, placed, programme) if caller.kind is Shop else None
    return receipt_of(placed, programme, caller.language, claim)


def own_order(caller: Caller, order: str) -> Placed:
    """Somebody else's order looks exactly like one that does not exist."""
    placed = orders.find(caller.shop, order)
    if caller.kind is Member and placed.order.member != caller.member:
        raise Refused("order_not_found")
    return placed
