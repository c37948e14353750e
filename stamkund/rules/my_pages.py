"""In which order somebody meets the modules of their pages, and why.

Rules are looked at in their order. Of those that hold for a module the first decides, unless one
says to hide it. What no rule moves keeps its usual place between the first ones and the last.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, get_args

from msgspec import Struct

from stamkund.rules.calendar import add_days
from stamkund.rules.programme_file import PageModule, Relevance, Situation

Params = dict[str, int | str]

USUAL_ORDER: tuple[PageModule, ...] = get_args(PageModule)
USUAL_RULES = (
    Relevance("threads", "question_unanswered"),
    Relevance("vouchers", "voucher_expiring"),
    Relevance("ladder", "tier_at_risk", days=60),
    Relevance("points", "points_expiring", days=30),
    Relevance("wish_list", "price_fallen"),
    Relevance("news", "asked_for", days=30),
    Relevance("ladder", "tier_near"),
    Relevance("survey", "survey_open"),
    Relevance("newsletter", "subscribed", "hide"),
    Relevance("vouchers", "empty", "hide"),
    Relevance("orders", "empty", "hide"),
    Relevance("threads", "empty", "hide"),
    Relevance("news", "empty", "hide"),
    Relevance("offers", "empty", "hide"),
    Relevance("consents", "empty", "hide"),
    Relevance("wish_list", "empty", "last"),
)
NEAR = 80  # per cent of a step


class Ending(NamedTuple):
    """So much of something, or something of this name, up to and including a day."""

    day: str
    much: int
    name: str = ""


class Done(NamedTuple):
    """What was done because the member had said so, and since when it is known."""

    day: str
    title: str


class Facts(Struct, frozen=True, kw_only=True):
    """What is known of a member today. Whatever could not be read is as if there were none of it:
    then no rule about it holds."""

    today: str
    currency: str = ""
    unanswered: int = 0
    asked: int = 0
    done: Sequence[Done] = ()
    vouchers: Sequence[Ending] = ()
    points: Sequence[Ending] = ()
    falls_on: str = ""
    keeps: str = ""
    next_tier: str = ""
    way: int = 0
    fallen: int = 0
    open_offers: int = 0
    missing_details: int = 0
    subscribed: bool = False
    empty: frozenset[PageModule] = frozenset()


class PlacedModule(NamedTuple):
    """`situation` is None of a module in its usual place."""

    module: PageModule
    situation: Situation | None
    params: Params


def arranged(
    there: Collection[PageModule],
    facts: Facts,
    rules: Sequence[Relevance] | None = None,
    order: Sequence[PageModule] = (),
) -> list[PlacedModule]:
    """Of the modules that are `there`, those to be shown, the first one first."""
    usual = [module for module in order or USUAL_ORDER if module in there]
    holding = [(rule, params) for rule, params in _params(rules, facts) if params is not None]
    hidden = {rule.module for rule, _ in holding if rule.then == "hide"}
    moved: dict[PageModule, tuple[Relevance, Params]] = {}
    for rule, params in holding:
        if rule.module in usual and rule.module not in hidden:
            moved.setdefault(rule.module, (rule, params))
    still = [PlacedModule(one, None, {}) for one in usual if one not in hidden | moved.keys()]
    return [*_those(moved, "first"), *still, *_those(moved, "last")]


def _params(
    rules: Sequence[Relevance] | None, facts: Facts
) -> list[tuple[Relevance, Params | None]]:
    given = USUAL_RULES if rules is None else rules
    return [(rule, _SITUATIONS[rule.when](rule, facts)) for rule in given]


def _those(moved: Mapping[PageModule, tuple[Relevance, Params]], where: str) -> list[PlacedModule]:
    return [
        PlacedModule(module, rule.when, params)
        for module, (rule, params) in moved.items()
        if rule.then == where
    ]


def _question_unanswered(_: Relevance, facts: Facts) -> Params | None:
    return {"units": facts.unanswered} if facts.unanswered else None


def _survey_open(_: Relevance, facts: Facts) -> Params | None:
    return {"units": facts.asked} if facts.asked else None


def _voucher_expiring(rule: Relevance, facts: Facts) -> Params | None:
    soon = _soonest(facts.vouchers, rule, facts)
    if soon is None:
        return None
    if soon.name:
        return {"name": soon.name, "day": soon.day}
    return {"amount": soon.much, "currency": facts.currency, "day": soon.day}


def _points_expiring(rule: Relevance, facts: Facts) -> Params | None:
    soon = _soonest(facts.points, rule, facts)
    return {"points": soon.much, "day": soon.day} if soon else None


def _soonest(endings: Sequence[Ending], rule: Relevance, facts: Facts) -> Ending | None:
    until = add_days(facts.today, rule.days)
    return min((one for one in endings if facts.today <= one.day <= until), default=None)


def _tier_at_risk(rule: Relevance, facts: Facts) -> Params | None:
    if not facts.falls_on or facts.falls_on > add_days(facts.today, rule.days):
        return None
    return {"tier": facts.keeps, "day": add_days(facts.falls_on, -1)}


def _tier_near(_: Relevance, facts: Facts) -> Params | None:
    near = facts.next_tier and facts.way >= NEAR
    return {"tier": facts.next_tier, "percent": facts.way} if near else None


def _price_fallen(_: Relevance, facts: Facts) -> Params | None:
    return {"units": facts.fallen} if facts.fallen else None


def _asked_for(rule: Relevance, facts: Facts) -> Params | None:
    since = add_days(facts.today, -rule.days)
    newest = max((one for one in facts.done if one.day >= since), default=None)
    return {"title": newest.title} if newest else None


def _offer_open(_: Relevance, facts: Facts) -> Params | None:
    return {"units": facts.open_offers} if facts.open_offers else None


def _details_missing(_: Relevance, facts: Facts) -> Params | None:
    return {"units": facts.missing_details} if facts.missing_details else None


def _subscribed(_: Relevance, facts: Facts) -> Params | None:
    return {} if facts.subscribed else None


def _empty(rule: Relevance, facts: Facts) -> Params | None:
    return {} if rule.module in facts.empty else None


_SITUATIONS: Mapping[Situation, Callable[[Relevance, Facts], Params | None]] = {
    "question_unanswered": _question_unanswered,
    "survey_open": _survey_open,
    "voucher_expiring": _voucher_expiring,
    "tier_at_risk": _tier_at_risk,
    "points_expiring": _points_expiring,
    "price_fallen": _price_fallen,
    "asked_for": _asked_for,
    "offer_open": _offer_open,
    "tier_near": _tier_near,
    "details_missing": _details_missing,
    "subscribed": _subscribed,
    "empty": _empty,
}
