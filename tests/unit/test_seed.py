from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from stamkund.local.seed.catalogue import Article, catalogue, line
from stamkund.local.seed.story import Bought, Person, Returned, events, people
from stamkund.rules.basket import Line
from stamkund.rules.programme import FreeArticle, Programme
from stamkund.rules.selection import Compiled, Selector

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "points-and-tiers.yaml"
PROGRAMME = msgspec.yaml.decode(EXAMPLE.read_bytes(), type=Programme)
ARTICLES = list(catalogue().values())
GOODS = [article for article in ARTICLES if article.kind == "goods"]


def matched(selector: Selector) -> int:
    masks = [selector.mask(one.id, one.category, one.brand) for one in GOODS]
    together = 0
    for mask in masks:
        together |= mask
    return together


def test_the_shop_has_about_sixty_articles_and_each_is_there_once() -> None:
    read = msgspec.yaml.decode(
        (Path(__file__).parents[2] / "stamkund/local/seed/articles.yaml").read_bytes()
    )
    assert len(read["articles"]) == len(ARTICLES)
    assert 55 <= len(GOODS) <= 65


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_an_article_can_lie_in_a_basket(article: Article) -> None:
    assert msgspec.convert(line(article.id, 2), Line).quantity == 2
    assert article.name.keys() == {"sv", "en"}
    assert article.kind != "goods" or article.price % 100 == 0


def test_every_rule_of_the_programme_is_about_something_the_shop_sells() -> None:
    compiled = Compiled(PROGRAMME)
    for selector, count in (
        (compiled.rule_selector, len(compiled.rules)),
        (compiled.price_selector, len(PROGRAMME.prices)),
        (compiled.offer_selector, len(PROGRAMME.offers)),
    ):
        assert matched(selector) == (1 << count) - 1
    given = [o.effect.article for o in PROGRAMME.offers if isinstance(o.effect, FreeArticle)]
    assert set(given) <= catalogue().keys()


def test_what_was_bought_is_sold_and_what_came_back_was_bought() -> None:
    for person in people():
        orders = {order.order: order for order in person.orders}
        assert len(orders) == len(person.orders)
        for order in person.orders:
            assert order.buys.keys() <= catalogue().keys()
            assert order.days_ago < person.joined
        for returned in person.returns:
            order = orders[returned.order]
            assert returned.days_ago < order.days_ago
            assert all(units <= order.buys[id] for id, units in returned.units.items())


def test_nobody_in_the_story_could_be_somebody() -> None:
    for person in people():
        assert person.email.endswith("@example.com")
        assert person.phone.startswith("+467017406"), "numbers kept for fiction"
    assert len({person.customer for person in people()}) == len(people())


def test_events_come_in_the_order_they_happened() -> None:
    for before, after in pairwise(events()):
        assert before.days_ago >= after.days_ago


def test_everybody_joins_before_buying_and_buys_before_returning() -> None:
    seen: set[object] = set()
    for event in events():
        if event.what is None:
            seen.add(event.who.customer)
        elif isinstance(event.what, Bought):
            assert event.who.customer in seen
            seen.add(event.what.order)
        else:
            assert event.what.order in seen


def happened(person: Person) -> int:
    return 1 + len(person.orders) + len(person.returns)


def test_nothing_of_the_story_is_left_out() -> None:
    assert len(events()) == sum(map(happened, people()))
    assert any(isinstance(event.what, Returned) for event in events())
