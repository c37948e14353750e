"""What could be no step of a path is no id: a client that normalises paths could never reach it."""

from typing import Any

import pytest

from tests.builders import Answer, Clock, Shop, a_member, a_shop

LINE = {"id": "1", "article": "a", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}
BASKET = {"currency": "SEK", "lines": [LINE]}
ORDER = {**BASKET, "order_id": "1"}
ARTICLE = {"article": ".", "price": 1, "vat_rate": 0}
PRICES = {"currency": "SEK", "articles": [ARTICLE]}
RETURN = {"reference": "r", "member": "m", "amount": 100, "currency": "SEK"}
ADJUSTMENT = {"reference": ".", "points": 1, "reason": "goodwill"}
FREEZE = {"reference": ".", "from_month": "2026-03", "until_month": "2026-04", "reason": "illness"}
VOUCHER = {"reference": ".", "amount": 100, "expires_at": "2026-05-01T00:00:00Z"}
ORDERS, MEMBER = "/v1/checkout/orders", "/v1/members/m"

BODIES: list[tuple[str, str, dict[str, Any], str]] = [
    ("shop", ORDERS, {**ORDER, "order_id": "."}, "order_id"),
    ("shop", ORDERS, {**ORDER, "source": "."}, "source"),
    ("shop", ORDERS, {**ORDER, "member": "."}, "member"),
    ("shop", ORDERS, {**ORDER, "lines": [{**LINE, "id": "."}]}, "lines[0].id"),
    ("shop", ORDERS, {**ORDER, "lines": [{**LINE, "article": "."}]}, "lines[0].article"),
    ("shop", "/v1/checkout/quotes", {**BASKET, "vouchers": ["."]}, "vouchers[0]"),
    ("shop", "/v1/checkout/prices", PRICES, "articles[0].article"),
    ("shop", f"{ORDERS}/web:1/refunds", {"reference": "."}, "reference"),
    ("shop", "/v1/checkout/returns", {**RETURN, "reference": "."}, "reference"),
    ("shop", "/v1/members", {"customer_id": "."}, "customer_id"),
    ("shop", "/v1/members/sessions", {"customer_id": "."}, "customer_id"),
    ("shop", f"{MEMBER}/vouchers", VOUCHER, "reference"),
    ("staff", f"{MEMBER}/adjustments", ADJUSTMENT, "reference"),
    ("staff", f"{MEMBER}/freezes", FREEZE, "reference"),
]  # fmt: skip
PATHS = [
    ("GET", "/v1/checkout/orders/web:.", "order"),
    ("GET", "/v1/checkout/orders/.:1/explanation", "order"),
    ("GET", "/v1/members/.", "member"),
    ("GET", "/v1/members/./card", "member"),
    ("PUT", f"{MEMBER}/offers/.", "offer"),
]
DOTS = pytest.mark.parametrize("dots", [".", ".."])


@DOTS
@pytest.mark.parametrize(("as_", "path", "body", "field"), BODIES)
def test_dots_alone_are_no_id_in_a_body(
    time: Clock, as_: str, path: str, body: dict[str, Any], field: str, dots: str
) -> None:
    assert_refused(a_shop().call("POST", path, with_dots(body, dots), as_=as_), field)


def with_dots(value: Any, dots: str) -> Any:
    if isinstance(value, dict):
        return {name: with_dots(inner, dots) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_dots(inner, dots) for inner in value]
    return dots if value == "." else value


@DOTS
@pytest.mark.parametrize(("method", "path", "field"), PATHS)
def test_dots_alone_are_no_id_in_a_path(
    time: Clock, method: str, path: str, field: str, dots: str
) -> None:
    path = path.replace(".:", f"{dots}:").replace(":.", f":{dots}").replace("/.", f"/{dots}")
    assert_refused(a_shop().call(method, path), field)


def assert_refused(answer: Answer, field: str) -> None:
    assert (answer.status, answer.code) == (422, "invalid_field"), answer.text
    assert answer.json["field"] == field


@pytest.mark.parametrize("id", ["a", ".a", "..a", "a..", "1.2", "-", "_", "." * 63 + "a", "a" * 64])
def test_dots_beside_something_else_are(time: Clock, id: str) -> None:
    shop = a_shop()
    assert commit(shop, id) == (201, f"web:{id}")
    assert shop.call("GET", f"/v1/checkout/orders/web:{id}").status == 200


def commit(shop: Shop, id: str) -> tuple[int, str]:
    answer = shop.call("POST", ORDERS, {**ORDER, "order_id": id, "member": a_member(shop)})
    return answer.status, answer.json["order"]


@pytest.mark.parametrize("id", ["", "a" * 65, "." * 65 + "a"])
def test_an_id_has_sixty_four_characters_at_most(time: Clock, id: str) -> None:
    assert_refused(a_shop().call("POST", ORDERS, {**ORDER, "order_id": id}), "order_id")
