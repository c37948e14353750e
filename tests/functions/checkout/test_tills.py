"""What a till's key may do at the checkout, and what it may spend."""

from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.programme import Pay, PointRules, Rate
from stamkund.tables import shops
from tests.at_the_till import LINE, Till, answers
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, a_voucher, everything_kept
from tests.members import a_member, the_account

PAYING = PointRules(earn=Rate(1, 100), pending_days=0, pay=Pay(value=Rate(1, 100)))
PHONE = "+46701740600"


@pytest.fixture
def shop(time: Clock) -> Shop:
    shop = a_shop(programme=a_programme(points=PAYING))
    shop.keys["lund"] = shops.add_key(shop.id, "till", store="lund")
    return shop


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def lund(shop: Shop) -> Till:
    return Till(shop, "lund", "lund")


@pytest.fixture
def jonas(shop: Shop) -> str:
    member = a_member(shop, points={">never": 500}, phone=PHONE)
    a_voucher(shop, member)
    return member


def typed(till: Till) -> str:
    return str(till.find(phone=PHONE).json["identification"])


def scanned(till: Till, member: str) -> str:
    return str(till.scan(member).json["identification"])


def confirmed(till: Till, member: str, order: str, **what: Any) -> str:
    asked = till.ask(member, order, **what)
    assert answers(till.shop, asked, "confirmed").status == 200
    return str(till.hear(asked).json["identification"])


def balance(shop: Shop, member: str) -> int:
    return sum(the_account(shop, member).lots.values())


# Its store


def test_what_a_till_sells_is_its_stores(till: Till) -> None:
    sold = till.commit("17").json
    assert (sold["order"], sold["store"]) == (f"{till.store}:17", till.store)
    assert till.commit("17").headers["idempotent-replayed"] == "true"


def test_a_till_cannot_sell_for_another_source(till: Till) -> None:
    answer = till.commit("17", source="web")
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", "source")
    assert till.commit("17", source=till.store).status == 201


def test_a_shops_server_sells_for_no_store(shop: Shop) -> None:
    sold = Till(shop, "shop").commit("17").json
    assert (sold["order"], sold["store"]) == ("web:17", None)


def test_a_till_confirms_and_cancels_what_its_own_store_began(till: Till, lund: Till) -> None:
    for order in ("1", "2"):
        lund.commit(order)
    for what in ("confirmation", "cancellation"):
        answer = till.call("POST", f"/v1/checkout/orders/lund:1/{what}")
        absent = till.call("POST", f"/v1/checkout/orders/lund:9/{what}")
        assert (answer.status, answer.code) == (absent.status, absent.code)
        assert answer.code == "order_not_found"
    assert lund.call("POST", "/v1/checkout/orders/lund:1/confirmation").status == 200
    assert lund.call("POST", "/v1/checkout/orders/lund:2/cancellation").status == 200


def test_goods_come_back_to_any_store_and_the_refund_says_to_which(till: Till, lund: Till) -> None:
    lund.commit("1", paid=True, lines=[{**LINE, "charged": 100_000}])
    path = "/v1/checkout/orders/lund:1/refunds"
    back = till.call("POST", path, {"reference": "r1"}).json
    assert back["refund"]["store"] == till.store
    receipt = till.shop.call("GET", "/v1/checkout/orders/lund:1").json
    assert (receipt["store"], receipt["refunds"][0]["store"]) == ("lund", till.store)


def test_what_was_sold_while_the_line_was_down_is_its_stores(till: Till, time: Clock) -> None:
    order = {"order_id": "1", "currency": "SEK", "paid": True, "occurred_at": time.now.isoformat()}
    order["lines"] = [{**LINE, "charged": 100_000}]
    foreign = {**order, "order_id": "2", "source": "lund"}
    answer = till.call("POST", "/v1/checkout/batches", {"orders": [order, foreign]}).json
    first, second = answer["answers"]
    assert (first["outcome"], first["receipt"]["store"]) == ("committed", till.store)
    assert second["problem"] == {"code": "invalid_field", "field": "source"}


# What was typed


