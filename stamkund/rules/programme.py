"""What a shop says about its club: the programme file as types, and what can be wrong with it.

Amounts are integers in minor units (öre, cent), percentages whole per cent, points whole points.
The file is written by people in YAML, kept as JSON, and never edited once published.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

Language = Literal["sv", "nb", "da", "fi", "en"]
Currency = Literal["SEK", "NOK", "DKK", "EUR"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Rounding = Literal["floor", "half_up", "ceil"]
ClawBack = Literal["only_pending", "within_balance", "debt"]
LoginArgument = Literal[
    "member_prices",
    "club_offers",
    "welcome_offer",
    "free_shipping",
    "points",
    "welcome_points",
    "ladder",
    "faster_checkout",
    "self_service",
]

Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = dict[Language, Name]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
Percent = Annotated[int, Meta(ge=1, le=100)]
Factor = Annotated[int, Meta(ge=100, le=10_000, description="per cent; 150 is one and a half")]
Minor = Annotated[int, Meta(ge=0, le=10**12)]
Points = Annotated[int, Meta(ge=0, le=10**9)]
Count = Annotated[int, Meta(ge=1, le=10**9)]
HourOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

EVERY_TIER = "*"
HOLD_OUT = "hold_out"
# Parts of an order's points, counters and shortfalls that are no rule's own.
OURS = frozenset({"base", "multipliers", "points", "first_order", "price"})


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One section of the file: read-only, and a misspelt key is a mistake, never ignored."""


class Goods(Part, frozen=True):
    """Lists of which any one may match; an empty list says nothing."""

    categories: list[Label] = []
    brands: list[Label] = []
    articles: list[Label] = []


class Match(Goods, frozen=True):
    """Which goods: in one of the categories, and of one of the brands, and one of the articles.

    A category is a path such as `shoes/running`, and matches everything below it.
    """

    but_not: Goods | None = None


class Hours(Part, frozen=True):
    """From the first minute up to, not including, the second; over midnight where it is earlier."""

    start: HourOfDay
    end: HourOfDay


class When(Part, frozen=True):
    """In which orders: everything given must hold. Times are those of the order."""

    start: datetime | None = None
    end: datetime | None = None
    weekdays: list[Weekday] = []
    hours: Hours | None = None
    channels: list[Label] = []
    tiers: list[Id] = []
    first_order: bool = False


class Rate(Part, frozen=True):
    """So many points for (or worth) so much money."""

    points: Count
    amount: Count


class Basis(Part, frozen=True):
    """What an earning amount consists of."""

    tax: Literal["included", "excluded"] = "included"
    shipping: Literal["included", "excluded"] = "excluded"
    paid_with_points: Literal["included", "excluded"] = "excluded"
    excluded: Goods = Goods()


class Cap(Part, frozen=True):
    """The most points in one order, one day, one month."""

    order: Points | None = None
    day: Points | None = None
    month: Points | None = None


class EarnRule(Part, frozen=True):
    """More points for some goods or orders: a multiplier, or points per unit or per order.

    Stackable multipliers add up (double and triple make four times) and the tier multiplies the
    sum; of the exclusive ones that match a line, the one with the highest priority stands alone.
    """

    id: Id
    name: Text
    match: Match = Match()
    when: When = When()
    multiplier: Factor | None = None
    points_per_unit: Points | None = None
    points_per_order: Points | None = None
    exclusive: bool = False
    priority: int = 0
    cap: Cap | None = None


class Expiry(Part, frozen=True):
    """Months after earning (at month end), or months without any purchase; one of the two."""

    months: Annotated[int, Meta(ge=1, le=120)] | None = None
    inactive_months: Annotated[int, Meta(ge=1, le=120)] | None = None


class Pay(Part, frozen=True):
    """How points pay: what they are worth, the fewest, in which steps, up to which share."""

    value: Rate
    minimum: Points = 1
    step: Count = 1
    share: Percent = 100


class PointRules(Part, frozen=True):
    """Everything about points. A programme without this section has none."""

    earn: Rate
    basis: Basis = Basis()
    rounding: Rounding = "floor"
    pending_days: Annotated[int, Meta(ge=0, le=365)] = 30
    expiry: Expiry | None = None
    claw_back: ClawBack = "debt"
    rules: list[EarnRule] = []
    cap: Cap | None = None
    pay: Pay | None = None
    welcome: Points = 0


class Perk(Part, frozen=True):
    """Something a tier gives that is no price: early access, free hemming."""

    id: Id
    name: Text


