from random import Random
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.basket import Basket, Line
from stamkund.rules.bill import Priced, Shopper, Wish, goods_of
from stamkund.rules.errors import Refused
from stamkund.rules.pricing import due_at_member_prices, price
from stamkund.rules.programme import (
    AmountOff,
    BuyGet,
    FixedPrice,
    Goods,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Programme,
    Rate,
    When,
)
from stamkund.rules.selection import Compiled
from stamkund.rules.wallet import Wallet, balance
from tests import strategies as drawn
from tests.strategies import Case, at_noon, cases


def totals(priced: Priced) -> tuple[object, ...]:
    """Everything about a price that is not about one line."""
    return (
        sum(priced.due),
        sum(priced.by_points),
        [(cut.kind, cut.id, cut.amount, cut.points) for cut in priced.cuts],
        sorted(priced.missed, key=lambda missed: missed.id),
        priced.parts,
        priced.takes,
        priced.uses,
        priced.lot,
        priced.most_points,
    )


@given(cases())
def test_lines_sum_to_the_order_to_the_ore_and_no_discount_is_larger_than_its_line(
    case: Case,
) -> None:
    priced = case.priced
    for index, line in enumerate(case.basket.lines):
        off = [cut.amounts.get(index, 0) for cut in priced.cuts]
        assert all(amount >= 0 for amount in off)
        assert priced.due[index] == line.unit_price * line.quantity - sum(off)
        assert 0 <= priced.by_points[index] <= priced.due[index]


@given(cases())
def test_what_is_no_goods_is_never_reduced_and_what_is_money_already_never_paid_with_points(
    case: Case,
) -> None:
    for index, line in enumerate(case.basket.lines):
        if line.kind in ("gift_card", "deposit"):
            assert case.priced.due[index] == line.unit_price * line.quantity
            assert case.priced.by_points[index] == 0


@given(cases())
def test_the_points_wished_for_are_taken_and_pay_what_they_are_worth(case: Case) -> None:
    points = case.compiled.programme.points
    pay = points.pay if points else None
    assert case.priced.spent == case.wish.points
    if pay is None or not case.wish.points:
        assert sum(case.priced.by_points) == 0
        return
    payable = [line.kind in ("goods", "shipping") for line in case.basket.lines]
    due = sum(d for d, pays in zip(case.priced.due, payable, strict=True) if pays)
    assert sum(case.priced.by_points) <= due * pay.share // 100
    if case.basket.currency == case.compiled.programme.currency:
        worth = case.wish.points * pay.value.amount // pay.value.points
        assert sum(case.priced.by_points) == worth


@given(cases())
def test_one_step_more_than_the_most_points_is_refused_and_the_most_is_told(case: Case) -> None:
    points = case.compiled.programme.points
    step = points.pay.step if points and points.pay else 1
    wish = replace(case.wish, points=case.priced.most_points + step)
    with pytest.raises(Refused) as refused:
        price(case.compiled, case.basket, case.who, at_noon(), wish)
    assert refused.value.code == "points_not_enough"
    assert refused.value.params["most"] == case.priced.most_points


@given(cases())
def test_the_parts_of_the_points_sum_to_them_and_none_is_negative(case: Case) -> None:
    assert all(part.points > 0 for part in case.priced.parts)
    assert case.priced.points == sum(part.points for part in case.priced.parts)
    cap = case.compiled.programme.points.cap if case.compiled.programme.points else None
    if cap and cap.order is not None:
        assert case.priced.points <= cap.order


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(case: Case, random: Random) -> None:
    shuffled = list(case.basket.lines)
    random.shuffle(shuffled)
    basket = replace(case.basket, lines=shuffled)
    again = price(case.compiled, basket, case.who, at_noon(), case.wish)
    assert totals(again) == totals(case.priced)


@given(cases(), st.data())
def test_splitting_a_line_in_two_changes_no_total(case: Case, data: st.DataObject) -> None:
    lines = list(case.basket.lines)
    index = data.draw(st.integers(0, len(lines) - 1))
    units = data.draw(st.integers(0, lines[index].quantity - 1))
    if units:
        rest = replace(lines[index], quantity=lines[index].quantity - units)
        lines[index] = rest
        lines.insert(
            data.draw(st.integers(0, len(lines))), replace(rest, id="more", quantity=units)
        )
    basket = replace(case.basket, lines=lines)
    again = price(case.compiled, basket, case.who, at_noon(), case.wish)
    assert totals(again) == totals(case.priced)


@given(cases())
def test_nobody_pays_the_shops_own_prices_and_earns_nothing(case: Case) -> None:
    priced = price(case.compiled, case.basket, None, at_noon())
    assert priced.due == [line.unit_price * line.quantity for line in case.basket.lines]
    assert (priced.cuts, priced.points, priced.uses) == ([], 0, [])


