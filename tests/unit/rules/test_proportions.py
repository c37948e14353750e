"""Against what Newcombe published, and against what an interval of 95 per cent promises."""

from math import comb
from random import Random

import pytest

from stamkund.rules.proportions import Share, difference, net, wilson


@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(81, 263), 0.2553, 0.3662),
        (Share(15, 148), 0.0624, 0.1605),
        (Share(0, 20), 0.0, 0.1611),
        (Share(1, 29), 0.0061, 0.1718),
    ],
)
def test_one_share_is_as_published(share: Share, low: float, high: float) -> None:
    """Statistics in Medicine 17 (1998), page 857, table I, method 3."""
    assert wilson(share) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_is_as_published(one: Share, other: Share, low: float, high: float) -> None:
    """The same volume, page 873, table II, method 10."""
    assert difference(one, other) == pytest.approx((low, high), abs=5e-5)
    assert difference(other, one) == pytest.approx((-high, -low), abs=5e-5)


def chance_of(hits: int, of: int, rate: float) -> float:
    return comb(of, hits) * rate**hits * (1 - rate) ** (of - hits)


def coverage(one: tuple[int, float], other: tuple[int, float]) -> float:
    """How likely the interval holds the true difference: every outcome by its own likelihood,
    which leaves nothing to chance; what is less likely than one in ten million is left out."""
    (n, p), (m, q) = one, other
    held = 0.0
    for hits in range(n + 1):
        likely = chance_of(hits, n, p)
        for others in range(m + 1) if likely > 1e-7 else ():
            together = likely * chance_of(others, m, q)
            if together > 1e-9:
                low, high = difference(Share(hits, n), Share(others, m))
                held += together * (low <= p - q <= high)
    return held


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((300, 0.05), (100, 0.05)),
        ((300, 0.08), (100, 0.05)),
        ((200, 0.30), (200, 0.20)),
        ((120, 0.12), (120, 0.10)),
        ((400, 0.04), (110, 0.08)),
    ],
)
def test_the_interval_holds_the_truth_as_often_as_it_says(
    one: tuple[int, float], other: tuple[int, float]
) -> None:
    """In groups as large as a verdict needs, and with rates as shops have them."""
    assert 0.935 <= coverage(one, other) <= 0.985


@pytest.mark.parametrize(
    ("promoters", "detractors", "of"),
    [(0.5, 0.2, 20), (0.5, 0.2, 200), (0.9, 0.02, 30), (0.05, 0.05, 50), (0.3, 0.7, 40)],
)
def test_of_many_surveys_nineteen_in_twenty_have_the_true_score_in_their_interval(
    promoters: float, detractors: float, of: int
) -> None:
    chance, within, rounds = Random(7), 0, 2_000
    for _ in range(rounds):
        drawn = [chance.random() for _ in range(of)]
        good = sum(one < promoters for one in drawn)
        bad = sum(one > 1 - detractors for one in drawn)
        low, high = net(Share(good, of), Share(bad, of))
        within += low <= promoters - detractors <= high
    assert 0.93 <= within / rounds <= 0.99


def test_a_net_score_stays_between_its_ends() -> None:
    for of in (1, 5, 50):
        for good in range(of + 1):
            for bad in range(of + 1 - good):
                low, high = net(Share(good, of), Share(bad, of))
                assert -1 <= low <= (good - bad) / of <= high <= 1
