"""What comes back when goods come back: a function of what has been returned so far in all.

Money, spent points and earned points are each worked out for everything returned up to now, and
the difference to what was given before is this refund. So any split of a return is one return.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from stamkund.rules import earning, wallet
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, Kind, entry
from stamkund.rules.money import share_of
from stamkund.rules.order import Order, Refund
from stamkund.rules.placing import remaining
from stamkund.rules.programme import ClawBack
from stamkund.rules.wallet import Wallet

Units = Mapping[int, int]  # by index of the line


class Worth(Struct, frozen=True):
    """What so many returned units are worth in all."""

    amount: int
    points: int
    restored: int
    spend: int


class Policy(Struct, frozen=True, kw_only=True):
    """How points are taken back, on which day, and whether the order's month may still change.

    `reason` is what the statement says of it; by default that goods came back.
    """

    claw_back: ClawBack
    today: str
    counts: bool
    reason: str = ""


class Returned(Struct, frozen=True):
    """A refund and the entries that carry it out."""

    refund: Refund
    entries: list[Entry]


def returned_units(refunds: Sequence[Refund]) -> dict[int, int]:
    units: dict[int, int] = {}
    for refund in refunds:
        for line, count in refund.units.items():
            units[line] = units.get(line, 0) + count
    return units


def units_left(order: Order, refunds: Sequence[Refund]) -> dict[int, int]:
    done = returned_units(refunds)
    left = {index: line.quantity - done.get(index, 0) for index, line in enumerate(order.lines)}
    return {index: units for index, units in left.items() if units}


def units_of(order: Order, refunds: Sequence[Refund], wanted: Mapping[str, int]) -> dict[int, int]:
    """From line ids to indexes. Refused: line_not_found, refund_too_large."""
    index_of = {line.id: index for index, line in enumerate(order.lines)}
    left = units_left(order, refunds)
    for position, (id, units) in enumerate(wanted.items()):
        if id not in index_of:
            raise Refused("line_not_found", f"lines[{position}].id", line=id)
        if units > left.get(index_of[id], 0):
            most = left.get(index_of[id], 0)
            raise Refused("refund_too_large", f"lines[{position}].quantity", most=most)
    return {index_of[id]: units for id, units in wanted.items()}


def worth(order: Order, units: Units) -> Worth:
    """Of this many units of each line, returned in all."""
    plan, lines = order.plan, order.lines
    whole, rest = remaining(plan, lines, {}), remaining(plan, lines, units)
    points = order.points - earning.total(earning.components(plan, rest)) if order.member else 0
    by_points = sum(line.by_points for line in lines)
    back = sum(share_of(lines[i].by_points, n, lines[i].quantity) for i, n in units.items())
    return Worth(
        amount=sum(share_of(lines[i].charged, n, lines[i].quantity) for i, n in units.items()),
        points=points,
        restored=share_of(order.spent, back, by_points),
        spend=earning.qualifying_amount(plan, whole.amounts)
        - earning.qualifying_amount(plan, rest.amounts),
    )


class Return(Struct, frozen=True, kw_only=True):
    """What is asked for: units of an order, with what has come back before."""

    order: Order
    refunds: Sequence[Refund]
    units: Units
    reference: str
    at: datetime
    digest: bytes = b""
    store: str = ""


def refund_of(asked: Return, held: Wallet | None, policy: Policy) -> Returned:
    """This refund: the difference between everything returned with it and without it.

    `held` is the member's wallet; None for a guest.
    """
    before = returned_units(asked.refunds)
    after = {
        line: before.get(line, 0) + asked.units.get(line, 0) for line in {*before, *asked.units}
    }
    had, has = worth(asked.order, before), worth(asked.order, after)
    points = has.points - had.points
    taken = wallet.Taken({}, 0, 0)
    if held is not None:
        taken = wallet.take_back(held, points, asked.order.lot, policy.claw_back, policy.today)
    refund = Refund(
        reference=asked.reference,
        at=asked.at,
        units=dict(asked.units),
        amount=has.amount - had.amount,
        points=points,
        debt=taken.debt,
        forgiven=taken.forgiven,
        restored=has.restored - had.restored,
        spend=has.spend - had.spend,
        digest=asked.digest,
        store=asked.store,
    )
    if held is None:
        return Returned(refund, [])
    return Returned(refund, _entries(asked.order, refund, taken, had.restored, policy))


def points_to_take(order: Order, refunds: Sequence[Refund], units: Units) -> int:
    """How many points this return takes back, whoever has them."""
    before = returned_units(refunds)
    after = {line: before.get(line, 0) + units.get(line, 0) for line in {*before, *units}}
    return worth(order, after).points - worth(order, before).points


def _entries(
    order: Order, refund: Refund, taken: wallet.Taken, restored_before: int, policy: Policy
) -> list[Entry]:
    reference = f"{order.key}:{refund.reference}"  # no id has a colon, so it is nobody else's
    counts = policy.counts and bool(order.month)
    entries = [
        entry(
            "reverse",
            taken.lots,
            taken.debt,
            reference=reference,
            reason=policy.reason,
            order=order.key,
            occurred_at=refund.at,
            month=order.month if counts else "",
            spend=-refund.spend if counts else 0,
            qualifying=-refund.points if counts else 0,
            amount=-refund.amount,
            currency=order.currency,
            version=order.version,
        )
    ]
    entries += outlived(taken, reference, refund.at)
    if refund.restored:
        lots = given_back(order, restored_before, refund.restored, policy.today)
        entries.append(
            entry(
                "restore",
                lots,
                reference=reference,
                reason=policy.reason,
                order=order.key,
                occurred_at=refund.at,
                currency=order.currency,
            )
        )
    return entries


def outlived(taken: wallet.Taken, reference: str, at: datetime) -> list[Entry]:
    """The end of lots that no longer counted when a debt began, entered with it."""
    by_kind: dict[Kind, dict[str, int]] = {}
    for lot, points in taken.outlived.items():
        by_kind.setdefault("lapse" if wallet.is_idle(lot) else "expire", {})[lot] = points
    return [
        entry(kind, lots, reference=reference, occurred_at=at) for kind, lots in by_kind.items()
    ]


def given_back(order: Order, before: int, points: int, today: str) -> dict[str, int]:
    """Spent points to the lots they came from, the longest-lived first, as far as not done yet."""
    lots: dict[str, int] = {}
    skip = before
    for take in reversed(order.takes):
        already = min(skip, take.points)
        skip -= already
        part = min(points, take.points - already)
        points -= part
        if part:
            lot = wallet.given_back(take.lot, today)
            lots[lot] = lots.get(lot, 0) + part
    return lots