class TierStep(Part, frozen=True):
    """One step of the ladder."""

    id: Id
    name: Text
    threshold: Minor
    multiplier: Factor = 100
    perks: list[Perk] = []


class Tiers(Part, frozen=True):
    """The ladder and how one falls from it. `rolling_months` absent means calendar years."""

    steps: Annotated[list[TierStep], Meta(min_length=1, max_length=12)]
    basis: Literal["spend", "points"] = "spend"
    rolling_months: Annotated[int, Meta(ge=1, le=36)] | None = None
    grace_months: Annotated[int, Meta(ge=0, le=24)] = 0
    fall: Literal["one_step", "all_the_way"] = "one_step"


class PriceCut(Part, frozen=True):
    """A percentage off the unit price, or a unit price; one of the two."""

    percent: Percent | None = None
    price: Minor | None = None


class MemberPrice(Part, frozen=True):
    """Member prices for some goods, by tier (`*` for every member). The lowest that fits counts."""

    id: Id
    name: Text
    match: Match
    tiers: dict[str, PriceCut]
    when: When = When()


class PercentOff(Part, frozen=True, tag_field="kind", tag="percent"):
    """Off what is left of the matched goods, or off their full price."""

    percent: Percent
    of: Literal["remaining", "full"] = "remaining"


class AmountOff(Part, frozen=True, tag_field="kind", tag="amount"):
    """A sum off the matched goods together, never below zero."""

    amount: Count


class FixedPrice(Part, frozen=True, tag_field="kind", tag="price"):
    """Each matched unit for this price, where that is lower."""

    price: Minor


class FreeShipping(Part, frozen=True, tag_field="kind", tag="free_shipping"):
    """Shipping lines cost nothing."""


class FreeArticle(Part, frozen=True, tag_field="kind", tag="free_article"):
    """One unit of this article, if it lies in the basket, costs nothing."""

    article: Label


class BuyGet(Part, frozen=True, tag_field="kind", tag="buy_get"):
    """Of every `buy` + `get` matched units, the `get` cheapest are reduced by `percent`."""

    buy: Annotated[int, Meta(ge=1, le=100)]
    get: Annotated[int, Meta(ge=1, le=100)]
    percent: Percent = 100


class ExtraPoints(Part, frozen=True, tag_field="kind", tag="points"):
    """So many points more."""

    points: Count


Effect = PercentOff | AmountOff | FixedPrice | FreeShipping | FreeArticle | BuyGet | ExtraPoints


class Offer(Part, frozen=True):
    """A club offer. Groups apply in their order, and within a group one offer wins."""

    id: Id
    name: Text
    effect: Effect
    group: Id = "offers"
    match: Match = Match()
    when: When = When()
    min_amount: Minor = 0
    min_units: Annotated[int, Meta(ge=0, le=10_000)] = 0
    switch_on: bool = False
    limit_per_member: Count | None = None
    limit_total: Count | None = None


class Late(Part, frozen=True):
    """How long an order may be returned, and how late or early a till may tell of one."""

    return_days: Annotated[int, Meta(ge=0, le=365)] = 30
    upload_days: Annotated[int, Meta(ge=0, le=90)] = 14


class Staff(Part, frozen=True):
    """What one person may adjust alone; more needs a second one, and nobody may pass the most."""

    alone: Points = 1_000
    most: Points = 100_000


class LoginVariant(Part, frozen=True):
    """One way of arguing in an experiment, for its share of the visitors."""

    id: Id
    order: Literal["worth", "fixed"] = "worth"
    arguments: list[LoginArgument] = []
    share: Annotated[int, Meta(ge=1, le=1_000)] = 1


class LoginOffer(Part, frozen=True):
    """Why somebody unknown should log in: which arguments, in which order, and for whom none.

    No `arguments` are all of them. `hold_out` is how many visitors in a hundred see nothing, so
    that it can be told what the others did because of what they saw.
    """

    arguments: list[LoginArgument] = []
    order: Literal["worth", "fixed", "experiment"] = "worth"
    variants: Annotated[list[LoginVariant], Meta(max_length=8)] = []
    hold_out: Annotated[int, Meta(ge=0, le=50)] = 0