@given(cases())
def test_what_it_costs_before_any_offer_is_what_it_costs_without_offers(case: Case) -> None:
    """The shortcut for articles on a page agrees with the whole calculation."""
    without = price(case.compiled, case.basket, case.who, at_noon(), offers=False)
    quick = due_at_member_prices(case.compiled, case.basket, case.who, at_noon())
    assert sum(without.due) == quick


@given(cases())
def test_switching_on_what_is_missed_gains_exactly_what_was_said(case: Case) -> None:
    before = price(case.compiled, case.basket, case.who, at_noon())
    for missed in before.missed:
        if missed.code != "switch_on" or not missed.params:
            continue
        on = replace(case.who, switched_on=case.who.switched_on | {missed.id})
        after = price(case.compiled, case.basket, on, at_noon())
        assert missed.id in {cut.id for cut in after.cuts}
        assert missed.params == {
            "amount": sum(before.due) - sum(after.due),
            "points": sum(c.points for c in after.cuts) - sum(c.points for c in before.cuts),
        }


# --- worked examples -------------------------------------------------------------------------


def club(**parts: object) -> Compiled:
    points = PointRules(earn=Rate(points=1, amount=100), pay=Pay(value=Rate(points=1, amount=10)))
    fields: dict[str, object] = {
        "name": "Klubben",
        "time_zone": "Europe/Stockholm",
        "currency": "SEK",
        "languages": ["sv"],
        "points": points,
        "tiers": drawn.ladder(),
        "rates": drawn.RATES,
        **parts,
    }
    return Compiled(Programme(**fields))  # type: ignore[arg-type]


def offer(id: str, effect: object, **fields: object) -> Offer:
    return Offer(id=id, name={}, effect=effect, **fields)  # type: ignore[arg-type]


def basket(*lines: tuple[str, int, int], currency: str = "SEK") -> Basket:
    """(article, units, unit price)"""
    return Basket(
        currency,  # type: ignore[arg-type]
        [
            Line(f"l{n}", article, units, each, *_about(article))
            for n, (article, units, each) in enumerate(lines)
        ],
    )


def _about(article: str) -> tuple[int, str, str]:
    category, brand, vat = drawn.ARTICLES[article]
    return vat, category, brand


SHOES = Match(categories=["shoes"])


HENS, RED = "höns", "Röd"


def test_lines_whose_letters_are_put_together_differently_are_one_good() -> None:
    """Of two for one, the second is free although its brand was typed on another machine."""
    forms: list[Literal["NFC", "NFD"]] = ["NFC", "NFD"]
    lines = [
        Line(form, "egg", 1, 1_000, 2500, normalize(form, HENS), normalize(form, RED))
        for form in forms
    ]
    twins = Basket("SEK", lines)
    assert [good.units for good in goods_of(twins)] == [2]
    match = Match(categories=[HENS], brands=[RED])
    compiled = club(offers=[offer("two", BuyGet(1, 1), match=match)])
    assert sum(price(compiled, twins, Shopper(), at_noon()).due) == 1_000


def test_a_member_price_is_rounded_per_unit() -> None:
    rule = MemberPrice("p", {}, SHOES, {"*": PriceCut(percent=15)})
    priced = price(club(prices=[rule]), basket(("shoe", 3, 333)), Shopper(), at_noon())
    assert priced.due == [849]  # 333 less 15 % is 283.05, so 283 each


def test_a_percentage_is_rounded_once_and_spread_by_largest_remainder() -> None:
    third = offer("third", PercentOff(33))
    goods = basket(("shoe", 1, 101), ("boot", 1, 100), ("gel", 1, 100))
    priced = price(club(offers=[third]), goods, Shopper(), at_noon())
    assert sum(priced.due) == 301 - 99  # 99.33 is rounded down, once
    assert priced.due == [68, 67, 67]


def test_a_percentage_applies_to_what_earlier_groups_left() -> None:
    first = offer("ten", PercentOff(10), group="goods")
    then = offer("half", PercentOff(50), group="order")
    of_full = offer("half", PercentOff(50, of="full"), group="order")
    groups = ["goods", "order"]
    goods = basket(("shoe", 1, 10_000))
    left = price(club(offers=[first, then], groups=groups), goods, Shopper(), at_noon())
    full = price(club(offers=[first, of_full], groups=groups), goods, Shopper(), at_noon())
    assert (left.due, full.due) == ([4_500], [4_000])


