"""When there is news of what somebody wishes for, and that it is told once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.wishes import Offered, Wish, news_of, seen

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def a_wish(**fields: Any) -> Wish:
    usual: dict[str, Any] = {"price": 100_000, "currency": "SEK", "in_stock": True}
    return Wish(article="tent", added_at=NOON, **usual | fields)


def at(price: int, in_stock: bool = True, currency: Any = "SEK") -> Offered:
    return Offered("tent", currency, price, in_stock)


@pytest.mark.parametrize(
    ("price", "news"),
    [(100_000, None), (95_001, None), (95_000, "price_fallen"), (0, "price_fallen")],
)
def test_a_fall_is_news_from_so_many_per_cent_on(price: int, news: str | None) -> None:
    assert news_of(a_wish(), at(price), 5) == news


def test_what_cannot_be_bought_is_no_news() -> None:
    assert news_of(a_wish(), at(1, in_stock=False), 5) is None


def test_other_money_is_not_compared() -> None:
    wish = a_wish()
    assert news_of(wish, at(9_000, currency="EUR"), 5) is None
    assert seen(wish, at(9_000, currency="EUR"), told=False).price_now is None


def test_what_was_gone_and_is_back_is_news_at_any_price() -> None:
    assert news_of(a_wish(in_stock=False), at(120_000), 5) == "back_in_stock"
    gone = seen(a_wish(), at(100_000, in_stock=False), told=False)
    assert news_of(gone, at(100_000), 5) == "back_in_stock"
    assert news_of(a_wish(in_stock=None), at(100_000), 5) is None


def test_of_what_no_price_was_noted_none_has_fallen() -> None:
    assert news_of(a_wish(price=None, currency=None), at(1), 5) is None
    assert a_wish(price=None).fallen == 0


def test_what_was_told_is_told_again_only_when_it_has_fallen_further_or_anew() -> None:
    told = seen(a_wish(), at(90_000), told=True)
    assert news_of(told, at(90_000), 5) is None
    assert news_of(told, at(85_000), 5) == "price_fallen"
    up = seen(told, at(100_000), told=False)
    assert news_of(up, at(90_000), 5) == "price_fallen"


def test_who_was_not_told_may_be_told_later() -> None:
    untold = seen(a_wish(), at(90_000), told=False)
    assert (untold.fallen, news_of(untold, at(90_000), 5)) == (10_000, "price_fallen")


@given(st.lists(st.builds(at, st.integers(0, 200_000), st.booleans()), max_size=20))
def test_the_same_twice_is_told_once(offers: list[Offered]) -> None:
    wish = a_wish()
    for offered in offers:
        wish = seen(wish, offered, told=news_of(wish, offered, 5) is not None)
        assert news_of(wish, offered, 5) is None
        assert seen(wish, offered, told=False) == wish
