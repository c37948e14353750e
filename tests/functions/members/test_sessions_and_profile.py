from typing import Any

import pytest

from tests.builders import Clock, a_shop
from tests.members import a_member


def test_a_customer_of_the_shop_becomes_a_session(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, customer_id="1001", first_name="Jonas", email="jonas@example.com")
    session = shop.call("POST", "/v1/members/sessions", {"customer_id": "1001"})
    assert (session.status, session.json["member"]) == (201, member)
    assert session.json["expires_at"] == "2026-03-10T12:15:00Z"
    assert session.headers["cache-control"] == "no-store"
    bearer = {"authorization": f"Bearer {session.json['token']}"}
    me = shop.call("GET", "/v1/members/me", as_="nobody", headers=bearer)
    assert me.json == {
        "member": member,
        "customer_id": "1001",
        "first_name": "Jonas",
        "last_name": None,
        "email": "jonas@example.com",
        "phone": None,
        "language": "sv",
        "tier": {"id": "bas", "name": "Bas"},
        "joined_on": "2026-03-10",
    }


def test_a_session_speaks_the_members_language_unless_asked_for_another(time: Clock) -> None:
    shop = a_shop()
    a_member(shop, customer_id="1001", language="en")
    session = shop.call("POST", "/v1/members/sessions", {"customer_id": "1001"}).json["token"]

    def tier_in(**headers: str) -> Any:
        headers |= {"authorization": f"Bearer {session}"}
        return shop.call("GET", "/v1/members/me", as_="nobody", headers=headers).json["tier"]

    assert tier_in()["name"] == "Base"
    assert tier_in(**{"accept-language": "sv"})["name"] == "Bas"


def test_an_unknown_customer_has_no_session(time: Clock) -> None:
    shop = a_shop()
    a_member(shop, customer_id="1001")
    answer = shop.call("POST", "/v1/members/sessions", {"customer_id": "1002"})
    assert (answer.status, answer.code) == (404, "member_not_found")


def test_a_customer_id_is_no_good_in_another_shop(time: Clock) -> None:
    a_member(a_shop(), customer_id="1001")
    answer = a_shop().call("POST", "/v1/members/sessions", {"customer_id": "1001"})
    assert answer.status == 404


@pytest.mark.parametrize("kind", ["shop", "staff"])
def test_the_shop_reads_a_member_by_id_and_has_no_me(time: Clock, kind: str) -> None:
    shop = a_shop()
    member = a_member(shop)
    assert shop.call("GET", f"/v1/members/{member}", as_=kind).json["member"] == member
    assert shop.call("GET", "/v1/members/me", as_=kind).code == "not_found"
    assert shop.call("GET", "/v1/members/m2", as_=kind).code == "member_not_found"


def test_another_member_looks_like_nobody_at_all(time: Clock) -> None:
    shop = a_shop()
    me, other = a_member(shop), a_member(shop)
    answers = [
        shop.call("GET", f"/v1/members/{id}", as_=me).json for id in (other, "mabcdefghijklmno", me)
    ]
    for answer in answers:
        del answer["request_id"]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["status"] == 404


def test_the_tier_is_called_by_its_name_in_the_readers_language(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop)
    answer = shop.call("GET", f"/v1/members/{member}", headers={"Accept-Language": "en"})
    assert answer.json["tier"] == {"id": "bas", "name": "Base"}
