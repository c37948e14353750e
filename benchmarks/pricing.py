"""How long the rules alone take to price a basket."""

from datetime import UTC, datetime

from benchmarks.figures import Figure, timed, within
from benchmarks.scene import a_basket, a_programme_of
from stamkund.rules.bill import Shopper
from stamkund.rules.pricing import price
from stamkund.rules.selection import Compiled, moment

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def figures() -> list[Figure]:
    return [*_pricing(20, 50, 0.5, 300), *_pricing(200, 500, 15, 30)]


def _pricing(lines: int, rules: int, budget: float, repeats: int) -> list[Figure]:
    compiled = Compiled(a_programme_of(rules))
    basket, who = a_basket(lines), Shopper(tier="guld", first_order=False)
    at = moment(NOON, compiled.programme.time_zone)
    priced = price(compiled, basket, who, at)
    assert priced.cuts
    assert priced.points
    times = timed(lambda: price(compiled, basket, who, at), repeats)
    return within(budget, f"pricing {lines} lines under {rules} rules", times)
