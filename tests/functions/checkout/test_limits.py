"""The largest, the longest and the oddest that may be asked for."""

import random
from typing import Any

import pytest

from stamkund.rules.programme import (
    EarnRule,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Programme,
    Rate,
    Text,
)
from tests.builders import Answer, Clock, Shop, a_member, a_programme, a_shop, a_voucher
from tests.samples import Club

QUOTES, ORDERS = "/v1/checkout/quotes", "/v1/checkout/orders"


def a_line(id: object = 1, **changes: Any) -> dict[str, Any]:
    usual = {"id": str(id), "article": f"a{id}", "quantity": 1, "unit_price": 10_000}
    return {**usual, "vat_rate": 2500, **changes}


def a_basket(member: str | None, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"currency": "SEK", "member": member, "lines": list(lines) or [a_line()], **more}


@pytest.mark.parametrize(
    ("rate", "price"), [(Rate(10**9, 1), 10**10), (Rate(1, 100), 10**10), (Rate(10**9, 1), 10**6)]
)
def test_beyond_all_reason_is_refused_and_no_fault(time: Clock, rate: Rate, price: int) -> None:
    shop = a_shop(programme=a_programme(points=PointRules(earn=rate)))
    member = a_member(shop)
    lines = [a_line(n, quantity=10_000, unit_price=price) for n in range(200)]
    for path, more in ((QUOTES, {}), (ORDERS, {"order_id": "1"})):
        answer = shop.call("POST", path, a_basket(member, *lines, **more))
        assert (answer.status, answer.code, answer.json["field"]) == (
            422,
            "basket_too_large",
            "lines",
        )


DEAR = a_line(quantity=100, unit_price=10**10, charged=10**12)


def test_what_was_charged_beyond_all_reason_is_refused(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(10**9, 1))))
    order = a_basket(a_member(shop), DEAR, order_id="1", paid=True)
    assert shop.call("POST", ORDERS, order).code == "basket_too_large"


def test_a_return_beyond_all_reason_is_refused(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(10**9, 1))))
    body = {"reference": "r", "member": a_member(shop), "amount": 10**12, "currency": "SEK"}
    answer = shop.call("POST", "/v1/checkout/returns", body)
    assert (answer.code, answer.json["field"]) == ("basket_too_large", "amount")


def test_of_a_batch_only_what_is_beyond_reason_is_refused(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(10**6, 1))))
    order = {**a_basket(a_member(shop)), "paid": True, "occurred_at": "2026-03-10T11:00:00Z"}
    orders = [
        {**order, "order_id": str(line["charged"]), "lines": [line]}
        for line in (DEAR, a_line(charged=10))
    ]
    answers = shop.call("POST", "/v1/checkout/batches", {"orders": orders}).json["answers"]
    assert [each["outcome"] for each in answers] == ["refused", "committed"]
    assert answers[0]["problem"]["code"] == "basket_too_large"


def a_rich_programme() -> Programme:
    name: Text = {"sv": "x", "en": "x"}
    groups = ["a", "b", "c", "d"]
    return a_programme(
        groups=groups,
        points=PointRules(
            earn=Rate(1, 100),
            pay=Pay(Rate(1, 10)),
            rules=[
                EarnRule(f"r{n}", name, Match(categories=[f"c{n % 10}"]), points_per_unit=n + 1)
                for n in range(50)
            ],
        ),
        prices=[
            MemberPrice(f"p{n}", name, Match(brands=[f"b{n}"]), {"*": PriceCut(5 + n)})
            for n in range(10)
        ],
        offers=[
            Offer(
                f"o{n}",
                name,
                PercentOff(10 + n % 20),
                group=groups[n % 4],
                match=Match(categories=[f"c{n % 10}"]),
            )
            for n in range(50)
        ],
    )


def test_a_basket_of_200_lines_under_100_rules_is_committed_as_quoted(time: Clock) -> None:
    shop, chance = a_shop(programme=a_rich_programme()), random.Random(1)
    member = a_member(shop, lots={">never": 10**6}, voucher=10_000)
    lines = [
        a_line(
            n,
            unit_price=chance.randint(100, 10**6),
            quantity=chance.randint(1, 20),
            category=f"c{n % 10}",
            brand=f"b{n % 10}",
        )
        for n in range(200)
    ]
    wish = {"vouchers": ["v1"], "spend_points": 5_000}
    quoted = shop.call("POST", QUOTES, a_basket(member, *lines, **wish)).json
    order = a_basket(member, *lines, order_id="1", quote=quoted["quote"])
    receipt = shop.call("POST", ORDERS, order)
    assert receipt.status == 201
    assert receipt.json["total"]["charged"] == quoted["total"]["to_pay"]


@pytest.mark.parametrize(("count", "status"), [(200, 200), (201, 422)])
def test_a_basket_has_at_most_200_lines(time: Clock, count: int, status: int) -> None:
    shop = a_shop()
    answer = shop.call("POST", QUOTES, a_basket(None, *(a_line(n) for n in range(count))))
    assert answer.status == status


def refund(shop: Shop, order: str, reference: str) -> Answer:
    return shop.call("POST", f"{ORDERS}/{order}/refunds", {"reference": reference})


def test_ids_that_read_the_same_when_put_together_are_two(time: Clock) -> None:
    """Refund 2.3 of order 1 and refund 3 of order 1.2, at the same instant."""
    shop = a_shop()
    member = a_member(shop)
    for order in ("1", "1.2"):
        body = a_basket(member, a_line(charged=10_000), order_id=order, paid=True)
        assert shop.call("POST", ORDERS, body).status == 201
    assert refund(shop, "web:1", "2.3").status == 201
    assert refund(shop, "web:1.2", "3").status == 201


def test_a_return_without_receipt_is_no_order_to_be_returned(time: Clock) -> None:
    club = Club()
    club.run("checkout/return_without_receipt")
    key = "return:till-3-return-88"
    assert club.shop.call("GET", f"{ORDERS}/{key}").json["lines"] == []
    assert refund(club.shop, key, "again").code == "refund_too_large"
    assert club.shop.call("POST", f"{ORDERS}/{key}/cancellation").code == "order_closed"


def test_a_voucher_named_twice_counts_once(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    a_voucher(shop, member, amount=1_000)
    quoted = shop.call("POST", QUOTES, a_basket(member, vouchers=["v1", "v1"])).json
    assert quoted["total"]["saved"] == 1_000


def test_a_voucher_is_the_members_who_has_it(time: Clock) -> None:
    shop = a_shop()
    a_voucher(shop, a_member(shop), amount=1_000)
    answer = shop.call("POST", QUOTES, a_basket(a_member(shop), vouchers=["v1"]))
    assert (answer.code, answer.json["field"]) == ("voucher_not_open", "vouchers[0]")
