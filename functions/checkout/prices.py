"""Member prices in the gallery."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.checkout.at_the_till import asking_member
from functions.checkout.quote import MemberId
from functions.checkout.shoppers import known
from stamkund.rules.basket import PricedArticle, one_unit
from stamkund.rules.bill import Shopper
from stamkund.rules.pricing import due_at_member_prices, price
from stamkund.rules.programme import Currency
from stamkund.rules.words import Channel
from stamkund.tables import Read
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint

MOST_ARTICLES = 100


class PricesRequest(Struct, frozen=True, forbid_unknown_fields=True):
    currency: Currency
    articles: Annotated[list[PricedArticle], Meta(min_length=1, max_length=MOST_ARTICLES)]
    channel: Channel = "web"
    member: MemberId | None = None


class ArticlePrices(Struct, frozen=True):
    """Minor units. `mine` for the member; for a guest it is `guest`, and `member` says what members
    pay at the lowest tier. `points` are those for one unit."""

    article: str
    guest: int
    member: int
    mine: int
    next_tier: int | None
    points: int
    lowest_price_30_days: int | None


class Prices(Struct, frozen=True):
    currency: Currency
    tier: str | None
    next_tier: str | None
    articles: list[ArticlePrices]


@endpoint(
    "POST",
    "/v1/checkout/prices",
    caller=[Shop, Storefront, Member],
    access={Accounts: Read, Programmes: Read},
    problems=[
        "no_programme", "member_not_found", "member_not_active", "member_merged",
        "basket_too_large", "currency_not_supported", "forbidden",
    ],
)  # fmt: skip
def prices(request: PricesRequest, caller: Caller, now: datetime) -> Prices:
    """Prices for up to 100 articles.

    The guest price, what members pay, my price at my tier, the price at the next tier, and points.
    """
    club = club_at(caller.shop, now)
    member = asking_member(caller, request.member)
    shopper = known(club, member).shopper if member else None
    tiers = club.published.programme.step_ids()
    lowest = tiers[0] if tiers else ""
    mine = shopper.tier if shopper else lowest
    next_tier = _above(tiers, mine) if shopper else None
    return Prices(
        currency=request.currency,
        tier=(mine or None) if shopper else None,
        next_tier=next_tier,
        articles=_articles(club, request, shopper, lowest, next_tier),
    )


def _above(tiers: list[str], tier: str) -> str | None:
    rank = tiers.index(tier) + 1 if tier in tiers else 0
    return tiers[rank] if rank < len(tiers) else None


def _articles(
    club: Club,
    request: PricesRequest,
    shopper: Shopper | None,
    lowest: str,
    next_tier: str | None,
) -> list[ArticlePrices]:
    first = shopper.first_order if shopper else True
    return [
        _one(
            club,
            request,
            article,
            members=Shopper(tier=lowest, first_order=first),
            mine=Shopper(tier=shopper.tier, first_order=first) if shopper else None,
            following=Shopper(tier=next_tier, first_order=first) if next_tier else None,
        )
        for article in request.articles
    ]


def _one(
    club: Club,
    request: PricesRequest,
    article: PricedArticle,
    *,
    members: Shopper,
    mine: Shopper | None,
    following: Shopper | None,
) -> ArticlePrices:
    basket = one_unit(article, request.currency, request.channel)
    compiled, at = club.published.compiled, club.at
    priced = price(compiled, basket, mine or members, at, offers=False)
    return ArticlePrices(
        article=article.article,
        guest=article.price,
        member=due_at_member_prices(compiled, basket, members, at),
        mine=sum(priced.due) if mine else article.price,
        next_tier=due_at_member_prices(compiled, basket, following, at) if following else None,
        points=priced.points,
        lowest_price_30_days=article.lowest_price_30_days,
    )
