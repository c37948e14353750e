"""Pricing beside django-oscar's offers: the same basket, the same offers, the same totals.

Information and no gate. Oscar reads its offers and what they apply to from the database at every
basket (here SQLite in memory), so what it evaluates and what it asks are told apart.
"""

from statistics import median

from benchmarks.figures import Figure, information, timed
from benchmarks.oscar_shop import OscarShop
from stamkund.rules.basket import Basket, Line
from stamkund.rules.bill import Shopper
from stamkund.rules.pricing import price
from stamkund.rules.programme import Match, Offer, PercentOff, Text
from stamkund.rules.selection import Compiled, moment
from tests.builders import Clock, a_programme

LINES = 20
OFFERS = (1, 10, 50)
PERCENT = 10
REPEATS = 10
NAME: Text = {"sv": "Erbjudande", "en": "Offer"}


def figures() -> list[Figure]:
    shop = OscarShop([_price(n) for n in range(LINES)])
    return [figure for offers in OFFERS for figure in _beside(shop, offers)]


def _price(n: int) -> int:
    return 10_000 + 1_000 * n


def _articles(offers: int) -> list[list[int]]:
    """What each offer is about: no article is in two, and what is left is not in the basket."""
    return [[n for n in range(LINES) if n % offers == k] or [LINES + k] for k in range(offers)]


def _beside(shop: OscarShop, offers: int) -> list[Figure]:
    about = _articles(offers)
    shop.offer(about, PERCENT)
    compiled, basket = _compiled(about), _basket()
    at = moment(Clock().now, compiled.programme.time_zone)
    ours = sum(price(compiled, basket, Shopper(), at).due)
    assert ours == shop.total(), (ours, shop.total())
    here = timed(lambda: price(compiled, basket, Shopper(), at), REPEATS).median
    applied = [shop.apply() for _ in range(REPEATS)]
    evaluating = median(one.evaluating for one in applied)
    asking = median(one.asking for one in applied)
    name = f"{LINES} lines, {_counted(offers)}"
    return [
        information(f"{name}: priced here", here, "ms"),
        information(f"{name}: django-oscar, its evaluation", evaluating, "ms"),
        information(f"{name}: django-oscar, its queries", asking, "ms"),
        information(f"{name}: django-oscar, number of queries", applied[0].queries, "queries"),
    ]


def _counted(offers: int) -> str:
    return "1 offer" if offers == 1 else f"{offers} offers"


def _compiled(about: list[list[int]]) -> Compiled:
    groups = [f"group-{k}" for k in range(len(about))]
    offers = [
        Offer(
            id=f"offer-{k}",
            name=NAME,
            effect=PercentOff(PERCENT),
            group=groups[k],
            match=Match(articles=[f"article-{n}" for n in articles]),
        )
        for k, articles in enumerate(about)
    ]
    return Compiled(a_programme(offers=offers, groups=groups))


def _basket() -> Basket:
    lines = [Line(str(n), f"article-{n}", 1, _price(n), 2500) for n in range(LINES)]
    return Basket("SEK", lines)
