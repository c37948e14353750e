"""What an offer says is what a quote says to the same person who has just joined, to the coin."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from functions.checkout.prices import ArticlePrices, PricesRequest, _articles
from functions.checkout.quote import Quote, quoted
from functions.checkout.shoppers import Known, shopper_of
from stamkund.rules.basket import Basket, PricedArticle
from stamkund.rules.bill import Wish
from stamkund.rules.errors import Refused
from stamkund.rules.login_offer import (
    EVERY_ARGUMENT,
    Argument,
    Case,
    Seen,
    assigned,
    experiment_of,
    for_articles,
    for_basket,
    ranked,
    variants_of,
)
from stamkund.rules.newcomers import newcomer
from stamkund.rules.programme import FreeShipping, Offer, Programme, When
from stamkund.rules.programme_file import LoginArgument, LoginOffer, LoginVariant
from stamkund.rules.selection import Compiled
from stamkund.tables.accounts import Benefits
from stamkund.tables.programmes import SINCE_EVER, Published, TierRules
from stamkund.web.club import Club
from tests.strategies import NOON, any_programme, at_noon, baskets, lines

WORTHS = st.sampled_from([0, 0, 0, 100, 5_000])
WHENS = [When(), When(first_order=True), When(channels=["web"]), When(channels=["pos"])]


def named(value: Any) -> Any:
    """Everything with the name that a programme must have before it is published."""
    if isinstance(value, list):
        return [named(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    return {
        key: {"sv": "Namn"} if key == "name" and not isinstance(inner, str) else named(inner)
        for key, inner in value.items()
    }


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """With offers for a first order, and points for joining, besides what any programme has."""
    drawn = msgspec.convert(named(msgspec.to_builtins(draw(any_programme()))), Programme)
    offers = [replace(offer, when=draw(st.sampled_from(WHENS))) for offer in drawn.offers]
    points = drawn.points and replace(drawn.points, welcome=draw(WORTHS))
    return replace(drawn, offers=offers, points=points)


def club_of(programme: Programme) -> Club:
    history = (TierRules(SINCE_EVER, 1, programme.tiers),)
    published = Published(1, NOON, programme, history, (), Compiled(programme), b"")
    return Club("s", published, at_noon())


def seen(club: Club, basket: Basket) -> Seen:
    published = club.published
    return Seen(published.compiled, published.setting, club.at, basket.currency, basket.channel)


def quote_for(club: Club, basket: Basket) -> tuple[Known, Quote]:
    """As `POST /v1/checkout/quotes` answers who has joined this moment and bought nothing."""
    account, _ = newcomer("s", "m", "1", club.published.setting, club.at)
    known = Known(account, shopper_of(club, account, Benefits([])))
    return known, quoted(club, known, basket, Wish(), "sv")


def offered(club: Club, basket: Basket) -> tuple[Case, dict[LoginArgument, Argument]]:
    case = for_basket(seen(club, basket), basket)
    assert max(Counter(argument.code for argument in case.arguments).values()) == 1
    return case, {argument.code: argument for argument in case.arguments}


@given(programmes(), baskets())
def test_every_number_is_that_of_the_quote(programme: Programme, basket: Basket) -> None:
    club = club_of(programme)
    (_, quote), (case, found) = quote_for(club, basket), offered(club, basket)
    assert (case.saved, case.points) == (quote.total.saved, quote.points.total)
    assert sum(each.worth for each in found.values() if not each.points) == quote.total.saved
    off = {code: found[code].amount or 0 if code in found else 0 for code in EVERY_ARGUMENT}
    assert off["member_prices"] == of_kind(quote, "member_price")
    assert off["free_shipping"] == of_offers(quote, [o for o in programme.offers if ships(o)])
    first = [o for o in programme.offers if o.when.first_order and not ships(o)]
    assert off["welcome_offer"] == of_offers(quote, first)
    earned = found["points"].points if "points" in found else 0
    assert earned == quote.points.total


def of_kind(quote: Quote, kind: str) -> int:
    return sum(benefit.amount for benefit in quote.benefits if benefit.kind == kind)


def of_offers(quote: Quote, offers: list[Offer]) -> int:
    ids = {offer.id for offer in offers}
    return sum(benefit.amount for benefit in quote.benefits if benefit.id in ids)


def ships(offer: Offer) -> bool:
    return isinstance(offer.effect, FreeShipping)


@given(programmes(), baskets())
def test_the_ladder_is_that_of_the_quote(programme: Programme, basket: Basket) -> None:
    club = club_of(programme)
    (_, quote), (_, found) = quote_for(club, basket), offered(club, basket)
    assert quote.tier
    if "ladder" not in found:
        assert quote.tier.after == quote.tier.now
        return
    told = found["ladder"]
    if told.says == "ladder_reached":
        assert (told.params["tier"], quote.tier.now) == (quote.tier.after, "bas")
        assert quote.tier.after != "bas"
    else:
        assert told.params["tier"] == quote.tier.next
        assert told.params["missing"] == quote.tier.missing


@given(programmes(), baskets())
def test_points_are_worth_what_they_pay(programme: Programme, basket: Basket) -> None:
    """As a quote that pays with that many takes off, as long as the basket has room for them."""
    club = club_of(programme)
    known, _ = quote_for(club, basket)
    _, found = offered(club, basket)
    points = found.get("points")
    assume(points and points.points and programme.points and programme.points.pay)
    assert points
    assert points.points
    rich = replace(known.shopper, wallet=replace(known.shopper.wallet, lots={">never": 10**9}))
    held = Known(known.account, rich)
    try:
        quote = quoted(club, held, basket, Wish(points=points.points), "sv")
    except Refused:  # fewer than may be spent at once, more than it costs, or not in whole steps
        assume(condition=False)
    assert quote.total.by_points == points.worth == points.amount


@given(programmes(), st.lists(lines(), min_size=1, max_size=6))
def test_a_page_of_many_says_what_the_prices_say(programme: Programme, drawn: list[Any]) -> None:
    """As `POST /v1/checkout/prices` answers a guest: what members pay, and what each earns."""
    club = club_of(programme)
    articles = [
        PricedArticle(line.article, line.unit_price, line.vat_rate, line.category, line.brand)
        for line in drawn
    ]
    shown: list[ArticlePrices] = _articles(
        club, PricesRequest("SEK", articles), None, programme.step_ids()[0], None
    )
    case = for_articles(seen(club, Basket("SEK", [])), articles)
    found = {argument.code: argument for argument in case.arguments}
    less = [one.guest - one.member for one in shown]
    if any(less):
        assert found["member_prices"].amount == max(less)
        assert found["member_prices"].params == {"units": sum(map(bool, less))}
    else:
        assert "member_prices" not in found
    earned = found["points"].points if "points" in found else 0
    assert earned == max(one.points for one in shown)


@given(programmes())
def test_a_page_without_goods_says_what_every_member_has(programme: Programme) -> None:
    _, found = offered(club_of(programme), Basket("SEK", []))
    assert set(found) <= {"welcome_points", "faster_checkout", "self_service"}
    welcome = programme.points.welcome if programme.points else 0
    assert (found["welcome_points"].points if welcome else 0) == welcome


# In which order, and for whom

MONEY = [
    Argument("points", "points", 100, 10, 100),
    Argument("member_prices", "member_prices", 500, None, 500),
    Argument("faster_checkout", "faster_checkout"),
    Argument("ladder", "ladder"),
]


def order(offer: LoginOffer, variant: LoginVariant | None = None) -> list[str]:
    return [one.code for one in ranked(MONEY, offer, variant or variants_of(offer)[0])]


def test_by_worth_the_dearest_comes_first_and_the_rest_as_listed() -> None:
    assert order(LoginOffer()) == ["member_prices", "points", "ladder", "faster_checkout"]
    listed = LoginOffer(arguments=["faster_checkout", "ladder", "points"])
    assert order(listed) == ["points", "faster_checkout", "ladder"]


def test_fixed_is_as_listed_and_leaves_out_what_is_not() -> None:
    fixed = LoginOffer(arguments=["ladder", "member_prices"], order="fixed")
    assert order(fixed) == ["ladder", "member_prices"]


def test_a_variant_has_an_order_of_its_own_or_that_of_the_programme() -> None:
    offer = LoginOffer(arguments=["points", "ladder"], order="experiment")
    own = LoginVariant("a", "fixed", ["ladder", "member_prices"])
    assert order(offer, own) == ["ladder", "member_prices"]
    assert order(offer, LoginVariant("b", "fixed")) == ["points", "ladder"]


THREE = LoginOffer(
    order="experiment",
    variants=[LoginVariant("a"), LoginVariant("b", share=2), LoginVariant("c", share=5)],
    hold_out=10,
)


def test_every_number_has_its_part_and_the_parts_are_as_large_as_asked() -> None:
    """100 times 8 consecutive numbers are every case once."""
    parts = Counter(
        (part.variant.id, part.held) for part in (assigned(THREE, n) for n in range(800))
    )
    assert parts == {
        ("a", True): 10, ("a", False): 90,
        ("b", True): 20, ("b", False): 180,
        ("c", True): 50, ("c", False): 450,
    }  # fmt: skip


@pytest.mark.parametrize("number", [0, 7, 2**255])
def test_the_same_number_has_the_same_part(number: int) -> None:
    assert assigned(THREE, number) == assigned(THREE, number)


def test_another_way_of_arguing_is_another_experiment() -> None:
    ways = [LoginOffer(), THREE, replace(THREE, hold_out=11), LoginOffer(order="fixed")]
    assert len({experiment_of(way) for way in ways}) == 4
    assert experiment_of(THREE) == experiment_of(replace(THREE))
