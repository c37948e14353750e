from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.basket import Basket, Line
from stamkund.rules.bill import Shopper, Wish
from stamkund.rules.earning import Component, Plan, Remaining, components, qualifying_amount, total
from stamkund.rules.pricing import price
from stamkund.rules.programme import (
    Basis,
    Cap,
    EarnRule,
    ExtraPoints,
    Goods,
    Match,
    Pay,
    PointRules,
    Rate,
    Rounding,
    When,
)
from stamkund.rules.selection import moment
from stamkund.rules.wallet import Wallet
from tests.strategies import Case, at_noon, cases
from tests.unit.rules.test_pricing import basket, club, offer

KRONA = Rate(points=1, amount=100)


def earned(*rules: EarnRule, goods: Basket | None = None, **parts: Any) -> dict[str, int]:
    """Of a pair of shoes for 100 kr, unless said otherwise: the points by what gave them."""
    who = parts.pop("who", Shopper())
    at = parts.pop("at", at_noon())
    points = PointRules(**{"earn": KRONA, "rules": list(rules), **parts})
    priced = price(club(points=points), goods or basket(("shoe", 1, 10_000)), who, at)
    assert priced.points == sum(part.points for part in priced.parts)
    return {part.id: part.points for part in priced.parts}


def rule(id: str = "r", **fields: Any) -> EarnRule:
    return EarnRule(id=id, name={}, **fields)


@pytest.mark.parametrize(("rounding", "points"), [("floor", 9), ("half_up", 10), ("ceil", 10)])
def test_part_of_a_point_is_rounded_once_per_order(rounding: Rounding, points: int) -> None:
    goods = basket(("shoe", 1, 333), ("boot", 1, 333), ("gel", 1, 299))  # 9.65 kr in all
    assert earned(goods=goods, rounding=rounding) == {"base": points}


def test_a_rate_may_be_any_points_for_any_money() -> None:
    assert earned(earn=Rate(points=3, amount=1_000)) == {"base": 30}
    assert earned(earn=Rate(points=1, amount=10_001)) == {}


def test_multipliers_add_up_and_the_tier_multiplies_their_sum() -> None:
    double, triple = rule("double", multiplier=200), rule("triple", multiplier=300)
    assert earned(double, triple) == {"base": 100, "multipliers": 300}
    guld = Shopper(tier="guld")  # twice
    assert earned(double, triple, who=guld) == {"base": 100, "multipliers": 700}


def test_of_exclusive_rules_the_one_with_the_highest_priority_stands_alone() -> None:
    double, half_more = rule("double", multiplier=200), rule("more", multiplier=150)
    alone = replace(half_more, exclusive=True)
    dearer = rule("dear", multiplier=400, exclusive=True, priority=5)
    assert earned(double, alone) == {"base": 100, "multipliers": 50}
    assert earned(double, alone, dearer) == {"base": 100, "multipliers": 300}


def test_fixed_points_are_added_after_multipliers_and_no_factor_touches_them() -> None:
    each, once = rule("each", points_per_unit=3), rule("once", points_per_order=20)
    goods = basket(("shoe", 2, 5_000))
    guld = Shopper(tier="guld")
    parts = earned(rule("double", multiplier=200), each, once, goods=goods, who=guld)
    assert parts == {"base": 100, "multipliers": 300, "each": 6, "once": 20}


def test_a_rule_touches_only_the_goods_it_names() -> None:
    running = Match(categories=["shoes"], but_not=Goods(articles=["boot"]))
    goods = basket(("shoe", 1, 10_000), ("boot", 1, 10_000))
    assert earned(rule(match=running, multiplier=200), goods=goods)["multipliers"] == 100


@pytest.mark.parametrize(
    ("cap", "used", "points"),
    [
        (Cap(order=30), {}, 30),
        (Cap(day=30), {}, 30),
        (Cap(day=30), {"r@2026-03-10": 12}, 18),
        (Cap(day=30, month=40), {"r@2026-03-10": 12, "r@2026-03": 35}, 5),
        (Cap(month=40), {"r@2026-03": 40}, None),
        (Cap(month=40), {"r@2026-02": 40}, 40),
        (Cap(order=0), {}, None),
    ],
)
def test_a_cap_on_a_rule_leaves_the_rest_alone(
    cap: Cap, used: dict[str, int], points: int | None
) -> None:
    parts = earned(rule(points_per_order=100, cap=cap), who=Shopper(used=used))
    assert (parts["base"], parts.get("r")) == (100, points)


def test_a_cap_on_a_whole_window_counts_until_it_ends() -> None:
    window = When(start=datetime(2026, 3, 1, tzinfo=UTC), end=datetime(2026, 5, 1, tzinfo=UTC))
    capped = rule(points_per_order=100, cap=Cap(window=130), when=window)
    assert earned(capped)["r"] == 100
    used = {"r@2026-05-01.window": 90, "r@2026-03": 500}
    assert earned(capped, who=Shopper(used=used))["r"] == 40
    later = replace(capped, when=replace(window, end=datetime(2026, 6, 1, tzinfo=UTC)))
    assert earned(later, who=Shopper(used=used))["r"] == 100


def test_a_cap_on_everything_takes_from_what_is_extra_first() -> None:
    parts = earned(rule(points_per_order=50), cap=Cap(order=120))
    assert parts == {"base": 100, "r": 20}
    assert earned(rule(points_per_order=50), cap=Cap(order=70)) == {"base": 70}


