"""Points for what a member does on their pages, and for being born: by themselves, and once."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from functions.members import give_birthday_points
from stamkund.rules.ledger import Entry
from stamkund.tables import ledger, posting, profiles
from tests.builders import Answer, Clock, Shop, a_programme, everything_kept
from tests.login import Person
from tests.members import a_member, the_account
from tests.my_pages import ACTIONS, PAGES, POINTS, PURPOSES, a_club_with_pages, give, withdraw

ALL = {
    "first_name": "Karin",
    "last_name": "Berg",
    "answers": {"shoe-size": "43", "sport": "Skidor"},
}


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_club_with_pages(actions=ACTIONS)


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop, email="karin@example.com")


def change(shop: Shop, member: str, **said: Any) -> Answer:
    answer = shop.call("PATCH", "/v1/members/me/details", said, as_=member)
    assert answer.status == 200, answer.text
    return answer


def given(shop: Shop, member: str) -> list[tuple[str, int]]:
    return [(entry.reason, entry.points) for entry in bonuses(shop, member)]


def bonuses(shop: Shop, member: str) -> list[Entry]:
    return [one for one in ledger.everything(shop.id, member) if one.kind == "bonus"]


# The newsletter


def test_who_consents_to_the_newsletter_gets_its_points_once(
    shop: Shop, member: str, time: Clock
) -> None:
    give(shop, member)
    assert given(shop, member) == [("letters", 50)]
    for act in (give, withdraw, give):
        time.advance(days=400)
        assert act(shop, member).status == 200
    assert given(shop, member) == [("letters", 50)]


def test_the_shop_may_say_so_for_the_member(shop: Shop, member: str) -> None:
    path = f"/v1/members/{member}/consents/newsletter"
    assert shop.call("PUT", path, {"text_version": "1", "source": "till"}).status == 200
    assert given(shop, member) == [("letters", 50)]


def test_no_other_consent_and_no_withdrawal_is_worth_anything(shop: Shop, member: str) -> None:
    give(shop, member, "wishes")
    withdraw(shop, member)
    assert given(shop, member) == []


def test_what_was_reported_by_the_shop_is_not_given_once_more(shop: Shop, member: str) -> None:
    body = {"reference": "mailtool-1", "action": "letters"}
    shop.call("POST", f"/v1/members/{member}/earnings", body)
    assert give(shop, member).json["given"] is True
    assert given(shop, member) == [("letters", 50)]


def test_where_nothing_is_given_for_it_nothing_is_read(time: Clock) -> None:
    shop = a_club_with_pages()
    member = a_member(shop)
    give(shop, member)
    asked = give(shop, member).asked
    assert {one.table for one in asked} <= {"profiles", "programmes"}
    assert the_account(shop, member).lots == {}


def test_a_club_that_has_no_newsletter_gives_nothing_for_it(shop: Shop, member: str) -> None:
    pages = replace(PAGES, newsletter=None)
    shop.publish(a_programme(my_pages=pages, points=POINTS, actions=ACTIONS))
    give(shop, member)
    assert given(shop, member) == []


def test_a_newer_text_is_no_other_newsletter(shop: Shop, member: str) -> None:
    give(shop, member)
    newer = replace(PAGES, purposes=[replace(PURPOSES[0], version="2"), PURPOSES[1]])
    shop.publish(a_programme(my_pages=newer, points=POINTS, actions=ACTIONS))
    assert len(give(shop, member, text_version="2").json["history"]) == 2
    assert given(shop, member) == [("letters", 50)]


# A complete profile


def test_the_last_detail_brings_the_points_once(shop: Shop, member: str) -> None:
    change(shop, member, **{**ALL, "answers": {"shoe-size": "43"}})
    assert given(shop, member) == []
    assert change(shop, member, answers={"sport": "Skidor"}).json["missing"] == []
    assert given(shop, member) == [("complete", 75)]
    before = everything_kept()
    change(shop, member, answers={"sport": "Skidor"})
    assert everything_kept() == before
    change(shop, member, answers={"sport": None})
    change(shop, member, answers={"sport": "Simning"})
    assert given(shop, member) == [("complete", 75)]


def test_a_profile_is_complete_only_with_a_contact(shop: Shop) -> None:
    member = a_member(shop)  # by the shop's own customer id
    assert change(shop, member, **ALL).json["missing"] == ["contact"]
    assert given(shop, member) == []
    proof = Person(shop, "karin.berg@example.com").proof()
    for _ in range(2):
        body = {"verified_contact": proof}
        assert shop.call("PUT", "/v1/members/me/contact", body, as_=member).status == 200
    assert given(shop, member) == [("complete", 75)]


def test_a_contact_that_is_linked_completes_it_as_well(shop: Shop) -> None:
    member = a_member(shop)
    change(shop, member, **ALL)
    body = {"verified_contact": Person(shop, "karin.linked@example.com").proof()}
    for _ in range(2):
        assert shop.call("POST", "/v1/members/me/links", body, as_=member).status == 200
    assert given(shop, member) == [("complete", 75)]


# A birthday


def run() -> None:
    """In this shop, and those of other tests."""
    give_birthday_points.handler({}, None)


def born(shop: Shop, day: str, **who: Any) -> str:
    member = a_member(shop, **who)
    change(shop, member, birthday=day)
    return member


def test_points_come_on_the_day_itself_once_a_year(shop: Shop, time: Clock) -> None:
    karin, other = born(shop, "1984-03-12"), born(shop, "1984-04-12")
    run()
    assert given(shop, karin) == []
    time.advance(days=2)
    for _ in range(3):
        run()
    assert given(shop, karin) == [("cake", 100)]
    [entry] = bonuses(shop, karin)
    assert entry.occurred_at == datetime(2026, 3, 11, 23, tzinfo=UTC)  # midnight in Stockholm
    time.set(datetime(2027, 3, 12, 5, tzinfo=UTC))
    run()
    assert given(shop, karin) == [("cake", 100)] * 2
    assert given(shop, other) == []


def test_a_day_that_changes_brings_nothing_more_in_its_year(shop: Shop, time: Clock) -> None:
    karin = born(shop, "1984-03-10")
    run()
    for day in range(11, 14):
        change(shop, karin, birthday=f"1984-03-{day}")
        time.advance(days=1)
        run()
    assert given(shop, karin) == [("cake", 100)]


def test_who_says_so_on_the_day_itself_is_met_on_the_next(shop: Shop, time: Clock) -> None:
    run()
    karin = born(shop, "1984-03-10")
    time.advance(days=1)
    run()
    assert given(shop, karin) == [("cake", 100)]


def test_nights_that_were_missed_are_made_up_for_in_their_own_year(shop: Shop, time: Clock) -> None:
    time.set(datetime(2026, 12, 30, 12, tzinfo=UTC))
    karin = born(shop, "1984-12-31")
    run()
    time.set(datetime(2027, 1, 3, 12, tzinfo=UTC))
    run()
    assert given(shop, karin) == [("cake", 100)]
    time.set(datetime(2027, 12, 31, 12, tzinfo=UTC))
    run()
    assert given(shop, karin) == [("cake", 100)] * 2
    references = [entry.reference for entry in bonuses(shop, karin)]
    assert references == ["cake.2026", "cake.2027"]


def test_a_programme_that_begins_with_it_gives_nothing_for_half_a_year(time: Clock) -> None:
    shop = a_club_with_pages()
    karin = born(shop, "1984-03-12")
    run()
    time.advance(days=180)
    shop.publish(a_programme(my_pages=PAGES, points=POINTS, actions=ACTIONS))
    run()
    assert given(shop, karin) == []


@pytest.mark.parametrize(("year", "day"), [(2027, 28), (2028, 29)])
def test_who_was_born_on_a_day_that_most_years_have_not_has_a_birthday_in_each(
    shop: Shop, time: Clock, year: int, day: int
) -> None:
    karin = born(shop, "1984-02-29")
    for night in (27, 28, day):
        time.set(datetime(year, 2, night, 12, tzinfo=UTC))
        run()
        if night < day:
            assert given(shop, karin) == []
    assert given(shop, karin) == [("cake", 100)]


def test_what_the_index_says_is_read_again(shop: Shop, time: Clock) -> None:
    karin = born(shop, "1984-03-10")
    before = profiles.find(shop.id, karin)
    later = replace(before.details, birthday="1984-05-10")
    profiles.edit(shop.id, karin, before, replace(before, details=later))  # the index is behind
    run()
    assert given(shop, karin) == []


def test_one_that_fails_is_met_the_next_night_and_keeps_nobody_waiting(
    shop: Shop, time: Clock
) -> None:
    karin, other = born(shop, "1984-03-10"), born(shop, "1990-03-10")
    account = the_account(shop, karin)
    posting.rewrite(account, replace(account, status="closed"), [])
    run()
    assert (given(shop, karin), given(shop, other)) == ([], [("cake", 100)])
    closed = the_account(shop, karin)
    posting.rewrite(closed, replace(closed, status="active"), [])
    time.advance(days=3)
    run()
    assert (given(shop, karin), given(shop, other)) == ([("cake", 100)], [("cake", 100)])


def test_whose_birthday_it_is_stands_in_no_key(shop: Shop) -> None:
    karin = born(shop, "1984-03-10")
    [profile] = [
        item
        for item in everything_kept()["profiles"]
        if item["pk"]["S"].endswith(karin) and item["sk"]["S"] == "PROFILE"
    ]
    assert "03-10" not in profile["birthday_key"]["S"]
    change(shop, karin, birthday=None)
    assert profiles.find(shop.id, karin).born == ""