@pytest.mark.parametrize(
    ("wish", "field"), [({"spend_points": 100}, "spend_points"), ({"vouchers": ["v1"]}, "vouchers")]
)
@pytest.mark.parametrize("by", ["identification", "member"])
def test_a_typed_number_spends_nothing(
    till: Till, jonas: str, wish: dict[str, Any], field: str, by: str
) -> None:
    who = {"identification": typed(till), "member": jonas}[by]
    before = everything_kept()
    answer = till.quote(**{by: who}, **wish)
    assert (answer.status, answer.code) == (403, "confirmation_needed")
    assert answer.json["field"] == field
    assert everything_kept() == before


@pytest.mark.parametrize("by", ["identification", "member"])
def test_a_typed_number_earns(till: Till, jonas: str, by: str) -> None:
    who = {"identification": typed(till), "member": jonas}[by]
    quoted = till.quote(**{by: who}).json
    assert quoted["points"]["total"] == 1_000
    sold = till.commit("1", member=jonas, quote=quoted["quote"]).json
    assert sold["points"]["total"] == 1_000


# What was scanned


def test_a_scanned_card_spends(till: Till, jonas: str) -> None:
    quoted = till.quote(identification=scanned(till, jonas), spend_points=100, vouchers=["v1"]).json
    assert quoted["total"]["by_points"] == 10_000
    sold = till.commit("1", member=jonas, quote=quoted["quote"])
    assert (sold.status, sold.json["points_spent"]) == (201, 100)


def test_a_scan_holds_for_ten_minutes(till: Till, jonas: str, time: Clock) -> None:
    token = scanned(till, jonas)
    time.advance(minutes=9, seconds=59)
    assert till.quote(identification=token, spend_points=100).status == 200
    time.advance(seconds=1)
    late = till.quote(identification=token)
    assert (late.status, late.code) == (409, "identification_expired")


def test_a_scan_in_one_store_is_worth_nothing_in_another(
    till: Till, lund: Till, jonas: str
) -> None:
    answer = lund.quote(identification=scanned(till, jonas))
    assert (answer.status, answer.code) == (422, "identification_invalid")
    other = a_shop(programme=a_programme(points=PAYING))
    assert Till(other).quote(identification=scanned(till, jonas)).code == "identification_invalid"


def test_an_identification_cannot_be_made_up_or_changed(till: Till, jonas: str) -> None:
    content, _, signature = typed(till).rpartition(".")
    _, _, better = scanned(till, jonas).rpartition(".")
    for token in (f"{content}.{better}", f"{content}A.{signature}", "x", "."):
        answer = till.quote(identification=token)
        assert (answer.status, answer.code) == (422, "identification_invalid")


def test_it_is_either_a_member_or_an_identification(till: Till, jonas: str) -> None:
    answer = till.quote(identification=typed(till), member=jonas)
    assert (answer.status, answer.json["field"]) == (422, "identification")
    body = {"currency": "SEK", "lines": [LINE], "identification": typed(till)}
    for as_ in ("storefront", jonas):
        refused = till.shop.call("POST", "/v1/checkout/quotes", body, as_=as_)
        assert (refused.status, refused.code) == (403, "forbidden")


def test_a_server_that_quotes_for_its_tills_is_held_to_what_was_typed(
    shop: Shop, jonas: str
) -> None:
    server = Till(shop, "shop")
    assert server.quote(identification=typed(server), spend_points=100).code == (
        "confirmation_needed"
    )
    assert server.quote(identification=scanned(server, jonas), spend_points=100).status == 200
    assert server.quote(member=jonas, spend_points=100).status == 200


# What was confirmed


def test_what_the_member_confirms_is_spent_on_that_order(till: Till, jonas: str) -> None:
    token = confirmed(till, jonas, "7", points=100, vouchers=["v1"])
    quoted = till.quote(identification=token, spend_points=100, vouchers=["v1"]).json
    sold = till.commit("7", member=jonas, quote=quoted["quote"])
    assert (sold.status, sold.json["points_spent"]) == (201, 100)
    assert balance(till.shop, jonas) == 400 + sold.json["points"]["total"]


def test_on_another_order_it_is_worth_nothing(till: Till, jonas: str) -> None:
    token = confirmed(till, jonas, "7", points=100)
    quote = till.quote(identification=token, spend_points=100).json["quote"]
    answer = till.commit("8", member=jonas, quote=quote)
    assert (answer.status, answer.code) == (422, "quote_invalid")


