from typing import Any

import pytest

from stamkund.rules.basket import Basket, Line
from stamkund.rules.bill import Missed, Priced, Shopper, Use
from stamkund.rules.pricing import price
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    BuyGet,
    ExtraPoints,
    FixedPrice,
    FreeArticle,
    FreeShipping,
    Goods,
    Match,
    Offer,
    PercentOff,
    PointRules,
    Rate,
    When,
)
from stamkund.rules.selection import Compiled
from tests.strategies import at_noon
from tests.unit.rules.test_pricing import SHOES, basket, club, offer

HUNDRED = basket(("shoe", 1, 10_000))


def priced(
    *offers: Offer, goods: Any = HUNDRED, who: Shopper | None = None, **parts: Any
) -> Priced:
    compiled = club(offers=list(offers), **parts)
    return price(compiled, goods, who or Shopper(), at_noon())


@pytest.mark.parametrize(
    ("one", "missed"),
    [
        (offer("o", PercentOff(10), min_amount=15_000), ("amount_missing", {"amount": 5_000})),
        (offer("o", PercentOff(10), min_units=3), ("units_missing", {"units": 2})),
        (offer("o", FreeArticle("gel")), ("article_missing", {"article": "gel"})),
        (offer("o", BuyGet(2, 1)), ("units_missing", {"units": 3})),
        (offer("o", AmountOff(500), switch_on=True), ("switch_on", {"amount": 500, "points": 0})),
        (offer("o", PercentOff(10), when=When(tiers=["guld"])), ("tier_needed", {"tier": "guld"})),
        (
            offer("o", PercentOff(10), when=When(channels=["store"])),
            ("channel_only", {"channel": "store"}),
        ),
    ],
)
def test_an_offer_that_is_missed_says_what_would_do(
    one: Offer, missed: tuple[str, dict[str, Any]]
) -> None:
    found = priced(one)
    assert found.due == [10_000]
    assert found.missed == [Missed("o", *missed)]


@pytest.mark.parametrize("min_amount", [0, 15_000])
def test_what_is_gone_is_said_to_be_whatever_else_is_missing(min_amount: int) -> None:
    few = offer("few", AmountOff(500), switch_on=True, limit_total=5, min_amount=min_amount)
    used = priced(few, who=Shopper(used_up=frozenset({"few"})))
    assert used.missed == [Missed("few", "limit_reached", {"limit": 1})]
    compiled = Compiled(club(offers=[few]).programme, ["few"])
    assert price(compiled, HUNDRED, Shopper(), at_noon()).missed == [Missed("few", "sold_out")]


def test_who_has_one_of_what_is_sold_out_may_use_it() -> None:
    few = offer("few", AmountOff(500), switch_on=True, limit_total=5)
    compiled = Compiled(club(offers=[few]).programme, ["few"])
    found = price(compiled, HUNDRED, Shopper(switched_on=frozenset({"few"})), at_noon())
    assert (found.due, found.missed) == ([9_500], [])


def test_an_offer_that_needs_no_switch_any_more_is_not_used_up() -> None:
    found = priced(offer("o", AmountOff(500)), who=Shopper(used_up=frozenset({"o"})))
    assert found.due == [9_500]


@pytest.mark.parametrize(
    "one",
    [
        offer("o", PercentOff(10), when=When(weekdays=["sun"])),
        offer("o", PercentOff(10), match=Match(articles=["map"])),
        offer("o", PercentOff(10), when=When(first_order=True)),
        offer("o", FixedPrice(10_000)),
        offer("o", FreeShipping()),
    ],
)
def test_nothing_is_said_of_an_offer_about_which_nobody_can_do_anything(one: Offer) -> None:
    assert priced(one, who=Shopper(first_order=False)).missed == []


def test_an_offer_of_which_there_are_only_so_many_is_named_as_claimed() -> None:
    few = offer("few", PercentOff(10), switch_on=True, limit_total=5)
    on = Shopper(switched_on=frozenset({"few"}))
    assert (priced(few, who=on).claimed, priced(few, who=on).due) == (["few"], [9_000])


