from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.money import (
    MILLION,
    allocate,
    divide,
    from_accounting,
    round_half_up,
    share_of,
    to_accounting,
)

AMOUNTS = st.integers(0, 10**12)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("numerator", "denominator", "floor", "half_up", "ceil"),
    [(0, 3, 0, 0, 0), (1, 3, 0, 0, 1), (1, 2, 0, 1, 1), (5, 2, 2, 3, 3), (2, 3, 0, 1, 1)],
)
def test_a_division_rounds_as_the_programme_says(
    numerator: int, denominator: int, floor: int, half_up: int, ceil: int
) -> None:
    assert divide(numerator, denominator, "floor") == floor
    assert divide(numerator, denominator, "half_up") == half_up
    assert divide(numerator, denominator, "ceil") == ceil


@given(st.integers(0, 10**15), st.integers(1, 10**12))
def test_half_up_is_never_more_than_half_away(numerator: int, denominator: int) -> None:
    off = numerator - round_half_up(numerator, denominator) * denominator
    assert -denominator <= 2 * off < denominator


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (10, [0, 5, 0], [0, 10, 0]),
        (1, [1, 1], [1, 0]),
        (7, [0, 0], [0, 0]),
        (0, [3, 4], [0, 0]),
        (5, [1, 2, 2], [1, 2, 2]),
    ],
)
def test_a_total_is_allocated_by_largest_remainder(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert allocate(total, weights) == parts


@given(AMOUNTS, WEIGHTS)
def test_parts_sum_to_the_total_and_each_is_within_one_of_its_share(
    total: int, weights: list[int]
) -> None:
    parts, whole = allocate(total, weights), sum(weights)
    if whole == 0:
        assert parts == [0] * len(weights)
        return
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * whole - total * weight) < whole


@given(WEIGHTS, st.data())
def test_no_part_of_a_smaller_total_is_larger_than_its_weight(
    weights: list[int], data: st.DataObject
) -> None:
    """A discount of at most what is left leaves no line below zero."""
    parts = allocate(data.draw(st.integers(0, sum(weights))), weights)
    assert all(part <= weight for part, weight in zip(parts, weights, strict=True))


@given(AMOUNTS, st.integers(1, 10_000))
def test_growing_parts_of_a_total_never_shrink_and_end_with_all_of_it(
    total: int, whole: int
) -> None:
    steps = sorted({0, 1, whole // 3, whole // 2, whole - 1, whole})
    shares = [share_of(total, part, whole) for part in steps]
    assert (shares[0], shares[-1]) == (0, total)
    assert all(before <= after for before, after in pairwise(shares))


def test_nothing_is_shared_of_nothing() -> None:
    assert share_of(100, 0, 0) == 0


@given(AMOUNTS)
def test_the_accounting_currency_is_never_rounded(amount: int) -> None:
    assert to_accounting(amount, MILLION) == from_accounting(amount, MILLION) == amount


@given(st.integers(0, 10**9), st.integers(MILLION, 20 * MILLION))
def test_an_amount_comes_back_from_a_dearer_currency_within_half_a_coin(
    amount: int, rate: int
) -> None:
    assert from_accounting(to_accounting(amount, rate), rate) == amount
