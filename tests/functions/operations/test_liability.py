"""A report that says the same of a month whenever it is asked, and adds up."""

import csv
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.members import review_accounts
from stamkund.rules import liability
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.liability import Month, breakage, worth
from stamkund.rules.programme import Rate
from tests.builders import Clock, Shop, a_shop
from tests.operations_desk import Desk
from tests.reliability import life
from tests.reliability.till import Till, basket

ZONE = "Europe/Stockholm"
MOVES = ("issued", "adjusted", "restored", "spent", "given_away", "clawed_back", "expired")


def day(month: int, number: int = 10) -> datetime:
    return datetime(2026, month, number, 12, tzinfo=UTC)


def told_of(last: str, *entries: Entry) -> dict[str, Month]:
    return liability.of_member("shop", "m1", entries, ZONE, last).months


EARNED = entry("earn", {"2026-01-20>2026-03": 100}, reference="1", occurred_at=day(1))
SPENT = entry("spend", {">2026-03": -30}, reference="2", occurred_at=day(2))


def test_points_are_pending_then_available_and_expire_the_month_after_their_last() -> None:
    months = told_of("2026-04", EARNED, SPENT)
    assert {m: (row.available, row.pending) for m, row in months.items()} == {
        "2026-01": (100, 0), "2026-02": (70, 0), "2026-03": (70, 0), "2026-04": (0, 0),
    }  # fmt: skip
    assert [row.expired for row in months.values()] == [0, 0, 0, 70]


def test_it_makes_no_difference_when_the_night_enters_what_has_expired() -> None:
    ended = entry("expire", {">2026-03": -70}, reference="3", occurred_at=day(4, 1))
    assert told_of("2026-05", EARNED, SPENT, ended) == told_of("2026-05", EARNED, SPENT)


def test_what_comes_after_the_month_is_not_in_it() -> None:
    assert told_of("2026-01", EARNED, SPENT) == told_of("2026-01", EARNED)


def test_what_will_expire_is_told_by_month() -> None:
    known = liability.of_member("shop", "m1", [EARNED, SPENT], ZONE, "2026-02")
    assert known.ahead == {"2026-04": 70}


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(-40, 90), st.integers(1, 8)), max_size=20))
def test_what_moved_is_what_there_is(drawn: list[tuple[int, int, int]]) -> None:
    entries = [
        entry(
            "earn" if points > 0 else "reverse",
            {f"{day(month).date()}>2026-{min(12, month + ends):02}": max(points, 0)},
            max(-points, 0),
            reference=str(number),
            occurred_at=day(month),
        )
        for number, (month, points, ends) in enumerate(sorted(drawn))
    ]
    moved = 0
    for row in told_of("2026-12", *entries).values():
        moved += row.moved
        assert moved == row.owed


def test_worth_and_breakage_in_numbers() -> None:
    assert worth(333, Rate(points=2, amount=25)) == 4163  # 4162.5
    assert worth(-2, Rate(points=2, amount=25)) == -25
    assert worth(5, None) is None
    assert breakage([Month(spent=60, expired=20), Month(spent=10, restored=10)]) == 2500
    assert breakage([Month()]) == 0


@pytest.fixture
def time(same_time: Clock) -> Clock:
    return same_time


@pytest.fixture(scope="module")
def lived(mocked: Clock) -> tuple[Shop, list[Till]]:
    shop = a_shop(programme=life.programme())
    return shop, life.lived(shop, mocked, members=2)


def test_a_years_report_adds_up_and_is_the_same_later(
    told: Desk, lived: tuple[Shop, list[Till]], mocked: Clock, tmp_path: Path
) -> None:
    shop, tills = lived
    mocked.set(datetime(2026, 8, 5, tzinfo=UTC))
    first = told("liability", shop.id, "--csv", str(tmp_path))
    moved = 0
    for month in first["months"]:
        came = sum(month[name] for name in MOVES[:3])
        moved += came - sum(month[name] for name in MOVES[3:])
        assert moved == month["available"] + month["pending"] - month["debt"]
        assert month["value"] == 10 * moved
    assert {month["month"] for month in first["months"] if not month["closed"]} == {"2026-07"}
    assert all(any(month[name] for month in first["months"]) for name in MOVES)
    with (tmp_path / "months.csv").open() as file:
        assert [row["issued"] for row in csv.DictReader(file)] == [
            str(month["issued"]) for month in first["months"]
        ]
    mocked.set(datetime(2026, 9, 5, tzinfo=UTC))
    tills[0].buy(basket(10_000))
    shop.publish(life.programme())
    review_accounts.handler({}, None)
    later = told("liability", shop.id, "--to", "2026-07")
    unlike = [(a, b) for a, b in zip(first["months"], later["months"], strict=True) if a != b]
    assert [{**a, "closed": True} for a, _ in unlike] == [b for _, b in unlike]
    assert later["forecast"] == first["forecast"]


def test_a_report_from_an_export_is_the_same(
    told: Desk, lived: tuple[Shop, list[Till]], mocked: Clock, tmp_path: Path
) -> None:
    mocked.set(datetime(2026, 9, 5, tzinfo=UTC))
    told("export", str(tmp_path), "ledger")
    words = ["liability", lived[0].id, "--from", "2026-03", "--to", "2026-07"]
    report = told(*words)
    assert told(*words, "--ledger", str(tmp_path / "ledger")) == report
    assert [one["month"] for one in report["months"]] == [f"2026-{n:02}" for n in range(3, 8)]
    assert all(a["month"] < b["month"] for a, b in pairwise(report["forecast"]))
