"""What a shop says about its club in one file: the programme and all that is not prices.

What is not needed to price a basket is here, so that a process that only prices does not load it.
"""

from typing import Annotated, Literal

from msgspec import Meta

from stamkund.rules.forum_rules import ForumRules
from stamkund.rules.login import Link, Login
from stamkund.rules.programme import (
    Count,
    Id,
    Label,
    Language,
    Minor,
    Part,
    Percent,
    Points,
    Programme,
    Text,
)
from stamkund.rules.referral_rules import Referrals
from stamkund.rules.retention import Retention
from stamkund.rules.review_rules import Lottery, ReviewRules
from stamkund.rules.survey_rules import Surveys
from stamkund.rules.till import TillRules
from stamkund.rules.words import ThreadKind

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
ActionKind = Literal[
    "newsletter", "profile", "birthday", "follow", "review", "survey", "answer", "other"
]
Period = Literal["day", "month", "year", "ever"]
PageModule = Literal[
    "card",
    "points",
    "ladder",
    "offers",
    "vouchers",
    "orders",
    "threads",
    "survey",
    "news",
    "referrals",
    "wish_list",
    "newsletter",
    "faq",
    "details",
    "consents",
    "leave",
]
Situation = Literal[
    "question_unanswered",
    "survey_open",
    "voucher_expiring",
    "tier_at_risk",
    "points_expiring",
    "price_fallen",
    "asked_for",
    "offer_open",
    "tier_near",
    "details_missing",
    "subscribed",
    "empty",
]

LongText = dict[Language, Annotated[str, Meta(min_length=1, max_length=4_000)]]
Within = Annotated[int, Meta(ge=1, le=24 * 60, description="hours")]
HOLD_OUT = "hold_out"


class Staff(Part, frozen=True):
    """What one person may do alone in a day: points for one member, above which a second one is
    needed; points in all, which nobody may pass at once either; and money in vouchers."""

    alone: Points = 1_000
    most: Points = 100_000
    vouchers_alone: Minor = 100_000


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


class Template(Part, frozen=True):
    """An answer that staff gives often, in every language of the shop."""

    id: Id
    text: dict[
        Language,
        Annotated[
            str,
            Meta(
                pattern=r"\S",
                max_length=2_000,
                extra={"words": "up to 2,000 characters, not only blanks"},
            ),
        ],
    ]


class Feedback(Part, frozen=True):
    """How soon who says something is answered, in hours: of a tier and kind, else of the kind,
    else `hours`. What is overdue is told to `escalate_to`, and again while nobody answers.

    `most_a_day` is how many threads a member, or a guest about an order, may open in a day;
    `most_from_address`, how many are opened in an hour from one address. Without `forum` there is
    none.
    """

    hours: Within = 48
    kinds: dict[ThreadKind, Within] = {}
    tiers: dict[str, dict[ThreadKind, Within]] = {}
    escalate_to: (
        Annotated[
            str,
            Meta(
                pattern=r"^[^@\s]+@[^@\s]+$", max_length=320, extra={"words": "an e-mail address"}
            ),
        ]
        | None
    ) = None
    escalate_again: Within = 24
    page: Link | None = None
    new_for_days: Annotated[int, Meta(ge=0, le=365)] = 14
    most_a_day: Annotated[int, Meta(ge=1, le=10_000)] = 20
    most_from_address: Annotated[int, Meta(ge=1, le=100_000)] = 60
    templates: Annotated[list[Template], Meta(max_length=100)] = []
    forum: ForumRules | None = None


class Action(Part, frozen=True):
    """Points for something that is no order, at most `most` times in each period.

    `kind` says what it is for where the club knows by itself that it was done, or has a meaning
    for it; `other` is whatever the shop says.
    """

    id: Id
    name: Text
    points: Count
    kind: ActionKind = "other"
    most: Count = 1
    per: Period = "ever"


class Purpose(Part, frozen=True):
    """What members are asked to consent to. Another `text` is another `version`."""

    id: Id
    name: Text
    text: LongText
    version: Label


class Detail(Part, frozen=True):
    """Something that the shop asks of members: one of `choices`, or a few words."""

    id: Id
    name: Text
    choices: Annotated[list[Label], Meta(max_length=100)] = []


class Relevance(Part, frozen=True):
    """Where a module of my pages goes in a situation; `days` is how far a rule looks ahead, or
    back."""

    module: PageModule
    when: Situation
    then: Literal["first", "last", "hide"] = "first"
    days: Annotated[int, Meta(ge=1, le=366)] = 14


class MyPages(Part, frozen=True):
    """What a member sees and says of themself.

    No `modules` are all of them in their usual order, and `rules` that are not given are the usual
    ones. `newsletter`, `wishes` and `forum` are the purposes that somebody consents to who is
    written to.
    """

    purposes: Annotated[list[Purpose], Meta(max_length=20)] = []
    details: Annotated[list[Detail], Meta(max_length=30)] = []
    modules: list[PageModule] = []
    rules: Annotated[list[Relevance], Meta(max_length=50)] | None = None
    newsletter: Id | None = None
    wishes: Id | None = None
    forum: Id | None = None
    least_fall: Percent = 5


class ProgrammeFile(Programme, frozen=True, forbid_unknown_fields=True):
    """A shop's whole club in one file."""

    staff: Staff = Staff()
    login: Login = Login()
    login_offer: LoginOffer = LoginOffer()
    feedback: Feedback = Feedback()
    reviews: ReviewRules = ReviewRules()
    lottery: Lottery | None = None
    surveys: Surveys = Surveys()
    actions: Annotated[list[Action], Meta(max_length=100)] = []
    till: TillRules = TillRules()
    retention: Retention | None = None
    my_pages: MyPages = MyPages()
    referrals: Referrals = Referrals()
