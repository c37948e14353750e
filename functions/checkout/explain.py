"""Explains an order."""

from datetime import datetime

from msgspec import Struct

from functions.checkout.receipt import own_order
from functions.checkout.shown import (
    Benefit,
    MissedBenefit,
    PointsEarned,
    benefits,
    missed_benefits,
    points_earned,
)
from stamkund.rules.earning import cut_by_caps
from stamkund.rules.explaining import APPLIED, RuleReason, rule_reasons
from stamkund.rules.ids import OrderKey
from stamkund.rules.naming import names_of, tier_name
from stamkund.rules.order import Order
from stamkund.rules.placing import remaining
from stamkund.rules.plans import tier_factor
from stamkund.rules.programme import Language, Programme, Rate
from stamkund.rules.selection import Compiled, moment
from stamkund.rules.text import say
from stamkund.tables import Read, programmes
from stamkund.tables.accounts import Accounts
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint


class RuleExplained(Struct, frozen=True):
    """A rule for earning: `code` is `applied`, `capped` where a cap gave less, `guest` where
    nobody was there to earn, or why it was not; with the lines it applied to."""

    id: str
    name: str
    code: str
    lines: list[str]
    text: str | None


class LineExplained(Struct, frozen=True):
    """`factor` in per cent: the tier's multiplier times that of the stackable rules; `text` says
    of a line that it never earns, or that a guest does not."""

    id: str
    earns_on: int
    factor: int
    text: str | None


class Explanation(Struct, frozen=True):
    """Amounts in minor units of the order's currency; `rate` is that of the programme then;
    `capped` are the parts of the points of which a cap has let no more through."""

    order: str
    programme_version: int
    tier: str | None
    tier_multiplier: int
    rate: Rate | None
    rounding: str | None
    lines: list[LineExplained]
    points: PointsEarned
    capped: list[str]
    rules: list[RuleExplained]
    given: list[Benefit]
    missed: list[MissedBenefit]


@endpoint(
    "GET",
    "/v1/checkout/orders/{order}/explanation",
    caller=[Shop, Staff, Member],
    access={Orders: Read, Accounts: Read, Programmes: Read},
    problems=["no_programme", "order_not_found"],
)
def explain(order: OrderKey, caller: Caller, now: datetime) -> Explanation:
    """Explain an order.

    Why these points, why not that offer: rule by rule, from the rules as they were then. A member
    sees only their own.
    """
    club_at(caller.shop, now)
    placed = own_order(caller, order).order
    return _explained(placed, programmes.version(caller.shop, placed.version), caller.language)


def _explained(order: Order, programme: Programme, language: Language) -> Explanation:
    compiled = Compiled(programme)
    at = moment(order.occurred_at, programme.time_zone)
    rules = programme.points
    capped = cut_by_caps(order.plan, remaining(order.plan, order.lines, {})) if order.member else ()
    return Explanation(
        order=order.key,
        programme_version=order.version,
        tier=order.tier or None,
        tier_multiplier=tier_factor(compiled, order.tier),
        rate=rules.earn if rules else None,
        rounding=rules.rounding if rules else None,
        lines=_lines(order, language),
        points=points_earned(order.parts, order.lot, programme, language, at.day),
        capped=sorted(capped),
        rules=_rules(rule_reasons(compiled, order, at, capped), programme, language),
        given=benefits(order.cuts, programme, language),
        missed=missed_benefits(order.missed, programme, language, order.currency, over=True),
    )


def _lines(order: Order, language: Language) -> list[LineExplained]:
    if not order.member:
        guest = say("rule_guest", language)
        return [LineExplained(line.id, 0, 0, guest) for line in order.lines]
    earning = remaining(order.plan, order.lines, {}).amounts
    never = say("never_earns", language)
    return [
        LineExplained(line.id, amount, factor // 100, None)
        if factor
        else LineExplained(line.id, 0, 0, never)
        for line, amount, factor in zip(order.lines, earning, order.plan.factors, strict=True)
    ]


def _rules(
    reasons: list[RuleReason], programme: Programme, language: Language
) -> list[RuleExplained]:
    names = names_of(programme, language)
    return [
        RuleExplained(
            reason.id,
            names[reason.id],
            reason.code,
            reason.lines,
            None if reason.code == APPLIED else _why_not(reason.code, programme, reason, language),
        )
        for reason in reasons
    ]


def _why_not(code: str, programme: Programme, reason: RuleReason, language: Language) -> str:
    rules = programme.points.rules if programme.points else []
    rule = next(rule for rule in rules if rule.id == reason.id)
    tier = tier_name(programme, rule.when.tiers[0], language) if rule.when.tiers else None
    return say(f"rule_{code}", language, tier=tier or "")
