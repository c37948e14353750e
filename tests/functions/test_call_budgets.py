"""How many calls to DynamoDB each endpoint may make, and how much an order may write."""

from collections.abc import Callable
from typing import Any

import pytest

from stamkund.rules.account import Account
from stamkund.rules.programme import Pay, PointRules, Rate
from stamkund.tables import accounts
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.recorder import Calls, recorded

MEMBER = "m1"
PAYING = PointRules(earn=Rate(1, 100), pending_days=0, pay=Pay(value=Rate(1, 10)))


@pytest.fixture
def shop(clock: Clock) -> Shop:
    """Its keys and programme are remembered already, as they are in any minute but the first."""
    shop = a_shop(programme=a_programme(points=PAYING))
    account = Account(shop=shop.id, member=MEMBER, card="1", joined_on="2026-01-01")
    accounts.item_from(account).save()
    for key in ("shop", "storefront"):
        assert shop.call("POST", "/v1/checkout/quotes", a_basket(), as_=key).status == 200
    return shop


def a_basket(**more: Any) -> dict[str, Any]:
    lines = [
        {"id": str(n), "article": f"shoe-{n}", "quantity": 1, "unit_price": price, "vat_rate": 2500}
        for n, price in enumerate((129_900, 49_900, 9_900), start=1)
    ]
    return {"currency": "SEK", "lines": lines, **more}


def during(ask: Callable[[], Answer], status: int) -> Calls:
    with recorded() as calls:
        answer = ask()
    assert answer.status == status, answer.text
    return calls


def a_quote(shop: Shop, **wish: Any) -> str:
    token: str = shop.call("POST", "/v1/checkout/quotes", a_basket(member=MEMBER, **wish)).json[
        "quote"
    ]
    return token


def commit(shop: Shop, order: str, quote: str | None = None) -> Answer:
    body = a_basket(member=MEMBER, order_id=order, quote=quote or a_quote(shop))
    return shop.call("POST", "/v1/checkout/orders", body)


def confirm(shop: Shop, order: str) -> Answer:
    return shop.call("POST", f"/v1/checkout/orders/web:{order}/confirmation")


def refund(shop: Shop, order: str, line: str) -> Answer:
    body = {"reference": f"r{line}", "lines": [{"id": line, "quantity": 1}]}
    return shop.call("POST", f"/v1/checkout/orders/web:{order}/refunds", body)


def test_a_guest_is_quoted_without_a_call(shop: Shop) -> None:
    calls = during(
        lambda: shop.call("POST", "/v1/checkout/quotes", a_basket(), as_="storefront"), 200
    )
    assert calls == []


@pytest.mark.parametrize("path", ["quotes", "prices"])
def test_a_member_is_quoted_with_one_query(shop: Shop, path: str) -> None:
    articles = [{"article": "shoe-1", "price": 129_900, "vat_rate": 2500}]
    bodies = {
        "quotes": a_basket(member=MEMBER),
        "prices": {"currency": "SEK", "articles": articles, "member": MEMBER},
    }
    calls = during(lambda: shop.call("POST", f"/v1/checkout/{path}", bodies[path]), 200)
    assert calls.operations == ["Query"]


def test_a_quoted_order_is_committed_in_one_transaction_and_no_read(shop: Shop) -> None:
    quote = a_quote(shop)
    calls = during(lambda: commit(shop, "1", quote), 201)
    assert calls.operations == ["TransactWriteItems"]
    assert calls.read_units == 0


def test_spending_points_is_still_one_transaction_and_no_read(shop: Shop) -> None:
    commit(shop, "1")
    quote = a_quote(shop, spend_points=100)
    calls = during(lambda: commit(shop, "2", quote), 201)
    assert calls.operations == ["TransactWriteItems"]


def test_a_repeat_costs_one_transaction_and_no_read(shop: Shop) -> None:
    quote = a_quote(shop)
    commit(shop, "1", quote)
    calls = during(lambda: commit(shop, "1", quote), 200)
    assert calls.operations == ["TransactWriteItems"]


def test_an_order_is_confirmed_with_one_read_and_one_write(shop: Shop) -> None:
    commit(shop, "1")
    calls = during(lambda: confirm(shop, "1"), 200)
    assert calls.operations == ["GetItem", "UpdateItem"]


def test_a_refund_takes_one_read_and_one_transaction(shop: Shop) -> None:
    commit(shop, "1")
    confirm(shop, "1")
    refund(shop, "1", "1")  # from now on this version of the programme is known
    calls = during(lambda: refund(shop, "1", "2"), 201)
    assert calls.operations == ["GetItem", "TransactWriteItems"]


def test_an_order_of_three_lines_writes_at_most_ten_units(shop: Shop) -> None:
    calls = during(lambda: commit(shop, "1"), 201)
    assert calls.write_units <= 10
