from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund.rules.programme import Expiry, PointRules, Rate, Text
from stamkund.rules.programme_file import Action
from stamkund.tables import clock, ledger
from stamkund.web.club import Club, club_at
from stamkund.web.earning import for_doing
from tests.builders import Answer, Clock, Shop, a_programme, a_shop
from tests.members import a_member, the_account

NAME: Text = {"sv": "Tack", "en": "Thanks"}
POINTS = PointRules(earn=Rate(points=1, amount=100), pending_days=14, expiry=Expiry(months=12))
ACTIONS = [
    Action("newsletter", NAME, 50, "newsletter"),
    Action("profile", NAME, 75, "profile"),
    Action("birthday", NAME, 100, "birthday", per="year"),
    Action("follow", NAME, 10, "follow", most=2),
    Action("event", NAME, 20, most=2, per="month"),
    Action("visit", NAME, 5, per="day"),
]


@pytest.fixture
def shop(time: Clock) -> Shop:
    return a_shop(programme=a_programme(points=POINTS, actions=ACTIONS))


@pytest.fixture
def member(shop: Shop) -> str:
    return a_member(shop)


def earn(shop: Shop, member: str, action: str, reference: str = "1", **call: Any) -> Answer:
    body = {"reference": reference, "action": action}
    return shop.call("POST", f"/v1/members/{member}/earnings", body, **call)


def now_in(shop: Shop) -> Club:
    return club_at(shop.id, clock.real_time())


def test_points_for_an_action_are_pending_and_end_as_others(shop: Shop, member: str) -> None:
    answer = earn(shop, member, "event")
    assert (answer.status, answer.json["points"], answer.json["name"]) == (201, 20, "Tack")
    assert the_account(shop, member).lots == {"2026-03-24>2027-03": 20}
    [bonus] = ledger.everything(shop.id, member)
    assert (bonus.kind, bonus.points, bonus.reason) == ("bonus", 20, "event")
    [line] = shop.call("GET", f"/v1/members/{member}/statement").json["lines"]
    assert line["text"] == "Bonuspoäng: Tack"


def test_each_reference_counts_once(shop: Shop, member: str, time: Clock) -> None:
    first = earn(shop, member, "event")
    time.advance(days=100)
    again = earn(shop, member, "event")
    assert (again.status, again.json) == (200, first.json)
    assert again.headers["idempotent-replayed"] == "true"
    assert sum(the_account(shop, member).lots.values()) == 20


@pytest.mark.parametrize(
    ("action", "given", "next_one"),
    [
        ("newsletter", 1, None),
        ("follow", 2, None),
        ("event", 2, datetime(2026, 4, 1, 0, tzinfo=UTC)),
        ("visit", 1, datetime(2026, 3, 11, 0, tzinfo=UTC)),
        ("birthday", 1, datetime(2027, 1, 1, 0, tzinfo=UTC)),
    ],
)
def test_an_action_counts_as_often_in_a_period_as_the_programme_says(
    shop: Shop, member: str, time: Clock, action: str, given: int, next_one: datetime | None
) -> None:
    answers = [earn(shop, member, action, str(n)) for n in range(given + 1)]
    assert [answer.status for answer in answers] == [201] * given + [409]
    assert answers[-1].code == "limit_reached"
    time.set(next_one or datetime(2036, 1, 1, tzinfo=UTC))
    assert earn(shop, member, action, "later").status == (201 if next_one else 409)


def test_a_birthday_counts_once_a_year_whatever_was_tidied_meanwhile(
    shop: Shop, member: str, time: Clock
) -> None:
    from functions.members.settling import settle

    earn(shop, member, "birthday", "2026")
    time.set(datetime(2026, 11, 10, tzinfo=UTC))
    for n in range(8):
        earn(shop, member, "visit", str(n))
        time.advance(days=1)
    settle(shop.id, member, time.now)
    assert earn(shop, member, "birthday", "again").code == "limit_reached"


def test_what_the_programme_does_not_know_is_refused(shop: Shop, member: str) -> None:
    answer = earn(shop, member, "dance")
    assert (answer.status, answer.code, answer.json["field"]) == (422, "action_not_found", "action")
    assert earn(shop, "m234567", "event").code == "member_not_found"


@pytest.mark.parametrize("as_", ["storefront", "staff", "member"])
def test_only_the_shop_says_so(shop: Shop, member: str, as_: str) -> None:
    who = member if as_ == "member" else as_
    path = "me" if as_ == "member" else member
    body = {"reference": "1", "action": "event"}
    assert shop.call("POST", f"/v1/members/{path}/earnings", body, as_=who).status == 403


# What other endpoints call


def test_who_hears_of_it_gives_what_the_programme_gives_for_it(shop: Shop, member: str) -> None:
    club = now_in(shop)
    assert [one.points for one in for_doing(club, member, "newsletter", "newsletter")] == [50]
    assert [one.points for one in for_doing(club, member, "profile", "profile")] == [75]
    assert sum(the_account(shop, member).lots.values()) == 125


def test_what_was_given_before_or_often_enough_is_no_reason_to_refuse(
    shop: Shop, member: str
) -> None:
    club = now_in(shop)
    for_doing(club, member, "newsletter", "newsletter")
    assert for_doing(club, member, "newsletter", "newsletter") == []
    assert for_doing(club, member, "newsletter", "another") == []
    assert sum(the_account(shop, member).lots.values()) == 50


def test_a_programme_that_gives_nothing_for_it_gives_nothing(time: Clock) -> None:
    shop = a_shop()
    assert for_doing(now_in(shop), a_member(shop), "newsletter", "newsletter") == []
