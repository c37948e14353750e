"""How many calls to DynamoDB the endpoints of a purchase make; tests hold them to it as well."""

from collections.abc import Callable

from benchmarks import scene
from benchmarks.database import ask, opened
from benchmarks.figures import Figure, at_most
from tests.builders import Shop
from tests.recorder import Calls, recorded


def figures() -> list[Figure]:
    shop, _ = opened(scene.a_programme_of(50))
    ask(shop, "quotes", scene.a_request(3))  # keys and programme are read once a minute
    return [*_quoted(shop), *_ordered(shop), _card(shop)]


def _quoted(shop: Shop) -> list[Figure]:
    prices = {"currency": "SEK", "member": scene.MEMBER, "articles": scene.articles(100)}
    return [
        _count("prices of 100 articles", 1, lambda: ask(shop, "prices", prices)),
        _count("quote", 1, lambda: ask(shop, "quotes", _basket())),
        _count("quote for a guest", 0, lambda: ask(shop, "quotes", scene.a_request(3))),
    ]


def _ordered(shop: Shop) -> list[Figure]:
    _committed(shop, "0")
    ask(shop, "orders/web:0/refunds", {"reference": "0"})  # reads this version of the programme
    calls = _committed(shop, "1")
    refund = {"reference": "1", "lines": [{"id": "1", "quantity": 1}]}
    return [
        at_most(1, "calls of a commit", len(calls), "calls"),
        at_most(0, "read units of a commit", calls.read_units, "units"),
        _count("refund", 2, lambda: ask(shop, "orders/web:1/refunds", refund)),
    ]


def _committed(shop: Shop, id: str) -> Calls:
    quote = ask(shop, "quotes", _basket())["quote"]
    request = scene.a_request(3, member=scene.MEMBER, order_id=id, quote=quote)
    with recorded() as calls:
        ask(shop, "orders", request)
    ask(shop, f"orders/web:{id}/confirmation")
    return calls


def _card(shop: Shop) -> Figure:
    path = f"/v1/members/{scene.MEMBER}/card"
    return _count("card", 1, lambda: shop.call("GET", path))


def _basket() -> dict[str, object]:
    return scene.a_request(3, member=scene.MEMBER)


def _count(name: str, budget: int, task: Callable[[], object]) -> Figure:
    with recorded() as calls:
        task()
    return at_most(budget, f"calls of {name}", len(calls), "calls")
