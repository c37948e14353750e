"""Consents: given to a text, withdrawn in one call, and never forgotten."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.builders import Clock, Shop, a_programme, everything_kept
from tests.members import a_member
from tests.my_pages import PAGES, PURPOSES, a_club_with_pages, give, withdraw


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_club_with_pages()


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, email="karin@example.com")


def consents(shop: Shop, member: str, **how: Any) -> dict[str, Any]:
    answer = shop.call("GET", "/v1/members/me/consents", as_=member, **how)
    return {one["purpose"]: one for one in answer.json["consents"]}


def test_what_is_asked_is_shown_with_its_text_before_anybody_answers(
    shop: Shop, member: str
) -> None:
    found = consents(shop, member, headers={"accept-language": "en"})
    assert list(found) == ["newsletter", "wishes"]
    assert found["newsletter"] == {
        "purpose": "newsletter",
        "name": "Name",
        "text": "I want letters.",
        "text_version": "1",
        "given": False,
        "up_to_date": False,
        "history": [],
    }


def test_giving_and_withdrawing_are_a_call_each_and_leave_their_history(
    shop: Shop, member: str, time: Clock
) -> None:
    given = give(shop, member, source="checkout")
    assert given.status == 200, given.text
    time.advance(days=1)
    withdrawn = withdraw(shop, member)
    assert (given.json["given"], withdrawn.json["given"]) == (True, False)
    assert consents(shop, member)["newsletter"] == withdrawn.json
    assert withdrawn.json["history"] == [
        {
            "given": False,
            "text_version": "1",
            "source": "my_pages",
            "by": "member",
            "language": "sv",
            "at": "2026-03-11T12:00:00Z",
        },
        {
            "given": True,
            "text_version": "1",
            "source": "checkout",
            "by": "member",
            "language": "sv",
            "at": "2026-03-10T12:00:00Z",
        },
    ]


def test_the_same_again_is_told_and_changes_nothing(shop: Shop, member: str) -> None:
    for act in (give, withdraw):
        assert "idempotent-replayed" not in act(shop, member).headers
        before = everything_kept()
        assert act(shop, member).headers["idempotent-replayed"] == "true"
        assert everything_kept() == before


def test_nobody_consents_to_a_text_they_have_not_seen(shop: Shop, member: str) -> None:
    give(shop, member)
    newer = [replace(PURPOSES[0], version="2"), PURPOSES[1]]
    shop.publish(a_programme(my_pages=replace(PAGES, purposes=newer)))
    old = give(shop, member)
    assert (old.status, old.code) == (409, "consent_outdated")
    assert old.json["params"] == {"text_version": "2"}
    now = consents(shop, member)["newsletter"]
    assert (now["given"], now["up_to_date"], now["text_version"]) == (True, False, "2")
    again = give(shop, member, text_version="2").json
    assert (again["up_to_date"], len(again["history"])) == (True, 2)


def test_what_is_no_longer_asked_is_shown_and_can_be_withdrawn(shop: Shop, member: str) -> None:
    give(shop, member)
    shop.publish(a_programme(my_pages=replace(PAGES, purposes=PURPOSES[1:], newsletter=None)))
    gone = consents(shop, member)["newsletter"]
    assert (gone["given"], gone["name"], gone["up_to_date"]) == (True, None, False)
    assert give(shop, member).code == "not_found"
    assert withdraw(shop, member).json["given"] is False


def test_of_a_purpose_there_never_was_nothing_is_kept(shop: Shop, member: str) -> None:
    before = everything_kept()
    assert withdraw(shop, member, "fortune").code == "not_found"
    assert give(shop, member, "fortune").code == "not_found"
    assert everything_kept() == before


def test_the_shop_withdraws_for_who_clicked_in_an_e_mail(shop: Shop, member: str) -> None:
    give(shop, member)
    path = f"/v1/members/{member}/consents/newsletter"
    said = shop.call("DELETE", f"{path}?source=newsletter").json
    assert (said["given"], said["history"][0]["by"]) == (False, "shop")
    assert said["history"][0]["source"] == "newsletter"


def test_who_is_gone_consents_to_nothing(shop: Shop) -> None:
    before = everything_kept()
    body = {"text_version": "1"}
    path = "/v1/members/m0000000000000zz/consents/newsletter"
    assert shop.call("PUT", path, body).code == "member_not_found"
    assert shop.call("DELETE", path).code == "member_not_found"
    assert everything_kept() == before
