"""Lots as they are stored: short, and the same lots again when read."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.wallet import lot_key
from stamkund.tables.lots import Lots, lot_of, stored

DAYS = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
MONTHS = DAYS.map(lambda day: day[:7])
ENDS = MONTHS | st.just("never") | st.integers(1, 120).map("idle{}".format)
LOTS = st.builds(lot_key, DAYS | st.just(""), ENDS)


@pytest.mark.parametrize(
    ("lot", "short"),
    [
        ("2026-05-15>2028-04", "7fj>9f"),
        (">2028-04", ">9f"),
        ("2026-05-15>never", "7fj>never"),
        ("2026-05-15>idle12", "7fj>idle12"),
        ("1999-12-31>1999-12", "-1>-1"),
        ("2000-01-01>2000-01", "0>0"),
    ],
)
def test_days_and_months_are_counted_and_words_stay(lot: str, short: str) -> None:
    assert (stored(lot), lot_of(short)) == (short, lot)


@given(LOTS)
def test_what_is_stored_is_read_again(lot: str) -> None:
    assert lot_of(stored(lot)) == lot


@given(LOTS, LOTS)
def test_two_lots_are_never_stored_as_one(one: str, other: str) -> None:
    assert (stored(one) == stored(other)) == (one == other)


@given(st.dictionaries(LOTS, st.integers(0, 10**15), max_size=60))
def test_a_wallet_is_stored_and_read_again(lots: dict[str, int]) -> None:
    assert Lots().deserialize(Lots().serialize(lots)) == lots
