from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund.rules.programme_file import Staff
from stamkund.tables import accounts, benefits, shops
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member

GIVEN = {"reference": "spring", "amount": 5_000, "expires_at": "2026-05-01T00:00:00+02:00"}


def give(shop: Shop, member: str, as_: str = "shop", **changes: Any) -> Answer:
    return shop.call("POST", f"/v1/members/{member}/vouchers", {**GIVEN, **changes}, as_=as_)


def key_id(shop: Shop, kind: str) -> str:
    return shop.keys[kind].split(".")[1]


@pytest.mark.parametrize("as_", ["shop", "staff"])
def test_a_voucher_is_among_what_the_member_may_use(time: Clock, as_: str) -> None:
    shop = a_shop()
    member = a_member(shop)
    answer = give(shop, member, as_, min_amount=20_000)
    assert answer.status == 201
    assert answer.json == {
        "voucher": "v.spring",
        "amount": 5_000,
        "min_amount": 20_000,
        "currency": "SEK",
        "expires_at": "2026-05-01T00:00:00+02:00",
        "status": "open",
        "given_by": key_id(shop, as_),
    }
    [voucher] = accounts.find_with_benefits(shop.id, member)[1].vouchers.values()
    assert (voucher.amount, voucher.min_amount) == (5_000, 20_000)
    assert voucher.expires_at.isoformat() == "2026-04-30T22:00:00+00:00"


def test_the_same_voucher_again_is_the_same(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    give(shop, member)
    time.advance(days=100)  # it has run out, and a late repeat is still a repeat
    again = give(shop, member, expires_at="2026-04-30T22:00:00Z")
    assert (again.status, again.headers["idempotent-replayed"]) == (200, "true")


@pytest.mark.parametrize("change", [{"amount": 6_000}, {"min_amount": 1}])
def test_a_reference_is_one_voucher_only(time: Clock, change: dict[str, Any]) -> None:
    shop = a_shop()
    member = a_member(shop)
    give(shop, member)
    answer = give(shop, member, **change)
    assert (answer.status, answer.code) == (409, "voucher_mismatch")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 10**18}, "amount"),
        ({"amount": 50.0}, "amount"),
        ({"min_amount": -1}, "min_amount"),
        ({"expires_at": "2026-03-10T12:00:00Z"}, "expires_at"),
        ({"expires_at": "2036-05-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2026-05-01T00:00:00"}, "expires_at"),
        ({"reference": "a#b"}, "reference"),
        ({"reference": "x" * 61}, "reference"),
    ],
)
def test_a_voucher_that_cannot_be_names_its_field(
    time: Clock, changes: dict[str, Any], field: str
) -> None:
    shop = a_shop()
    member = a_member(shop)
    answer = give(shop, member, **changes)
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", field)
    assert accounts.find_with_benefits(shop.id, member)[1].vouchers == {}


def test_the_voucher_itself_keeps_who_gave_it(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    give(shop, member, "staff")
    kept = benefits.find(shop.id, member, "v.spring").benefit
    assert kept
    assert kept.given_by == key_id(shop, "staff")
    assert give(shop, member, "shop").json["given_by"] == key_id(shop, "staff")


def test_a_staff_key_alone_gives_so_much_in_a_day_whoever_to(time: Clock) -> None:
    shop = a_shop(programme=a_programme(staff=Staff(vouchers_alone=12_000)))
    members = [a_member(shop) for _ in range(3)]
    assert [give(shop, member, "staff").status for member in members] == [201, 201, 409]
    refused = give(shop, members[2], "staff")
    assert (refused.code, refused.json["field"]) == ("staff_limit_reached", "amount")
    assert refused.json["params"] == {"most": 2_000}
    assert give(shop, members[0], "staff").status == 200  # a repeat gives nothing
    assert give(shop, members[2], "staff", amount=2_000).status == 201
    time.set(datetime(2026, 3, 10, 23, 0, tzinfo=UTC))  # the next day in Stockholm
    assert give(shop, members[0], "staff", reference="more").status == 201


def test_the_limit_is_that_of_a_key_and_the_shops_own_server_has_none(time: Clock) -> None:
    shop = a_shop(programme=a_programme(staff=Staff(vouchers_alone=5_000)))
    shop.keys["second"] = shops.add_key(shop.id, "staff")
    member = a_member(shop)
    assert give(shop, member, "staff").status == 201
    assert give(shop, member, "second", reference="b").status == 201
    assert give(shop, member, "staff", reference="c", amount=1).code == "staff_limit_reached"
    assert give(shop, member, "shop", reference="d", amount=10_000_000).status == 201


def test_a_limit_that_was_lowered_leaves_nothing_and_not_less(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    give(shop, member, "staff")
    shop.publish(a_programme(staff=Staff(vouchers_alone=1_000)))
    answer = give(shop, member, "staff", reference="b")
    assert (answer.code, answer.json["params"]) == ("staff_limit_reached", {"most": 0})


def test_without_a_word_about_it_a_staff_key_gives_a_thousand_a_day(time: Clock) -> None:
    shop = a_shop()
    assert give(shop, a_member(shop), "staff", amount=100_001).code == "staff_limit_reached"
    assert give(shop, a_member(shop), "staff", amount=100_000).status == 201


def test_nobody_gets_no_voucher(time: Clock) -> None:
    assert give(a_shop(), "m234567").code == "member_not_found"
