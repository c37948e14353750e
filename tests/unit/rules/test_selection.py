from datetime import UTC, datetime
from typing import Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules.programme import Goods, Hours, Match, When
from stamkund.rules.selection import Moment, Selector, moment, refusal

Form = Literal["NFC", "NFD"]

CATEGORIES = ["shoes", "shoes/running", "shoes/running/trail", "shoe", "food", ""]
BRANDS = ["fjell", "berg", ""]
ARTICLES = ["a", "b", "c"]


def goods() -> st.SearchStrategy[Goods]:
    return st.builds(
        Goods,
        categories=st.lists(st.sampled_from([c for c in CATEGORIES if c]), max_size=2),
        brands=st.lists(st.sampled_from([b for b in BRANDS if b]), max_size=2),
        articles=st.lists(st.sampled_from(ARTICLES), max_size=2),
    )


def matches() -> st.SearchStrategy[Match]:
    return st.builds(
        lambda said, but: Match(said.categories, said.brands, said.articles, but),
        goods(),
        st.none() | goods(),
    )


def plainly(match: Match, article: str, category: str, brand: str) -> bool:
    """The same, asked of one rule at a time."""

    def below(wanted: str) -> bool:
        return category == wanted or category.startswith(f"{wanted}/")

    def names(said: Goods) -> list[bool]:
        return [
            any(below(each) for each in said.categories),
            brand in said.brands,
            article in said.articles,
        ]

    given_lists = [match.categories, match.brands, match.articles]
    accepted = all(hit for hit, listed in zip(names(match), given_lists, strict=True) if listed)
    return accepted and not (match.but_not and any(names(match.but_not)))


@given(
    st.lists(matches(), max_size=6),
    st.sampled_from(ARTICLES),
    st.sampled_from(CATEGORIES),
    st.sampled_from(BRANDS),
)
def test_the_bits_are_those_of_the_rules_that_match(
    rules: list[Match], article: str, category: str, brand: str
) -> None:
    mask = Selector(rules).mask(article, category, brand)
    found = [bool(mask >> bit & 1) for bit in range(len(rules))]
    assert found == [plainly(rule, article, category, brand) for rule in rules]
    assert mask >> len(rules) == 0


def test_a_category_is_a_path_and_not_a_beginning() -> None:
    selector = Selector([Match(categories=["shoes"])])
    assert selector.mask("a", "shoes/running", "") == 1
    assert selector.mask("a", "shoeshine", "") == 0


@pytest.mark.parametrize("ours", ["NFC", "NFD"])
@pytest.mark.parametrize("theirs", ["NFC", "NFD"])
def test_a_letter_is_the_same_however_it_is_put_together(ours: Form, theirs: Form) -> None:
    """`ö` is one character, or an `o` and two dots, and nobody sees which."""
    said = normalize(ours, "Rapphöna"), normalize(ours, "kläder/höst")
    brand, category = normalize(theirs, "Rapphöna"), normalize(theirs, "kläder/höst/regn")
    assert Selector([Match(brands=[said[0]])]).mask("a", "", brand) == 1
    assert Selector([Match(categories=[said[1]])]).mask("a", category, "") == 1
    but_not = Selector([Match(but_not=Goods(brands=[said[0]]))])
    assert but_not.mask("a", category, brand) == 0


def test_letters_that_only_look_alike_are_two() -> None:
    ligature = "\ufb01n"
    selector = Selector([Match(brands=[ligature], categories=["\u00c5"])])
    assert selector.mask("a", "\u00c5", "fin") == 0
    assert selector.mask("a", "\u00e5", ligature) == 0


@pytest.mark.parametrize(
    ("utc", "day", "weekday", "clock"),
    [
        ("2026-03-10T12:00", "2026-03-10", "tue", "13:00"),
        ("2026-03-10T23:30", "2026-03-11", "wed", "00:30"),
        ("2026-03-29T00:59", "2026-03-29", "sun", "01:59"),
        ("2026-03-29T01:00", "2026-03-29", "sun", "03:00"),
        ("2026-10-25T00:30", "2026-10-25", "sun", "02:30"),
        ("2026-10-25T01:30", "2026-10-25", "sun", "02:30"),
        ("2028-02-29T22:59", "2028-02-29", "tue", "23:59"),
    ],
)
def test_a_moment_is_the_shops_own(utc: str, day: str, weekday: str, clock: str) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert moment(at, "Europe/Stockholm") == Moment(at, day, weekday, clock)


