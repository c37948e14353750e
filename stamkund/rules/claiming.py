"""A guest's order becomes a member's: what it would be, had it been told of as a paid order of
theirs, by the programme of its own time and the step that a new member has.

What was cut off the price, or was not, stays as it was. What had come back before is not earned,
and what comes back later is taken back as from any other order.
"""

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import membership, wallet
from stamkund.rules.account import Account
from stamkund.rules.bill import Shopper, Use
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.order import Order, OrderStatus, Refund, promised
from stamkund.rules.placing import Terms, order_entries, order_of
from stamkund.rules.pricing import price
from stamkund.rules.programme import Claims, Programme
from stamkund.rules.refunds import returned_units, units_left, worth
from stamkund.rules.selection import Compiled, Moment, moment

CLAIM = "claim"  # the reason in the ledger
# No id of a rule or an offer has a dot.
COUNTER = "claim."


class Guest(Struct, frozen=True):
    """An order that nobody has, and what has become of it."""

    order: Order
    status: OrderStatus
    refunds: Sequence[Refund]


def refuse_unclaimable(guest: Guest, claims: Claims, at: Moment) -> None:
    """Refused: claim_expired, order_closed."""
    if at.at > guest.order.occurred_at + timedelta(days=claims.days):
        raise Refused("claim_expired", "claim", days=claims.days)
    if guest.status == "cancelled" or not units_left(guest.order, guest.refunds):
        raise Refused("order_closed", order=guest.order.key)


def counter(claims: Claims, at: Moment) -> Use:
    """What counts how many a member has claimed."""
    key = {"day": f"{COUNTER}@{at.day}", "month": f"{COUNTER}@{at.month}", "ever": COUNTER}
    return Use(key[claims.per], 1, claims.most)


def owned(
    guest: Guest, account: Account, compiled: Compiled, programme: Programme, at: Moment
) -> Order:
    """The order as this member's. `compiled` is the programme of then, `programme` that of now.

    Refused: too_many_claims, claim_expired.
    """
    order, use = guest.order, counter(programme.claims, at)
    if account.used.get(use.key, 0) >= use.limit:
        raise Refused("too_many_claims", "claim", most=use.limit)
    then = moment(order.occurred_at, compiled.programme.time_zone)
    made = _bought_by(order, account, compiled, then)
    if made.lot and not wallet.is_live(wallet.Wallet({}, 0, at.day), made.lot, at.day):
        raise Refused("claim_expired", "claim", days=programme.claims.days)
    return replace(
        made,
        month=membership.counting_month(programme.late, then.day, at.day),
        uses=[*made.uses, use],
        paid=order.paid,
        promised_due=order.promised_due,
        promised_points=made.points,
        shortfalls=[],  # nobody had promised a guest anything
    )


def _bought_by(order: Order, account: Account, compiled: Compiled, then: Moment) -> Order:
    steps, basket = compiled.programme.step_ids(), order.basket()
    who = Shopper(
        tier=steps[0] if steps else "", used=account.used, first_order=account.orders == 0
    )
    priced = price(compiled, basket, who, then)
    terms = Terms(
        key=order.key,
        member=account.member,
        occurred_at=order.occurred_at,
        month="",
        charged=[line.charged for line in order.lines],
    )
    promise = promised(
        priced, basket, version=order.version, tier=who.tier, debt=0, expires_at=then.at
    )
    return order_of(terms, basket, promise)


def entries(order: Order, refunds: Sequence[Refund], account: Account, at: Moment) -> list[Entry]:
    """What the claim enters: points that lapsed for want of this purchase, and what it earns."""
    (earned,) = order_entries(order, at.day)
    gone = worth(order, returned_units(refunds))
    points = earned.points - gone.points
    counts = bool(order.month)
    kept = replace(
        earned,
        reason=CLAIM,
        points=points,
        lots={order.lot: points} if points else {},
        spend=earned.spend - gone.spend if counts else 0,
        qualifying=points if counts else 0,
        amount=earned.amount - gone.amount,
    )
    return [*membership.lapse(account, at, at.at, []), kept]


def points_left(order: Order, refunds: Sequence[Refund]) -> int:
    return order.points - worth(order, returned_units(refunds)).points
