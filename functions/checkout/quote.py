"""Quotes a basket that exists only in the browser."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from functions.checkout import promises
from functions.checkout.at_the_till import (
    IdentificationToken,
    refuse_unconfirmed,
    shopping,
)
from functions.checkout.shoppers import Known, known
from functions.checkout.shown import (
    Benefit,
    LineBenefit,
    MissedBenefit,
    PointsEarned,
    TierProgress,
    VoucherShown,
    benefits,
    line_benefits,
    missed_benefits,
    points_earned,
    tier_progress,
    voucher_shown,
)
from stamkund.rules import wallet
from stamkund.rules.basket import Basket, Lines, refuse_repeated_ids
from stamkund.rules.bill import MOST_VOUCHERS, Priced, Wish
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.membership import with_purchase
from stamkund.rules.order import promised
from stamkund.rules.pricing import price
from stamkund.rules.programme import Currency, Language
from stamkund.rules.words import Channel
from stamkund.tables import Read
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Storefront, Till
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.metrics import Metric, count

MemberId = OutsideId


class QuoteRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A basket, and what the member wants to use on it.

    `member` is for a shop's server; a session is the member. Nobody is a guest. A till sends the
    `identification` that its look-up gave: what it says decides whether points may be spent.
    """

    currency: Currency
    lines: Lines
    channel: Channel = "web"
    member: MemberId | None = None
    identification: IdentificationToken | None = None
    vouchers: Annotated[list[OutsideId], Meta(max_length=MOST_VOUCHERS)] = []
    spend_points: Annotated[int, Meta(ge=0, le=10**9)] = 0


class QuotedLine(Struct, frozen=True):
    """Minor units: `full` at the shop's price, `due` after benefits, part of it `by_points`."""

    id: str
    full: int
    due: int
    by_points: int
    benefits: list[LineBenefit]


class QuotedTotal(Struct, frozen=True):
    """Minor units: `full` less `saved` is `due`; `due` less `by_points` is `to_pay`."""

    full: int
    saved: int
    due: int
    by_points: int
    to_pay: int


class PointsToSpend(Struct, frozen=True):
    """What the member has, and the most of it that this basket can be paid with."""

    available: int
    most: int
    spent: int
    minimum: int
    step: int


class Quote(Struct, frozen=True):
    """`quote` goes into the commit and makes all this a promise until `expires_at`."""

    quote: str | None
    expires_at: datetime | None
    currency: Currency
    lines: list[QuotedLine]
    total: QuotedTotal
    benefits: list[Benefit]
    missed: list[MissedBenefit]
    points: PointsEarned
    spending: PointsToSpend | None
    vouchers: list[VoucherShown]
    tier: TierProgress | None


@endpoint(
    "POST",
    "/v1/checkout/quotes",
    caller=[Shop, Storefront, Member, Till],
    access={Accounts: Read, Programmes: Read},
    problems=[
        "no_programme", "member_not_found", "member_not_active", "member_merged",
        "basket_too_large", "currency_not_supported", "duplicate_line", "voucher_not_open",
        "voucher_needs_more", "voucher_fits_nothing", "points_not_enough", "forbidden",
        "identification_invalid", "identification_expired", "confirmation_needed",
    ],
)  # fmt: skip
def quote(request: QuoteRequest, caller: Caller, now: datetime) -> Quote:
    """Quote a basket.

    Line by line what each benefit takes off, what is missed and why, the points it earns and the
    points that can be spent. For a member it comes with a token that makes it a promise.
    """
    refuse_repeated_ids(request.lines)
    club = club_at(caller.shop, now)
    basket = Basket(request.currency, request.lines, request.channel)
    asking, wish = shopping(caller, request.member, request.identification), wish_of(request)
    if asking.member is None:
        _refuse_what_only_members_have(request)
    refuse_unconfirmed(caller, asking, wish)
    who = known(club, asking.member) if asking.member else None
    answer = quoted(club, who, basket, wish, caller.language, asking.bound)
    count(Metric.QUOTES)
    return answer


def _refuse_what_only_members_have(request: QuoteRequest) -> None:
    for field in ("vouchers", "spend_points"):
        if getattr(request, field):
            raise Refused("invalid_field", field, detail="Only a member has any")


def wish_of(request: QuoteRequest) -> Wish:
    return Wish(tuple(dict.fromkeys(request.vouchers)), request.spend_points)


def quoted(
    club: Club,
    who: Known | None,
    basket: Basket,
    wish: Wish,
    language: Language,
    bound: tuple[str, ...] = (),
) -> Quote:
    """The whole answer; the token is only for somebody, and bound to what it is given to."""
    priced = price(club.published.compiled, basket, who.shopper if who else None, club.at, wish)
    programme = club.published.programme
    expires_at = club.at.at + timedelta(minutes=programme.quote_minutes)
    return Quote(
        quote=_token(club, who, basket, priced, expires_at, bound) if who else None,
        expires_at=expires_at if who else None,
        currency=basket.currency,
        lines=_lines(basket, priced),
        total=_total(basket, priced),
        benefits=benefits(priced.cuts, programme, language),
        missed=missed_benefits(priced.missed, programme, language, basket.currency),
        points=points_earned(priced.parts, priced.lot, programme, language, club.at.day),
        spending=_spending(club, who, priced) if who else None,
        vouchers=_vouchers(club, who, language) if who else [],
        tier=_progress(club, who, priced, language) if who else None,
    )


def _token(
    club: Club,
    who: Known,
    basket: Basket,
    priced: Priced,
    expires_at: datetime,
    bound: tuple[str, ...],
) -> str:
    promise = promised(
        priced,
        basket,
        version=club.published.version,
        tier=who.shopper.tier,
        debt=who.account.debt,
        expires_at=expires_at,
    )
    if promise.takes:
        promise = replace(promise, day=club.at.day)
    return promises.token_of(promise, club.shop, who.account.member, bound)


def _lines(basket: Basket, priced: Priced) -> list[QuotedLine]:
    return [
        QuotedLine(
            line.id,
            line.unit_price * line.quantity,
            priced.due[index],
            priced.by_points[index],
            line_benefits(priced.cuts, index),
        )
        for index, line in enumerate(basket.lines)
    ]


def _total(basket: Basket, priced: Priced) -> QuotedTotal:
    full = sum(line.unit_price * line.quantity for line in basket.lines)
    due, by_points = sum(priced.due), sum(priced.by_points)
    return QuotedTotal(full, full - due, due, by_points, due - by_points)


def _spending(club: Club, who: Known, priced: Priced) -> PointsToSpend | None:
    rules = club.published.programme.points
    if rules is None or rules.pay is None:
        return None
    available = wallet.balance(who.shopper.wallet, club.at.day).available
    pay = rules.pay
    return PointsToSpend(available, priced.most_points, priced.spent, pay.minimum, pay.step)


def _vouchers(club: Club, who: Known, language: Language) -> list[VoucherShown]:
    usable = (v for v in who.shopper.vouchers.values() if v.expires_at > club.at.at)
    soonest_first = sorted(usable, key=lambda v: (v.expires_at, v.id))
    return [voucher_shown(voucher, club.programme, language) for voucher in soonest_first]


def _progress(club: Club, who: Known, priced: Priced, language: Language) -> TierProgress | None:
    after = with_purchase(who.account, club.at.month, priced.qualifying_spend, priced.points)
    return tier_progress(who.account, after, club.published, club.at.month, language)
