"""What went wrong in loyalty programmes that real shops ran, and does not here."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions.members import recalculate_tier
from stamkund.rules.programme import (
    Cap,
    EarnRule,
    Expiry,
    ExtraPoints,
    FreeArticle,
    Offer,
    Pay,
    PercentOff,
    Rate,
    Text,
)
from tests.builders import Clock, a_member, a_programme, a_shop, a_voucher
from tests.reliability.till import Till, basket, club

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
PAY = Pay(value=Rate(points=1, amount=10))


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    return time


def till(programme: Any = None, **account: Any) -> Till:
    shop = a_shop(programme=programme or club(pay=PAY))
    return Till(shop, a_member(shop, **account))


def look_again(at: Till) -> str:
    """What follows every entry of the ledger within a second; the tier afterwards."""
    image = {"pk": {"S": f"{at.shop.id}#{at.member}"}, "kind": {"S": "earn"}}
    record = {"eventName": "INSERT", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}
    recalculate_tier.handler({"Records": [{"eventID": "1", **record}]}, None)  # type: ignore[arg-type]
    return at.account.tier


def test_the_same_points_are_not_redeemable_again_and_again() -> None:
    """There the check looked at one sum and the deduction at another."""
    at = till(club(pay=PAY, pending_days=14), lots={"2026-02-01>never": 60, ">2026-08": 40})
    goods = basket(5_000)
    tokens = [at.token(goods, spend_points=100) for _ in range(4)]
    spent = [at.commit(goods, quote=token).status for token in tokens]
    assert spent == [201, 409, 409, 409]
    assert at.available == 0
    assert at.quote(goods, spend_points=1).code == "points_not_enough"


def test_buying_returning_and_keeping_the_points_does_not_work() -> None:
    at = till()
    for round_trip in range(3):
        at.buy(basket(10_000))
        at.refund(f"r{round_trip}")
    assert at.points() == {"available": 0, "pending": 0, "debt": 0}


def test_buying_spending_and_returning_leaves_a_debt_and_no_gain() -> None:
    at = till(club(pay=PAY, claw_back="debt"))
    at.buy(basket(10_000))
    first = at.order
    goods = basket(1_000)
    at.buy(goods, quote=at.token(goods, spend_points=100))
    at.refund("r", first)
    assert at.points() == {"available": 0, "pending": 0, "debt": 100}
    at.buy(basket(15_000))
    assert at.points() == {"available": 50, "pending": 0, "debt": 0}


def test_a_refund_does_not_charge_the_points_that_paid_a_second_time() -> None:
    at = till(lots={">never": 100})
    goods = basket(10_000)
    at.buy(goods, quote=at.token(goods, spend_points=100))
    assert at.available == 90
    receipt = at.refund("r").json["refund"]
    assert (receipt["amount"], receipt["restored"], receipt["points"]) == (9_000, 100, 90)
    assert at.available == 100


def test_small_refunds_do_not_each_round_down_to_nothing() -> None:
    at = till(club(earn=Rate(points=1, amount=1_000)))
    at.buy(basket(99, quantity=100))
    assert at.available == 9
    taken = [at.refund(f"r{n}", l0=1).json["refund"]["points"] for n in range(100)]
    assert (sum(taken), at.available) == (9, 0)


def test_a_refund_is_calculated_by_the_rule_that_earned_the_points() -> None:
    """There 50 points had been earned, and 100 were taken."""
    at = till(club(earn=Rate(points=1, amount=200)))
    at.buy(basket(10_000))
    at.shop.publish(club(earn=Rate(points=1, amount=100)))
    assert at.refund("r").json["refund"]["points"] == 50
    assert at.points() == {"available": 0, "pending": 0, "debt": 0}


def test_an_offline_till_that_tries_again_earns_once() -> None:
    at = till()
    sold = [(NOON - timedelta(hours=hours)).isoformat() for hours in (5, 4, 3)]
    lines = [{**line, "charged": 10_000} for line in basket(10_000)["lines"]]
    orders = [
        {**at.content(basket(10_000), paid=True, occurred_at=each), "lines": lines} for each in sold
    ]
    for part in (orders[:2], orders, orders[1:], orders):
        answer = at.shop.call("POST", "/v1/checkout/batches", {"orders": part})
        assert {each["outcome"] for each in answer.json["answers"]} <= {"committed", "replayed"}
    assert at.available == 300


def test_a_reward_earns_no_points() -> None:
    """What was free, paid with points, or is money itself."""
    gift = Offer(id="gift", name=NAME, effect=FreeArticle("gel"))
    extra = Offer(id="extra", name=NAME, effect=ExtraPoints(500), group="extras")
    rules = [
        EarnRule(id="each", name=NAME, points_per_unit=50),
        EarnRule(id="order", name=NAME, points_per_order=100),
        EarnRule(id="double", name=NAME, multiplier=200, cap=Cap(order=1_000)),
    ]
    at = till(
        club(pay=PAY, offers=[gift, extra], groups=["offers", "extras"], rules=rules),
        lots={">never": 500},
    )
    free = {"id": "g", "article": "gel", "quantity": 1, "unit_price": 2_000, "vat_rate": 1200}
    card = {**free, "id": "c", "article": "card", "kind": "gift_card"}
    goods = basket(5_000)
    goods["lines"] += [free, card]
    receipt = at.commit(goods, quote=at.token(goods, spend_points=500)).json
    assert receipt["total"]["charged"] == 2_000
    assert receipt["points"]["total"] == 0


def test_a_return_of_some_of_the_goods_leaves_the_others_their_discount() -> None:
    """There, after a part was cancelled, 40 % had become 4 %."""
    forty = Offer(id="forty", name=NAME, effect=PercentOff(40), min_amount=40_000)
    at = till(club(offers=[forty]))
    at.buy(basket(10_000, 40_000))
    assert at.receipt()["total"]["charged"] == 30_000
    first = at.refund("r1", l1=1).json["refund"]
    assert (first["amount"], first["points"]) == (24_000, 240)
    second = at.refund("r2", l0=1).json["refund"]
    assert (second["amount"], second["points"]) == (6_000, 60)


def test_no_tier_is_reached_without_spending() -> None:
    """Neither by what came back, nor by what was never paid, nor by what points paid."""
    at = till(lots={">never": 100_000})
    at.buy(basket(900_000))
    assert look_again(at) == "guld"
    at.refund("r")
    assert look_again(at) == "bas"
    at.commit(basket(900_000))
    at.cancel()
    assert look_again(at) == "bas"
    goods = basket(900_000)
    at.buy(goods, quote=at.token(goods, spend_points=90_000))
    assert look_again(at) == "bas"


def test_no_tier_by_points_is_reached_without_spending() -> None:
    each = EarnRule(id="each", name=NAME, points_per_unit=900_000)
    gift = Offer(id="gift", name=NAME, effect=FreeArticle("shoe"))
    usual = a_programme().tiers
    assert usual
    tiers = replace(usual, basis="points")
    at = till(club(offers=[gift], rules=[each], tiers=tiers))
    at.buy(basket(50_000))
    assert at.receipt()["total"]["charged"] == 0
    assert look_again(at) == "bas"
    at.buy(basket(50_000, article="boot"))
    assert look_again(at) == "guld"


def test_a_return_without_a_receipt_lowers_what_counts_for_the_tier() -> None:
    at = till()
    at.buy(basket(310_000))
    assert look_again(at) == "silver"
    body = {"reference": "w", "member": at.member, "amount": 310_000, "currency": "SEK"}
    at.shop.call("POST", "/v1/checkout/returns", body)
    assert look_again(at) == "bas"


@pytest.mark.parametrize("later", [None, Expiry(months=1), Expiry(inactive_months=1)])
def test_a_change_of_expiry_does_not_re_date_points_that_are_there_already(
    later: Expiry | None, noon: Clock
) -> None:
    at = till(club(expiry=Expiry(months=12)))
    at.buy(basket(10_000))
    at.shop.publish(club(expiry=later))
    at.buy(basket(1_000))
    look_again(at)
    assert at.shop.call("GET", f"/v1/members/{at.member}/points").json["expiring"][-1] == {
        "day": "2027-03-31",
        "points": 100,
    }
    noon.set(datetime(2027, 3, 31, 21, 59, tzinfo=UTC))
    assert at.available >= 100


def test_points_that_had_lapsed_do_not_come_back_because_the_programme_changed(
    noon: Clock,
) -> None:
    """Nobody has entered their end yet when a purchase comes under rules that know no such end."""
    at = till(club(expiry=Expiry(inactive_months=2)))
    at.buy(basket(10_000))
    at.shop.publish(club(expiry=Expiry(inactive_months=12)))
    noon.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert at.available == 0
    at.buy(basket(1_000))
    assert at.available == 10


def test_an_order_that_is_set_to_completed_again_earns_once() -> None:
    at = till(club(rules=[EarnRule(id="extra", name=NAME, points_per_order=10)]))
    order = at.buy(basket(10_000))
    for _ in range(3):
        assert at.confirm(order).headers["idempotent-replayed"] == "true"
        assert at.commit(basket(10_000), order.partition(":")[2]).status == 200
    assert at.kinds() == [("earn", 110)]


def test_a_card_that_is_scanned_is_the_members() -> None:
    """There a card of the shop's own was answered with *invalid code*."""
    at = till(lots={">never": 40})
    card = at.shop.call("GET", f"/v1/members/{at.member}/card").json
    for asked in ({"qr": card["qr"]["payload"]}, {"number": card["number"]}):
        found = at.shop.call("POST", "/v1/members/lookups", asked)
        assert (found.status, found.json["member"], found.json["points"]) == (200, at.member, 40)


def test_a_voucher_comes_back_when_everything_has() -> None:
    at = till()
    voucher = a_voucher(at.shop, str(at.member), amount=2_000)
    goods = basket(10_000, 10_000)
    at.buy(goods, quote=at.token(goods, vouchers=[voucher]))
    first = at.order
    assert at.refund("r1", l0=1).json["refund"]["amount"] == 9_000
    assert at.quote(goods, vouchers=[voucher]).code == "voucher_not_open"
    assert at.refund("r2", l1=1).json["refund"]["amount"] == 9_000
    again = at.token(goods, vouchers=[voucher])
    assert at.commit(goods, quote=again).json["total"]["charged"] == 18_000
    repeated = at.refund("r2", first, l1=1)
    assert repeated.headers["idempotent-replayed"] == "true"
    assert at.quote(goods, vouchers=[voucher]).code == "voucher_not_open"