class Programme(Part, frozen=True):
    """A shop's whole club in one file."""

    name: Name
    time_zone: Label
    currency: Currency
    languages: Annotated[list[Language], Meta(min_length=1)]
    points: PointRules | None = None
    tiers: Tiers | None = None
    prices: Annotated[list[MemberPrice], Meta(max_length=2_000)] = []
    offers: Annotated[list[Offer], Meta(max_length=1_000)] = []
    groups: list[Id] = field(default_factory=lambda: ["offers"])
    rates: dict[Currency, Count] = field(default_factory=dict)
    late: Late = Late()
    staff: Staff = Staff()
    login_offer: LoginOffer = LoginOffer()
    quote_minutes: Annotated[int, Meta(ge=1, le=24 * 60)] = 30
    hold_minutes: Annotated[int, Meta(ge=1, le=14 * 24 * 60)] = 60

    def step_ids(self) -> list[str]:
        return [step.id for step in self.tiers.steps] if self.tiers else []


class Mistake(Struct, frozen=True):
    """One thing that is wrong, where, and in words for the person who wrote the file."""

    path: str
    code: str
    detail: str


def check(programme: Programme) -> list[Mistake]:
    """Every mistake that the shape of the file alone does not show."""
    return [
        *_zone(programme),
        *_repeated(programme),
        *_taken(programme),
        *_tiers(programme),
        *_points(programme),
        *_prices(programme),
        *_offers(programme),
        *_windows(programme),
        *_texts(programme),
        *_rates(programme),
        *_login_offer(programme.login_offer),
    ]


def _zone(programme: Programme) -> Iterator[Mistake]:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(programme.time_zone)
    except (KeyError, ValueError, OSError):
        yield Mistake("time_zone", "unknown_time_zone", f"no time zone {programme.time_zone!r}")


def _repeated(programme: Programme) -> Iterator[Mistake]:
    points = programme.points
    lists = {
        "points.rules": [rule.id for rule in points.rules] if points else [],
        "tiers.steps": programme.step_ids(),
        "prices": [price.id for price in programme.prices],
        "offers": [offer.id for offer in programme.offers],
        "groups": list(programme.groups),
    }
    for path, ids in lists.items():
        for index, id in enumerate(ids):
            if id in ids[:index]:
                yield Mistake(f"{path}[{index}]", "repeated_id", f"{id!r} is there already")


def _benefits(programme: Programme) -> Iterator[tuple[str, str]]:
    """What may take something off an order, or add points to it: path and id."""
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].id", rule.id) for i, rule in enumerate(rules))
    yield from ((f"prices[{i}].id", price.id) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].id", offer.id) for i, offer in enumerate(programme.offers))


def _taken(programme: Programme) -> Iterator[Mistake]:
    """On an order, and in what it counts, a benefit is known by its id alone."""
    seen: dict[str, str] = {}
    for path, id in _benefits(programme):
        known = seen.setdefault(id, path)
        if id in OURS:
            yield Mistake(path, "reserved_id", f"{id!r} has a meaning of its own on a receipt")
        elif known.partition("[")[0] != path.partition("[")[0]:
            yield Mistake(path, "repeated_id", f"{id!r} is there already, as {known}")


def _tiers(programme: Programme) -> Iterator[Mistake]:
    if programme.tiers is None:
        return
    thresholds = [step.threshold for step in programme.tiers.steps]
    if thresholds[0] != 0:
        yield Mistake("tiers.steps[0].threshold", "first_not_zero", "the lowest tier starts at 0")
    for index in range(1, len(thresholds)):
        if thresholds[index] <= thresholds[index - 1]:
            path = f"tiers.steps[{index}].threshold"
            yield Mistake(path, "not_ascending", "each step needs more than the one before")
    if programme.tiers.basis == "points" and programme.points is None:
        yield Mistake("tiers.basis", "no_points", "tiers by points need a points section")


def _points(programme: Programme) -> Iterator[Mistake]:
    if programme.points is None:
        return
    expiry = programme.points.expiry
    if expiry and (expiry.months is None) == (expiry.inactive_months is None):
        yield Mistake("points.expiry", "one_of", "give either months or inactive_months")
    if expiry and expiry.months and expiry.months * 28 <= programme.points.pending_days + 7:
        yield Mistake("points.expiry.months", "expires_while_pending", "they expire while pending")
    for index, rule in enumerate(programme.points.rules):
        given = (rule.multiplier, rule.points_per_unit, rule.points_per_order)
        if sum(value is not None for value in given) != 1:
            detail = "give one of multiplier, points_per_unit, points_per_order"
            yield Mistake(f"points.rules[{index}]", "one_of", detail)


