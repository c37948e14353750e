import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.local.replay.baskets import Product, Row, TooManyLines, lines_of, product_of
from stamkund.local.replay.purchases import chosen

MILK = Product("grocery/milk", "private", 1_200, "goods")
SHELF = {1: MILK}


def test_units_that_share_the_amount_equally_are_one_line() -> None:
    (line,) = lines_of([Row(1, 3, 297)], SHELF)
    assert (line.id, line.quantity, line.unit_price) == ("1", 3, 99)
    assert (line.category, line.brand, line.vat_rate) == ("grocery/milk", "private", 1_200)


def test_three_for_two_dollars_cost_a_cent_more_or_less() -> None:
    lines = lines_of([Row(1, 3, 200)], SHELF)
    assert [(line.id, line.quantity, line.unit_price) for line in lines] == [
        ("1", 1, 66),
        ("1-b", 2, 67),
    ]


def test_fuel_by_the_thousandth_of_a_gallon_is_bought_once() -> None:
    (line,) = lines_of([Row(1, 8_725, 2_006)], SHELF)
    assert (line.quantity, line.unit_price) == (1, 2_006)


def test_a_coupon_that_is_handed_in_buys_nothing() -> None:
    assert lines_of([Row(1, 0, 0)], SHELF) == []


def test_money_without_units_is_one_unit() -> None:
    (line,) = lines_of([Row(1, 0, 150)], SHELF)
    assert (line.quantity, line.unit_price) == (1, 150)


def test_what_costs_nothing_is_still_in_the_basket() -> None:
    (line,) = lines_of([Row(1, 2, 0)], SHELF)
    assert (line.quantity, line.unit_price) == (2, 0)


def test_an_article_nobody_knows_is_of_an_unknown_category() -> None:
    (line,) = lines_of([Row(2, 1, 100)], SHELF)
    assert (line.article, line.category, line.kind) == ("2", "unknown", "goods")


def test_a_basket_that_the_club_would_refuse_is_not_cut() -> None:
    with pytest.raises(TooManyLines, match="201 lines"):
        lines_of([Row(id, 1, 100) for id in range(201)], SHELF)


@given(st.lists(st.builds(Row, st.integers(1), st.integers(0, 90_000), st.integers(0, 10**6))))
def test_the_money_of_a_basket_is_that_of_its_rows(rows: list[Row]) -> None:
    rows = list({row.product: row for row in rows}.values())[:80]
    lines = lines_of(rows, SHELF)
    assert sum(line.unit_price * line.quantity for line in lines) == sum(row.sales for row in rows)
    assert len({line.id for line in lines}) == len(lines)


def test_a_category_is_a_path_in_plain_letters() -> None:
    juice = product_of("GROCERY", "CANNED JUICES", "APPLE JUICE & CIDER (OVER 50%)", "National")
    assert juice.category == "grocery/canned-juices/apple-juice-cider-over-50"
    assert (juice.brand, juice.vat_rate, juice.kind) == ("national", 1_200, "goods")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        (("MISCELLANEOUS", "COUPON/MISC ITEMS", "OUTSIDE VENDORS GIFT CARDS"), "gift_card"),
        (("GROCERY", "BOTTLE DEPOSITS", "BOTTLE DEPOSITS"), "deposit"),
        (("GROCERY", "BEERS/ALES", "CRV DEPOSIT T/NF"), "deposit"),
        (("DRUG GM", "GREETING CARDS/WRAP/PARTY SPLY", "CARDS EVERYDAY"), "goods"),
    ],
)
def test_money_changed_into_other_money_is_of_a_kind_that_never_earns(
    words: tuple[str, str, str], kind: str
) -> None:
    assert product_of(*words, "National").kind == kind


def test_what_is_no_food_has_the_higher_tax() -> None:
    assert product_of("FUEL", "FUEL", "GASOLINE-REG UNLEADED", "National").vat_rate == 2_500


def test_households_are_drawn_whole_until_no_more_fits() -> None:
    baskets_of = {household: 1 + household % 9 for household in range(200)}
    drawn = chosen(baskets_of, 300, seed=1)
    assert sum(baskets_of[one] for one in drawn) == 300
    assert drawn == chosen(baskets_of, 300, seed=1)
    assert drawn != chosen(baskets_of, 300, seed=2)


def test_a_household_with_more_baskets_than_asked_for_is_left_out() -> None:
    assert chosen({1: 500, 2: 20}, 100, seed=1) == {2}
