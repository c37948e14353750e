"""Orders made as a guest, and claimed by who made them."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from stamkund.rules.programme import Claims, PointRules, Rate
from stamkund.tables import orders
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, everything_kept
from tests.login import Person
from tests.members import a_member, the_account
from tests.reliability.till import ORDERS, Till, basket

RULES = PointRules(earn=Rate(1, 100), pending_days=14)


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(points=RULES))


@pytest.fixture
def guest(shop: Shop) -> Till:
    return Till(shop)


def bought(guest: Till, *amounts: int, **fields: Any) -> str:
    """The claim on an order that is confirmed."""
    answer = guest.commit(basket(*amounts), **fields)
    assert answer.status == 201, answer.text
    assert guest.confirm().status == 200
    return str(answer.json["claim"])


def claim(shop: Shop, member: str, token: str) -> Answer:
    return shop.call("POST", "/v1/members/claims", {"claim": token}, as_=member)


def points(shop: Shop, member: str) -> tuple[int, int, int]:
    seen = Till(shop, member).points()
    return seen["available"], seen["pending"], seen["debt"]


def test_a_claimed_order_earns_and_counts_as_if_a_member_had_bought(
    guest: Till, shop: Shop, time: Clock
) -> None:
    token = bought(guest, 50_000, 9_900)
    time.advance(days=3)
    karin, agnes = a_member(shop), a_member(shop)
    then = (time.now - timedelta(days=3)).isoformat()
    Till(shop, agnes).commit_paid(basket(50_000, 9_900), occurred_at=then)
    answer = claim(shop, karin, token)
    assert answer.status == 201, answer.text
    assert (answer.json["points"], answer.json["spendable_on"]) == (599, "2026-03-24")
    assert answer.json["text"].startswith("Du fick 599 poäng")
    hers, others = the_account(shop, karin), the_account(shop, agnes)
    assert (hers.lots, hers.spend, hers.qualifying) == (
        others.lots,
        others.spend,
        others.qualifying,
    )
    assert (hers.orders, hers.active_on) == (1, "2026-03-13")


def test_the_order_is_in_the_statement_and_its_receipt_is_the_members(
    guest: Till, shop: Shop
) -> None:
    karin = a_member(shop)
    claim(shop, karin, bought(guest, 50_000))
    (line,) = shop.call("GET", "/v1/members/me/statement", as_=karin).json["lines"]
    assert (line["kind"], line["reason"], line["points"]) == ("earn", "claim", 500)
    assert line["text"].endswith("som du gjorde som gäst")
    receipt = shop.call("GET", f"{ORDERS}/{guest.order}", as_=karin).json
    assert (receipt["member"], receipt["points"]["total"], receipt["claim"]) == (karin, 500, None)


def test_again_is_the_same_and_nobody_else_can_have_it(guest: Till, shop: Shop) -> None:
    karin, token = a_member(shop), bought(guest, 50_000)
    first = claim(shop, karin, token)
    before = everything_kept()
    again = claim(shop, karin, token)
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert claim(shop, a_member(shop), token).code == "claim_taken"
    assert points(shop, karin) == (0, 500, 0)
    assert everything_kept()["ledger"] == before["ledger"]


def test_what_came_back_before_never_counts_and_what_comes_back_later_is_taken_back(
    guest: Till, shop: Shop
) -> None:
    token = bought(guest, 50_000, 9_900)
    guest.refund("r1", l1=1)
    karin = a_member(shop)
    assert claim(shop, karin, token).json["points"] == 500
    assert the_account(shop, karin).spend == {"2026-03": 50_000}
    refund = guest.refund("r2", l0=1).json["refund"]
    assert (refund["points"], refund["amount"]) == (500, 50_000)
    account = the_account(shop, karin)
    assert (sum(account.lots.values()), sum(account.spend.values())) == (0, 0)


def test_a_refund_after_the_points_are_spent_is_a_debt(
    guest: Till, shop: Shop, time: Clock
) -> None:
    karin, token = a_member(shop), bought(guest, 50_000)
    claim(shop, karin, token)
    time.advance(days=15)
    taken = {"reference": "a1", "points": -500, "reason": "correction"}
    assert shop.call("POST", f"/v1/members/{karin}/adjustments", taken, as_="staff").status == 201
    guest.refund("r1")
    assert points(shop, karin) == (0, 0, 500)


def test_an_order_that_waits_is_claimed_and_cancelled_like_any_other(
    guest: Till, shop: Shop
) -> None:
    karin = a_member(shop)
    token = guest.commit(basket(50_000)).json["claim"]
    assert claim(shop, karin, token).status == 201
    assert guest.cancel().json["status"] == "cancelled"
    account = the_account(shop, karin)
    assert (account.lots, account.orders) == ({}, 0)
    assert not any(account.used.values()), "and another may be claimed instead"


def test_what_is_cancelled_or_all_sent_back_is_not_claimed(guest: Till, shop: Shop) -> None:
    karin = a_member(shop)
    token = guest.commit(basket(50_000)).json["claim"]
    assert guest.cancel().json["claim"] is None
    sent_back = bought(guest, 40_000)
    guest.refund("r1")
    before = everything_kept()
    assert claim(shop, karin, token).code == "order_closed"
    assert claim(shop, karin, sent_back).code == "order_closed"
    assert everything_kept() == before


@pytest.mark.parametrize("bent", ["{token}A", "A{token}", "x"])
def test_what_is_no_claim_claims_nothing(guest: Till, shop: Shop, bent: str) -> None:
    tried = bent.format(token=bought(guest, 50_000))
    assert claim(shop, a_member(shop), tried).code == "claim_invalid"


def test_a_claim_of_another_shop_is_none(guest: Till, shop: Shop) -> None:
    token, other = bought(guest, 50_000), a_shop()
    assert claim(other, a_member(other), token).code == "claim_invalid"


def test_a_claim_is_good_for_as_long_as_the_programme_says(
    guest: Till, shop: Shop, time: Clock
) -> None:
    early, late = a_member(shop), a_member(shop)
    tokens = bought(guest, 50_000), bought(guest, 50_000)
    time.advance(days=30)
    assert claim(shop, early, tokens[0]).status == 201
    time.advance(seconds=1)
    assert claim(shop, late, tokens[1]).code == "claim_expired"


def test_nobody_claims_more_than_the_programme_says(guest: Till, shop: Shop, time: Clock) -> None:
    shop.publish(a_programme(points=RULES, claims=Claims(most=2)))
    karin, tokens = a_member(shop), [bought(guest, 10_000) for _ in range(4)]
    statuses = [claim(shop, karin, token).status for token in tokens[:3]]
    assert statuses == [201, 201, 409]
    assert claim(shop, karin, tokens[3]).code == "too_many_claims"
    time.advance(days=25)
    assert claim(shop, karin, tokens[3]).status == 201, "another month"


def test_a_programme_without_claims_gives_none(guest: Till, shop: Shop) -> None:
    shop.publish(a_programme(points=RULES, claims=Claims(days=0)))
    assert guest.commit(basket(50_000)).json["claim"] is None


def test_the_programme_of_the_order_decides_and_the_lowest_tier(
    guest: Till, shop: Shop, time: Clock
) -> None:
    token = bought(guest, 50_000)
    time.advance(days=1)
    shop.publish(a_programme(points=replace(RULES, earn=Rate(5, 100))))
    time.advance(minutes=2)
    guld = a_member(shop, spend={"2026-02": 900_000})
    assert claim(shop, guld, token).json["points"] == 500
    (earned, *_) = [e for e in Till(shop, guld).entries if e.reason == "claim"]
    assert (earned.version, orders.find(shop.id, guest.order).order.tier) == (1, "bas")


# Whose order it was


EMAIL = "karin@example.com"


def test_an_order_with_a_contact_is_only_for_who_has_it(guest: Till, shop: Shop) -> None:
    token = bought(guest, 50_000, contact={"email": "Karin@Example.com"})
    before = everything_kept()
    other = claim(shop, a_member(shop, email="agnes@example.com"), token)
    assert (other.status, other.code) == (403, "claim_of_another")
    assert everything_kept()["orders"] == before["orders"]
    person = Person(shop, EMAIL)
    karin = person.join(person.proof()).json["member"]
    assert claim(shop, karin, token).status == 201


def test_of_the_contact_only_a_hash_is_kept_and_that_only_until_it_is_claimed(
    guest: Till, shop: Shop
) -> None:
    token = bought(guest, 50_000, contact={"email": EMAIL})
    assert EMAIL not in str(everything_kept()["orders"])
    assert orders.find(shop.id, guest.order).contact.startswith("email:")
    claim(shop, a_member(shop, email=EMAIL), token)
    assert orders.find(shop.id, guest.order).contact == ""


def test_a_phone_is_a_contact_as_well(guest: Till, shop: Shop) -> None:
    token = bought(guest, 50_000, contact={"phone": "070-174 06 11"})
    assert claim(shop, a_member(shop), token).code == "claim_of_another"
    assert claim(shop, a_member(shop, phone="+46701740611"), token).status == 201


@pytest.mark.parametrize(
    ("contact", "code", "field"),
    [
        ({}, "missing_field", "contact.email"),
        ({"email": "nobody"}, "invalid_field", "contact.email"),
        ({"email": EMAIL, "phone": "070"}, "invalid_field", "contact.phone"),
    ],
)
def test_what_is_no_contact_is_refused(
    guest: Till, contact: dict[str, str], code: str, field: str
) -> None:
    answer = guest.commit(basket(50_000), contact=contact)
    assert (answer.code, answer.json["field"]) == (code, field)


def test_a_members_order_has_no_contact_and_no_claim(shop: Shop) -> None:
    till = Till(shop, a_member(shop))
    assert till.commit(basket(50_000), contact={"email": EMAIL}).code == "invalid_field"
    assert till.commit(basket(50_000)).json["claim"] is None


def test_the_same_guests_order_again_is_answered_with_the_same_claim(guest: Till) -> None:
    first, again = (guest.commit(basket(50_000), "o1", contact={"email": EMAIL}) for _ in range(2))
    assert (again.status, again.json) == (200, first.json)
    other = guest.commit(basket(50_000), "o1", contact={"email": "agnes@example.com"})
    assert other.code == "order_mismatch"


def test_only_the_shop_reads_the_claim_again(guest: Till, shop: Shop) -> None:
    token = bought(guest, 50_000)
    path = f"{ORDERS}/{guest.order}"
    assert shop.call("GET", path).json["claim"] == token
    assert shop.call("GET", path, as_="staff").json["claim"] is None
