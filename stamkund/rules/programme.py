"""What a shop says about prices, points, tiers and offers: the programme, as types.

What its file says besides is in `programme_file.py`, which no process that only prices loads.

Amounts are integers in minor units (öre, cent), percentages whole per cent, points whole points.
The file is written by people in YAML, kept as JSON, and never edited once published.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from stamkund.rules.words import ArticleId, Brand, CategoryPath, Channel

Language = Literal["sv", "nb", "da", "fi", "en"]
Currency = Literal["SEK", "NOK", "DKK", "EUR"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Rounding = Literal["floor", "half_up", "ceil"]
SurveyKind = Literal["nps", "csat", "scale", "choice", "text"]
ClawBack = Literal["only_pending", "within_balance", "debt"]
Id = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$",
        extra={
            "words": "1 to 40 small letters, digits, `-` and `_`, the first a letter or a digit"
        },
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = dict[Language, Name]
Label = Annotated[str, Meta(min_length=1, max_length=100)]
Percent = Annotated[int, Meta(ge=1, le=100)]
Factor = Annotated[int, Meta(ge=100, le=10_000, description="per cent; 150 is one and a half")]
Minor = Annotated[int, Meta(ge=0, le=10**12)]
Points = Annotated[int, Meta(ge=0, le=10**9)]
Count = Annotated[int, Meta(ge=1, le=10**9)]
HourOfDay = Annotated[
    str,
    Meta(
        pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$",
        extra={"words": "an hour of the day from 00:00 to 23:59, in four digits such as 08:30"},
    ),
]

EVERY_TIER = "*"
# What a quote promises has to fit into its token: an offer of each group may cut every line, each
# rule adds points for some of them, and each offer that is missed is named.
MOST_GROUPS = 10
MOST_RULES = 200
MOST_OFFERS = 1_000
# Each that is switched on lies beside the account, and every quote reads it.
MOST_LIMITED = 50


class Part(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One section of the file: read-only, and a misspelt key is a mistake, never ignored."""


class Goods(Part, frozen=True):
    """Lists of which any one may match; an empty list says nothing."""

    categories: list[CategoryPath] = []
    brands: list[Brand] = []
    articles: list[ArticleId] = []


class Match(Goods, frozen=True):
    """Which goods: in one of the categories, and of one of the brands, and one of the articles.

    A category is a path such as `shoes/running`, and matches everything below it.
    """

    but_not: Goods | None = None


class Hours(Part, frozen=True):
    """From the first minute up to, not including, the second; over midnight where it is earlier.

    What goes over midnight belongs to the weekday on which it starts.
    """

    start: HourOfDay
    end: HourOfDay


class When(Part, frozen=True):
    """In which orders: everything given must hold. Times are those of the order."""

    start: datetime | None = None
    end: datetime | None = None
    weekdays: list[Weekday] = []
    hours: Hours | None = None
    channels: list[Channel] = []
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
    """The most points in one order, one day, one month, and in a rule's whole window."""

    order: Points | None = None
    day: Points | None = None
    month: Points | None = None
    window: Points | None = None


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
    rules: Annotated[list[EarnRule], Meta(max_length=MOST_RULES)] = []
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
    tiers: Annotated[dict[str, PriceCut], Meta(min_length=1)]
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

    article: ArticleId


class BuyGet(Part, frozen=True, tag_field="kind", tag="buy_get"):
    """Of every `buy` + `get` matched units, the `get` cheapest are reduced by `percent`."""

    buy: Annotated[int, Meta(ge=1, le=100)]
    get: Annotated[int, Meta(ge=1, le=100)]
    percent: Percent = 100


class ExtraPoints(Part, frozen=True, tag_field="kind", tag="points"):
    """So many points more."""

    points: Count


Effect = PercentOff | AmountOff | FixedPrice | FreeShipping | FreeArticle | BuyGet | ExtraPoints
# What a voucher takes off an order.
Gives = AmountOff | PercentOff | FreeArticle | FreeShipping


class Offer(Part, frozen=True):
    """A club offer. Groups apply in their order, and within a group one offer wins.

    With `ambassadors` it is for members at these levels alone, and nobody else is told of it.
    """

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
    ambassadors: list[Id] = []


class Late(Part, frozen=True):
    """How long an order may be returned, and how late or early a till may tell of one."""

    return_days: Annotated[int, Meta(ge=0, le=365)] = 30
    upload_days: Annotated[int, Meta(ge=0, le=90)] = 14


