"""From the programme's rules for earning to the plan of one order."""

from collections.abc import Iterator, Sequence

from stamkund.rules.basket import Line
from stamkund.rules.bill import Bill, Shopper, Use, bits
from stamkund.rules.earning import NEUTRAL, NO_CAP, Component, Extra, Plan
from stamkund.rules.earning import total as total_points
from stamkund.rules.programme import Cap, EarnRule, When
from stamkund.rules.selection import ALWAYS, Compiled, Moment, refusal


def plan_of(bill: Bill, offered: Sequence[Extra]) -> Plan:
    rules, lines = bill.compiled.programme.points, bill.basket.lines
    excluded = rules is not None and rules.basis.tax == "excluded"
    vat_rates = [line.vat_rate if excluded else 0 for line in lines]
    if rules is None or bill.who is None:
        neutral = [NEUTRAL if line.kind == "goods" else 0 for line in lines]
        return Plan(0, 1, bill.rate, "floor", neutral, vat_rates)
    factors, extras = _factors_and_extras(bill, bill.who)
    extras += [Extra(e.id, e.how, e.amount, _lines_of(bill, e.lines), e.cap) for e in offered]
    cap = _free_of_cap(rules.cap, "points", ALWAYS, bill.who, bill.at)
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
    lines, cap = _lines_of(bill, goods), _free_of_cap(rule.cap, rule.id, rule.when, who, bill.at)
    if rule.multiplier:
        return Extra(rule.id, "factor", tier * (rule.multiplier - 100), lines, cap)
    if rule.points_per_unit is not None:
        return Extra(rule.id, "unit", rule.points_per_unit, lines, cap)
    return Extra(rule.id, "order", rule.points_per_order or 0, lines, cap)


def _counters(cap: Cap, id: str, when: When, at: Moment) -> Iterator[tuple[str, int]]:
    """What counts against a cap beyond one order, and how far. A counter ends with the month that
    its key is of, so that of a window is of the day on which it ends."""
    limits = [(at.day, cap.day), (at.month, cap.month)]
    if when.end:
        limits.append((f"{when.end:%Y-%m-%d}.window", cap.window))
    return ((f"{id}@{span}", limit) for span, limit in limits if limit is not None)


def _free_of_cap(cap: Cap | None, id: str, when: When, who: Shopper, at: Moment) -> int:
    if cap is None:
        return NO_CAP
    free = [limit - who.used.get(key, 0) for key, limit in _counters(cap, id, when, at)]
    if cap.order is not None:
        free.append(cap.order)
    return max(0, min(free)) if free else NO_CAP


def cap_uses(bill: Bill, parts: Sequence[Component]) -> Iterator[Use]:
    """The counters that these points move; a cap on one order has none."""
    rules = bill.compiled.programme.points
    capped = {rule.id: (rule.cap, rule.when) for rule in bill.compiled.rules if rule.cap}
    if rules and rules.cap:
        capped["points"] = rules.cap, ALWAYS
    given = {part.id: part.points for part in parts} | {"points": total_points(parts)}
    for id, points in given.items():
        if points and id in capped:
            for key, limit in _counters(capped[id][0], id, capped[id][1], bill.at):
                yield Use(key, points, limit)
