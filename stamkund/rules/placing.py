"""From a promise, or a price, to an order: what is written down and what enters the ledger."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import delivery, earning, wallet
from stamkund.rules.account import Account
from stamkund.rules.basket import Basket
from stamkund.rules.bill import Use
from stamkund.rules.earning import Component, Plan, Remaining
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.money import share_of
from stamkund.rules.order import Order, OrderLine, Promise, Shortfall, order_line


class Terms(Struct, frozen=True, kw_only=True):
    """What is placed: which order, whose, when, and what was charged if it is paid already."""

    key: str
    member: str
    occurred_at: datetime
    month: str
    charged: list[int] | None = None
    store: str = ""


def order_of(terms: Terms, basket: Basket, promise: Promise) -> Order:
    """The order as promised, or as it was paid."""
    order = _promised_order(terms, basket, promise)
    return order if terms.charged is None else _as_paid(order, basket, promise, terms.charged)


def _promised_order(terms: Terms, basket: Basket, promise: Promise) -> Order:
    to_pay = [due - by for due, by in zip(promise.due, promise.by_points, strict=True)]
    return Order(
        key=terms.key,
        member=terms.member,
        occurred_at=terms.occurred_at,
        currency=basket.currency,
        channel=basket.channel,
        version=promise.version,
        tier=promise.tier,
        lines=[
            order_line(line, money, by)
            for line, money, by in zip(basket.lines, to_pay, promise.by_points, strict=True)
        ],
        cuts=promise.cuts,
        plan=promise.plan,
        parts=promise.parts if terms.member else [],
        takes=promise.takes,
        uses=promise.uses,
        lot=promise.lot,
        month=terms.month,
        promised_due=sum(to_pay),
        promised_points=promise.points if terms.member else 0,
        missed=promise.missed,
        claimed=promise.claimed,
        store=terms.store,
    )


def _as_paid(order: Order, basket: Basket, promise: Promise, charged: Sequence[int]) -> Order:
    """It earns on what was charged, and says what was due and not given."""
    lines = [replace(line, charged=money) for line, money in zip(order.lines, charged, strict=True)]
    plan = promise.plan
    parts = earning.components(plan, remaining(plan, lines, {})) if order.member else []
    cuts = delivery.given(basket, promise, charged)
    withheld = delivery.withheld(promise, cuts)
    return replace(
        order,
        paid=True,
        lines=lines,
        parts=parts,
        cuts=cuts,
        uses=delivery.uses(promise.uses, parts, withheld),
        claimed=[id for id in promise.claimed if id not in withheld],
        shortfalls=delivery.shortfalls(basket, promise, cuts, charged),
    )


def remaining(plan: Plan, lines: Sequence[OrderLine], returned: Mapping[int, int]) -> Remaining:
    """What is left of an order after so many units of each line have come back."""
    whole = earning.earning_amounts(
        plan, [line.value for line in lines], [line.by_points for line in lines]
    )
    units = [line.quantity - returned.get(index, 0) for index, line in enumerate(lines)]
    amounts = [
        amount - share_of(amount, line.quantity - left, line.quantity)
        for amount, left, line in zip(whole, units, lines, strict=True)
    ]
    return Remaining(amounts, units, whole)


def order_entries(order: Order, today: str) -> list[Entry]:
    """What the order means for its member, as we hear of it today; nothing for a guest."""
    if not order.member:
        return []
    entries = [_earned(order, today)]
    if order.takes:
        entries.append(_spent(order))
    return entries


def _earned(order: Order, today: str) -> Entry:
    amounts = remaining(order.plan, order.lines, {}).amounts
    spend = earning.qualifying_amount(order.plan, amounts)
    return entry(
        "earn",
        {order.lot: order.points} if order.points else {},
        reference=order.key,
        order=order.key,
        occurred_at=order.occurred_at,
        month=order.month,
        spend=spend if order.month else 0,
        qualifying=order.points if order.month else 0,
        amount=order.charged,
        currency=order.currency,
        active_on=today,
        used={use.key: use.n for use in order.uses},
        version=order.version,
    )


def _spent(order: Order) -> Entry:
    lots: dict[str, int] = {}
    for take in order.takes:
        lots[take.lot] = lots.get(take.lot, 0) - take.points
    return entry(
        "spend",
        lots,
        reference=order.key,
        order=order.key,
        occurred_at=order.occurred_at,
        amount=sum(line.by_points for line in order.lines),
        currency=order.currency,
        version=order.version,
    )


# What was promised and is no longer there


def reallocated(order: Order, account: Account, today: str) -> Order | None:
    """The same number of points from the lots there are now; None when there are too few."""
    takes = wallet.choose(account.wallet, order.spent, today)
    if sum(take.points for take in takes) < order.spent:
        return None
    return replace(order, takes=takes)


def takes_stand(order: Order, account: Account, debt: int) -> bool:
    """Whether the named lots still hold what is to be taken from them."""
    if not order.takes:
        return True
    enough = all(account.lots.get(t.lot, 0) >= t.points + t.floor for t in order.takes)
    return enough and account.debt == debt


def exhausted(order: Order, account: Account) -> list[Use]:
    """The limits and caps that have no room for this order any more."""
    return [use for use in order.uses if account.used.get(use.key, 0) + use.n > use.limit]


def without_points(order: Order) -> Order:
    """A paid order whose points are gone: it stands, and what they should have paid is missing."""
    missing = Shortfall("points", sum(line.by_points for line in order.lines), order.spent)
    lines = [replace(line, by_points=0) for line in order.lines]
    return replace(
        order,
        takes=[],
        lines=lines,
        # Where what points pay for earns as well, this earns less.
        parts=earning.components(order.plan, remaining(order.plan, lines, {})),
        shortfalls=[*order.shortfalls, missing],
    )


def lacking_points(order: Order, lost: Promise) -> Order:
    """A paid order with a quote that binds no more: what points should have paid is missing."""
    spent = sum(take.points for take in lost.takes)
    if not spent:
        return order
    missing = Shortfall("points", sum(lost.by_points), spent)
    return replace(order, shortfalls=[*order.shortfalls, missing])


def within_limits(order: Order, account: Account) -> Order:
    """A paid order that meets a full cap earns what the cap has left, and says what is missing."""
    full, plan = exhausted(order, account), order.plan
    for use in full:
        left = max(0, use.limit - account.used.get(use.key, 0))
        plan = _capped_plan(plan, use.key.partition("@")[0], left)
    parts = earning.components(plan, remaining(plan, order.lines, {}))
    uses = delivery.uses(order.uses, parts, {use.key for use in full})
    lost = order.points - sum(part.points for part in parts)
    missing = [Shortfall(use.key, points=lost) for use in full[:1] if lost]
    return replace(
        order, uses=uses, plan=plan, parts=parts, shortfalls=[*order.shortfalls, *missing]
    )


def _capped_plan(plan: Plan, id: str, left: int) -> Plan:
    if id == "points":
        return replace(plan, cap=_lower(plan.cap, left))
    extras = [replace(e, cap=_lower(e.cap, left)) if e.id == id else e for e in plan.extras]
    return replace(plan, extras=extras)


def _lower(cap: int, left: int) -> int:
    return left if cap == earning.NO_CAP else min(cap, left)


def without_benefits(order: Order, gone: Sequence[str]) -> Order:
    """A paid order with a voucher or offer that is used up: it stands, and the sum is missing."""
    missing = [Shortfall(cut.id, amount=cut.amount) for cut in order.cuts if cut.id in gone]
    cuts = [replace(cut, amounts={}) if cut.id in gone else cut for cut in order.cuts]
    claimed = [id for id in order.claimed if id not in gone]
    return replace(order, cuts=cuts, claimed=claimed, shortfalls=[*order.shortfalls, *missing])


def points_by_kind(parts: Sequence[Component]) -> tuple[int, int]:
    """(base, extra)"""
    base = sum(part.points for part in parts if part.id == "base")
    return base, sum(part.points for part in parts) - base
