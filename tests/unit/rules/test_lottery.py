"""A draw that anybody can make again: the periods, the hash, the winner."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.lottery import (
    Every,
    begins_on,
    commitment,
    digest_of,
    ends_on,
    period_of,
    winner_of,
)

TICKETS = st.lists(st.text("0123456789abcdef", min_size=20, max_size=20), max_size=30)
SEEDS = st.text("0123456789abcdef", min_size=64, max_size=64)


@pytest.mark.parametrize(
    ("day", "every", "period", "first", "last"),
    [
        ("2028-02-29", "month", "2028-02", "2028-02-01", "2028-02-29"),
        ("2026-12-31", "month", "2026-12", "2026-12-01", "2026-12-31"),
        ("2026-12-31", "quarter", "2026-10.2026-12", "2026-10-01", "2026-12-31"),
        ("2026-01-01", "quarter", "2026-01.2026-03", "2026-01-01", "2026-03-31"),
        ("2026-07-14", "year", "2026-01.2026-12", "2026-01-01", "2026-12-31"),
    ],
)
def test_a_day_is_in_a_period_that_says_from_when_until_when(
    day: str, every: Every, period: str, first: str, last: str
) -> None:
    assert period_of(day, every) == period
    assert (begins_on(period), ends_on(period)) == (first, last)


def test_hash_and_winner_are_those_that_another_program_finds() -> None:
    """Worked out with sha256sum and bc, as the page on verifying shows."""
    seed = "ab" * 32
    assert commitment(seed) == "271a413bd339c5709fdceaec41f14f11e9fbfb5042d72d331c65f32b284cd09a"
    assert winner_of(seed, ["aa", "bb", "cc"]) == "aa"


@given(TICKETS, SEEDS)
def test_the_winner_has_a_ticket_and_the_order_decides_nothing(
    tickets: list[str], seed: str
) -> None:
    winner = winner_of(seed, tickets)
    assert (winner in tickets) if tickets else winner is None
    assert winner == winner_of(seed, reversed(tickets)) == winner_of(seed, tickets * 2)


@given(TICKETS, st.text("0123456789abcdef", min_size=20, max_size=20))
def test_another_list_has_another_digest(tickets: list[str], more: str) -> None:
    assert (digest_of(tickets) == digest_of([*tickets, more])) == (more in tickets)


def test_each_ticket_wins_about_as_often() -> None:
    won = Counter(winner_of(f"{n:064x}", ["a", "b", "c", "d"]) for n in range(4_000))
    assert all(900 < count < 1_100 for count in won.values())