class Claims(Part, frozen=True):
    """Orders that somebody made as a guest, and has counted once they are a member: how many days
    after the purchase, and how many in a day, a month, or ever. No `days`: none are."""

    days: Annotated[int, Meta(ge=0, le=365)] = 30
    most: Annotated[int, Meta(ge=1, le=1_000)] = 3
    per: Literal["day", "month", "ever"] = "month"


class SurveyChoice(Part, frozen=True):
    """One of several answers; a `bad` one has to be taken care of."""

    id: Id
    name: Text
    bad: bool = False


class Survey(Part, frozen=True):
    """A question about an order: 0 to 10, 1 to 5, 1 to `most`, one of `choices`, or words alone.

    An answer of at most `bad` opens a complaint: without it 6 of `nps` and 2 of `csat`.
    """

    id: Id
    question: Text
    kind: SurveyKind = "csat"
    most: Annotated[int, Meta(ge=2, le=10)] | None = None
    choices: Annotated[list[SurveyChoice], Meta(max_length=20)] = []
    bad: Annotated[int, Meta(ge=0, le=10)] | None = None

    @property
    def range(self) -> tuple[int, int] | None:
        """The numbers that are an answer; None where none is."""
        ranges: dict[SurveyKind, tuple[int, int]] = {
            "nps": (0, 10),
            "csat": (1, 5),
            "scale": (1, self.most or 5),
        }
        return ranges.get(self.kind)


class Charity(Part, frozen=True, tag_field="kind", tag="charity"):
    """So much money of the shop's, to a cause that the member chooses."""

    amount: Count


class Reward(Part, frozen=True):
    """What so many points are turned into: a voucher, or money for a cause.

    A voucher that is kept lives for `valid_days`. With `points_back` its points come back when it
    ends unused. One that is `transferable` may be given to another member.
    """

    id: Id
    name: Text
    points: Count
    gives: Gives | Charity
    min_amount: Minor = 0
    start: datetime | None = None
    end: datetime | None = None
    from_tier: Id | None = None
    valid_days: Annotated[int, Meta(ge=1, le=3_650)] = 90
    points_back: bool = False
    transferable: bool = False
    limit_per_member: Count | None = None
    limit_total: Count | None = None


class Cause(Part, frozen=True):
    """Somebody whom members give points to, and the shop money."""

    id: Id
    name: Text


class Rewards(Part, frozen=True):
    """What points can be turned into, and for how long a reward is reserved before it is either
    used or kept, or its points come back."""

    catalogue: Annotated[list[Reward], Meta(max_length=500)] = []
    causes: Annotated[list[Cause], Meta(max_length=100)] = []
    hold_minutes: Annotated[int, Meta(ge=1, le=14 * 24 * 60)] = 60


class AmbassadorLevel(Part, frozen=True):
    """A badge, from so much merit on."""

    id: Id
    name: Text
    merit: Count


class Merit(Part, frozen=True):
    """What counts how much: a friend who bought and kept it, a review that was approved, an answer
    that somebody gave thanks for."""

    referral: Count = 10
    review: Count = 2
    answer: Count = 1


class Ambassadors(Part, frozen=True):
    """Merit for what members do for each other, and the badges that it comes to."""

    levels: Annotated[list[AmbassadorLevel], Meta(min_length=1, max_length=12)]
    merit: Merit = Merit()


class Inviting(Struct, frozen=True, omit_defaults=True):
    """Of members who bring friends what a basket depends on: who is an ambassador."""

    ambassadors: Ambassadors | None = None


class Programme(Struct, frozen=True, omit_defaults=True):
    """What a basket is priced by. The rest of the file is passed over."""

    name: Name
    time_zone: Label
    currency: Currency
    languages: Annotated[list[Language], Meta(min_length=1)]
    points: PointRules | None = None
    tiers: Tiers | None = None
    prices: Annotated[list[MemberPrice], Meta(max_length=2_000)] = []
    offers: Annotated[list[Offer], Meta(max_length=MOST_OFFERS)] = []
    groups: Annotated[list[Id], Meta(max_length=MOST_GROUPS)] = field(
        default_factory=lambda: ["offers"]
    )
    rates: dict[Currency, Count] = field(default_factory=dict)
    late: Late = Late()
    rewards: Rewards = Rewards()
    claims: Claims = Claims()
    referrals: Inviting = Inviting()
    checkout_questions: Annotated[list[Survey], Meta(max_length=5)] = []
    quote_minutes: Annotated[int, Meta(ge=1, le=24 * 60)] = 30
    hold_minutes: Annotated[int, Meta(ge=1, le=14 * 24 * 60)] = 60

    def step_ids(self) -> list[str]:
        return [step.id for step in self.tiers.steps] if self.tiers else []