def test_of_a_group_the_offer_with_most_money_wins_and_the_others_say_by_whom() -> None:
    small, large = offer("a", AmountOff(100)), offer("b", AmountOff(101))
    priced = price(club(offers=[small, large]), basket(("shoe", 1, 999)), Shopper(), at_noon())
    assert [cut.id for cut in priced.cuts] == ["b"]
    assert [(m.id, m.code, m.params) for m in priced.missed] == [("a", "beaten", {"by": "b"})]


def test_an_amount_takes_no_more_than_there_is() -> None:
    off = offer("a", AmountOff(5_000))
    priced = price(
        club(offers=[off]), basket(("shoe", 1, 999), ("gel", 2, 1)), Shopper(), at_noon()
    )
    assert priced.due == [0, 0]


def test_a_fixed_price_never_makes_anything_dearer() -> None:
    fixed = offer("f", FixedPrice(500))
    priced = price(
        club(offers=[fixed]), basket(("shoe", 2, 999), ("gel", 3, 1)), Shopper(), at_noon()
    )
    assert priced.due == [1_000, 3]


def test_of_three_for_two_the_cheapest_is_free() -> None:
    three = offer("b", BuyGet(2, 1))
    goods = basket(("shoe", 2, 900), ("boot", 1, 700), ("gel", 1, 100))
    assert sum(price(club(offers=[three]), goods, Shopper(), at_noon()).due) == 2_500


def test_a_category_matches_what_lies_below_it_and_what_is_excepted_does_not() -> None:
    but = Match(categories=["shoes"], but_not=Goods(categories=["shoes/running"]))
    ten = offer("t", PercentOff(10), match=but)
    goods = basket(("shoe", 1, 1_000), ("boot", 1, 1_000), ("map", 1, 1_000))
    assert price(club(offers=[ten]), goods, Shopper(), at_noon()).due == [1_000, 900, 1_000]


def test_amounts_of_the_programme_are_converted_and_a_currency_without_rate_is_refused() -> None:
    off = offer("a", AmountOff(10_000))
    euros = basket(("shoe", 1, 10_000), currency="EUR")
    priced = price(club(offers=[off]), euros, Shopper(), at_noon())
    assert priced.due == [10_000 - 890]  # 100 kr at 11.234567 kr are 8.90 euro
    with pytest.raises(Refused, match="currency_not_supported"):
        price(club(offers=[off]), basket(("shoe", 1, 1), currency="DKK"), Shopper(), at_noon())


def test_points_pay_for_at_most_what_there_is_in_the_wallet_or_the_basket() -> None:
    rich, poor = Wallet({">never": 10_000}), Wallet({">never": 30, "2026-04-01>never": 500})
    goods = basket(("shoe", 1, 1_000))
    assert price(club(), goods, Shopper(wallet=rich), at_noon()).most_points == 100
    assert price(club(), goods, Shopper(wallet=poor), at_noon()).most_points == 30


def test_what_points_paid_for_does_not_earn() -> None:
    who = Shopper(wallet=Wallet({">never": 40}))
    goods = basket(("shoe", 1, 1_000), ("map", 1, 0))
    priced = price(club(), goods, who, at_noon(), Wish(points=40))
    assert (priced.by_points, priced.points) == ([400, 0], 6)


def test_points_worth_nothing_are_refused() -> None:
    """Ten points for one öre: nine would be gone for nothing, and no refund could find them."""
    pay = Pay(value=Rate(points=10, amount=1))
    points = PointRules(earn=Rate(points=1, amount=100), pay=pay)
    who = Shopper(wallet=Wallet({">never": 40}))
    with pytest.raises(Refused, match="points_not_enough"):
        price(club(points=points), basket(("shoe", 1, 10)), who, at_noon(), Wish(points=9))


def test_a_gift_card_earns_nothing_and_nothing_pays_for_it() -> None:
    card = Line("l", "card", 1, 50_000, 0, kind="gift_card")
    who = Shopper(wallet=Wallet({">never": 40}), tier="guld")
    priced = price(
        club(offers=[offer("half", PercentOff(50))]), Basket("SEK", [card]), who, at_noon()
    )
    assert (priced.due, priced.points, priced.most_points) == ([50_000], 0, 0)


def test_a_first_order_benefit_is_counted_once() -> None:
    welcome = offer("w", PercentOff(10), when=When(first_order=True))
    goods = basket(("shoe", 1, 1_000))
    compiled = club(offers=[welcome])
    first = price(compiled, goods, Shopper(), at_noon())
    later = price(compiled, goods, Shopper(first_order=False), at_noon())
    assert [(use.key, use.n, use.limit) for use in first.uses] == [("first_order", 1, 1)]
    assert (later.due, later.uses) == ([1_000], [])


@given(cases())
def test_what_is_available_is_what_could_be_spent_on_a_basket_without_end(case: Case) -> None:
    available = balance(case.who.wallet, at_noon().day).available
    assert case.priced.most_points <= available
