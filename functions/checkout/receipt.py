"""Shows the receipt of an order."""

from datetime import datetime

from msgspec.structs import replace

from functions.checkout.receipts import Receipt, claim_on, receipt_of
from functions.checkout.shown import TierProgress, tier_progress
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OrderKey
from stamkund.tables import Read, accounts, orders, programmes
from stamkund.tables.accounts import Accounts
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/checkout/orders/{order}",
    caller=[Shop, Staff, Member],
    access={Orders: Read, Programmes: Read, Accounts: Read},
    problems=["order_not_found"],
)
def receipt(order: OrderKey, caller: Caller, now: datetime) -> Receipt:
    """Show a receipt.

    What was used, saved and earned, promised against delivered, what came back since, and what is
    next. A member sees only their own.
    """
    placed = own_order(caller, order)
    programme = programmes.version(caller.shop, placed.order.version)
    # The shop hands it to its customer; nobody else has any business with it.
    claim = claim_on(caller.shop, placed, programme) if caller.kind is Shop else None
    shown = receipt_of(placed, programme, caller.language, claim)
    return replace(shown, next=_next(club_at(caller.shop, now), placed.order.member, caller))


def _next(club: Club, member: str, caller: Caller) -> TierProgress | None:
    """For a guest, and for who has left since, there is nothing."""
    try:
        account = accounts.surviving(accounts.find(club.shop, member)) if member else None
    except Refused:
        return None
    if account is None:
        return None
    return tier_progress(account, account, club.published, club.at.month, caller.language)


def own_order(caller: Caller, order: str) -> Placed:
    """Somebody else's order looks exactly like one that does not exist."""
    if caller.kind is not Member:
        return orders.find(caller.shop, order)
    placed = orders.look_up(caller.shop, order)
    owner = placed.order.member if placed else ""
    theirs = owner == caller.member or _became_theirs(caller, owner)
    if placed is None or not theirs:
        raise Refused("order_not_found")
    return placed


def _became_theirs(caller: Caller, owner: str) -> bool:
    """Whether it is of a membership that was merged into theirs. As much is asked where there is no
    such order, so that nobody learns from it which there are."""
    now = accounts.survivor(caller.shop, owner or str(caller.member))
    return bool(owner) and now == caller.member
