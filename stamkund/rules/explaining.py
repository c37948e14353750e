"""Why an order earned what it did, rule by rule, by the rules as they were then."""

from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules.order import Order
from stamkund.rules.plans import applying, earns
from stamkund.rules.pricing import FIRST_ORDER
from stamkund.rules.programme import EarnRule
from stamkund.rules.selection import Compiled, Moment, refusal

APPLIED, CAPPED, GUEST = "applied", "capped", "guest"


class RuleReason(Struct, frozen=True):
    """`code` is `applied`, `capped` where a cap gave less, `guest` where nobody was there to earn,
    or why not; `lines` are the ids of the lines it applied to."""

    id: str
    code: str
    lines: list[str]


def rule_reasons(
    compiled: Compiled, order: Order, at: Moment, capped: Collection[str]
) -> list[RuleReason]:
    """Every rule for earning, and what became of it."""
    if not order.member:
        return [RuleReason(rule.id, GUEST, []) for rule in compiled.rules]
    masks = [
        compiled.rule_selector.mask(line.article, line.category, line.brand)
        if earns(line.asked_for(), compiled)
        else 0
        for line in order.lines
    ]
    return [
        replace(reason, code=CAPPED) if reason.code == APPLIED and reason.id in capped else reason
        for reason in _uncapped(compiled.rules, order, at, masks)
    ]


def _uncapped(
    rules: Sequence[EarnRule], order: Order, at: Moment, masks: Sequence[int]
) -> list[RuleReason]:
    """That an order was the first is kept only if something was given for it. So what would have
    been given to a first order, and was not, tells that it was none; and if nothing would have
    been, then that is the reason."""
    reasons = _reasons(rules, order, at, masks, first=True)
    if any(use.key == FIRST_ORDER for use in order.uses) or not any(
        rule.when.first_order and reason.code == APPLIED
        for rule, reason in zip(rules, reasons, strict=True)
    ):
        return reasons
    return _reasons(rules, order, at, masks, first=False)


def _reasons(
    rules: Sequence[EarnRule], order: Order, at: Moment, masks: Sequence[int], *, first: bool
) -> list[RuleReason]:
    closed = _closed(rules, order, at, first=first)
    return [_reason(rules, bit, order, masks, closed) for bit in range(len(rules))]


def _closed(rules: Sequence[EarnRule], order: Order, at: Moment, *, first: bool) -> dict[int, str]:
    """Rules that did not hold for the order as a whole, and why."""
    codes = {
        bit: refusal(rule.when, at, order.channel, order.tier, first_order=first)
        for bit, rule in enumerate(rules)
    }
    return {bit: code for bit, code in codes.items() if code}


def _reason(
    rules: Sequence[EarnRule],
    bit: int,
    order: Order,
    masks: Sequence[int],
    closed: dict[int, str],
) -> RuleReason:
    rule = rules[bit]
    if bit in closed:
        return RuleReason(rule.id, closed[bit], [])
    matched = [index for index, mask in enumerate(masks) if mask >> bit & 1]
    if not matched:
        return RuleReason(rule.id, "nothing_matched", [])
    open_mask = sum(1 << other for other in range(len(rules)) if other not in closed)
    applied = [
        order.lines[index].id
        for index in matched
        if any(one == bit for one, _ in applying(rules, masks[index] & open_mask))
    ]
    return RuleReason(rule.id, APPLIED if applied else "beaten", applied)
