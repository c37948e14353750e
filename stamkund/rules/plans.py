"""From the programme's rules for earning to the plan of one order."""

from collections.abc import Iterator, Sequence

from stamkund.rules.basket import Line
from stamkund.rules.bill import Bill, Shopper, Use, bits
from stamkund.rules.earning import NEUTRAL, NO_CAP, Component, Extra, Plan
from stamkund.rules.earning import total as total_points
from stamkund.rules.programme import Cap, EarnRule
from stamkund.rules.selection import Compiled, Moment, refusal


def plan_of(bill: Bill, offered: Sequence[Extra]) -> Plan:
    rules, lines = bill.compiled.programme.points, bill.basket.lines
    excluded = rules is not None and rules.basis.tax == "excluded"
    vat_rates = [line.vat_rate if excluded else 0 for line in lines]
    if rules is None or bill.who is None:
        neutral = [NEUTRAL if line.kind == "goods" else 0 for line in lines]
        return Plan(0, 1, bill.rate, "floor", neutral, vat_rates)
    factors, extras = _factors_and_extras(bill, bill.who)
    extras += [Extra(e.id, e.how, e.amount, _lines_of(bill, e.lines), e.cap) for e in offered]
    cap = _free_of_cap(rules.cap, "points", bill.who, bill.at)
    per_line = _repeat(bill, factors)
    return Plan(
        rules.earn.points,
        rules.earn.amount,
        bill.rate,
        rules.rounding,
        per_line,
        vat_rates,
        extras,
        cap,
        rules.basis.paid_with_points == "included",
    )


def _repeat(bill: Bill, values: Sequence[int]) -> list[int]:
    """A value per good as a value per line."""
    repeated = [0] * len(bill.basket.lines)
    for good, value in zip(bill.goods, values, strict=True):
        for line in good.lines:
            repeated[line] = value
    return repeated


def _lines_of(bill: Bill, goods: Sequence[int]) -> list[int]:
    return sorted(line for index in goods for line in bill.goods[index].lines)


def earns(line: Line, compiled: Compiled) -> bool:
    """Goods that are not excluded, shipping where the programme says so; gift cards and deposits
    never."""
    if line.kind == "shipping":
        rules = compiled.programme.points
        return rules is not None and rules.basis.shipping == "included"
    earning = compiled.earning_selector.mask(line.article, line.category, line.brand)
    return line.kind == "goods" and bool(earning)


def _factors_and_extras(bill: Bill, who: Shopper) -> tuple[list[int], list[Extra]]:
    """The joint factor of each good, and what capped and fixed rules add beside it."""
    tier = tier_factor(bill.compiled, who.tier)
    factors, separate = [], dict[int, list[int]]()
    open_rules = _open_rules(bill, who)
    for index, mask in enumerate(bill.masks(bill.compiled.rule_selector)):
        if not earns(bill.goods[index].line, bill.compiled):
            factors.append(0)
            continue
        apply = applying(bill.compiled.rules, mask & open_rules)
        boost = sum(r.multiplier - 100 for _, r in apply if r.multiplier and not r.cap)
        factors.append(tier * (100 + boost))
        for bit, rule in apply:
            bill.relies_on_first |= rule.when.first_order
            if rule.cap or not rule.multiplier:
                separate.setdefault(bit, []).append(index)
    extras = [_extra(bill, bit, goods, tier, who) for bit, goods in sorted(separate.items())]
    return factors, extras


def tier_factor(compiled: Compiled, tier: str) -> int:
    """The tier's multiplier in per cent; a member without a known tier has none."""
    steps = compiled.programme.tiers.steps if compiled.programme.tiers else []
    rank = compiled.tier_rank.get(tier)
    return steps[rank].multiplier if rank is not None else 100


def _open_rules(bill: Bill, who: Shopper) -> int:
    open_now = 0
    for bit, rule in enumerate(bill.compiled.rules):
        if not refusal(
            rule.when, bill.at, bill.basket.channel, who.tier, first_order=who.first_order
        ):
            open_now |= 1 << bit
    return open_now


def applying(rules: Sequence[EarnRule], mask: int) -> list[tuple[int, EarnRule]]:
    """All stackable rules; or, where an exclusive one matches, that one alone."""
    matched = [(bit, rules[bit]) for bit in bits(mask)]
    exclusive = [(bit, rule) for bit, rule in matched if rule.exclusive]
    if not exclusive:
        return matched
    return [min(exclusive, key=lambda pair: (-pair[1].priority, pair[1].id))]


def _extra(bill: Bill, bit: int, goods: list[int], tier: int, who: Shopper) -> Extra:
    rule = bill.compiled.rules[bit]
    lines, cap = _lines_of(bill, goods), _free_of_cap(rule.cap, rule.id, who, bill.at)
    if rule.multiplier:
        return Extra(rule.id, "factor", tier * (rule.multiplier - 100), lines, cap)
    if rule.points_per_unit is not None:
        return Extra(rule.id, "unit", rule.points_per_unit, lines, cap)
    return Extra(rule.id, "order", rule.points_per_order or 0, lines, cap)


def cap_keys(id: str, at: Moment) -> tuple[str, str]:
    """The counters of one cap: for the day and for the month."""
    return f"{id}@{at.day}", f"{id}@{at.month}"


def _free_of_cap(cap: Cap | None, id: str, who: Shopper, at: Moment) -> int:
    if cap is None:
        return NO_CAP
    day, month = cap_keys(id, at)
    free = [
        limit - used
        for limit, used in (
            (cap.order, 0),
            (cap.day, who.used.get(day, 0)),
            (cap.month, who.used.get(month, 0)),
        )
        if limit is not None
    ]
    return max(0, min(free, default=NO_CAP)) if free else NO_CAP


def cap_uses(bill: Bill, parts: Sequence[Component]) -> Iterator[Use]:
    """The counters that these points move: only caps per day and month are counted."""
    rules = bill.compiled.programme.points
    capped = {rule.id: rule.cap for rule in bill.compiled.rules if rule.cap}
    given = [(part.id, part.points, capped.get(part.id)) for part in parts]
    given.append(("points", total_points(parts), rules.cap if rules else None))
    for id, points, cap in given:
        day, month = cap_keys(id, bill.at)
        if cap and cap.day is not None and points:
            yield Use(day, points, cap.day)
        if cap and cap.month is not None and points:
            yield Use(month, points, cap.month)