def test_tax_shipping_and_what_points_paid_earn_as_the_programme_says() -> None:
    freight = Line("f", "freight", 1, 5_000, 2_500, kind="shipping")
    shoe, gel = basket(("shoe", 1, 10_000), ("gel", 1, 11_200)).lines
    goods = Basket("SEK", [shoe, gel, freight])
    assert earned(goods=goods) == {"base": 212}
    assert earned(goods=goods, basis=Basis(shipping="included")) == {"base": 262}
    # 100 kr at 25 % are 80 kr, 112 kr at 12 % are 100 kr
    assert earned(goods=goods, basis=Basis(tax="excluded")) == {"base": 180}
    pay = Pay(value=Rate(points=1, amount=100))
    for included, points in (("excluded", 60), ("included", 100)):
        rules = PointRules(earn=KRONA, pay=pay, basis=Basis(paid_with_points=included))  # type: ignore[arg-type]
        who = Shopper(wallet=Wallet({">never": 40}))
        paid = price(club(points=rules), basket(("shoe", 1, 10_000)), who, at_noon(), Wish((), 40))
        assert paid.points == points


@pytest.mark.parametrize(
    "excluded",
    [
        Goods(categories=["books"]),
        Goods(brands=["Norstedts"]),
        Goods(articles=["atlas"]),
        Goods(categories=["maps"], articles=["atlas"]),
    ],
)
def test_excluded_goods_earn_nothing_and_count_towards_no_tier(excluded: Goods) -> None:
    atlas = Line("a", "atlas", 1, 20_000, 600, category="books/maps", brand="Norstedts")
    goods = Basket("SEK", [*basket(("shoe", 1, 10_000)).lines, atlas])
    rules = PointRules(
        earn=KRONA,
        basis=Basis(excluded=excluded),
        rules=[rule("double", multiplier=200), rule("each", points_per_unit=7)],
    )
    priced = price(club(points=rules), goods, Shopper(), at_noon())
    assert {part.id: part.points for part in priced.parts} == {
        "base": 100, "multipliers": 100, "each": 7,
    }  # fmt: skip
    assert qualifying_amount(priced.plan, priced.due) == 10_000


def test_another_currency_earns_what_it_is_worth() -> None:
    goods = basket(("shoe", 1, 10_000), currency="EUR")  # 100 euro at 11.234567 kr
    assert earned(goods=goods) == {"base": 1_123}


@pytest.mark.parametrize(
    ("when", "applies"),
    [
        (When(weekdays=["tue"]), True),
        (When(weekdays=["wed"]), False),
        (When(channels=["web"]), True),
        (When(channels=["store"]), False),
        (When(tiers=["guld"]), False),
        (When(first_order=True), True),
        (When(start=at_noon().at, end=None), True),
        (When(end=at_noon().at), False),
    ],
)
def test_a_rule_holds_when_everything_it_says_does(when: When, applies: bool) -> None:
    parts = earned(rule(points_per_order=7, when=when))
    assert ("r" in parts) is applies


def test_the_day_is_the_shops_own() -> None:
    """Half past eleven at night in UTC is Wednesday morning in Stockholm."""
    late = moment(at_noon().at.replace(hour=23, minute=30), "Europe/Stockholm")
    assert earned(rule(points_per_order=7, when=When(weekdays=["wed"])), at=late)["r"] == 7


def test_extra_points_of_an_offer_are_a_part_of_their_own() -> None:
    gift = offer("gift", ExtraPoints(25))
    priced = price(club(offers=[gift]), basket(("shoe", 1, 10_000)), Shopper(), at_noon())
    assert priced.parts == [Component("base", 100), Component("gift", 25)]


# --- what remains ----------------------------------------------------------------------------


@given(cases(), st.data())
def test_what_remains_of_an_order_never_earns_more_than_there_was(
    case: Case, data: st.DataObject
) -> None:
    plan = case.priced.plan
    units = [line.quantity for line in case.basket.lines]
    left, amounts = list(units), list(case.priced.due)
    worths = [total(components(plan, Remaining(amounts, left, amounts)))]
    for _ in range(3):
        left = [data.draw(st.integers(0, each)) for each in left]
        rest = [due * n // all_ for due, n, all_ in zip(amounts, left, units, strict=True)]
        worths.append(total(components(plan, Remaining(rest, left, amounts))))
    nothing = Remaining([0] * len(units), [0] * len(units), amounts)
    worths.append(total(components(plan, nothing)))
    assert all(before >= after for before, after in pairwise(worths))
    assert worths[-1] == 0


@given(cases())
def test_what_counts_for_the_tier_is_the_money_that_earns(case: Case) -> None:
    plan = case.priced.plan
    amounts = [due - by for due, by in zip(case.priced.due, case.priced.by_points, strict=True)]
    counted = qualifying_amount(plan, amounts)
    earning = [n for n, factor in zip(amounts, plan.factors, strict=True) if factor]
    assert 0 <= counted <= sum(earning) * plan.rate // 1_000_000 + 1


def test_nobody_s_plan_earns_nothing() -> None:
    plan = Plan(0, 1, 1_000_000, "floor", [10_000], [0])
    assert components(plan, Remaining([100], [1], [100])) == []
