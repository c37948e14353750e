"""How many points an order earns, as a plan that still tells when parts of it have come back.

A plan is worked out once, when the order is priced, and kept with it. The points that an order is
worth after returns are the plan applied to what remains: no rule is asked again, so any split of a
return takes the same points as one return of the whole.
"""

from collections.abc import Mapping, Sequence
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.money import MILLION, divide, refuse_beyond_reason, round_half_up
from stamkund.rules.programme import Rounding

NEUTRAL = 10_000  # tier factor times rule factor, both in per cent
NO_CAP = -1


class Extra(Struct, frozen=True, array_like=True):
    """Points that one rule adds by itself: by a factor, per unit, or for the order as a whole."""

    id: str
    how: str  # "factor", "unit", "order"
    amount: int  # the factor in hundredths of a per cent, or points
    lines: list[int]
    cap: int = NO_CAP


class Plan(Struct, frozen=True, array_like=True):
    """Everything that decides the points of one order, per line in the order's own sequence."""

    points: int
    per: int
    rate: int
    rounding: Rounding
    factors: list[int]
    vat_rates: list[int]
    extras: list[Extra] = []
    cap: int = NO_CAP
    points_earn: bool = False  # whether what points paid for earns as well


class Component(Struct, frozen=True, array_like=True):
    """A part of the points with the id of what gave them; `base` and `multipliers` are ours."""

    id: str
    points: int


class Remaining(Struct, frozen=True):
    """What is left of each line: the money that earns, and units; and the money there was at
    first."""

    amounts: Sequence[int]
    units: Sequence[int]
    whole_amounts: Sequence[int]


def net_of_tax(by_rate: Mapping[int, int]) -> tuple[int, int]:
    """Amounts by tax rate (0 where tax counts too) as one exact fraction, rounded by nobody yet."""
    whole = prod(10_000 + rate for rate in by_rate)
    parts = (amount * 10_000 * (whole // (10_000 + rate)) for rate, amount in by_rate.items())
    return sum(parts), whole


def earning_lines(plan: Plan) -> list[int]:
    return [line for line, factor in enumerate(plan.factors) if factor]


def qualifying_amount(plan: Plan, amounts: Sequence[int]) -> int:
    """What counts towards a tier by spend, in the accounting currency's minor units."""
    net, whole = net_of_tax(_weighted(plan, amounts, dict.fromkeys(earning_lines(plan), 1)))
    return round_half_up(net * plan.rate, whole * MILLION)


def earning_amounts(plan: Plan, due: Sequence[int], by_points: Sequence[int]) -> list[int]:
    """What earns of each line: by default not the part that points paid."""
    if plan.points_earn:
        return list(due)
    return [amount - points for amount, points in zip(due, by_points, strict=True)]


def components(plan: Plan, remaining: Remaining) -> list[Component]:
    """The points of what remains, part by part. Each part only falls when less remains.
    Refused: basket_too_large."""
    if not plan.points:
        return []
    base = _rounded(plan, remaining.amounts, dict.fromkeys(earning_lines(plan), NEUTRAL))
    together = _rounded(plan, remaining.amounts, dict(enumerate(plan.factors)))
    parts = [Component("base", base), Component("multipliers", together - base)]
    parts += [Component(extra.id, _extra_points(plan, extra, remaining)) for extra in plan.extras]
    capped = _capped([part for part in parts if part.points], plan.cap)
    refuse_beyond_reason(total(capped), "lines")
    return capped


def _weighted(plan: Plan, amounts: Sequence[int], factors: Mapping[int, int]) -> dict[int, int]:
    """Sums by tax rate of amount times factor: a line split in two comes to the same."""
    sums: dict[int, int] = {}
    for line, factor in factors.items():
        rate = plan.vat_rates[line]
        sums[rate] = sums.get(rate, 0) + amounts[line] * factor
    return sums


def _rounded(plan: Plan, amounts: Sequence[int], factors: Mapping[int, int]) -> int:
    net, whole = net_of_tax(_weighted(plan, amounts, factors))
    denominator = plan.per * whole * NEUTRAL * MILLION
    return divide(net * plan.points * plan.rate, denominator, plan.rounding)


def _extra_points(plan: Plan, extra: Extra, remaining: Remaining) -> int:
    # What nothing earns on, a free article or one that points paid for, earns no fixed points.
    lines = [line for line in extra.lines if remaining.whole_amounts[line]]
    if extra.how == "factor":
        points = _rounded(plan, remaining.amounts, dict.fromkeys(lines, extra.amount))
    elif extra.how == "unit":
        points = extra.amount * sum(remaining.units[line] for line in lines)
    else:
        points = _kept_share(extra.amount, lines, remaining)
    return points if extra.cap == NO_CAP else min(points, extra.cap)


def _kept_share(points: int, lines: Sequence[int], remaining: Remaining) -> int:
    whole = sum(remaining.whole_amounts[line] for line in lines)
    return points * sum(remaining.amounts[line] for line in lines) // whole if whole else 0


def _capped(parts: list[Component], cap: int) -> list[Component]:
    """The cap on everything takes from the last parts first, so that the base stays readable."""
    if cap == NO_CAP:
        return parts
    kept, left = [], cap
    for part in parts:
        points = min(part.points, left)
        left -= points
        if points:
            kept.append(Component(part.id, points))
    return kept


def cut_by_caps(plan: Plan, remaining: Remaining) -> set[str]:
    """The parts that would be more if there were no caps."""
    given = {part.id: part.points for part in components(plan, remaining)}
    extras = [replace(extra, cap=NO_CAP) for extra in plan.extras]
    without = components(replace(plan, cap=NO_CAP, extras=extras), remaining)
    return {part.id for part in without if part.points > given.get(part.id, 0)}


def total(parts: Sequence[Component]) -> int:
    return sum(part.points for part in parts)
