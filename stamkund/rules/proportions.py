"""How sure one can be of a share, and of the difference between two.

Both are intervals by Wilson's score, which keep close to what they promise where the textbook's
fall short, with few cases and with shares near nothing: Newcombe, "Two-sided confidence intervals
for the single proportion" and "Interval estimation for the difference between independent
proportions", Statistics in Medicine 17 (1998), pages 857-872 and 873-890, methods 3 and 10.
"""

from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054  # 95 per cent, two-sided


class Share(NamedTuple):
    """So many of so many."""

    hits: int
    of: int

    @property
    def rate(self) -> float:
        return self.hits / self.of


class Interval(NamedTuple):
    low: float
    high: float


def wilson(share: Share) -> Interval:
    """Of one share. There must be at least one case."""
    p, n, zz = share.rate, share.of, Z * Z
    middle, reach = 2 * n * p + zz, Z * sqrt(zz + 4 * n * p * (1 - p))
    low, high = ((middle + sign * reach) / (2 * (n + zz)) for sign in (-1, 1))
    return Interval(max(0.0, low) if share.hits else 0.0, min(1.0, high) if p < 1 else 1.0)


def difference(one: Share, other: Share) -> Interval:
    """Of the rate of one less that of the other, from the intervals of both."""
    (low, high), (other_low, other_high) = wilson(one), wilson(other)
    gap = one.rate - other.rate
    below = sqrt((one.rate - low) ** 2 + (other_high - other.rate) ** 2)
    above = sqrt((high - one.rate) ** 2 + (other.rate - other_low) ** 2)
    return Interval(gap - below, gap + above)


def net(one: Share, other: Share) -> Interval:
    """Of the difference of two shares of the same cases of which nobody is in both, as promoters
    and detractors are.

    From Wilson's intervals of both and the correlation between them, which is never positive: Zou,
    "Toward using confidence intervals to compare correlations", Psychological Methods 12 (2007),
    pages 399-413, as Newcombe does for pairs, Statistics in Medicine 17 (1998), pages 2635-2650.
    """
    (low, high), (other_low, other_high) = wilson(one), wilson(other)
    p, q = one.rate, other.rate
    spread = sqrt(p * (1 - p) * q * (1 - q))
    correlation = -p * q / spread if spread else 0.0
    below = _combined(p - low, other_high - q, correlation)
    above = _combined(high - p, q - other_low, correlation)
    return Interval(max(-1.0, p - q - below), min(1.0, p - q + above))


def _combined(one: float, other: float, correlation: float) -> float:
    return sqrt(one * one - 2 * correlation * one * other + other * other)
