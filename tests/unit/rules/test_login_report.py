"""What the counters say, and that they say nothing where there is nothing to say."""

from random import Random

import pytest

from stamkund.rules.login_report import (
    EVENTS,
    OUTCOMES,
    Cell,
    Counted,
    Event,
    Findings,
    Group,
    Measured,
    findings,
)


def cell(variant: str = "a", lead: str = "points", *, held: bool = False) -> Cell:
    return Cell(variant, lead, held)


def counts(*numbers: int) -> dict[Event, int]:
    """Shown, clicked, logged in, joined, bought."""
    return dict(zip(EVENTS, numbers, strict=False))


def found(*cells: Counted, hold_out: bool = True) -> Findings:
    return findings(cells, hold_out=hold_out)


def logged_in(group: Group) -> Measured:
    return next(one for one in group.outcomes if one.outcome == "logged_in")


def compared(shown: tuple[int, int], held: tuple[int, int]) -> Measured:
    """(How many, of whom logged in) on each side."""
    told = found(
        (cell(), counts(shown[0], 0, shown[1])), (cell(held=True), counts(held[0], 0, held[1]))
    )
    return logged_in(told.variants[0])


def test_a_difference_comes_with_the_interval_that_newcombe_gives_it() -> None:
    told = compared((80, 48), (70, 56))
    assert (told.count, told.rate, told.difference) == (48, 0.6, -0.2)
    assert (told.least, told.most) == pytest.approx((-0.3339, -0.0524), abs=5e-5)


@pytest.mark.parametrize(
    ("shown", "held", "verdict"),
    [
        ((1_000, 100), (1_000, 50), "better"),
        ((1_000, 50), (1_000, 100), "worse"),
        ((1_000, 52), (1_000, 50), "no_difference"),
        ((99, 50), (1_000, 100), "too_little_data"),  # a side is too small
        ((1_000, 100), (99, 0), "too_little_data"),
        ((5_000, 9), (5_000, 0), "too_little_data"),  # hardly anybody did it, by chance or not
        ((5_000, 5_000), (5_000, 4_991), "too_little_data"),  # or did not
        ((0, 0), (1_000, 10), "too_little_data"),
    ],
)
def test_a_verdict_needs_enough_on_both_sides(
    shown: tuple[int, int], held: tuple[int, int], verdict: str
) -> None:
    assert compared(shown, held).verdict == verdict


def test_without_a_hold_out_nothing_is_compared() -> None:
    told = found((cell(), counts(1_000, 10, 100)), hold_out=False)
    assert logged_in(told.variants[0]).verdict == "no_hold_out"
    assert logged_in(told.variants[0]).rate == 0.1
    assert told.hold_out.shown == 0
    assert logged_in(told.hold_out).rate is None


def test_a_variant_is_held_against_all_who_are_held_out() -> None:
    told = found(
        (cell("a"), counts(500, 5, 50)),
        (cell("b", "ladder"), counts(300, 5, 60)),
        (cell("a", held=True), counts(200, 0, 10)),
        (cell("b", "ladder", held=True), counts(100, 0, 5)),
    )
    assert [(group.id, group.shown, group.held_out) for group in told.variants] == [
        ("a", 500, 300),
        ("b", 300, 300),
    ]
    assert (told.hold_out.shown, logged_in(told.hold_out).count) == (300, 15)


def test_an_argument_is_held_against_those_who_would_have_seen_it() -> None:
    told = found(
        (cell("a"), counts(500, 5, 50)),
        (cell("b"), counts(100, 5, 20)),
        (cell("b", "ladder"), counts(300, 5, 60)),
        (cell("a", held=True), counts(200, 0, 10)),
        (cell("b", "ladder", held=True), counts(100, 0, 5)),
    )
    assert [(group.id, group.shown, group.held_out) for group in told.arguments] == [
        ("ladder", 300, 100),
        ("points", 600, 200),
    ]
    assert logged_in(told.arguments[1]).count == 70


def test_clicks_have_no_hold_out_to_be_held_against() -> None:
    told = found((cell(), counts(1_000, 100)), (cell(held=True), counts(1_000)))
    clicked = told.variants[0].outcomes[0]
    assert (clicked.outcome, clicked.rate, clicked.verdict) == ("clicked", 0.1, None)
    assert [one.outcome for one in told.hold_out.outcomes] == list(OUTCOMES[1:])


def test_what_makes_no_difference_is_found_to_make_none_nineteen_times_of_twenty() -> None:
    """Two thousand experiments in which seeing it changes nothing, and as many in which it does."""
    chance = Random(20260310)

    def did(of: int, rate: float) -> int:
        return sum(chance.random() < rate for _ in range(of))

    same = [compared((400, did(400, 0.1)), (200, did(200, 0.1))).verdict for _ in range(2_000)]
    assert same.count("better") + same.count("worse") <= 0.065 * len(same)
    other = [compared((400, did(400, 0.25)), (200, did(200, 0.1))).verdict for _ in range(200)]
    assert other.count("better") >= 0.9 * len(other)