def test_a_limit_per_member_is_counted_and_kept() -> None:
    twice = offer("twice", PercentOff(10), limit_per_member=2)
    assert priced(twice, who=Shopper(used={"twice": 1})).uses == [Use("twice", 1, 2)]
    full = priced(twice, who=Shopper(used={"twice": 2}))
    assert (full.due, full.missed) == ([10_000], [Missed("twice", "limit_reached", {"limit": 2})])


def test_of_offers_that_take_as_much_the_one_with_points_wins_and_then_the_first_id() -> None:
    money, same = offer("b", AmountOff(100)), offer("a", AmountOff(100))
    assert [cut.id for cut in priced(money, same).cuts] == ["a"]
    points = offer("p", ExtraPoints(5))
    more = offer("q", ExtraPoints(6))
    assert [cut.id for cut in priced(points, more).cuts] == ["q"]
    assert [cut.id for cut in priced(points, more, money).cuts] == ["b"]


def test_groups_apply_in_their_order_whatever_the_order_of_the_offers() -> None:
    fixed = offer("fixed", FixedPrice(8_000), group="first")
    half = offer("half", PercentOff(50), group="second")
    for offers in ([fixed, half], [half, fixed]):
        assert priced(*offers, groups=["first", "second"]).due == [4_000]
        assert priced(*offers, groups=["second", "first"]).due == [5_000]


def test_free_shipping_takes_the_shipping_and_nothing_else() -> None:
    freight = Line("f", "freight", 1, 4_900, 2_500, kind="shipping")
    goods = Basket("SEK", [*HUNDRED.lines, freight])
    assert priced(offer("o", FreeShipping(), min_amount=10_000), goods=goods).due == [10_000, 0]


def test_one_unit_of_the_free_article_is_free_and_of_two_prices_the_cheaper() -> None:
    goods = basket(("gel", 2, 1_500), ("gel", 1, 1_200), ("shoe", 1, 10_000))
    assert sum(priced(offer("o", FreeArticle("gel")), goods=goods).due) == 3_000 + 10_000


TWICE = ["first", "second", "third"]
FREE_GEL = [offer(f"o-{group}", FreeArticle("gel"), group=group) for group in TWICE]


@pytest.mark.parametrize(
    ("first", "units", "due"),
    [
        (FREE_GEL[0], 1, 0),
        (FREE_GEL[0], 2, 0),
        (FREE_GEL[0], 3, 1_000),
        (offer("half", PercentOff(50), group="first"), 3, 1_000),
        (offer("three", BuyGet(2, 1), group="first"), 3, 1_000),
        (offer("three", BuyGet(2, 1), group="first"), 6, 3_000),
    ],
)
def test_a_free_unit_is_another_than_those_that_are_free_already(
    first: Offer, units: int, due: int
) -> None:
    goods = basket(("gel", units, 1_000))
    assert priced(first, FREE_GEL[1], goods=goods, groups=TWICE).due == [due]


def test_a_free_article_at_two_prices_is_the_cheaper_one_that_still_costs_something() -> None:
    goods = basket(("gel", 1, 1_500), ("gel", 1, 1_200))
    assert sum(priced(*FREE_GEL[:2], goods=goods, groups=TWICE).due) == 0


@pytest.mark.parametrize("units", range(1, 9))
def test_what_is_free_in_any_sequence_is_never_worth_more_than_a_unit(units: int) -> None:
    three = [offer(f"t-{group}", BuyGet(2, 1), group=group) for group in TWICE]
    goods = basket(("gel", units, 1_000))
    before = priced(*three[:2], goods=goods, groups=TWICE).due[0]
    after = priced(*three[:2], FREE_GEL[2], goods=goods, groups=TWICE).due[0]
    assert before - 1_000 <= after < before


