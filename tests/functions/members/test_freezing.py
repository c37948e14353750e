from typing import Any

import pytest

from stamkund.tables import ledger
from tests.builders import Answer, Clock, Shop, a_shop
from tests.members import a_member, the_account


def freeze(shop: Shop, member: str, **changes: Any) -> Answer:
    body = {
        "reference": "f-1",
        "from_month": "2026-03",
        "until_month": "2026-08",
        "reason": "parental_leave",
        **changes,
    }
    return shop.call("POST", f"/v1/members/{member}/freezes", body, as_="staff")


def test_frozen_months_are_on_the_account_and_in_the_ledger(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    assert freeze(shop, member).status == 201
    assert the_account(shop, member).freezes == [("2026-03", "2026-08")]
    [made] = ledger.everything(shop.id, member)
    assert (made.kind, made.reason, made.frozen_until) == ("freeze", "parental_leave", "2026-08")
    assert made.by == shop.keys["staff"].split(".")[1]


def test_a_frozen_tier_does_not_fall(time: Clock) -> None:
    shop = a_shop()
    frozen, thawed = (a_member(shop, spend={"2025-05": 300_000}) for _ in range(2))
    freeze(shop, frozen, until_month="2026-12")
    time.advance(days=120)
    tiers = [shop.call("GET", f"/v1/members/{m}").json["tier"]["id"] for m in (frozen, thawed)]
    assert tiers == ["silver", "bas"]


def test_the_same_freeze_again_is_the_same_even_years_later(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    first = freeze(shop, member)
    time.advance(days=800)
    again = freeze(shop, member)
    assert (again.status, again.json) == (200, first.json)
    assert len(ledger.everything(shop.id, member)) == 1


def test_a_reference_says_one_thing_only(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    freeze(shop, member)
    answer = freeze(shop, member, until_month="2026-09")
    assert (answer.status, answer.code) == (409, "decision_mismatch")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_month": "2025-12"}, "from_month"),  # closed by now
        ({"from_month": "2026-13"}, "from_month"),
        ({"from_month": "March"}, "from_month"),
        ({"until_month": "2026-02"}, "until_month"),
        ({"until_month": "2029-03"}, "until_month"),
        ({"until_month": None}, "until_month"),
        ({"reason": "because"}, "reason"),
        ({"reference": "a#b"}, "reference"),
    ],
)
def test_a_freeze_that_cannot_be_names_its_field(
    time: Clock, changes: dict[str, Any], field: str
) -> None:
    shop = a_shop()
    member = a_member(shop)
    answer = freeze(shop, member, **changes)
    assert (answer.status, answer.code, answer.json["field"]) == (422, "invalid_field", field)
    assert the_account(shop, member).freezes == []