def at_clock(clock: str) -> Moment:
    return Moment(datetime(2026, 3, 10, 12, tzinfo=UTC), "2026-03-10", "tue", clock)


@pytest.mark.parametrize(
    ("hours", "clock", "code"),
    [
        (Hours("08:00", "10:00"), "07:59", "not_now"),
        (Hours("08:00", "10:00"), "08:00", None),
        (Hours("08:00", "10:00"), "09:59", None),
        (Hours("08:00", "10:00"), "10:00", "not_now"),
        (Hours("22:00", "02:00"), "23:30", None),
        (Hours("22:00", "02:00"), "01:59", None),
        (Hours("22:00", "02:00"), "02:00", "not_now"),
    ],
)
def test_hours_begin_with_their_first_minute_and_may_go_over_midnight(
    hours: Hours, clock: str, code: str | None
) -> None:
    assert refusal(When(hours=hours), at_clock(clock), "web", "", first_order=True) == code


def at_utc(utc: str) -> Moment:
    return moment(datetime.fromisoformat(utc).replace(tzinfo=UTC), "Europe/Stockholm")


FRIDAY_NIGHT = When(weekdays=["fri"], hours=Hours("22:00", "02:00"))


@pytest.mark.parametrize(
    ("utc", "code"),
    [
        ("2026-03-12T23:30", "not_now"),  # Friday 00:30: the night of Thursday
        ("2026-03-13T20:59", "not_now"),
        ("2026-03-13T21:00", None),  # Friday 22:00
        ("2026-03-13T22:59", None),
        ("2026-03-13T23:00", None),  # Saturday 00:00
        ("2026-03-14T00:59", None),
        ("2026-03-14T01:00", "not_now"),  # Saturday 02:00
        ("2026-03-14T21:00", "not_now"),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_starts(utc: str, code: str | None) -> None:
    assert refusal(FRIDAY_NIGHT, at_utc(utc), "web", "", first_order=True) == code


SATURDAY_NIGHT = When(weekdays=["sat"], hours=Hours("22:00", "02:30"))


@pytest.mark.parametrize(
    ("utc", "code"),
    [
        ("2026-03-29T00:59", None),  # Sunday 01:59, and the next minute is 03:00
        ("2026-03-29T01:00", "not_now"),
        ("2026-10-24T22:30", None),  # Sunday 00:30
        ("2026-10-25T00:29", None),  # 02:29 summer time
        ("2026-10-25T00:30", "not_now"),
        ("2026-10-25T01:29", None),  # 02:29 once more
        ("2026-10-25T01:30", "not_now"),
        ("2026-10-25T21:00", "not_now"),  # Sunday 22:00
    ],
)
def test_a_night_in_which_the_clocks_change_is_one_night(utc: str, code: str | None) -> None:
    assert refusal(SATURDAY_NIGHT, at_utc(utc), "web", "", first_order=True) == code


def test_hours_within_one_day_are_of_that_day() -> None:
    when = When(weekdays=["fri"], hours=Hours("00:00", "02:00"))
    assert refusal(when, at_utc("2026-03-12T23:30"), "web", "", first_order=True) is None
    assert refusal(when, at_utc("2026-03-13T23:30"), "web", "", first_order=True) == "not_now"


def test_the_first_condition_that_does_not_hold_is_the_reason() -> None:
    when = When(weekdays=["sun"], channels=["store"], tiers=["guld"], first_order=True)
    at = at_clock("12:00")
    assert refusal(when, at, "web", "bas", first_order=False) == "not_now"
    later = When(channels=["store"], tiers=["guld"], first_order=True)
    assert refusal(later, at, "web", "bas", first_order=False) == "channel_only"
    assert refusal(later, at, "store", "bas", first_order=False) == "tier_needed"
    assert refusal(later, at, "store", "guld", first_order=False) == "first_order_only"
    assert refusal(later, at, "store", "guld", first_order=True) is None
    assert refusal(When(), at, "web", "", first_order=False) is None
