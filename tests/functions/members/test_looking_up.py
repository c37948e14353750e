"""Who is found at a till, what of them is shown, and that nobody learns who is a member."""

from typing import Any

import pytest

from stamkund.rules.programme import FreeArticle
from stamkund.rules.till import TillRules
from stamkund.tables import shops
from stamkund.tables.accounts import AccountItem
from stamkund.tables.keys import of
from tests.at_the_till import Till
from tests.builders import Answer, Clock, Shop, a_programme, a_shop, a_voucher, everything_kept
from tests.members import a_member, the_account
from tests.recorder import recorded

PHONE, UNKNOWN = "+46701740600", "+46701740699"
FEW = a_programme(till=TillRules(failed_lookups_an_hour=5))
PERSON: dict[str, Any] = {
    "customer_id": "1000",
    "first_name": "Jonas",
    "last_name": "Holm",
    "email": "jonas@example.com",
    "phone": PHONE,
}


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=FEW)


@pytest.fixture
def till(shop: Shop) -> Till:
    return Till(shop)


@pytest.fixture
def jonas(shop: Shop) -> str:
    return a_member(shop, points={">never": 70}, **PERSON)


def told(answer: Answer) -> Any:
    return {name: value for name, value in answer.json.items() if name != "request_id"}


@pytest.mark.parametrize("typed", ["070-174 06 00", "+46 70 174 06 00", "0046701740600"])
def test_a_member_is_found_by_the_phone_however_it_is_typed(
    till: Till, jonas: str, typed: str
) -> None:
    found = till.find(phone=typed).json
    assert (found["member"], found["first_name"], found["points"]) == (jonas, "Jonas", 70)
    assert (found["proof"], found["may_spend"]) == ("phone", False)


def test_a_clerk_sees_first_name_tier_points_benefits_and_nothing_else(
    till: Till, jonas: str
) -> None:
    a_voucher(till.shop, jonas, amount=5_000)
    answer = till.scan(jonas)
    assert answer.json.keys() == {
        "member", "first_name", "tier", "points", "vouchers", "offers",
        "proof", "may_spend", "identification", "identified_until",
    }  # fmt: skip
    assert answer.json["vouchers"][0]["amount"] == 5_000
    for secret in ("Holm", "jonas@", PHONE, "1000", the_account(till.shop, jonas).card):
        assert secret not in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_clerk_sees_what_a_voucher_gives_that_is_no_money_off(till: Till, jonas: str) -> None:
    a_voucher(till.shop, jonas, amount=0, gives=FreeArticle("cup"))
    [voucher] = till.scan(jonas).json["vouchers"]
    assert (voucher["name"], voucher["gives"]["kind"]) == ("Värdecheck", "free_article")
    assert voucher["gives"]["article"] == "cup"


def test_a_voucher_that_has_ended_is_none(till: Till, jonas: str) -> None:
    a_voucher(till.shop, jonas, expires_at="2026-03-10T11:00:00+00:00")
    assert till.scan(jonas).json["vouchers"] == []


def unfound(shop: Shop, member: str, status: str) -> None:
    AccountItem(of(shop.id, member), "ACCOUNT").update([AccountItem.status.set(status)])


@pytest.mark.parametrize("status", ["closed", "merged"])
@pytest.mark.parametrize("kind", ["phone", "number"])
def test_who_may_not_be_shown_is_answered_like_nobody_after_the_same_calls(
    till: Till, jonas: str, status: str, kind: str
) -> None:
    card = the_account(till.shop, jonas).card
    unfound(till.shop, jonas, status)
    till.find(phone=UNKNOWN)  # so that key and programme are remembered
    known = {"phone": PHONE, "number": card}[kind]
    with recorded() as hidden:
        there = till.find(**{kind: known})
    with recorded() as absent:
        nobody = till.find(**{kind: {"phone": UNKNOWN, "number": "0" * 13}[kind]})
    assert (there.status, there.code) == (404, "member_not_found")
    assert told(there) == told(nobody)
    assert hidden.operations == absent.operations


def test_a_scanned_card_is_told_what_is_wrong_with_it(till: Till, jonas: str) -> None:
    card = till.shop.call("GET", "/v1/members/me/card", as_=jonas).json
    unfound(till.shop, jonas, "merged")
    assert till.find(qr=card["qr"]["payload"]).code == "member_merged"


def test_a_store_may_be_wrong_only_so_often_in_an_hour(till: Till, jonas: str, time: Clock) -> None:
    for n in range(5):
        assert till.find(phone=f"+4670174070{n}").status == 404
    refused = till.find(phone=PHONE)
    assert (refused.status, refused.code) == (429, "too_many_attempts")
    assert int(refused.headers["retry-after"]) == 3600
    assert till.find(number="0" * 13).status == 429
    assert till.scan(jonas).status == 200
    time.advance(hours=1)
    assert till.find(phone=PHONE).status == 200


def test_whoever_is_found_costs_no_try(till: Till, jonas: str) -> None:
    for _ in range(12):
        assert till.find(phone=PHONE).status == 200


def test_another_key_of_the_store_is_not_another_try_and_another_store_is(
    till: Till, jonas: str
) -> None:
    shop = till.shop
    shop.keys["beside"] = shops.add_key(shop.id, "till", store=till.store)
    shop.keys["far"] = shops.add_key(shop.id, "till", store="lund")
    for n in range(5):
        till.find(phone=f"+4670174070{n}")
    assert Till(shop, "beside").find(phone=PHONE).status == 429
    assert Till(shop, "far").find(phone=PHONE).status == 200


def test_a_server_that_looks_up_for_its_tills_is_counted_by_its_key(till: Till, jonas: str) -> None:
    server = Till(till.shop, "shop")
    for n in range(5):
        assert server.find(phone=f"+4670174070{n}").status == 404
    assert server.find(phone=PHONE).status == 429
    assert till.find(phone=PHONE).status == 200


def test_what_cannot_be_a_number_is_no_try(till: Till, jonas: str) -> None:
    for _ in range(9):
        assert till.find(phone="070").status == 422
    assert till.find(phone=PHONE).status == 200


def test_neither_phone_nor_card_is_kept_with_what_is_counted(till: Till, time: Clock) -> None:
    till.find(phone=UNKNOWN)
    (kept,) = [item for item in everything_kept()["identities"]
               if item["pk"]["S"].startswith(f"{till.shop.id}#")]  # fmt: skip
    assert kept["asked"] == {"N": "1"}
    assert UNKNOWN[1:] not in str(kept)
    assert till.store not in str(kept)
