"""Prices, receipts and explanations, as each of those who may ask for them sees them."""

from typing import Any

import pytest

from tests.builders import Answer, Clock
from tests.samples import Club, sample

PRICES = "checkout/prices"
RECEIPT = "/v1/checkout/orders/web:1001"


@pytest.fixture
def club(time: Clock) -> Club:
    club = Club()
    club.run("checkout/confirm")
    return club


def prices(club: Club, as_: str, **changes: Any) -> Answer:
    body = {**sample(PRICES).body, **changes}
    return club.shop.call("POST", "/v1/checkout/prices", body, as_=as_)


@pytest.mark.parametrize("as_", ["shop", "storefront"])
def test_a_guest_is_shown_the_shops_prices_and_what_members_pay(club: Club, as_: str) -> None:
    answer = prices(club, as_, member=None).json
    assert (answer["tier"], answer["next_tier"]) == (None, None)
    shoe = answer["articles"][0]
    assert (shoe["guest"], shoe["mine"], shoe["member"]) == (129_900, 129_900, 123_405)
    assert shoe["lowest_price_30_days"] == 119_900


def test_a_session_and_the_shop_are_shown_the_same_prices_for_a_member(club: Club) -> None:
    mine = prices(club, club.member, member=None)
    assert mine.json == prices(club, "shop").json
    shoe = mine.json["articles"][0]
    assert (mine.json["tier"], shoe["mine"], shoe["guest"]) == ("silver", 116_910, 129_900)


def test_a_storefront_names_no_member_and_a_session_no_other(club: Club) -> None:
    assert prices(club, "storefront").code == "forbidden"
    answer = prices(club, club.member)
    assert (answer.code, answer.json["field"]) == ("invalid_field", "member")


@pytest.mark.parametrize(("count", "status"), [(100, 200), (101, 422), (0, 422)])
def test_a_gallery_has_1_to_100_articles(club: Club, count: int, status: int) -> None:
    article = sample(PRICES).body["articles"][0]
    articles = [{**article, "article": f"a{n}"} for n in range(count)]
    answer = prices(club, "storefront", member=None, articles=articles)
    assert answer.status == status
    assert status != 200 or len(answer.json["articles"]) == count


def test_shop_staff_and_member_are_shown_the_same_receipt(club: Club) -> None:
    shown = [club.shop.call("GET", RECEIPT, as_=as_).json for as_ in ("shop", "staff", club.member)]
    assert shown[0] == shown[1] == shown[2]
    assert (shown[0]["status"], shown[0]["hold_until"]) == ("confirmed", None)


def test_what_a_guest_bought_is_no_members(club: Club) -> None:
    lines = [
        {**line, "charged": line["unit_price"]} for line in sample("checkout/quote").body["lines"]
    ]
    order = {"order_id": "g", "currency": "SEK", "lines": lines, "paid": True}
    assert club.shop.call("POST", "/v1/checkout/orders", order).status == 201
    path = "/v1/checkout/orders/web:g"
    assert club.shop.call("GET", path).json["member"] is None
    for of_it in (path, f"{path}/explanation"):
        assert club.shop.call("GET", of_it, as_=club.member).code == "order_not_found"


@pytest.mark.parametrize(
    ("language", "word"),
    [("sv", "sparade"), ("nb", "sparte"), ("da", "sparede"), ("fi", "Säästit"), ("en", "saved")],
)
def test_a_receipt_speaks_the_readers_language(club: Club, language: str, word: str) -> None:
    headers = {"accept-language": f"{language};q=0.9, xx"}
    assert word in club.shop.call("GET", RECEIPT, headers=headers).json["text"]


def test_a_receipt_is_by_the_rules_of_then(club: Club) -> None:
    before = {
        path: club.shop.call("GET", path).json for path in (RECEIPT, f"{RECEIPT}/explanation")
    }
    later = {**sample("programme/publish_programme").body, "offers": [], "prices": []}
    later["points"] = {"earn": {"points": 9, "amount": 100}}
    assert club.shop.call("POST", "/v1/programme/versions", later).status == 201
    assert {path: club.shop.call("GET", path).json for path in before} == before


@pytest.mark.parametrize("path", ["", "/explanation", "/confirmation", "/cancellation", "/refunds"])
def test_an_order_that_is_not_there_is_not_found(club: Club, path: str) -> None:
    method = "GET" if path in {"", "/explanation"} else "POST"
    body = {"reference": "r"} if path == "/refunds" else None
    answer = club.shop.call(method, f"/v1/checkout/orders/web:none{path}", body)
    assert (answer.status, answer.code) == (404, "order_not_found")


def test_confirming_twice_is_one_confirmation(club: Club) -> None:
    again = club.send("checkout/confirm")
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    assert again.json == club.answers["checkout/confirm"].json


def test_cancelling_twice_is_one_cancellation(time: Clock) -> None:
    club = Club()
    first = club.run("checkout/cancel")
    assert club.send("checkout/cancel").json == first.json
    assert club.send("checkout/confirm").code == "order_closed"


def test_a_receipt_that_is_asked_for_says_what_is_next(club: Club) -> None:
    shown = club.shop.call("GET", RECEIPT, as_=club.member).json["next"]
    ladder = club.shop.call("GET", f"/v1/members/{club.member}/ladder").json
    [above] = [step for step in ladder["steps"] if step["id"] == shown["next"]]
    assert (shown["now"], shown["missing"]) == (ladder["tier"], above["missing"])
    assert shown["text"]