def _prices(programme: Programme) -> Iterator[Mistake]:
    for index, price in enumerate(programme.prices):
        for tier, cut in price.tiers.items():
            path = f"prices[{index}].tiers.{tier}"
            if tier != EVERY_TIER and tier not in programme.step_ids():
                yield Mistake(path, "unknown_tier", f"no tier {tier!r}")
            if (cut.percent is None) == (cut.price is None):
                yield Mistake(path, "one_of", "give either percent or price")


def _offers(programme: Programme) -> Iterator[Mistake]:
    for index, offer in enumerate(programme.offers):
        path = f"offers[{index}]"
        if offer.group not in programme.groups:
            yield Mistake(f"{path}.group", "unknown_group", f"{offer.group!r} is not in groups")
        if offer.limit_total and not offer.switch_on:
            detail = "a limit over all members is claimed when the offer is switched on"
            yield Mistake(f"{path}.limit_total", "needs_switch_on", detail)
        if isinstance(offer.effect, ExtraPoints) and programme.points is None:
            yield Mistake(f"{path}.effect", "no_points", "extra points need a points section")


def _whens(programme: Programme) -> Iterator[tuple[str, When]]:
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].when", rule.when) for i, rule in enumerate(rules))
    yield from ((f"prices[{i}].when", price.when) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].when", offer.when) for i, offer in enumerate(programme.offers))


def _windows(programme: Programme) -> Iterator[Mistake]:
    for path, when in _whens(programme):
        for name, moment in (("start", when.start), ("end", when.end)):
            if moment and moment.tzinfo is None:
                yield Mistake(f"{path}.{name}", "no_offset", "a time needs its offset from UTC")
        if _backwards(when):
            yield Mistake(f"{path}.end", "ends_before_start", "the window ends before it starts")
        for index, tier in enumerate(when.tiers):
            if tier not in programme.step_ids():
                yield Mistake(f"{path}.tiers[{index}]", "unknown_tier", f"no tier {tier!r}")


def _backwards(when: When) -> bool:
    if not (when.start and when.end and when.start.tzinfo and when.end.tzinfo):
        return False
    return when.end <= when.start


def _named(programme: Programme) -> Iterator[tuple[str, Text]]:
    rules = programme.points.rules if programme.points else []
    yield from ((f"points.rules[{i}].name", rule.name) for i, rule in enumerate(rules))
    for i, step in enumerate(programme.tiers.steps if programme.tiers else []):
        yield f"tiers.steps[{i}].name", step.name
        yield from ((f"tiers.steps[{i}].perks[{j}].name", p.name) for j, p in enumerate(step.perks))
    yield from ((f"prices[{i}].name", price.name) for i, price in enumerate(programme.prices))
    yield from ((f"offers[{i}].name", offer.name) for i, offer in enumerate(programme.offers))


def _texts(programme: Programme) -> Iterator[Mistake]:
    for path, text in _named(programme):
        for language in programme.languages:
            if language not in text:
                yield Mistake(f"{path}.{language}", "text_missing", f"no text in {language!r}")


def _rates(programme: Programme) -> Iterator[Mistake]:
    if programme.currency in programme.rates:
        path = f"rates.{programme.currency}"
        yield Mistake(path, "own_currency", "the accounting currency needs no rate")


def _login_offer(offer: LoginOffer) -> Iterator[Mistake]:
    experiment = offer.order == "experiment"
    if experiment and len(offer.variants) < 2:
        detail = "an experiment compares at least two variants"
        yield Mistake("login_offer.variants", "too_few_variants", detail)
    if offer.variants and not experiment:
        detail = "variants are for order: experiment"
        yield Mistake("login_offer.variants", "not_an_experiment", detail)
    ids = [variant.id for variant in offer.variants]
    for index, id in enumerate(ids):
        if id in ids[:index]:
            path = f"login_offer.variants[{index}]"
            yield Mistake(path, "repeated_id", f"{id!r} is there already")
        if id == HOLD_OUT:
            path = f"login_offer.variants[{index}].id"
            yield Mistake(path, "reserved_id", f"{id!r} are those who see nothing")
    yield from _twice("login_offer.arguments", offer.arguments)
    for index, variant in enumerate(offer.variants):
        yield from _twice(f"login_offer.variants[{index}].arguments", variant.arguments)


def _twice(path: str, arguments: list[LoginArgument]) -> Iterator[Mistake]:
    for index, argument in enumerate(arguments):
        if argument in arguments[:index]:
            yield Mistake(f"{path}[{index}]", "repeated_id", f"{argument!r} is there already")
