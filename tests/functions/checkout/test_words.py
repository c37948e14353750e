"""What is said of points, caps, vouchers and forecasts: true, and in the words of then."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund.rules.programme import (
    AmountOff,
    Cap,
    EarnRule,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PointRules,
    PriceCut,
    Rate,
    Text,
    When,
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


def explained(shop: Shop, order: str = "1", language: str = "en") -> Any:
    path = f"{ORDERS}/web:{order}/explanation"
    return shop.call("GET", path, headers={"accept-language": language}).json


FIRST_SHOES = EarnRule(
    "welcome",
    NAME,
    match=Match(articles=["shoes"]),
    points_per_order=100,
    when=When(first_order=True),
)


def a_shop_welcoming_shoes(*more: EarnRule) -> Shop:
    points = PointRules(earn=Rate(1, 100), rules=[FIRST_SHOES, *more])
    return a_shop(programme=a_programme(points=points))


def test_a_first_order_of_which_nothing_matches_is_not_told_that_it_was_none(time: Clock) -> None:
    shop = a_shop_welcoming_shoes()
    shop.call("POST", ORDERS, basket(a_member(shop), order_id="1"))
    [said] = explained(shop)["rules"]
    assert (said["code"], said["text"]) == (
        "nothing_matched",
        "Nothing that you bought was part of it.",
    )


def test_a_rule_for_first_orders_applies_to_the_first_and_tells_the_second(time: Clock) -> None:
    shop = a_shop_welcoming_shoes()
    member, shoes = a_member(shop), [{**LINE, "article": "shoes"}]
    for order in ("1", "2"):
        shop.call("POST", ORDERS, {**basket(member, order_id=order), "lines": shoes})
    first, second = (explained(shop, order)["rules"][0] for order in ("1", "2"))
    assert (first["code"], first["text"]) == ("applied", None)
    assert (second["code"], second["text"]) == (
        "first_order_only",
        "It was only for your first order.",
    )


def test_a_rule_that_another_stands_before_is_beaten_in_a_first_order_too(time: Clock) -> None:
    alone = EarnRule("alone", NAME, multiplier=200, exclusive=True)
    shop = a_shop_welcoming_shoes(alone)
    lines = [{**LINE, "article": "shoes"}]
    shop.call("POST", ORDERS, {**basket(a_member(shop), order_id="1"), "lines": lines})
    assert [rule["code"] for rule in explained(shop)["rules"]] == ["beaten", "applied"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "Bara medlemmar får poäng, och det här köpte en gäst."),
        ("nb", "Bare medlemmer får poeng, og dette kjøpte en gjest."),
        ("da", "Kun medlemmer får point, og dette købte en gæst."),
        ("fi", "Vain jäsenet saavat pisteitä, ja tämän osti vieras."),
        ("en", "Only members get points, and a guest bought this."),
    ],
)
def test_a_guest_is_told_that_nothing_applied(time: Clock, language: str, said: str) -> None:
    rule = EarnRule("double-tuesday", NAME, multiplier=200, when=When(weekdays=["tue"]))
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(1, 100), rules=[rule])))
    shop.call("POST", ORDERS, basket(None, order_id="1"))  # on a Tuesday
    answer = explained(shop, language=language)
    [why] = answer["rules"]
    assert (why["code"], why["lines"], why["text"]) == ("guest", [], said)
    assert answer["points"]["total"] == 0
    [line] = answer["lines"]
    assert (line["earns_on"], line["factor"], line["text"]) == (0, 0, said)


def test_of_a_finished_order_nothing_is_said_that_could_still_be_done(time: Clock) -> None:
    in_store = When(channels=["store"])
    rule = EarnRule("store", NAME, multiplier=200, when=in_store)
    offers = [
        Offer("web-only", NAME, AmountOff(100), when=in_store),
        Offer("more", NAME, AmountOff(100), min_amount=15_000),
        Offer("button", NAME, AmountOff(100), switch_on=True),
    ]
    points = PointRules(earn=Rate(1, 100), rules=[rule])
    shop = a_shop(programme=a_programme(points=points, offers=offers))
    shop.call("POST", ORDERS, basket(a_member(shop), order_id="1"))
    answer = explained(shop)
    assert [(one["code"], one["text"]) for one in answer["rules"]] == [
        ("channel_only", "It did not apply where you shopped."),
    ]
    assert [(one["code"], one["text"]) for one in answer["missed"]] == [
        ("switch_on", "The offer was not switched on."),
        ("channel_only", "The offer did not apply where you shopped."),
        ("amount_missing", "Spending SEK\u00a050 more would have given you this offer."),
    ]
    assert not any(one["can_switch_on"] for one in answer["missed"])


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
