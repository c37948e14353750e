"""The modules of my pages, and what each is drawn from.

A module that is new is a function here, its line in `MODULES`, a field of `Modules`, and its name
in `PageModule`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from functions.members import consenting, details, frequent, wishing
from functions.members.consenting import ConsentShown
from functions.members.details import DetailsShown
from functions.members.frequent import FaqEntryShown, PersonToAsk
from functions.members.page_sources import Sources
from functions.members.read_card import Card, card_of
from functions.members.read_ladder import LadderShown, ladder_of
from functions.members.read_points import PointsShown, points_of
from functions.members.redemption import GivesShown, gives_of
from functions.members.wishing import WishShown
from stamkund.rules import membership, surveys, wallet
from stamkund.rules.ambassadors import Badge, badge_of
from stamkund.rules.announcements import Headline, words_in
from stamkund.rules.invitations import grouped, link
from stamkund.rules.ledger import CANCELLED, Entry
from stamkund.rules.naming import named, voucher_name
from stamkund.rules.open_offers import open_offers
from stamkund.rules.programme import Currency, Language, Offer
from stamkund.rules.programme_file import PageModule
from stamkund.rules.referrals import FRIENDS
from stamkund.tables.accounts import Benefits
from stamkund.web import asking
from stamkund.web.asking import Question
from stamkund.web.threads import ThreadShown, thread_shown

MOST_ORDERS = 10
MOST_THREADS = 10
MOST_QUESTIONS = 5


class OpenOffer(Struct, frozen=True):
    """`switch_on`: whether the member has to, and `on` whether they have."""

    offer: str
    name: str
    switch_on: bool
    on: bool
    expires_at: datetime | None


class VoucherShown(Struct, frozen=True):
    """Minor units of the club's currency. `amount` is 0 where it is no money off, and what it is
    instead is in `gives`; `name` is that of the reward that it came from."""

    voucher: str
    name: str
    gives: GivesShown
    amount: int
    currency: Currency
    min_amount: int
    expires_at: datetime


class OrderShown(Struct, frozen=True):
    """One of the last orders; its receipt is at `receipt`."""

    order: str
    occurred_at: datetime
    amount: int
    currency: Currency | None
    points: int
    cancelled: bool
    returned: bool
    receipt: str


class NewsletterShown(Struct, frozen=True):
    """What there is to consent to."""

    consent: ConsentShown


class LeaveShown(Struct, frozen=True):
    """The way out: `points` are those that would end. All there is can be taken along before."""

    points: int
    leave: str
    export: str
    export_page: str


class FaqTop(Struct, frozen=True):
    entries: list[FaqEntryShown]
    person: PersonToAsk


class NewsTold(Struct, frozen=True):
    """What was done because somebody said it; `mine`: whether this member was one of them."""

    announcement: str
    title: str
    text: str
    picture: str | None
    published_at: datetime
    mine: bool


class SurveyOpen(Struct, frozen=True):
    """What the member was asked last about an order and has not answered yet. It is here `until`
    then; each question is answered once, at `answers`."""

    order: str
    receipt: str
    questions: list[Question]
    until: datetime
    answers: str = "/v1/feedback/answers"


class FriendsBrought(Struct, frozen=True):
    """`code` and `link` to invite by, once the member has made them; what became of each friend is
    at `friends`. `credited`: how many counted."""

    code: str | None
    link: str | None
    credited: int
    badge: Badge | None
    friends: str = "/v1/members/me/referrals"


class Modules(Struct, frozen=True, omit_defaults=True):
    """What each is drawn from; those that are not in the order are left out."""

    card: Card | None = None
    points: PointsShown | None = None
    ladder: LadderShown | None = None
    offers: list[OpenOffer] | None = None
    vouchers: list[VoucherShown] | None = None
    orders: list[OrderShown] | None = None
    threads: list[ThreadShown] | None = None
    survey: SurveyOpen | None = None
    news: list[NewsTold] | None = None
    referrals: FriendsBrought | None = None
    wish_list: list[WishShown] | None = None
    newsletter: NewsletterShown | None = None
    faq: FaqTop | None = None
    details: DetailsShown | None = None
    consents: list[ConsentShown] | None = None
    leave: LeaveShown | None = None


def card(of: Sources) -> Card:
    return card_of(of.club, of.holding().account, of.language)


def points(of: Sources) -> PointsShown | None:
    if of.club.programme.points is None:
        return None
    return points_of(of.club, of.holding().account, of.language)


def ladder(of: Sources) -> LadderShown | None:
    if of.club.programme.tiers is None:
        return None
    return ladder_of(of.club, of.holding().account, of.language)


def offers(of: Sources) -> list[OpenOffer]:
    published, at = of.club.published, of.club.at
    account, known = of.holding()
    who = membership.shopper_of(
        account, published.tier_history, at.month, known.offers, known.used_offers
    )
    still = open_offers(published.programme, who, published.compiled.sold_out, at)
    return [_offer(offer, known, of) for offer in still]


def _offer(offer: Offer, known: Benefits, of: Sources) -> OpenOffer:
    name = named(offer.name, of.language, of.club.programme)
    return OpenOffer(offer.id, name, offer.switch_on, offer.id in known.offers, offer.when.end)


def vouchers(of: Sources) -> list[VoucherShown]:
    held = of.holding().benefits.vouchers.values()
    open_ones = [one for one in held if one.expires_at > of.club.at.at]
    programme = of.club.programme
    return [
        VoucherShown(
            voucher=one.id,
            name=voucher_name(programme, one.reward, of.language),
            gives=gives_of(one),
            amount=one.amount,
            currency=programme.currency,
            min_amount=one.min_amount,
            expires_at=one.expires_at,
        )
        for one in sorted(open_ones, key=lambda one: one.expires_at)
    ]


def orders(of: Sources) -> list[OrderShown]:
    entries = of.entries()
    placed = [entry for entry in entries if entry.kind == "earn" and entry.order]
    return [_order(entry, entries) for entry in placed[:MOST_ORDERS]]


def _order(placed: Entry, entries: list[Entry]) -> OrderShown:
    back = [one for one in entries if one.order == placed.order and one.kind == "reverse"]
    return OrderShown(
        order=placed.order,
        occurred_at=placed.occurred_at,
        amount=placed.amount,
        currency=placed.currency,
        points=placed.points,
        cancelled=any(one.reason == CANCELLED for one in back),
        returned=bool(back),
        receipt=f"/v1/checkout/orders/{placed.order}",
    )


def threads(of: Sources) -> list[ThreadShown]:
    """What waits for an answer before all else."""
    shown = [thread_shown(thread) for thread in of.said().threads]
    return sorted(shown, key=lambda thread: thread.answer_by is None)[:MOST_THREADS]


def survey(of: Sources) -> SurveyOpen | None:
    asked, club = of.said().asked, of.club
    left = surveys.those(club.file, asked.left) if asked and asked.until > club.at.at else []
    if not asked or not left:
        return None
    return SurveyOpen(
        order=asked.order,
        receipt=f"/v1/checkout/orders/{asked.order}",
        questions=asking.questions(left, club.programme, of.language),
        until=asked.until,
    )


def news(of: Sources) -> list[NewsTold]:
    """Marked by the threads that are read for the page: the latest of the member."""
    answered = {thread.announcement for thread in of.said().threads}
    return [_news(one, of.language, answered) for one in of.front.news]


def _news(headline: Headline, language: Language, answered: set[str]) -> NewsTold:
    one = headline.announcement
    words = words_in(one, language)
    return NewsTold(
        announcement=one.id,
        title=words.title,
        text=words.text,
        picture=one.picture or None,
        published_at=headline.at,
        mine=one.id in answered,
    )


def wish_list(of: Sources) -> list[WishShown]:
    return [wishing.shown(wish) for wish in reversed(of.personal().wishes)]


def referrals(of: Sources) -> FriendsBrought | None:
    rules = of.club.file.referrals
    if not rules.on:
        return None
    account = of.holding().account
    made = None if rules.over(of.club.at.at) else of.personal().invitation
    return FriendsBrought(
        code=grouped(made.code) if made else None,
        link=link(rules.page, made.code, "link") if made and rules.page else None,
        credited=max(account.used.get(FRIENDS, 0), 0),
        badge=badge_of(of.club.file, account, of.language),
    )


def newsletter(of: Sources) -> NewsletterShown | None:
    """Only where the programme says which purpose it is for."""
    purpose = of.club.file.my_pages.newsletter
    found = [one for one in consents(of) if purpose and one.purpose == purpose]
    return NewsletterShown(found[0]) if found else None


def faq(of: Sources) -> FaqTop | None:
    document, entries = of.front.questions
    if document is None:
        return None
    shown = [frequent.shown(of.club, entry, of.language) for entry in entries[:MOST_QUESTIONS]]
    return FaqTop(shown, frequent.person(document.contact))


def the_details(of: Sources) -> DetailsShown:
    return details.shown(of.personal().profile, of.club.file, of.language)


def consents(of: Sources) -> list[ConsentShown]:
    return consenting.every(of.personal().consents, of.club.file, of.language)


def leave(of: Sources) -> LeaveShown:
    account, own = of.holding().account, "/v1/members/me"
    held = wallet.balance(account.wallet, of.club.at.day)
    ends = held.available + held.pending
    return LeaveShown(ends, f"{own}/leave", f"{own}/export", f"{own}/export.html")


# None of what the club has not.
MODULES: Mapping[PageModule, Callable[[Sources], Any]] = {
    "card": card,
    "points": points,
    "ladder": ladder,
    "offers": offers,
    "vouchers": vouchers,
    "orders": orders,
    "threads": threads,
    "survey": survey,
    "news": news,
    "referrals": referrals,
    "wish_list": wish_list,
    "newsletter": newsletter,
    "faq": faq,
    "details": the_details,
    "consents": consents,
    "leave": leave,
}
