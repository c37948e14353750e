from typing import Any

import pytest

from stamkund.tables import accounts
from tests.builders import Answer, Clock, Shop, a_shop
from tests.members import a_member

GIVEN = {"reference": "spring", "amount": 5_000, "expires_at": "2026-05-01T00:00:00+02:00"}


def give(shop: Shop, member: str, as_: str = "shop", **changes: Any) -> Answer:
    return shop.call("POST", f"/v1/members/{member}/vouchers", {**GIVEN, **changes}, as_=as_)


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


def test_nobody_gets_no_voucher(time: Clock) -> None:
    assert give(a_shop(), "m234567").code == "member_not_found"
