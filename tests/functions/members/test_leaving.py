"""Leaving: what is gone, what stays, and what anybody is told afterwards."""

from typing import Any

import pytest

from functions.members.settling import settle
from stamkund.rules.programme import Offer, Pay, PercentOff, Rate, Tiers, TierStep
from stamkund.tables import accounts
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, a_voucher, everything_kept
from tests.login import Person
from tests.members import a_member
from tests.reliability.till import Till, basket, club

EMAIL = "karin.berg@example.com"


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=club())


@pytest.fixture
def karin(shop: Shop) -> str:
    return a_member(shop, customer_id="c-karin", first_name="Karin", email=EMAIL)


def leave(shop: Shop, member: str, as_: str = "shop", **body: Any) -> Answer:
    path = "me" if as_ == member else member
    return shop.call("POST", f"/v1/members/{path}/leave", body, as_=as_)


def items_of(shop: Shop, table: str) -> list[Any]:
    return [i for i in everything_kept()[table] if i["pk"]["S"].startswith(f"{shop.id}#")]


def test_nothing_personal_is_left(shop: Shop, karin: str) -> None:
    Person(shop, EMAIL).logs_in()
    a_voucher(shop, karin)
    assert leave(shop, karin).status == 204
    assert items_of(shop, "profiles") == []
    left = [item["pk"]["S"].split("#")[1] for item in items_of(shop, "identities")]
    assert set(left) == {"login", "count"}  # a code whose nobody knows, an address, the shop
    assert not any("contact" in item["pk"]["S"] for item in items_of(shop, "identities"))
    (account,) = [item for item in items_of(shop, "accounts") if item["pk"]["S"].endswith(karin)]
    assert (account["status"]["S"], account["card"]["S"]) == ("closed", "")


def test_the_wallet_is_closed_with_an_entry_that_empties_it(shop: Shop, karin: str) -> None:
    at = Till(shop, karin)
    at.buy(basket(10_000))
    leave(shop, karin)
    assert at.kinds() == [("earn", 100), ("erase", -100)]
    assert (at.account.lots, at.account.debt, at.account.spend) == ({}, 0, {"2026-03": 10_000})


def test_again_is_answered_the_same_way_and_changes_nothing(shop: Shop, karin: str) -> None:
    leave(shop, karin)
    before = everything_kept()
    assert leave(shop, karin).status == 204
    assert everything_kept() == before


def test_a_session_alone_is_not_enough_for_who_can_prove_more(shop: Shop, karin: str) -> None:
    before = everything_kept()
    assert leave(shop, karin, as_=karin).code == "contact_not_verified"
    other = Person(shop, "other@example.com").proof()
    before = everything_kept()
    assert leave(shop, karin, as_=karin, verified_contact=other).code == "contact_not_verified"
    assert leave(shop, karin, as_=karin, verified_contact="x").code == "contact_not_verified"
    assert everything_kept() == before
    own = Person(shop, EMAIL).proof()
    assert leave(shop, karin, as_=karin, verified_contact=own).status == 204
    assert leave(shop, karin, as_=karin).status == 204


def test_who_has_no_contact_leaves_by_the_session(shop: Shop) -> None:
    member = a_member(shop, customer_id="c-nobody")
    assert leave(shop, member, as_=member).status == 204


def test_of_another_shop_nobody_can_be_made_to_leave(shop: Shop, karin: str) -> None:
    other, before = a_shop(programme=club()), everything_kept()
    assert leave(other, karin).code == "member_not_found"
    assert leave(shop, "nobody").code == "member_not_found"
    assert {k: v for k, v in everything_kept().items() if k != "programmes"} == {
        k: v for k, v in before.items() if k != "programmes"
    }


READS = ["", "/card", "/points", "/ladder", "/statement", "/devices"]


@pytest.mark.parametrize("path", READS)
def test_a_session_that_is_still_out_there_is_told_the_same_everywhere(
    time: Clock, path: str
) -> None:
    tiers = Tiers(steps=[TierStep(id="bas", name={"sv": "Bas"}, threshold=0)])
    shop = a_shop(programme=club(tiers=tiers))
    member = a_member(shop, customer_id="c-gone")
    assert shop.call("GET", f"/v1/members/me{path}", as_=member).status == 200
    leave(shop, member)
    answer = shop.call("GET", f"/v1/members/me{path}", as_=member)
    assert (answer.status, answer.code) == (409, "member_not_active")


