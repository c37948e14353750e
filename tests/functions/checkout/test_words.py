"""What is said of points, caps, vouchers and forecasts: true, and in the words of then."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund.rules.programme import (
    Cap,
    EarnRule,
    Match,
    MemberPrice,
    Pay,
    PointRules,
    PriceCut,
    Rate,
    Text,
)
from tests.builders import Clock, Shop, a_member, a_programme, a_shop, a_voucher

NAME: Text = {"sv": "Namn", "en": "Name"}
ENGLISH = {"accept-language": "en"}
QUOTES, ORDERS = "/v1/checkout/quotes", "/v1/checkout/orders"
LINE = {"id": "1", "article": "boots", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500}


def basket(member: str | None, **more: Any) -> dict[str, Any]:
    return {"currency": "SEK", "member": member, "lines": [LINE], **more}


def paying(shop: Shop, lots: dict[str, int], points: int) -> Any:
    body = basket(a_member(shop, lots=lots), spend_points=points)
    return shop.call("POST", QUOTES, body, headers=ENGLISH).json


@pytest.mark.parametrize(
    ("has", "asked", "said"),
    [
        (1_000, 10, "Here you can pay with up to 40 points: at least 20, in steps of 20."),
        (1_000, 30, "Here you can pay with up to 40 points: at least 20, in steps of 20."),
        (1_000, 60, "Here you can pay with up to 40 points: at least 20, in steps of 20."),
        (10, 20, "You do not have that many points to pay with."),
    ],
)
def test_asking_for_points_that_will_not_do_says_which_will(
    time: Clock, has: int, asked: int, said: str
) -> None:
    pay = Pay(Rate(1, 100), minimum=20, step=20, share=50)
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(1, 100), pay=pay)))
    answer = paying(shop, {">never": has}, asked)
    assert (answer["code"], answer["detail"]) == ("points_not_enough", said)


def test_where_points_pay_for_nothing_that_is_said(time: Clock) -> None:
    assert paying(a_shop(), {">never": 500}, 100)["detail"] == "Points cannot pay here."


@pytest.mark.parametrize(("field", "value"), [("vouchers", ["v1"]), ("spend_points", 100)])
def test_a_guest_has_neither_vouchers_nor_points(time: Clock, field: str, value: Any) -> None:
    answer = a_shop().call("POST", QUOTES, basket(None, **{field: value}))
    assert (answer.status, answer.json["field"]) == (422, field)


def test_an_explanation_says_which_points_a_cap_kept_back(time: Clock) -> None:
    rule = EarnRule("each", NAME, points_per_unit=50, cap=Cap(order=30))
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(1, 100), rules=[rule])))
    shop.call("POST", ORDERS, basket(a_member(shop), order_id="1"))
    answer = shop.call("GET", f"{ORDERS}/web:1/explanation", headers=ENGLISH).json
    assert answer["capped"] == ["each"]
    said = answer["rules"][0]
    assert (said["code"], said["text"]) == (
        "capped",
        "You have had as many points as the rule gives.",
    )


def test_a_cap_on_everything_is_explained_as_well(time: Clock) -> None:
    points = PointRules(earn=Rate(1, 100), cap=Cap(order=70))
    shop = a_shop(programme=a_programme(points=points))
    shop.call("POST", ORDERS, basket(a_member(shop), order_id="1"))
    answer = shop.call("GET", f"{ORDERS}/web:1/explanation").json
    assert (answer["points"]["total"], answer["capped"]) == (70, ["base"])


@pytest.mark.parametrize(
    ("points", "reason", "said"),
    [
        (-40, "complaint", "Adjustment"),
        (-1, "goodwill", "Adjustment"),
        (-1, "correction", "Correction"),
        (5, "goodwill", "A gift from us"),
    ],
)
def test_points_that_are_taken_are_called_no_gift(
    time: Clock, points: int, reason: str, said: str
) -> None:
    shop = a_shop()
    member = a_member(shop, lots={">never": 100})
    body = {"reference": "r", "points": points, "reason": reason}
    shop.call("POST", f"/v1/members/{member}/adjustments", body, as_="staff")
    statement = shop.call("GET", f"/v1/members/{member}/statement", headers=ENGLISH).json
    assert statement["lines"][0]["text"] == said


def test_a_receipt_has_the_names_and_the_day_of_its_order(time: Clock) -> None:
    time.set(datetime(2026, 1, 4, 23, 30, tzinfo=UTC))  # half past midnight in Stockholm
    cheap = MemberPrice("cheap", NAME, Match(articles=["boots"]), {"*": PriceCut(10)})
    points = PointRules(earn=Rate(1, 100), pending_days=0)
    shop = a_shop(programme=a_programme(points=points, prices=[cheap]))
    member = a_member(shop)
    voucher = a_voucher(shop, member, amount=1_000)
    quoted = shop.call("POST", QUOTES, basket(member, vouchers=[voucher])).json
    shop.publish(a_programme())
    order = basket(member, order_id="1", quote=quoted["quote"])
    first = shop.call("POST", ORDERS, order, headers=ENGLISH).json
    later = shop.call("POST", f"{ORDERS}/web:1/confirmation", headers=ENGLISH).json
    for receipt in (first, later):
        assert [each["name"] for each in receipt["benefits"]] == ["Name", "Voucher"]
        assert receipt["text"] == "You saved SEK\u00a020. You got 80 points."


def test_amounts_of_the_programme_in_a_foreign_basket_name_their_currency(time: Clock) -> None:
    shop = a_shop(programme=a_programme(rates={"EUR": 11_000_000}))
    member = a_member(shop)
    a_voucher(shop, member, amount=1_000)
    quoted = shop.call("POST", QUOTES, {**basket(member), "currency": "EUR"}).json
    assert quoted["vouchers"][0]["currency"] == quoted["tier"]["currency"] == "SEK"


def test_a_forecast_says_from_when_what_is_bought_keeps_the_tier(time: Clock) -> None:
    shop = a_shop(programme=a_programme())
    member = a_member(shop)
    boots = {**LINE, "unit_price": 400_000, "charged": 400_000}
    order = {**basket(member), "lines": [boots], "paid": True}

    def forecast() -> Any:
        path = f"/v1/members/{member}/ladder"
        return shop.call("GET", path, headers=ENGLISH).json["forecast"]

    shop.call("POST", ORDERS, {**order, "order_id": "1"})
    said = "Spend SEK\u00a03,000 from 1 April 2026 to 31 March 2027 to stay Silver."
    assert forecast()["text"] == said
    time.advance(days=30)
    assert forecast()["text"] == "Spend SEK\u00a03,000 by 31 March 2027 to stay Silver."


def test_where_there_are_no_tiers_a_gallery_has_none(time: Clock) -> None:
    shop = a_shop(programme=a_programme(tiers=None))
    body = {"currency": "SEK", "articles": [{"article": "a", "price": 100, "vat_rate": 0}]}
    assert shop.call("POST", "/v1/checkout/prices", body, as_=a_member(shop)).json["tier"] is None
