"""What an order that is already paid was really given of what was due, benefit by benefit.

The shop says what was charged. What a line cost less than the shop's own price is credited to the
benefits that were due on it, in their order; what they lack is a shortfall that staff sees.
"""

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from stamkund.rules.basket import Basket
from stamkund.rules.bill import Cut, Use
from stamkund.rules.earning import Component, total
from stamkund.rules.order import Promise, Shortfall


def given(basket: Basket, promise: Promise, charged: Sequence[int]) -> list[Cut]:
    """The promised cuts, each reduced to what the charged amounts left room for."""
    room = [
        max(0, line.unit_price * line.quantity - money - by_points)
        for line, money, by_points in zip(basket.lines, charged, promise.by_points, strict=True)
    ]
    return [_given(cut, room) for cut in promise.cuts]


def _given(cut: Cut, room: list[int]) -> Cut:
    amounts = {line: min(amount, room[line]) for line, amount in cut.amounts.items()}
    for line, amount in amounts.items():
        room[line] -= amount
    return replace(cut, amounts=amounts)


def shortfalls(
    basket: Basket, promise: Promise, cuts: Sequence[Cut], charged: Sequence[int]
) -> list[Shortfall]:
    """What each benefit lacks; `price` is what was charged beyond the shop's own price."""
    missing = [
        Shortfall(promised.id, amount=promised.amount - cut.amount)
        for promised, cut in zip(promise.cuts, cuts, strict=True)
        if promised.amount > cut.amount
    ]
    beyond = sum(
        max(0, money + by_points - line.unit_price * line.quantity)
        for line, money, by_points in zip(basket.lines, charged, promise.by_points, strict=True)
    )
    return [*missing, Shortfall("price", amount=beyond)] if beyond else missing


def withheld(promise: Promise, cuts: Sequence[Cut]) -> set[str]:
    """Benefits of which nothing was given, so that nothing of them is used up."""
    return {
        promised.id
        for promised, cut in zip(promise.cuts, cuts, strict=True)
        if promised.amount and not cut.amount
    }


def uses(
    promised: Sequence[Use], parts: Sequence[Component], not_given: Collection[str]
) -> list[Use]:
    """The counters to move: offers that were given, and caps by the points that were."""
    points = {part.id: part.points for part in parts} | {"points": total(parts)}
    moved = []
    for use in promised:
        id, _, capped = use.key.partition("@")
        count = points.get(id, 0) if capped else use.n
        if count and id not in not_given:
            moved.append(Use(use.key, count, use.limit))
    return moved
