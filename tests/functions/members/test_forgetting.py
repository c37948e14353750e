"""What happens by night to those who left, and to those who have been away for long."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from functions.members import complete_leavings, forget_inactive
from stamkund.rules.errors import Refused
from stamkund.rules.leaving import LAST_LOOK
from stamkund.rules.programme import Programme
from stamkund.rules.retention import Retention
from stamkund.tables import accounts, keys, profiles, shops
from stamkund.tables.devices import DEVICE, DeviceItem
from stamkund.tables.identities import IdentityItem
from stamkund.web import messages
from tests.builders import OUTBOX, Clock, Shop, a_shop, everything_kept
from tests.login import Person
from tests.members import a_member, the_account
from tests.reliability.till import Till, basket, club

EMAIL = "karin.berg@example.com"
JANUARY = datetime(2026, 1, 15, 12, tzinfo=UTC)


@pytest.fixture
def time(time: Clock) -> Clock:
    time.set(JANUARY)
    return time


def programme(months: int = 12) -> Programme:
    return replace(club(), retention=Retention(months=months))


@pytest.fixture
def shop(time: Clock) -> Shop:
    """Where every night has been, until this one of next year; what those do that were missed, and
    that of a shop where there was none, has tests of its own."""
    shop = a_shop(programme=programme())
    shops.set_reached(shop.id, f"{forget_inactive.JOB}.told", "2027-01-31")
    return shop


@pytest.fixture
def karin(shop: Shop) -> str:
    return a_member(shop, email=EMAIL, first_name="Karin")


def night(**event: int) -> dict[str, int]:
    return forget_inactive.handler(event, None)


def is_member(shop: Shop, member: str) -> bool:
    return shop.call("GET", f"/v1/members/{member}").status == 200


# Who has left


def complete() -> dict[str, int]:
    return complete_leavings.handler({}, None)


def leave(shop: Shop, member: str) -> None:
    assert shop.call("POST", f"/v1/members/{member}/leave", {}).status == 204


def test_who_left_is_looked_at_once_more_on_the_day_after(
    shop: Shop, karin: str, time: Clock
) -> None:
    leave(shop, karin)
    assert the_account(shop, karin).review_on == f"{LAST_LOOK}2026-01-16"
    assert complete() == {"completed": 0, "failed": 0}
    time.advance(days=1)
    assert complete() == {"completed": 1, "failed": 0}
    assert the_account(shop, karin).review_on == ""
    assert complete() == {"completed": 0, "failed": 0}


def test_what_came_too_late_is_found_by_the_last_look(shop: Shop, karin: str, time: Clock) -> None:
    leave(shop, karin)
    key = keys.of(shop.id, karin)
    late = DeviceItem(
        key, f"{DEVICE}1", place="header", remembered=True, since="", seen_at="", name="Karins"
    )
    late.save()
    IdentityItem(keys.of(shop.id, "email#abc"), member=karin, owner=key).save()
    time.advance(days=1)
    complete()
    kept = everything_kept()
    assert kept["profiles"] == []
    assert kept["identities"] == []


# Who has been away


def test_without_the_setting_nobody_is_forgotten(time: Clock) -> None:
    shop = a_shop(programme=club())
    member = a_member(shop, email=EMAIL)
    time.advance(days=4_000)
    assert night() == {"changed": 0, "failed": 0}
    assert is_member(shop, member)


def test_who_has_been_away_is_told_and_forgotten_on_the_day_that_was_said(
    shop: Shop, karin: str, time: Clock
) -> None:
    time.set(datetime(2027, 1, 31, 12, tzinfo=UTC))
    assert night()["changed"] == 0
    time.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert night()["changed"] == 1
    assert OUTBOX[-1].to == EMAIL
    assert "3 mars 2027" in OUTBOX[-1].text
    time.set(datetime(2027, 3, 2, 12, tzinfo=UTC))
    assert night()["changed"] == 0
    assert is_member(shop, karin)
    time.set(datetime(2027, 3, 3, 12, tzinfo=UTC))
    assert night()["changed"] == 1
    assert not is_member(shop, karin)
    assert the_account(shop, karin).status == "closed"
    assert everything_kept()["profiles"] == []
    assert len(OUTBOX) == 1


def told(shop: Shop, member: str, time: Clock) -> None:
    time.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    night()
    assert profiles.find(shop.id, member).seen == "told.2027-03-03"


def test_a_purchase_meanwhile_stops_it(shop: Shop, karin: str, time: Clock) -> None:
    told(shop, karin, time)
    Till(shop, karin).buy(basket(10_000))
    time.set(datetime(2027, 3, 3, 12, tzinfo=UTC))
    night()
    assert is_member(shop, karin)
    assert profiles.find(shop.id, karin).seen == "2027-02"


def test_a_login_meanwhile_stops_it(shop: Shop, karin: str, time: Clock) -> None:
    told(shop, karin, time)
    Person(shop, EMAIL).logs_in()
    assert profiles.find(shop.id, karin).seen == "2027-02"
    time.set(datetime(2027, 3, 3, 12, tzinfo=UTC))
    assert night()["changed"] == 0
    assert is_member(shop, karin)


def test_so_does_a_session_that_the_shop_opens(shop: Shop, time: Clock) -> None:
    member = a_member(shop, customer_id="c1")
    told(shop, member, time)
    assert shop.call("POST", "/v1/members/sessions", {"customer_id": "c1"}).status == 201
    assert profiles.find(shop.id, member).seen == "2027-02"


def test_a_session_that_goes_on_counts_once_a_month(shop: Shop, karin: str, time: Clock) -> None:
    person = Person(shop, EMAIL).logs_in(remember=True)
    time.advance(days=1)
    person.refreshes()
    assert profiles.find(shop.id, karin).seen == "2026-01"
    time.advance(days=30)
    person.refreshes()
    assert profiles.find(shop.id, karin).seen == "2026-02"


def test_who_buys_without_logging_in_is_moved_on_and_not_told(
    shop: Shop, karin: str, time: Clock
) -> None:
    time.set(datetime(2026, 8, 5, 12, tzinfo=UTC))
    Till(shop, karin).buy(basket(10_000))
    time.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert night()["changed"] == 1
    assert profiles.find(shop.id, karin).seen == "2026-08"
    assert OUTBOX == []


def test_who_has_no_contact_is_forgotten_after_the_same_time(shop: Shop, time: Clock) -> None:
    member = a_member(shop, customer_id="c1")
    told(shop, member, time)
    assert OUTBOX == []
    time.set(datetime(2027, 3, 3, 12, tzinfo=UTC))
    night()
    assert not is_member(shop, member)


def test_who_could_not_be_told_is_not_forgotten(shop: Shop, karin: str, time: Clock) -> None:
    def refuses(message: messages.Message) -> None:
        raise Refused("not_sent")

    messages.use(refuses)
    time.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert night() == {"changed": 0, "failed": 1}
    messages.use(OUTBOX.append)
    assert night() == {"changed": 1, "failed": 0}
    assert len(OUTBOX) == 1


def test_a_night_or_a_hundred_that_were_missed_are_made_up_for(
    shop: Shop, karin: str, time: Clock
) -> None:
    told(shop, karin, time)
    time.advance(days=200)
    assert night()["changed"] == 1
    assert not is_member(shop, karin)


def test_a_programme_may_set_it_later_and_finds_those_of_before(time: Clock) -> None:
    shop = a_shop(programme=club())
    member = a_member(shop, email=EMAIL)
    time.set(datetime(2027, 6, 1, 12, tzinfo=UTC))
    shop.publish(programme(months=6))
    assert night()["changed"] == 1
    assert profiles.find(shop.id, member).seen.startswith("told.")


def test_it_is_so_much_in_one_night_and_the_rest_in_the_next(shop: Shop, time: Clock) -> None:
    members = [a_member(shop, customer_id=f"c{n}") for n in range(5)]
    time.set(datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert [night(most=2)["changed"] for _ in range(4)] == [2, 2, 1, 0]
    assert {profiles.find(shop.id, member).seen for member in members} == {"told.2027-03-03"}
    assert accounts.find(shop.id, members[0]).status == "active"