@pytest.mark.parametrize(
    ("units", "due"), [(1, 1_000), (2, 2_000), (3, 2_000), (5, 4_000), (6, 4_000), (7, 5_000)]
)
def test_three_for_two_counts_in_threes(units: int, due: int) -> None:
    goods = basket(("gel", units, 1_000))
    assert priced(offer("o", BuyGet(2, 1)), goods=goods).due == [due]


def test_what_two_of_a_kind_give_may_be_less_than_all_of_it() -> None:
    goods = basket(("shoe", 1, 2_000), ("boot", 1, 999))
    half = offer("o", BuyGet(1, 1, percent=50), match=SHOES)
    assert sum(priced(half, goods=goods).due) == 2_999 - 500


def test_a_percentage_of_the_full_price_never_takes_more_than_is_left() -> None:
    most = offer("most", PercentOff(90), group="first")
    again = offer("again", PercentOff(90, of="full"), group="second")
    assert priced(most, again, groups=["first", "second"]).due == [0]


def missed_of(found: Priced) -> list[tuple[str, str, dict[str, Any]]]:
    return [(one.id, one.code, one.params) for one in found.missed]


def test_what_switching_on_gains_is_less_what_it_displaces() -> None:
    there = offer("there", AmountOff(1_490))
    better = offer("better", AmountOff(1_998), switch_on=True)
    found = priced(there, better)
    assert found.due == [8_510]
    assert missed_of(found) == [("better", "switch_on", {"amount": 508, "points": 0})]


def test_points_that_it_displaces_are_less_as_well() -> None:
    points = offer("points", ExtraPoints(300))
    money = offer("money", AmountOff(500), switch_on=True)
    found = priced(points, money)
    assert missed_of(found) == [("money", "switch_on", {"amount": 500, "points": -300})]


@pytest.mark.parametrize("amount", [1_000, 1_500])
def test_what_would_not_win_its_group_is_beaten_and_no_switch_is_promised(amount: int) -> None:
    there = offer("there", AmountOff(1_500))
    worse = offer("also", AmountOff(amount), switch_on=True)
    assert missed_of(priced(there, worse)) == [("also", "beaten", {"by": "there"})]


def test_what_follows_takes_less_of_what_a_switch_has_taken() -> None:
    button = offer("button", AmountOff(2_000), group="first", switch_on=True)
    half = offer("half", PercentOff(50), group="second")
    found = priced(button, half, groups=["first", "second"])
    assert found.due == [5_000]
    assert missed_of(found) == [("button", "switch_on", {"amount": 1_000, "points": 0})]


def test_a_switch_that_would_make_it_dearer_is_not_missed() -> None:
    button = offer("button", AmountOff(100), group="first", switch_on=True)
    large = offer("large", AmountOff(2_000), group="second", min_amount=10_000)
    found = priced(button, large, groups=["first", "second"])
    assert (found.due, missed_of(found)) == ([8_000], [])


def test_of_many_that_could_be_switched_on_the_best_three_say_what_they_gain() -> None:
    many = [offer(f"o{n}", AmountOff(100 * n), switch_on=True) for n in range(1, 6)]
    assert missed_of(priced(*many)) == [
        ("o5", "switch_on", {"amount": 500, "points": 0}),
        ("o4", "switch_on", {"amount": 400, "points": 0}),
        ("o3", "switch_on", {"amount": 300, "points": 0}),
        ("o2", "switch_on", {}),
        ("o1", "switch_on", {}),
    ]


def test_an_offer_of_points_gives_none_for_goods_that_are_excluded() -> None:
    gift = offer("o", ExtraPoints(100))
    points = PointRules(Rate(1, 100), basis=Basis(excluded=Goods(articles=["shoe"])))
    assert priced(gift, points=points).points == 0
    both = priced(gift, goods=basket(("shoe", 1, 10_000), ("map", 1, 1_000)), points=points)
    assert both.points == 110
