"""Whole numbers of the smallest coin, and the only places where anything is rounded."""

from collections.abc import Sequence

from stamkund.rules.errors import Refused
from stamkund.rules.programme import Rounding

MILLION = 1_000_000
# Ten billion crowns, or as many points: no purchase comes to it, and whatever is worked out from
# less still fits where numbers are kept.
MOST = 10**12


def refuse_beyond_reason(number: int, field: str) -> int:
    """The number. Refused: basket_too_large."""
    if number > MOST:
        raise Refused("basket_too_large", field, most=MOST)
    return number


def round_half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves upwards: 5/2 is 3. Both arguments are 0 or more."""
    return (2 * numerator + denominator) // (2 * denominator)


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """A whole number by the programme's policy. Both arguments are 0 or more."""
    if rounding == "floor":
        return numerator // denominator
    if rounding == "ceil":
        return -(-numerator // denominator)
    return round_half_up(numerator, denominator)


def allocate(total: int, weights: Sequence[int]) -> list[int]:
    """Splits a total by weight so that the parts sum to it, by largest remainder.

    The first of equal remainders gets the odd coin; with no weight at all, nobody gets anything.
    """
    whole = sum(weights)
    if whole == 0 or total == 0:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    odd = total - sum(parts)
    if odd:
        by_remainder = sorted(range(len(weights)), key=lambda i: -(total * weights[i] % whole))
        for index in by_remainder[:odd]:
            parts[index] += 1
    return parts


def share_of(total: int, part: int, whole: int) -> int:
    """The part of a total that belongs to `part` of `whole`, so that growing parts never differ.

    What is given for the parts so far is always `share_of(total, so_far, whole)`: any way of
    getting from nothing to the whole adds up to the total.
    """
    return round_half_up(total * part, whole) if whole else 0


def to_accounting(amount: int, rate: int) -> int:
    """Basket currency to accounting currency; `rate` in millionths."""
    return amount if rate == MILLION else round_half_up(amount * rate, MILLION)


def from_accounting(amount: int, rate: int) -> int:
    """Accounting currency to basket currency; `rate` in millionths."""
    return amount if rate == MILLION else round_half_up(amount * MILLION, rate)
