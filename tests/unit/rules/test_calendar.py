from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.calendar import (
    add_days,
    add_months,
    day_of,
    days_between,
    first_day,
    last_day,
    month_of,
    months_between,
    start_of,
)

STOCKHOLM = "Europe/Stockholm"
HELSINKI = "Europe/Helsinki"

zones = st.sampled_from([STOCKHOLM, HELSINKI, "Europe/Oslo", "Europe/Copenhagen", "UTC"])
days = st.dates(date(1990, 1, 1), date(2090, 12, 31)).map(date.isoformat)
months = days.map(lambda day: day[:7])


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "day"),
    [
        ("2026-04-30T21:59:59", STOCKHOLM, "2026-04-30"),
        ("2026-04-30T22:00:00", STOCKHOLM, "2026-05-01"),
        ("2026-04-30T21:00:00", HELSINKI, "2026-05-01"),
        ("2026-12-31T22:59:59", STOCKHOLM, "2026-12-31"),
        ("2026-12-31T23:00:00", STOCKHOLM, "2027-01-01"),
        ("2028-02-28T23:00:00", STOCKHOLM, "2028-02-29"),
        ("2027-02-28T23:00:00", STOCKHOLM, "2027-03-01"),
    ],
)
def test_the_day_turns_at_local_midnight(now: str, zone: str, day: str) -> None:
    assert day_of(utc(now), zone) == day
    assert month_of(utc(now), zone) == day[:7]


@pytest.mark.parametrize(
    ("day", "starts", "hours"),
    [
        ("2026-03-28", "2026-03-27T23:00:00", 24),
        ("2026-03-29", "2026-03-28T23:00:00", 23),
        ("2026-03-30", "2026-03-29T22:00:00", 24),
        ("2026-10-25", "2026-10-24T22:00:00", 25),
        ("2026-10-26", "2026-10-25T23:00:00", 24),
    ],
)
def test_a_day_is_shorter_in_spring_and_longer_in_autumn(day: str, starts: str, hours: int) -> None:
    assert start_of(day, STOCKHOLM) == utc(starts)
    length = start_of(add_days(day, 1), STOCKHOLM) - start_of(day, STOCKHOLM)
    assert length == timedelta(hours=hours)


def test_a_day_whose_midnight_the_clocks_skip_starts_when_they_have_changed() -> None:
    assert start_of("2026-04-24", "Africa/Cairo") == utc("2026-04-23T22:00:00")


@given(days, zones)
def test_a_day_starts_with_the_first_instant_that_belongs_to_it(day: str, zone: str) -> None:
    start = start_of(day, zone)
    assert start.utcoffset() == timedelta(0)
    assert day_of(start, zone) == day
    assert day_of(start - timedelta(microseconds=1), zone) == add_days(day, -1)


@pytest.mark.parametrize(
    ("month", "last"),
    [
        ("2026-02", "2026-02-28"),
        ("2028-02", "2028-02-29"),
        ("2100-02", "2100-02-28"),
        ("2026-04", "2026-04-30"),
        ("2026-12", "2026-12-31"),
    ],
)
def test_a_month_has_its_own_last_day(month: str, last: str) -> None:
    assert last_day(month) == last
    assert first_day(month) == f"{month}-01"


@pytest.mark.parametrize(
    ("month", "step", "result"),
    [
        ("2026-04", 0, "2026-04"),
        ("2026-04", -3, "2026-01"),
        ("2026-04", -4, "2025-12"),
        ("2026-12", 1, "2027-01"),
        ("2026-01", 24, "2028-01"),
        ("2026-01", -13, "2024-12"),
    ],
)
def test_months_are_counted_over_the_turn_of_the_year(month: str, step: int, result: str) -> None:
    assert add_months(month, step) == result
    assert months_between(month, result) == step


@given(months, st.integers(-300, 300))
def test_adding_months_and_counting_them_agree(month: str, step: int) -> None:
    later = add_months(month, step)
    assert months_between(month, later) == step
    assert (later > month) == (step > 0), "the text sorts by time"


@given(days, st.integers(-4000, 4000))
def test_adding_days_and_counting_them_agree(day: str, step: int) -> None:
    later = add_days(day, step)
    assert days_between(day, later) == step
    assert (later > day) == (step > 0), "the text sorts by time"


@pytest.mark.parametrize(
    ("day", "step", "result"),
    [
        ("2028-02-28", 1, "2028-02-29"),
        ("2027-02-28", 1, "2027-03-01"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2026-03-28", 2, "2026-03-30"),
    ],
)
def test_days_are_counted_over_leap_days_and_clock_changes(
    day: str, step: int, result: str
) -> None:
    assert add_days(day, step) == result
