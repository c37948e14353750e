"""The two tables under *Commit and payment* in docs/architecture.md, line by line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions.checkout import reverse_unconfirmed
from stamkund.rules.programme import (
    AmountOff,
    Cap,
    EarnRule,
    Expiry,
    ExtraPoints,
    Offer,
    Pay,
    PercentOff,
    Rate,
    Text,
    When,
)
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, AccountItem
from tests.builders import Answer, Clock, a_member, a_programme, a_shop, a_voucher
from tests.recorder import recorded
from tests.reliability import books
from tests.reliability.books import Books
from tests.reliability.till import Till, basket, club

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
NAME: Text = {"sv": "Namn", "en": "Name"}
PAY = Pay(value=Rate(points=1, amount=10))
GOODS = basket(10_000)


@pytest.fixture(autouse=True)
def noon(time: Clock) -> Clock:
    time.set(NOON)
    return time


def till(programme: Any = None, *, lots: dict[str, int] | None = None, **account: Any) -> Till:
    shop = a_shop(programme=programme or club(pay=PAY))
    return Till(shop, a_member(shop, lots=lots if lots is not None else {">never": 100}, **account))


def an_offer(id: str, effect: Any, **fields: Any) -> Offer:
    return Offer(id=id, name=NAME, effect=effect, **fields)


def refused(answer: Answer, code: str, before: Books) -> None:
    """With a fresh quote of what can be had, and nothing has happened."""
    assert (answer.status // 100, answer.code) == (4, code)
    assert Books() == before
    assert answer.json["params"]["fresh_quote"]["quote"]


def set_status(at: Till, status: str) -> None:
    item = AccountItem(keys.of(at.shop.id, str(at.member)), ACCOUNT)
    item.update([AccountItem.status.set(status)])


# --- within the transaction, by condition ----------------------------------------------------


def test_earning_adds_to_lot_and_month_and_moves_the_version() -> None:
    at = till()
    before = at.account
    at.commit(GOODS)
    after = at.account
    assert after.lots == {">never": 100, "2026-03-10>never": 100}
    assert (after.spend, after.qualifying) == ({"2026-03": 10_000}, {"2026-03": 100})
    assert after.version == before.version + 1


def test_the_happy_path_is_one_transaction_and_no_read() -> None:
    at = till()
    at.commit(GOODS, quote=at.token(GOODS))  # key and programme are remembered
    token = at.token(GOODS, spend_points=50)
    with recorded() as calls:
        assert at.commit(GOODS, quote=token).status == 201
    assert calls.operations == ["TransactWriteItems"]


@pytest.mark.parametrize(
    ("status", "code"), [("closed", "member_not_active"), ("merged", "member_merged")]
)
def test_who_has_left_meanwhile_earns_nothing(status: str, code: str) -> None:
    at = till()
    token = at.token(GOODS)
    set_status(at, status)
    before = Books()
    for answer in (at.commit(GOODS, quote=token), at.commit(GOODS)):
        assert answer.code == code
    assert Books() == before


def test_who_was_never_a_member_earns_nothing() -> None:
    at = till()
    before = Books()
    answer = Till(at.shop, "nobody").commit(GOODS)
    assert (answer.status, answer.code) == (404, "member_not_found")
    assert Books() == before


def test_named_lots_are_spent_and_of_two_quotes_for_the_same_points_one() -> None:
    at = till(club(pay=PAY, pending_days=14))
    first, second = at.token(GOODS, spend_points=80), at.token(GOODS, spend_points=80)
    assert at.commit(GOODS, quote=first).json["points_spent"] == 80
    before = Books()
    answer = at.commit(GOODS, quote=second)
    refused(answer, "points_not_enough", before)
    assert answer.json["params"]["fresh_quote"]["spending"]["available"] == at.available == 20


def test_a_debt_that_came_meanwhile_has_the_first_claim() -> None:
    at = till(club(pay=PAY, pending_days=0, claw_back="debt"), lots={})
    order = at.buy(GOODS)
    token = at.token(GOODS, spend_points=60)
    at.refund("r", order)  # the points are gone
    before = Books()
    refused(at.commit(GOODS, quote=token), "points_not_enough", before)


def test_a_voucher_is_used_once() -> None:
    at = till()
    voucher = a_voucher(at.shop, str(at.member), amount=2_000)
    first, second = (at.token(GOODS, vouchers=[voucher]) for _ in range(2))
    assert at.commit(GOODS, quote=first).json["total"]["charged"] == 8_000
    assert books.benefits_of(at.shop, str(at.member)) == {"v1": ("voucher", "used")}
    before = Books()
    refused(at.commit(GOODS, quote=second), "voucher_not_open", before)


def test_a_voucher_is_its_owners() -> None:
    at = till()
    other = Till(at.shop, a_member(at.shop))
    a_voucher(at.shop, str(other.member))
    assert at.quote(GOODS, vouchers=["v1"]).code == "voucher_not_open"


def test_a_voucher_that_has_expired_is_refused(noon: Clock) -> None:
    at = till()
    until = NOON + timedelta(minutes=10)
    voucher = a_voucher(at.shop, str(at.member), expires_at=until.isoformat())
    token = at.token(GOODS, vouchers=[voucher])
    noon.set(until)
    assert at.quote(GOODS, vouchers=[voucher]).code == "voucher_not_open"
    before = Books()
    refused(at.commit(GOODS, quote=token), "voucher_not_open", before)


def test_a_limit_per_member_is_kept_by_two_quotes_taken_at_once() -> None:
    once = an_offer("once", AmountOff(1_000), limit_per_member=1)
    at = till(club(offers=[once]))
    first, second = at.token(GOODS), at.token(GOODS)
    assert at.commit(GOODS, quote=first).json["total"]["charged"] == 9_000
    before = Books()
    refused(at.commit(GOODS, quote=second), "limit_reached", before)
    assert at.account.used == {"once": 1}


@pytest.mark.parametrize("cap", [Cap(day=150), Cap(month=150)])
def test_a_cap_is_kept_by_two_quotes_taken_at_once(cap: Cap) -> None:
    at = till(club(cap=cap))
    first, second = at.token(GOODS), at.token(GOODS)
    assert at.commit(GOODS, quote=first).json["points"]["total"] == 100
    before = Books()
    refused(at.commit(GOODS, quote=second), "limit_reached", before)


def test_a_cap_per_month_is_kept_by_two_quotes_of_different_days(time: Clock) -> None:
    at = till(replace(club(cap=Cap(month=150)), quote_minutes=24 * 60))
    first = at.token(GOODS)
    time.advance(hours=13)  # the next day in Stockholm
    second = at.token(GOODS)
    assert at.commit(GOODS, quote=second).json["points"]["total"] == 100
    before = Books()
    answer = at.commit(GOODS, quote=first)
    refused(answer, "limit_reached", before)
    assert answer.json["params"]["limits"] == ["points@2026-03"]
    time.set(datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert at.commit(GOODS).json["points"]["total"] == 100


def test_a_welcome_for_the_first_order_is_given_once() -> None:
    welcome = an_offer("welcome", PercentOff(50), when=When(first_order=True))
    at = till(club(offers=[welcome]))
    first, second = at.token(GOODS), at.token(GOODS)
    at.commit(GOODS, quote=first)
    assert at.account.orders == 1
    refused(at.commit(GOODS, quote=second), "limit_reached", Books())
    assert at.commit(GOODS).json["total"]["charged"] == 10_000


def test_a_first_order_that_was_cancelled_leaves_the_first_still_to_come() -> None:
    welcome = an_offer("welcome", PercentOff(50), when=When(first_order=True))
    at = till(club(offers=[welcome]))
    at.commit(GOODS)
    at.cancel()
    assert at.commit(GOODS).json["total"]["charged"] == 5_000


def test_when_all_orders_were_cancelled_the_first_is_still_to_come() -> None:
    welcome = an_offer("welcome", PercentOff(50), when=When(first_order=True))
    at = till(club(offers=[welcome]))
    at.commit(GOODS)
    first = at.order
    at.commit(GOODS)
    at.cancel(first)
    at.cancel()
    assert at.commit(GOODS).json["total"]["charged"] == 5_000


def test_an_order_of_nothing_but_a_gift_card_is_an_order() -> None:
    welcome = an_offer("welcome", PercentOff(50), when=When(first_order=True))
    at = till(club(offers=[welcome]))
    at.commit(basket(50_000, kind="gift_card"))
    assert at.commit(GOODS).json["total"]["charged"] == 10_000


# --- not by condition ------------------------------------------------------------------------


def test_lots_that_were_merged_since_the_quote_are_found_again_in_a_second_transaction() -> None:
    at = till(lots={"2026-02-01>never": 60, ">never": 20})
    token = at.token(GOODS, spend_points=70)
    merge_lots(at)
    with recorded() as calls:
        answer = at.commit(GOODS, quote=token)
    assert (answer.status, answer.json["points_spent"]) == (201, 70)
    assert calls.operations == ["TransactWriteItems", "TransactWriteItems"]
    assert at.account.lots == {">never": 10, "2026-03-10>never": 93}


def merge_lots(at: Till) -> None:
    """As a recalculation would, had it something to write."""
    item = AccountItem(keys.of(at.shop.id, str(at.member)), ACCOUNT)
    together = {">never": sum(at.account.lots.values())}
    item.update([AccountItem.lots.set(together), AccountItem.version.set(AccountItem.version + 1)])


def test_a_quote_promises_of_a_cap_only_what_is_free() -> None:
    at = till(club(cap=Cap(day=150)))
    at.commit(GOODS)
    quote = at.quote(GOODS)
    assert quote.json["points"]["total"] == 50
    assert at.commit(GOODS, quote=quote.json["quote"]).json["points"]["total"] == 50


def test_a_paid_order_earns_what_the_cap_has_left_and_says_why() -> None:
    rule = EarnRule(id="extra", name=NAME, points_per_order=60, cap=Cap(month=80))
    at = till(club(rules=[rule]))
    first, second = at.token(GOODS), at.token(GOODS)
    at.commit(GOODS, quote=first)
    receipt = at.commit_paid(GOODS, quote=second).json
    assert receipt["points"]["total"] == 120
    assert [(s["benefit"], s["points"]) for s in receipt["shortfalls"]] == [("extra@2026-03", 40)]
    assert (receipt["promise_kept"], receipt["points_promised"]) == (False, 160)


def test_of_an_offer_of_which_there_are_only_so_many_each_is_given_once() -> None:
    few = an_offer("few", PercentOff(50), switch_on=True, limit_total=2)
    shop = a_shop(programme=club(offers=[few]))
    tills = [Till(shop, a_member(shop)) for _ in range(3)]
    statuses = [shop.call("PUT", f"/v1/members/{at.member}/offers/few").status for at in tills]
    assert sorted(statuses) == [200, 200, 409]
    lucky = tills[statuses.index(200)]
    first, second = lucky.token(GOODS), lucky.token(GOODS)
    assert lucky.commit(GOODS, quote=first).json["total"]["charged"] == 5_000
    refused(lucky.commit(GOODS, quote=second), "offer_not_available", Books())
    assert lucky.quote(GOODS).json["total"]["to_pay"] == 10_000
    unlucky = tills[statuses.index(409)]
    assert unlucky.quote(GOODS).json["total"]["to_pay"] == 10_000


def test_a_claimed_offer_that_was_not_used_after_all_is_there_again() -> None:
    few = an_offer("few", PercentOff(50), switch_on=True, limit_total=2)
    at = till(club(offers=[few]))
    at.shop.call("PUT", f"/v1/members/{at.member}/offers/few")
    at.commit(GOODS, quote=at.token(GOODS))
    at.cancel()
    assert at.quote(GOODS).json["total"]["to_pay"] == 5_000


def test_points_that_lapse_do_so_together_with_the_purchase_that_came_too_late(
    noon: Clock,
) -> None:
    at = till(club(pay=PAY, expiry=Expiry(inactive_months=2)), lots={})
    at.buy(GOODS)
    noon.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert at.available == 0
    at.buy(GOODS)
    assert sorted(at.kinds()) == [("earn", 100), ("earn", 100), ("lapse", -100)]
    assert at.available == 100


def test_a_change_of_the_programme_meanwhile_does_not_touch_the_promise() -> None:
    ten = an_offer("ten", PercentOff(10))
    at = till(club(pay=PAY, offers=[ten]))
    quote = at.quote(GOODS, spend_points=50).json
    at.shop.publish(club(earn=Rate(points=1, amount=1_000)))
    receipt = at.commit(GOODS, quote=quote["quote"]).json
    assert receipt["total"]["charged"] == quote["total"]["to_pay"] == 8_500
    assert receipt["points"]["total"] == quote["points"]["total"] == 85
    assert (receipt["promise_kept"], receipt["programme_version"]) == (True, 1)


def test_a_change_of_the_tier_meanwhile_does_not_touch_the_promise() -> None:
    at = till()
    quote = at.quote(GOODS).json
    at.buy(basket(900_000))  # Guld
    receipt = at.commit(GOODS, quote=quote["quote"]).json
    assert receipt["tier"] == "bas"
    assert receipt["points"]["total"] == quote["points"]["total"]


# --- the paragraphs around them --------------------------------------------------------------


def test_the_same_order_again_is_answered_with_its_receipt() -> None:
    at = till()
    token = at.token(GOODS, spend_points=50)
    first = at.commit(GOODS, "once", quote=token)
    before = Books()
    again = at.commit(GOODS, "once", quote=token)
    assert (again.status, again.text) == (200, first.text)
    assert again.headers["idempotent-replayed"] == "true"
    assert Books() == before


def test_a_repeat_is_answered_when_its_quote_has_long_run_out(noon: Clock) -> None:
    at = till()
    token = at.token(GOODS, spend_points=50)
    first = at.commit(GOODS, "once", quote=token)
    noon.advance(days=3)
    again = at.commit(GOODS, "once", quote=token)
    assert (again.status, again.text) == (200, first.text)


@pytest.mark.parametrize("status", ["closed", "merged"])
def test_a_repeat_is_answered_when_the_member_has_left_since(status: str) -> None:
    at = till()
    first = at.commit(GOODS, "once")
    set_status(at, status)
    again = at.commit(GOODS, "once")
    assert (again.status, again.text) == (200, first.text)


def test_a_repeat_is_answered_when_its_currency_is_no_longer_taken() -> None:
    euros = {**GOODS, "currency": "EUR"}
    shop = a_shop(programme=a_programme(rates={"EUR": 11_000_000}))
    at = Till(shop, a_member(shop))
    first = at.commit(euros, "once")
    shop.publish(a_programme())
    assert at.commit(euros).code == "currency_not_supported"
    again = at.commit(euros, "once")
    assert (again.status, again.text) == (200, first.text)


def test_the_same_key_with_other_content_is_refused() -> None:
    at = till()
    at.commit(GOODS, "once")
    before = Books()
    for other in (basket(10_001), basket(10_000, quantity=2), basket(10_000, article="boot")):
        answer = at.commit(other, "once")
        assert (answer.status, answer.code) == (409, "order_mismatch")
    assert at.commit(GOODS, "once", member=None).code == "order_mismatch"
    assert at.commit_paid(GOODS, order="once").code == "order_mismatch"
    assert Books() == before


def test_a_till_and_a_web_shop_may_both_have_a_receipt_number_17() -> None:
    at = till()
    other = Till(at.shop, at.member, source="till-4")
    assert (at.commit(GOODS, "17").status, other.commit(GOODS, "17").status) == (201, 201)


def test_a_paid_order_is_never_refused_for_what_it_promised_and_says_what_is_missing() -> None:
    once = an_offer("once", AmountOff(1_000), limit_per_member=1)
    at = till(club(pay=PAY, offers=[once], pending_days=14))
    voucher = a_voucher(at.shop, str(at.member), amount=2_000)
    first, second = (at.quote(GOODS, spend_points=80, vouchers=[voucher]).json for _ in range(2))
    at.commit(GOODS, quote=first["quote"])
    paid = [second["total"]["to_pay"]]
    receipt = at.commit_paid(GOODS, paid, quote=second["quote"]).json
    missing = {each["benefit"]: each["amount"] for each in receipt["shortfalls"]}
    assert missing == {"v1": 2_000, "points": 800}
    assert receipt["total"]["charged"] == 6_200
    assert (receipt["points_spent"], receipt["points"]["total"]) == (0, 62)


def test_what_was_charged_too_much_is_a_shortfall() -> None:
    ten = an_offer("ten", PercentOff(10))
    at = till(club(offers=[ten]))
    receipt = at.commit_paid(GOODS, [9_400]).json
    assert [(s["benefit"], s["amount"]) for s in receipt["shortfalls"]] == [("ten", 400)]
    assert receipt["points"]["total"] == 94


def test_a_till_that_was_offline_may_earn_and_not_spend() -> None:
    at = till()
    token = at.token(GOODS, spend_points=50)
    sold = (NOON - timedelta(hours=3)).isoformat()
    order = at.content(GOODS, paid=True, occurred_at=sold)
    order["lines"] = [{**line, "charged": 10_000} for line in order["lines"]]
    before = Books()
    for wrong in ({"quote": token}, {"paid": False}, {"occurred_at": None}):
        answer = at.shop.call("POST", "/v1/checkout/batches", {"orders": [{**order, **wrong}]})
        problem = answer.json["answers"][0]["problem"]
        assert (problem["code"], problem["field"]) == ("not_offline", *wrong)
    assert Books() == before
    answer = at.shop.call("POST", "/v1/checkout/batches", {"orders": [order]})
    assert answer.json["answers"][0]["outcome"] == "committed"
    assert at.available == 200


def test_one_order_of_a_batch_that_is_refused_does_not_hold_up_the_others() -> None:
    at = till()
    sold = (NOON - timedelta(hours=3)).isoformat()
    lines = [{**line, "charged": 10_000} for line in GOODS["lines"]]
    good, far = ({**at.content(GOODS, paid=True, occurred_at=sold), "lines": lines} for _ in "ab")
    bad = [
        {**far, "occurred_at": (NOON - timedelta(days=99)).isoformat()},
        {**far, "currency": "GBP"},
        {**far, "source": "return"},
        {"order_id": "nothing"},
        {**far, "lines": [{**lines[0], "category": "x" * 101}]},
        7,
    ]
    fields = ["occurred_at", "currency", "source", "currency", "lines[0].category", None]
    for outcome in ("committed", "replayed"):
        answer = at.shop.call("POST", "/v1/checkout/batches", {"orders": [*bad, good]})
        *refused, last = answer.json["answers"]
        assert [each["problem"]["field"] for each in refused] == fields
        assert (last["order"], last["outcome"]) == (f"web:{good['order_id']}", outcome)


def test_an_order_that_nobody_confirms_gives_everything_back(noon: Clock) -> None:
    books.wipe()
    once = an_offer("once", ExtraPoints(10), limit_per_member=1)
    at = till(club(pay=PAY, offers=[once]))
    voucher = a_voucher(at.shop, str(at.member), amount=2_000)
    before = at.points()
    at.commit(GOODS, quote=at.token(GOODS, spend_points=10, vouchers=[voucher]))
    noon.advance(minutes=59)
    reverse_unconfirmed.handler({}, None)
    assert at.receipt()["status"] == "held"
    noon.advance(minutes=1)
    reverse_unconfirmed.handler({}, None)
    assert at.receipt()["status"] == "cancelled"
    assert (at.points(), at.account.used) == (before, {})
    assert books.benefits_of(at.shop, str(at.member)) == {"v1": ("voucher", "open")}
    assert at.confirm().code == "order_closed"


def test_an_order_that_was_confirmed_is_left_alone(noon: Clock) -> None:
    books.wipe()
    at = till()
    at.buy(GOODS)
    noon.advance(days=2)
    before = at.account
    reverse_unconfirmed.handler({}, None)
    assert (at.account, at.receipt()["status"]) == (before, "confirmed")


def test_a_guests_order_has_money_and_no_points(noon: Clock) -> None:
    at = till()
    guest = Till(at.shop)
    receipt = guest.commit(GOODS).json
    assert (receipt["member"], receipt["points"]["total"]) == (None, 0)
    guest.confirm()
    assert guest.refund("r", l0=1).json["refund"]["amount"] == 10_000
    assert at.entries == []


def test_an_order_may_move_more_counters_than_an_expression_has_room_for() -> None:
    """Then the account is read, and its version stands for all conditions."""
    rules = [
        EarnRule(id=f"rule-number-{n}", name=NAME, points_per_unit=5, cap=Cap(day=8, month=50))
        for n in range(100)
    ]
    at = till(club(rules=rules))
    token = at.token(GOODS)
    first = at.commit(GOODS, "first", quote=token)
    assert (first.status, first.json["points"]["total"]) == (201, 600)
    assert len(at.account.used) == 200
    again = at.commit(GOODS, "first", quote=token)
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")
    refused(at.commit(GOODS, quote=token), "limit_reached", Books())
    assert at.commit(GOODS).json["points"]["total"] == 400
    at.cancel("web:first")
    assert set(at.account.used.values()) == {3}
