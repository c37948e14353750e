"""Returns in the situations that cost other shops money, or their customers points."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from functions.members.settling import settle
from stamkund.rules.programme import (
    AmountOff,
    Basis,
    Cap,
    ClawBack,
    EarnRule,
    Expiry,
    Offer,
    Pay,
    Rate,
    Text,
    Tiers,
    TierStep,
)
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, AccountItem
from tests.builders import Clock, a_member, a_shop, a_voucher
from tests.reliability import books
from tests.reliability.books import Books
from tests.reliability.till import ORDERS, Till, basket, club

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
PAY = Pay(value=Rate(points=1, amount=10))
GOODS = basket(10_000)


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    return time


def till(programme: Any = None, **account: Any) -> Till:
    shop = a_shop(programme=programme or club(pay=PAY))
    return Till(shop, a_member(shop, **account))


def spend(at: Till, points: int) -> str:
    """On goods that they pay for altogether."""
    goods = basket(10 * points)
    return at.buy(goods, quote=at.token(goods, spend_points=points))


# --- once, and no more than there was --------------------------------------------------------


def test_the_same_refund_again_is_the_same_refund() -> None:
    at = till()
    at.buy(basket(10_000, 5_000))
    first = at.refund("r", l0=1)
    before = Books()
    again = at.refund("r", l0=1)
    assert (again.status, again.text) == (200, first.text)
    assert again.headers["idempotent-replayed"] == "true"
    assert Books() == before


def test_the_same_reference_for_something_else_is_refused() -> None:
    at = till()
    at.buy(basket(10_000, 5_000))
    at.refund("r", l0=1)
    before = Books()
    for other in ({"l1": 1}, {}, {"l0": 1, "l1": 1}):
        assert at.refund("r", "", **other).code == "refund_mismatch"
    assert Books() == before


def test_a_unit_comes_back_once() -> None:
    at = till()
    at.buy(basket(10_000, quantity=2))
    at.refund("r1", l0=2)
    before = Books()
    answer = at.refund("r2", l0=1)
    assert (answer.code, answer.json["params"]) == ("refund_too_large", {"most": 0})
    assert at.refund("r3").code == "refund_too_large"
    assert Books() == before


def test_an_order_that_is_not_confirmed_is_cancelled_and_not_refunded() -> None:
    at = till()
    at.commit(GOODS)
    assert at.refund("r").code == "order_not_confirmed"
    at.cancel()
    assert at.refund("r").code == "order_closed"
    assert at.refund("r", "web:unknown").code == "order_not_found"


def test_an_order_of_another_shop_does_not_exist() -> None:
    at, other = till(), till()
    at.buy(GOODS)
    answer = Till(other.shop, other.member).refund("r", at.order)
    assert (answer.status, answer.code) == (404, "order_not_found")


# --- any split is the whole ------------------------------------------------------------------


PARCELS = [{"l0": 1}, {"l0": 2, "l1": 1}, {"l1": 2}]


def a_complicated_order(at: Till) -> None:
    """Paid partly with points and a voucher, with an offer, a cap, and VAT that does not earn."""
    voucher = a_voucher(at.shop, str(at.member), amount=3_333)
    goods = basket(3_333, 7_777, quantity=3)
    at.buy(goods, quote=at.token(goods, spend_points=77, vouchers=[voucher]))


@pytest.fixture(scope="module")
def returned_at_once(time: Clock) -> tuple[Any, ...]:
    time.set(NOON)
    at = complicated()
    at.refund("r")
    return outcome(at)


def complicated() -> Till:
    programme = club(
        pay=PAY,
        basis=Basis(tax="excluded"),
        rules=[EarnRule(id="extra", name=NAME, points_per_order=31, cap=Cap(day=30))],
        offers=[Offer(id="off", name=NAME, effect=AmountOff(1_111))],
    )
    at = till(programme, lots={">2026-11": 50, ">2027-01": 50})
    a_complicated_order(at)
    return at


def outcome(at: Till) -> tuple[Any, ...]:
    refunds = at.receipt()["refunds"]
    sums = [sum(each[name] for each in refunds) for name in ("amount", "points", "restored")]
    account = at.account
    return sums, at.points(), account.spend, account.qualifying


@pytest.mark.parametrize("parcels", list(permutations(PARCELS)), ids=str)
def test_any_split_in_any_order_is_one_return(
    parcels: tuple[dict[str, int], ...], returned_at_once: tuple[Any, ...]
) -> None:
    at = complicated()
    for number, parcel in enumerate(parcels):
        assert at.refund(f"r{number}", "", **parcel).status == 201
    assert outcome(at) == returned_at_once
    assert at.points() == {"available": 100, "pending": 0, "debt": 0}
    assert not any(at.account.spend.values())


# --- after the points are spent --------------------------------------------------------------


@pytest.mark.parametrize(
    ("claw_back", "debt", "forgiven", "available"),
    [("only_pending", 0, 100, 20), ("within_balance", 0, 80, 0), ("debt", 80, 0, 0)],
)
def test_a_refund_after_the_points_are_spent(
    claw_back: ClawBack, debt: int, forgiven: int, available: int
) -> None:
    at = till(club(pay=PAY, claw_back=claw_back))
    first = at.buy(GOODS)
    at.shop.publish(club(pay=PAY, claw_back="debt"))
    spend(at, 80)
    receipt = at.refund("r", first).json["refund"]
    assert (receipt["points"], receipt["debt"], receipt["forgiven"]) == (100, debt, forgiven)
    assert at.points() == {"available": available, "pending": 0, "debt": debt}


@pytest.mark.parametrize("claw_back", ["only_pending", "within_balance", "debt"])
def test_what_a_debt_is_owed_is_repaid_by_the_next_points(claw_back: ClawBack, noon: Clock) -> None:
    at = till(club(pay=PAY, claw_back=claw_back))
    first = at.buy(GOODS)
    spend(at, 100)
    at.refund("r", first)
    owed = at.points()["debt"] - at.points()["available"]
    at.buy(basket(20_000))
    assert at.points()["available"] - at.points()["debt"] == 200 - owed
    assert all(points >= 0 for points in at.account.lots.values())


def test_points_that_paid_and_would_have_ended_come_back_for_thirty_days(noon: Clock) -> None:
    at = till(lots={">2026-03": 100})
    order = spend(at, 100)
    noon.set(datetime(2026, 4, 2, 12, tzinfo=UTC))
    assert at.refund("r", order).json["refund"]["restored"] == 100
    ends = at.shop.call("GET", f"/v1/members/{at.member}/points").json["expiring"]
    assert {"day": "2026-05-31", "points": 100} in ends


def test_an_order_whose_own_points_have_ended_takes_others_before_it_makes_a_debt(
    noon: Clock,
) -> None:
    """They lie in the account yet: nobody has entered their end."""
    at = till(club(expiry=Expiry(months=1), claw_back="debt"))
    first = at.buy(GOODS)
    noon.set(datetime(2026, 5, 1, 12, tzinfo=UTC))
    at.buy(basket(15_000))
    assert at.points() == {"available": 150, "pending": 0, "debt": 0}
    receipt = at.refund("r", first).json["refund"]
    assert (receipt["points"], receipt["debt"]) == (100, 0)
    assert at.points() == {"available": 50, "pending": 0, "debt": 0}


def test_points_that_had_ended_do_not_repay_a_debt(noon: Clock) -> None:
    at = till(club(expiry=Expiry(months=1), claw_back="debt"))
    first = at.buy(GOODS)
    at.buy(GOODS)
    noon.set(datetime(2026, 5, 1, 12, tzinfo=UTC))
    assert at.refund("r", first).json["refund"]["debt"] == 100
    assert at.points() == {"available": 0, "pending": 0, "debt": 100}


def test_an_order_whose_own_points_lapsed_takes_what_there_is(noon: Clock) -> None:
    at = till(club(expiry=Expiry(inactive_months=2), claw_back="within_balance"))
    first = at.buy(GOODS)
    noon.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    at.shop.call(
        "POST",
        f"/v1/members/{at.member}/adjustments",
        {"reference": "a", "points": 500, "reason": "goodwill"},
        as_="staff",
    )
    before = at.available
    receipt = at.refund("r", first).json["refund"]
    assert receipt["points"] == 100
    assert at.available == before - (100 - receipt["forgiven"])


# --- across a tier ---------------------------------------------------------------------------


def test_a_refund_that_crosses_a_tier_lowers_it_and_leaves_what_others_earned() -> None:
    at = till()
    big = at.buy(basket(310_000))
    settle(at.shop.id, str(at.member), NOON)
    assert at.account.tier == "silver"
    small = at.buy(GOODS)
    assert at.receipt(small)["tier"] == "silver"
    at.refund("r", big)
    settle(at.shop.id, str(at.member), NOON)
    assert at.account.tier == "bas"
    assert at.points()["available"] == 100
    assert [kind for kind, _ in at.kinds() if kind == "tier"] == ["tier", "tier"]


def test_a_refund_is_by_the_tier_of_the_order() -> None:
    steps = [
        TierStep(id="bas", name=NAME, threshold=0),
        TierStep(id="guld", name=NAME, threshold=100_000, multiplier=200),
    ]
    at = till(club(tiers=Tiers(steps=steps, rolling_months=12)))
    first = at.buy(basket(100_000))
    second = at.buy(GOODS)
    assert (at.receipt(first)["points"]["total"], at.receipt(second)["points"]["total"]) == (
        1_000, 200,
    )  # fmt: skip
    at.refund("r", first)
    assert at.refund("r", second).json["refund"]["points"] == 200
    assert at.points() == {"available": 0, "pending": 0, "debt": 0}


# --- without an order, or without a member ---------------------------------------------------


def test_a_return_without_a_receipt_happens_once() -> None:
    at = till()
    at.buy(GOODS)
    body = {"reference": "w", "member": at.member, "amount": 4_000, "currency": "SEK"}
    first = at.shop.call("POST", "/v1/checkout/returns", body)
    assert (first.status, first.json["points"]) == (201, 40)
    before = Books()
    again = at.shop.call("POST", "/v1/checkout/returns", body)
    assert (again.status, again.text) == (200, first.text)
    other = at.shop.call("POST", "/v1/checkout/returns", {**body, "amount": 4_001})
    assert (other.status, other.code) == (409, "refund_mismatch")
    assert Books() == before
    assert at.available == 60


def test_a_return_to_a_member_who_has_left_still_pays_the_money_back() -> None:
    at = till()
    at.buy(GOODS)
    item = AccountItem(keys.of(at.shop.id, str(at.member)), ACCOUNT)
    item.update([AccountItem.status.set("closed")])
    answer = at.refund("r")
    assert (answer.status, answer.json["refund"]["amount"]) == (201, 10_000)
    assert books.order_of(at.shop, at.order).refunds


def test_the_receipt_tells_every_return() -> None:
    at = till()
    at.buy(basket(10_000, 5_000))
    at.refund("r1", l0=1)
    at.refund("r2")
    shown = at.shop.call("GET", f"{ORDERS}/{at.order}").json["refunds"]
    assert [(each["reference"], each["amount"], each["points"]) for each in shown] == [
        ("r1", 10_000, 100),
        ("r2", 5_000, 50),
    ]
