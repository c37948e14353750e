from typing import Any

import pytest

from stamkund.tables import accounts, ledger, shops
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.functions.members.test_adjusting import LIMITS, adjust, approve, key_id
from tests.members import a_member, the_account


@pytest.fixture
def shop(time: Clock) -> Shop:
    shop = a_shop(programme=a_programme(staff=LIMITS))
    shop.keys["second"] = shops.add_key(shop.id, "staff")
    return shop


def refuse(shop: Shop, member: str, reference: str = "a-1", as_: str = "second") -> Answer:
    path = f"/v1/members/{member}/adjustments/{reference}/refusal"
    return shop.call("POST", path, as_=as_)


def waiting(shop: Shop, query: str = "") -> Any:
    return shop.call("GET", f"/v1/members/adjustments{query}", as_="second").json


def references(page: Any) -> list[str]:
    return [one["reference"] for one in page["adjustments"]]


def test_what_waits_is_listed_oldest_first_whomever_it_is_about(time: Clock, shop: Shop) -> None:
    for reference in ("c", "a", "b"):
        adjust(shop, a_member(shop), 101, reference)
        time.advance(minutes=1)
    adjust(shop, a_member(shop), 100, "done-at-once")
    page = waiting(shop)
    assert (references(page), page["next"]) == (["c", "a", "b"], None)
    first = page["adjustments"][0]
    assert (first["points"], first["status"], first["reason"]) == (101, "waiting", "goodwill")
    assert first["asked_by"] == key_id(shop, "staff")
    assert first == adjust(shop, first["member"], 101, "c").json


def test_the_pages_together_are_the_whole_list(time: Clock, shop: Shop) -> None:
    members = [a_member(shop) for _ in range(7)]  # all asked for in the same instant
    for member in members:
        adjust(shop, member, 101)
    seen, query = list[str](), "?limit=3"
    while query:
        page = waiting(shop, query)
        seen += [one["member"] for one in page["adjustments"]]
        query = f"?limit=3&cursor={page['next']}" if page["next"] else ""
    assert seen == sorted(members)


def test_a_cursor_is_good_in_its_own_shop_only(time: Clock, shop: Shop) -> None:
    for reference in ("a", "b"):
        adjust(shop, a_member(shop), 101, reference)
    cursor = waiting(shop, "?limit=1")["next"]
    other = a_shop()
    answer = other.call("GET", f"/v1/members/adjustments?cursor={cursor}", as_="staff")
    assert (answer.status, answer.json["field"]) == (422, "cursor")


def test_one_shop_does_not_see_what_waits_in_another(time: Clock, shop: Shop) -> None:
    other = a_shop(programme=a_programme(staff=LIMITS))
    adjust(other, a_member(other), 101)
    assert references(waiting(shop)) == []


def test_what_is_decided_waits_no_longer(time: Clock, shop: Shop) -> None:
    members = [a_member(shop) for _ in range(3)]
    for member in members:
        adjust(shop, member, 101)
    approve(shop, members[0])
    refuse(shop, members[1])
    assert [one["member"] for one in waiting(shop)["adjustments"]] == members[2:]


@pytest.mark.parametrize("as_", ["second", "staff"])
def test_anybody_may_refuse_also_who_asked(time: Clock, shop: Shop, as_: str) -> None:
    member = a_member(shop)
    adjust(shop, member, 101)
    answer = refuse(shop, member, as_=as_)
    assert (answer.status, answer.json["status"]) == (200, "refused")
    assert answer.json["refused_by"] == key_id(shop, as_)
    assert answer.json["approved_by"] is None
    assert the_account(shop, member).lots == {}


def test_a_refusal_is_final_and_the_same_again(time: Clock, shop: Shop) -> None:
    member = a_member(shop)
    adjust(shop, member, 101)
    first, again = refuse(shop, member), refuse(shop, member, as_="staff")
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    approval = approve(shop, member)
    assert (approval.status, approval.code) == (409, "decision_closed")
    assert approval.json["params"] == {"status": "refused"}
    assert adjust(shop, member, 101).json == first.json
    assert ledger.everything(shop.id, member) == []


@pytest.mark.parametrize("points", [101, 100])
def test_what_is_done_can_no_longer_be_refused(time: Clock, shop: Shop, points: int) -> None:
    member = a_member(shop)
    adjust(shop, member, points)
    approve(shop, member)
    answer = refuse(shop, member)
    assert (answer.status, answer.code) == (409, "decision_closed")
    assert answer.json["params"] == {"status": "done"}


def test_what_waits_thirty_days_has_ended_by_itself(time: Clock, shop: Shop) -> None:
    member = a_member(shop)
    adjust(shop, member, 101)
    time.advance(days=30)
    assert references(waiting(shop)) == ["a-1"]
    time.advance(seconds=1)
    assert references(waiting(shop)) == []
    assert adjust(shop, member, 101).json["status"] == "expired"
    for answer in (approve(shop, member), refuse(shop, member)):
        assert (answer.status, answer.code) == (409, "decision_closed")
        assert answer.json["params"] == {"status": "expired"}
    assert the_account(shop, member).lots == {}


def test_it_may_be_approved_until_then(time: Clock, shop: Shop) -> None:
    member = a_member(shop)
    adjust(shop, member, 101)
    time.advance(days=30)
    assert approve(shop, member).json["status"] == "done"


def test_there_is_nothing_to_refuse_where_nothing_waits(time: Clock, shop: Shop) -> None:
    assert refuse(shop, a_member(shop)).code == "decision_not_found"
    assert refuse(shop, "m234567").code == "member_not_found"


def test_of_a_member_who_has_left_it_can_still_be_refused(time: Clock, shop: Shop) -> None:
    member = a_member(shop)
    adjust(shop, member, 101)
    item = accounts.item_from(the_account(shop, member))
    item.update([accounts.AccountItem.status.set("closed")])
    assert approve(shop, member).code == "member_not_active"
    assert refuse(shop, member).json["status"] == "refused"


@pytest.mark.parametrize("as_", ["shop", "storefront", "member"])
def test_only_staff_sees_and_decides(time: Clock, shop: Shop, as_: str) -> None:
    member = a_member(shop)
    asking = member if as_ == "member" else as_
    assert shop.call("GET", "/v1/members/adjustments", as_=asking).code == "forbidden"
    assert refuse(shop, member, as_=asking).code == "forbidden"