def test_one_confirmation_pays_once(till: Till, jonas: str) -> None:
    token = confirmed(till, jonas, "7", points=100)
    quotes = [till.quote(identification=token, spend_points=100).json["quote"] for _ in range(2)]
    first = till.commit("7", member=jonas, quote=quotes[0])
    again = till.commit("7", member=jonas, quote=quotes[1])
    assert (first.status, again.status) == (201, 200)
    dearer = {**LINE, "unit_price": 200_000}
    quoted = till.quote(identification=token, spend_points=100, lines=[dearer]).json
    other = till.commit("7", member=jonas, quote=quoted["quote"], lines=[dearer])
    assert (other.status, other.code) == (409, "order_mismatch")
    till.call("POST", f"/v1/checkout/orders/{till.store}:7/cancellation")
    assert till.commit("7", member=jonas, quote=quotes[1]).json["status"] == "cancelled"
    assert balance(till.shop, jonas) == 500


@pytest.mark.parametrize("wish", [{"spend_points": 101}, {"vouchers": ["v1"]}])
def test_no_more_is_spent_than_was_confirmed(till: Till, jonas: str, wish: dict[str, Any]) -> None:
    token = confirmed(till, jonas, "7", points=100)
    answer = till.quote(identification=token, **wish)
    assert (answer.status, answer.code) == (403, "confirmation_needed")
    assert answer.json["params"] == {"points": 100, "vouchers": []}
    assert till.quote(identification=token, spend_points=50).status == 200


def test_a_confirmation_is_worth_nothing_in_another_store(
    till: Till, lund: Till, jonas: str
) -> None:
    token = confirmed(till, jonas, "7", points=100)
    assert lund.quote(identification=token).code == "identification_invalid"


# Quotes of others


def test_a_till_commits_no_quote_that_was_not_given_to_its_store(
    till: Till, lund: Till, jonas: str
) -> None:
    web = till.shop.call(
        "POST",
        "/v1/checkout/quotes",
        {"currency": "SEK", "lines": [LINE], "channel": "store", "spend_points": 100},
        as_=jonas,
    ).json["quote"]
    far = lund.quote(identification=scanned(lund, jonas), spend_points=100).json["quote"]
    for quote in (web, far):
        for paid in ({}, {"paid": True, "lines": [{**LINE, "charged": 90_000}]}):
            answer = till.commit("1", member=jonas, quote=quote, **paid)
            assert (answer.status, answer.code) == (422, "quote_invalid")


def test_a_quote_of_a_till_is_none_of_the_shops_server(till: Till, jonas: str) -> None:
    quote = till.quote(identification=scanned(till, jonas)).json["quote"]
    assert Till(till.shop, "shop").commit("1", member=jonas, quote=quote).code == "quote_invalid"


def test_a_fresh_quote_of_a_refusal_can_be_committed(till: Till, jonas: str, time: Clock) -> None:
    old = till.quote(identification=scanned(till, jonas)).json["quote"]
    time.advance(hours=1)
    refused = till.commit("1", member=jonas, quote=old)
    assert refused.code == "quote_expired"
    fresh = refused.json["params"]["fresh_quote"]["quote"]
    assert till.commit("1", member=jonas, quote=fresh).status == 201


def test_what_a_session_and_a_server_spend_is_as_it_was(shop: Shop, jonas: str) -> None:
    body = {"currency": "SEK", "lines": [LINE], "spend_points": 100}
    quoted = shop.call("POST", "/v1/checkout/quotes", body, as_=jonas).json
    order = {"order_id": "1", "currency": "SEK", "lines": [LINE], "member": jonas}
    sold = shop.call("POST", "/v1/checkout/orders", {**order, "quote": quoted["quote"]})
    assert (sold.status, sold.json["points_spent"], sold.json["store"]) == (201, 100, None)


def test_a_guest_at_a_till_has_nothing_to_spend(till: Till) -> None:
    assert till.quote().status == 200
    answer: Answer = till.quote(spend_points=1)
    assert (answer.status, answer.code) == (422, "invalid_field")


def test_without_points_that_pay_nobody_can_be_asked_to_spend_any(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=replace(PAYING, pay=None)))
    member = a_member(shop, points={">never": 500})
    assert Till(shop).ask(member, points=100).code == "points_not_enough"
