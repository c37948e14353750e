"""What a shop gets when it quotes, commits, cancels and takes back: ordinary cases and odd ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions.members.settling import settle
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    EarnRule,
    Goods,
    Match,
    MemberPrice,
    Offer,
    Pay,
    PercentOff,
    PointRules,
    PriceCut,
    Rate,
    Text,
    When,
)
from tests.builders import Clock, Shop, a_member, a_programme, a_shop

NAME: Text = {"sv": "Namn", "en": "Name"}
LINES = [
    {"id": "1", "article": "boots", "quantity": 2, "unit_price": 50_000, "vat_rate": 2500},
    {"id": "2", "article": "socks", "quantity": 1, "unit_price": 10_000, "vat_rate": 2500},
]


@pytest.fixture
def shop(time: Clock) -> Shop:
    points = PointRules(earn=Rate(1, 100), pay=Pay(Rate(1, 100)))
    boots = MemberPrice("boots", {"sv": "Kängor"}, Match(articles=["boots"]), {"*": PriceCut(10)})
    tenner = Offer("tenner", {"sv": "10 kr"}, AmountOff(1_000), min_amount=20_000)
    large = Offer("large", {"sv": "En femtedel"}, PercentOff(20), min_amount=500_000)
    return a_shop(programme=a_programme(points=points, prices=[boots], offers=[tenner, large]))


def member_of(shop: Shop) -> str:
    return a_member(shop, lots={">never": 400})


def basket(member: str | None = None, **more: Any) -> dict[str, Any]:
    return {"currency": "SEK", "lines": LINES, "member": member, **more}


def quote(shop: Shop, member: str, **more: Any) -> Any:
    answer = shop.call("POST", "/v1/checkout/quotes", basket(member, **more))
    assert answer.status == 200, answer.text
    return answer.json


def commit(shop: Shop, id: str = "1", **body: Any) -> Any:
    return shop.call("POST", "/v1/checkout/orders", {"order_id": id, **body})


def paid(charged: list[int]) -> list[dict[str, Any]]:
    return [{**line, "charged": money} for line, money in zip(LINES, charged, strict=True)]


def test_a_quote_says_what_each_benefit_takes_and_what_is_missed(shop: Shop) -> None:
    answer = quote(shop, member_of(shop))
    assert {each["id"]: each["amount"] for each in answer["benefits"]} == {
        "boots": 10_000,
        "tenner": 1_000,
    }
    assert answer["total"]["to_pay"] == 99_000 == sum(line["due"] for line in answer["lines"])
    (missed,) = answer["missed"]
    assert (missed["code"], missed["params"]) == ("amount_missing", {"amount": 400_000})


def test_a_guest_pays_the_shops_prices_and_is_promised_nothing(shop: Shop) -> None:
    answer = shop.call("POST", "/v1/checkout/quotes", basket(), as_="storefront").json
    assert (answer["total"]["to_pay"], answer["quote"], answer["benefits"]) == (110_000, None, [])


def test_a_session_is_its_member_and_nobody_else(shop: Shop) -> None:
    member = member_of(shop)
    mine = shop.call("POST", "/v1/checkout/quotes", {**basket(), "member": None}, as_=member)
    assert mine.json["spending"]["available"] == 400
    other = shop.call("POST", "/v1/checkout/quotes", basket(member), as_=member)
    assert (other.status, other.json["field"]) == (422, "member")


def test_a_commit_gives_what_the_quote_promised_and_a_repeat_its_receipt(shop: Shop) -> None:
    member = member_of(shop)
    promise = quote(shop, member, spend_points=100)
    body = basket(member, quote=promise["quote"])
    first, again = commit(shop, **body), commit(shop, **body)
    assert (first.status, again.status) == (201, 200)
    assert first.text == again.text
    assert again.headers["idempotent-replayed"] == "true"
    assert first.json["total"]["charged"] == promise["total"]["to_pay"] == 89_000
    assert first.json["points"]["total"] == promise["points"]["total"] == 890
    assert first.json["promise_kept"]


def test_a_repeat_gets_its_receipt_when_the_quote_has_long_run_out(shop: Shop, time: Clock) -> None:
    member = member_of(shop)
    body = basket(member, quote=quote(shop, member)["quote"])
    first = commit(shop, **body)
    time.advance(days=1)
    assert commit(shop, **body).text == first.text


def test_the_same_order_with_other_content_is_refused(shop: Shop) -> None:
    member = member_of(shop)
    assert commit(shop, **basket(member)).status == 201
    other = commit(shop, **basket(member, lines=LINES[:1]))
    assert (other.status, other.code) == (409, "order_mismatch")


def test_a_quote_for_another_basket_binds_nobody(shop: Shop) -> None:
    member = member_of(shop)
    promise = quote(shop, member)["quote"]
    other = commit(shop, **basket(member, lines=LINES[:1], quote=promise))
    assert (other.status, other.code) == (409, "quote_mismatch")


def test_an_expired_quote_is_refused_with_a_fresh_one(shop: Shop, time: Clock) -> None:
    member = member_of(shop)
    promise = quote(shop, member)["quote"]
    time.advance(hours=1)
    late = commit(shop, **basket(member, quote=promise))
    assert (late.status, late.code) == (409, "quote_expired")
    fresh = late.json["params"]["fresh_quote"]["quote"]
    assert commit(shop, **basket(member, quote=fresh)).status == 201


def test_a_paid_order_that_comes_late_is_bound_to_the_quote_that_held_then(
    shop: Shop, time: Clock
) -> None:
    member = member_of(shop)
    promise = quote(shop, member, spend_points=400)
    charged = [line["due"] - line["by_points"] for line in promise["lines"]]
    sold = time.now
    time.advance(hours=2)
    body = basket(member, quote=promise["quote"], paid=True, lines=paid(charged))
    late = commit(shop, **body, occurred_at=sold.isoformat())
    assert late.json["points_spent"] == 400
    assert late.json["promise_kept"]


def test_points_that_a_quote_no_longer_binds_anybody_to_spend_are_a_shortfall(
    shop: Shop, time: Clock
) -> None:
    member = member_of(shop)
    promise = quote(shop, member, spend_points=400)
    charged = [line["due"] - line["by_points"] for line in promise["lines"]]
    sold = time.now + timedelta(hours=1)
    time.advance(hours=2)
    body = basket(member, quote=promise["quote"], paid=True, lines=paid(charged))
    late = commit(shop, **body, occurred_at=sold.isoformat()).json
    assert (late["points_spent"], late["promise_kept"]) == (0, False)
    (missing,) = late["shortfalls"]
    assert (missing["benefit"], missing["points"], missing["amount"]) == ("points", 400, 40_000)


def test_a_paid_order_says_which_benefit_was_not_given(shop: Shop) -> None:
    order = commit(shop, **basket(member_of(shop), paid=True, lines=paid([100_000, 10_000]))).json
    assert [(each["id"], each["promised"], each["given"]) for each in order["benefits"]] == [
        ("boots", 10_000, 0),
        ("tenner", 1_000, 0),
    ]
    assert order["points"]["total"] == 1_100
    assert {each["benefit"]: each["amount"] for each in order["shortfalls"]} == {
        "boots": 10_000,
        "tenner": 1_000,
    }


def test_what_was_charged_is_said_for_all_lines_or_none(shop: Shop) -> None:
    member = member_of(shop)
    half = commit(shop, **basket(member, paid=True, lines=[paid([1, 1])[0], LINES[1]]))
    assert (half.code, half.json["field"]) == ("charged_missing", "lines[1].charged")
    unpaid = commit(shop, **basket(member, lines=paid([1, 1])))
    assert (unpaid.status, unpaid.json["field"]) == (422, "lines[0].charged")


def test_the_source_of_returns_without_receipt_is_not_for_orders(shop: Shop) -> None:
    answer = commit(shop, **basket(source="return"))
    assert (answer.status, answer.json["field"]) == (422, "source")


def test_a_cancelled_order_was_never_and_the_statement_says_so(shop: Shop) -> None:
    member = member_of(shop)
    promise = quote(shop, member, spend_points=100)["quote"]
    commit(shop, **basket(member, quote=promise))
    cancelled = shop.call("POST", "/v1/checkout/orders/web:1/cancellation")
    again = shop.call("POST", "/v1/checkout/orders/web:1/cancellation")
    assert cancelled.json["status"] == "cancelled"
    assert cancelled.text == again.text
    assert "idempotent-replayed" not in cancelled.headers
    assert again.headers["idempotent-replayed"] == "true"
    points = shop.call("GET", f"/v1/members/{member}/points").json
    assert (points["available"], points["pending"], points["debt"]) == (400, 0, 0)
    lines = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    undone = {line["kind"]: line["reason"] for line in lines if line["points"] != 0}
    assert (undone["reverse"], undone["restore"]) == ("cancelled", "cancelled")


def test_a_cancelled_order_forgives_nothing_even_if_refunds_would(time: Clock) -> None:
    points = PointRules(
        earn=Rate(1, 100), pending_days=0, claw_back="within_balance", pay=Pay(Rate(1, 100))
    )
    shop = a_shop(programme=a_programme(points=points))
    member = a_member(shop)
    commit(shop, "1", **basket(member))
    commit(shop, "2", **basket(member, quote=quote(shop, member, spend_points=1_000)["quote"]))
    shop.call("POST", "/v1/checkout/orders/web:1/cancellation")
    entries = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    assert sum(line["points"] for line in entries if line["order"] == "web:1") == 0


def test_an_unconfirmed_order_cannot_be_refunded_and_a_confirmed_one_not_cancelled(
    shop: Shop,
) -> None:
    commit(shop, **basket(member_of(shop)))
    early = shop.call("POST", "/v1/checkout/orders/web:1/refunds", {"reference": "r"})
    assert (early.status, early.code) == (409, "order_not_confirmed")
    assert shop.call("POST", "/v1/checkout/orders/web:1/confirmation").status == 200
    late = shop.call("POST", "/v1/checkout/orders/web:1/cancellation")
    assert (late.status, late.code) == (409, "order_closed")


def test_a_refund_happens_once_and_parts_add_up_to_the_whole(shop: Shop) -> None:
    commit(shop, **basket(member_of(shop)))
    shop.call("POST", "/v1/checkout/orders/web:1/confirmation")
    path = "/v1/checkout/orders/web:1/refunds"
    part = {"reference": "a", "lines": [{"id": "1", "quantity": 1}]}
    first, again = shop.call("POST", path, part), shop.call("POST", path, part)
    assert (first.status, again.status, again.text) == (201, 200, first.text)
    rest = shop.call("POST", path, {"reference": "b"}).json
    assert first.json["refund"]["amount"] + rest["refund"]["amount"] == 99_000
    assert first.json["refund"]["points"] + rest["refund"]["points"] == 990
    more = shop.call("POST", path, {"reference": "c"})
    assert (more.status, more.code) == (409, "refund_too_large")


def test_a_member_sees_their_own_receipt_and_no_other(shop: Shop) -> None:
    member, other = member_of(shop), member_of(shop)
    commit(shop, **basket(member))
    path = "/v1/checkout/orders/web:1"
    assert shop.call("GET", path, as_=member).json["points"]["total"] == 990
    assert shop.call("GET", path, as_=other).code == "order_not_found"


def test_an_explanation_names_rate_factor_and_reasons(shop: Shop) -> None:
    commit(shop, **basket(member_of(shop)))
    answer = shop.call("GET", "/v1/checkout/orders/web:1/explanation").json
    assert (answer["rate"], answer["rounding"]) == ({"points": 1, "amount": 100}, "floor")
    assert [(line["earns_on"], line["factor"]) for line in answer["lines"]] == [
        (89_100, 100),
        (9_900, 100),
    ]
    assert [missed["code"] for missed in answer["missed"]] == ["amount_missing"]


def test_an_explanation_speaks_of_then_and_of_lines_that_never_earn(time: Clock) -> None:
    over = EarnRule(
        "over", {"en": "June"}, when=When(end=time.now - timedelta(days=1)), multiplier=200
    )
    basis = Basis(excluded=Goods(articles=["socks"]))
    points = PointRules(earn=Rate(1, 100), basis=basis, rules=[over])
    shop = a_shop(programme=a_programme(languages=["en"], points=points))
    commit(shop, **basket(member_of(shop)))
    path = "/v1/checkout/orders/web:1/explanation"
    answer = shop.call("GET", path, headers={"accept-language": "en"}).json
    assert [(line["earns_on"], line["factor"], line["text"]) for line in answer["lines"]] == [
        (100_000, 100, None),
        (0, 0, "This article earns no points."),
    ]
    assert answer["points"]["total"] == 1_000
    assert [(rule["code"], rule["text"]) for rule in answer["rules"]] == [
        ("not_now", "It did not apply when you bought."),
    ]


def test_one_bad_order_in_a_batch_does_not_hold_up_the_others(shop: Shop, time: Clock) -> None:
    member = member_of(shop)
    sold = (time.now - timedelta(days=1)).isoformat()
    orders = [
        {**basket(whose, paid=True, lines=paid([90_000, 10_000])), "order_id": id,
         "source": "till-1", "occurred_at": sold}
        for id, whose in (("1", member), ("2", "nobody"), ("3", None))
    ]  # fmt: skip
    answer = shop.call("POST", "/v1/checkout/batches", {"orders": orders}).json["answers"]
    assert [each["outcome"] for each in answer] == ["committed", "refused", "committed"]
    assert answer[1]["problem"] == {"code": "member_not_found", "field": "member"}
    again = shop.call("POST", "/v1/checkout/batches", {"orders": orders}).json["answers"]
    assert [each["outcome"] for each in again] == ["replayed", "refused", "replayed"]


def test_a_return_without_receipt_takes_what_the_amount_would_earn_once(shop: Shop) -> None:
    member = member_of(shop)
    body = {"reference": "r1", "member": member, "amount": 10_000, "currency": "SEK"}
    first = shop.call("POST", "/v1/checkout/returns", body)
    again = shop.call("POST", "/v1/checkout/returns", body)
    assert (first.status, first.json["points"], again.status) == (201, 100, 200)
    other = shop.call("POST", "/v1/checkout/returns", {**body, "amount": 1})
    assert (other.status, other.code) == (409, "refund_mismatch")
    assert shop.call("GET", f"/v1/members/{member}/points").json["available"] == 300


def test_prices_say_what_guests_members_and_i_pay(shop: Shop) -> None:
    article = {
        "article": "boots",
        "price": 50_000,
        "vat_rate": 2500,
        "lowest_price_30_days": 45_000,
    }
    body = {"currency": "SEK", "articles": [article]}
    guest = shop.call("POST", "/v1/checkout/prices", body, as_="storefront").json["articles"][0]
    mine = shop.call("POST", "/v1/checkout/prices", body, as_=member_of(shop)).json["articles"][0]
    assert (guest["guest"], guest["member"], guest["mine"]) == (50_000, 45_000, 50_000)
    assert (mine["mine"], mine["next_tier"], mine["points"]) == (45_000, 45_000, 450)
    assert mine["lowest_price_30_days"] == 45_000


def test_a_return_without_receipt_takes_what_goods_without_tax_earned(time: Clock) -> None:
    points = PointRules(earn=Rate(1, 100), basis=Basis(tax="excluded"), pending_days=0)
    shop = a_shop(programme=a_programme(points=points))
    member = a_member(shop)
    line = {**LINES[0], "quantity": 1, "unit_price": 12_500}
    commit(shop, member=member, currency="SEK", lines=[line])
    body = {"reference": "r1", "member": member, "amount": 12_500, "currency": "SEK"}
    unknown = shop.call("POST", "/v1/checkout/returns", body)
    assert (unknown.status, unknown.json["field"]) == (422, "vat_rate")
    answer = shop.call("POST", "/v1/checkout/returns", {**body, "vat_rate": 2500})
    assert (answer.json["points"], answer.json["debt"]) == (100, 0)
    ladder = shop.call("GET", f"/v1/members/{member}/ladder").json
    assert (ladder["tier"], ladder["counted"]) == ("bas", 0)


def late(shop: Shop, member: str, sold: datetime, **more: Any) -> Any:
    order = basket(member, paid=True, lines=paid([100_000, 10_000]), occurred_at=sold.isoformat())
    return commit(shop, "late", **order, **more).json


def test_a_late_order_goes_by_the_programme_of_its_time(time: Clock) -> None:
    shop = a_shop(programme=a_programme(points=PointRules(earn=Rate(2, 100))))
    member, sold = a_member(shop), time.now
    time.advance(hours=3)
    cheap = MemberPrice("boots", NAME, Match(articles=["boots"]), {"*": PriceCut(50)})
    shop.publish(a_programme(points=PointRules(earn=Rate(1, 100)), prices=[cheap]))
    time.advance(hours=1)
    receipt = late(shop, member, sold)
    assert (receipt["points"]["total"], receipt["shortfalls"]) == (2_200, [])
    path = "/v1/checkout/orders/web:late/explanation"
    assert shop.call("GET", path).json["programme_version"] == 1


def test_a_late_order_goes_by_the_tier_of_its_time(time: Clock) -> None:
    tiers = a_programme().tiers
    assert tiers
    steps = [replace(step, multiplier=100 * (n + 1)) for n, step in enumerate(tiers.steps)]
    shop = a_shop(programme=a_programme(tiers=replace(tiers, steps=steps)))
    member, sold = a_member(shop), time.now
    time.advance(hours=3)
    commit(shop, "noon", **basket(member, lines=[{**LINES[0], "quantity": 20}]))
    settle(shop.id, member, time.now)
    time.advance(hours=1)
    assert late(shop, member, sold)["points"]["total"] == 1_100
    assert late(shop, member, time.now, source="till")["points"]["total"] == 3_300


def test_a_line_of_a_paid_order_cannot_have_cost_more_than_it_costs(shop: Shop) -> None:
    """A decimal point too far would earn, and lift a tier, ten times over."""
    lines = [{**LINES[0], "charged": 100_000}, {**LINES[1], "charged": 10_001}]
    order = {"order_id": "1", "currency": "SEK", "paid": True, "lines": lines}
    answer = shop.call("POST", "/v1/checkout/orders", order)
    assert (answer.status, answer.json["field"]) == (422, "lines[1].charged")