def test_what_would_be_written_in_that_session_is_refused_alike(shop: Shop, karin: str) -> None:
    leave(shop, karin)
    before = everything_kept()
    for method, path, body in (
        ("PUT", "devices/d1", {"name": "Telefonen"}),
        ("DELETE", "devices/d1", None),
    ):
        answer = shop.call(method, f"/v1/members/me/{path}", body, as_=karin)
        assert answer.code == "member_not_active"
    linked = shop.call("POST", f"/v1/members/{karin}/links", {"customer_id": "c-new"})
    assert linked.code == "member_not_active"
    assert everything_kept() == before


def test_a_device_is_logged_out(shop: Shop, karin: str) -> None:
    person = Person(shop, EMAIL).logs_in()
    leave(shop, karin)
    assert person.refresh().code == "session_ended"


def test_the_card_is_nobodys(shop: Shop, karin: str) -> None:
    card = shop.call("GET", f"/v1/members/{karin}/card").json
    leave(shop, karin)
    for body in ({"number": card["number"]}, {"qr": card["qr"]["payload"]}):
        assert shop.call("POST", "/v1/members/lookups", body).code == "member_not_found"


def test_whoever_joins_again_is_new(shop: Shop, karin: str) -> None:
    Till(shop, karin).buy(basket(10_000))
    leave(shop, karin)
    again = a_member(shop, customer_id="c-karin", first_name="Karin", email=EMAIL)
    assert again != karin
    assert Till(shop, again).points() == {"available": 0, "pending": 0, "debt": 0}
    assert leave(shop, karin).status == 204
    assert shop.call("GET", f"/v1/members/{again}").json["email"] == EMAIL


def test_an_order_that_waits_is_cancelled_without_giving_points(time: Clock) -> None:
    at = a_till_whose_member_paid_with_points()
    leave(at.shop, str(at.member))
    answer = at.cancel()
    assert (answer.status, answer.json["status"]) == (200, "cancelled")
    assert (at.account.lots, at.account.debt) == ({}, 0)
    cancelled = {
        (entry.kind, entry.points) for entry in at.entries if ":cancelled" in entry.reference
    }
    assert cancelled == {("reverse", 0), ("restore", 50), ("erase", -50)}


def test_an_order_of_before_is_refunded_in_money_and_gives_no_points(time: Clock) -> None:
    at = a_till_whose_member_paid_with_points()
    at.confirm()
    leave(at.shop, str(at.member))
    answer = at.refund("r", l0=1)
    assert (answer.status, answer.json["refund"]["amount"]) == (201, 9_500)
    assert (at.account.lots, at.account.debt, at.account.spend) == ({}, 0, {"2026-03": 10_000})
    assert at.refund("r", l0=1).status == 200


def a_till_whose_member_paid_with_points() -> Till:
    shop = a_shop(programme=club(pay=Pay(value=Rate(points=1, amount=10))))
    at = Till(shop, a_member(shop, customer_id="c-paying"))
    at.buy(basket(10_000))
    token = at.token(basket(10_000), spend_points=50)
    assert at.commit(basket(10_000), quote=token).status == 201
    return at


def test_a_claim_of_a_limited_offer_is_somebody_elses_again(time: Clock) -> None:
    one = Offer("one", {"sv": "En"}, PercentOff(50), switch_on=True, limit_total=1)
    shop = a_shop(programme=a_programme(offers=[one]))
    first, second = a_member(shop), a_member(shop)
    assert shop.call("PUT", f"/v1/members/{first}/offers/one").status == 200
    assert shop.call("PUT", f"/v1/members/{second}/offers/one").code == "offer_sold_out"
    leave(shop, first)
    assert shop.call("PUT", f"/v1/members/{second}/offers/one").status == 200


def test_what_waits_for_a_second_person_waits_no_more(shop: Shop, karin: str) -> None:
    body = {"reference": "a", "points": 5_000, "reason": "goodwill"}
    path = f"/v1/members/{karin}/adjustments"
    assert shop.call("POST", path, body, as_="staff").status == 202
    leave(shop, karin)
    waiting = shop.call("GET", "/v1/members/adjustments", as_="staff")
    assert waiting.json["adjustments"] == []


def test_an_account_that_is_closed_is_left_alone(shop: Shop, karin: str, time: Clock) -> None:
    leave(shop, karin)
    before = accounts.find(shop.id, karin)
    time.advance(days=40)
    assert not settle(shop.id, karin, time.now)
    assert accounts.find(shop.id, karin) == before
