"""How invitations, friends and what they bring are shown."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from stamkund.rules.calendar import start_of
from stamkund.rules.invitations import grouped, link
from stamkund.rules.naming import named
from stamkund.rules.programme import (
    AmountOff,
    Currency,
    FreeArticle,
    Gives,
    Language,
    PercentOff,
)
from stamkund.rules.referral_rules import (
    SHARE_CHANNELS,
    Benefit,
    OfferGiven,
    PointsGiven,
    ShareChannel,
    Source,
    VoucherGiven,
)
from stamkund.rules.referrals import State
from stamkund.rules.text import is_code, money, say
from stamkund.tables.invitations import Invitation
from stamkund.tables.referrals import Friend
from stamkund.web.club import Club

REPLAYED = {"Idempotent-Replayed": "true"}
DecisionWord = Literal["release", "refuse", "dismiss"]
NOT_KEPT = {"Cache-Control": "no-store"}


class BenefitShown(Struct, frozen=True):
    """What one side is given: in words, and as what it is. A voucher takes a purchase of at least
    `min_amount`, where it takes any, and lives for `valid_days`."""

    kind: str
    text: str
    points: int | None = None
    amount: int | None = None
    currency: Currency | None = None
    min_amount: int | None = None
    valid_days: int | None = None


class Share(Struct, frozen=True):
    """Words to send along, with the link in them that says where it was put."""

    channel: ShareChannel
    link: str
    text: str
    subject: str | None = None


class InvitationShown(Struct, frozen=True):
    """`code` is as it is read aloud, and may be typed like that. Links are null where the programme
    names no page for them."""

    code: str
    first_name_shown: bool
    link: str | None
    qr_link: str | None
    friend: BenefitShown | None
    referrer: BenefitShown | None
    share: list[Share]


class FriendStep(Struct, frozen=True):
    """What happened, when, and why, where there is a reason."""

    state: State
    at: datetime
    reason: str | None
    text: str


class FriendShown(Struct, frozen=True):
    """`id` is nobody's name. `credited_at`: from when on what they brought can be used."""

    id: str
    source: Source
    state: State
    text: str
    benefit: BenefitShown | None
    credited_at: datetime | None
    history: list[FriendStep]


def invitation(club: Club, made: Invitation, language: Language) -> InvitationShown:
    rules = club.file.referrals
    return InvitationShown(
        code=grouped(made.code),
        first_name_shown=made.named,
        link=link(rules.page, made.code, "link") if rules.page else None,
        qr_link=link(rules.page, made.code, "qr") if rules.page else None,
        friend=benefit(club, rules.friend, language),
        referrer=benefit(club, rules.referrer, language),
        share=shares(club, made.code, language),
    )


def shares(club: Club, code: str, language: Language) -> list[Share]:
    page = club.file.referrals.page
    return [_share(club, page, code, one, language) for one in SHARE_CHANNELS] if page else []


def _share(club: Club, page: str, code: str, channel: ShareChannel, language: Language) -> Share:
    """In the shop's own words, where it has some."""
    rules, address = club.file.referrals, link(page, code, channel)
    own = rules.share.get(channel)
    words = named(own, language, club.programme) if own else _usual(club, channel, language)
    subject = say("share_subject", language, shop=club.programme.name)
    return Share(channel, address, f"{words}\n{address}", subject if channel == "email" else None)


def _usual(club: Club, channel: ShareChannel, language: Language) -> str:
    shop, gift = club.programme.name, benefit(club, club.file.referrals.friend, language)
    code = f"share_{channel}"
    said = say(code if is_code(code) else "share", language, shop=shop)
    return f"{said} {say('share_gift', language, gift=gift.text)}" if gift else said


def benefit(club: Club, given: Benefit | None, language: Language) -> BenefitShown | None:
    if given is None:
        return None
    if isinstance(given, PointsGiven):
        text = say("benefit_points", language, points=given.points)
        return BenefitShown("points", text, points=given.points)
    if isinstance(given, OfferGiven):
        names = {offer.id: offer.name for offer in club.programme.offers}
        name = names.get(given.offer)
        text = named(name, language, club.programme) if name else given.offer
        return BenefitShown("offer", text)
    return _voucher(club.programme.currency, given, language)


def _voucher(currency: Currency, given: VoucherGiven, language: Language) -> BenefitShown:
    text, least = _gives(currency, given.gives, language), given.min_amount or None
    if least:
        text = say("benefit_least", language, gift=text, amount=least, currency=currency)
    amount = given.gives.amount if isinstance(given.gives, AmountOff) else None
    return BenefitShown(
        "voucher",
        text,
        amount=amount,
        currency=currency if amount or least else None,
        min_amount=least,
        valid_days=given.valid_days,
    )


def _gives(currency: Currency, gives: Gives, language: Language) -> str:
    match gives:
        case AmountOff(amount):
            return say("benefit_amount", language, worth=money(amount, currency, language))
        case PercentOff(percent):
            return say("benefit_percent", language, percent=percent)
        case FreeArticle(article):
            return say("benefit_article", language, article=article)
    return say("benefit_shipping", language)


def friend(club: Club, id: str, one: Friend, language: Language) -> FriendShown:
    state = state_now(one, club.at.day)
    last = one.history[-1]
    return FriendShown(
        id=id,
        source=one.source,
        state=state,
        text=say(_code(state, last.reason if state == one.state else ""), language),
        benefit=benefit(club, one.benefit, language),
        credited_at=(
            start_of(one.available_on, club.programme.time_zone) if one.available_on else None
        ),
        history=[
            FriendStep(each.state, each.at, each.reason or None,
                 say(_code(each.state, each.reason), language))
            for each in one.history
        ],
    )  # fmt: skip


def state_now(one: Friend, day: str) -> State:
    """Points can be used from their day on, whether anybody has looked since or not."""
    due = one.state == "pending" and isinstance(one.benefit, PointsGiven)
    return "available" if due and one.available_on <= day else one.state


def _code(state: State, reason: str) -> str:
    code = f"referral_{state}_{reason}"
    return code if reason and is_code(code) else f"referral_{state}"
