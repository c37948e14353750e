from datetime import UTC, datetime

import pytest

from functions.members import review_accounts
from functions.members.settling import settle
from stamkund.tables import keys, ledger, shops
from stamkund.tables.accounts import AccountItem
from tests.builders import Clock, Shop, a_shop
from tests.members import a_member, has_bought, the_account

CLOCK = "/v1/programme/clock"
MARCH_30 = datetime(2026, 3, 30, 12, tzinfo=UTC)
APRIL_3 = datetime(2026, 4, 3, 12, tzinfo=UTC)


@pytest.fixture
def time(time: Clock) -> Clock:
    time.set(MARCH_30)
    return time


def review() -> dict[str, int]:
    return review_accounts.handler({}, None)


def a_member_with(shop: Shop, lot: str, now: datetime = MARCH_30) -> str:
    """Looked at already, as the stream does, so that the next day to look is known."""
    member = a_member(shop, points={lot: 50})
    settle(shop.id, member, now)
    return member


def kinds(shop: Shop, member: str) -> list[str]:
    return sorted(entry.kind for entry in ledger.everything(shop.id, member))


def test_points_are_expired_when_no_quote_can_name_them_any_more(time: Clock) -> None:
    shop = a_shop()
    member = a_member_with(shop, ">2026-03")
    time.set(datetime(2026, 4, 2, 12, tzinfo=UTC))
    assert review() == {"changed": 0, "unchanged": 0, "failed": 0}
    time.set(APRIL_3)
    assert review() == {"changed": 1, "unchanged": 0, "failed": 0}
    assert kinds(shop, member) == ["earn", "expire"]
    assert (the_account(shop, member).lots, the_account(shop, member).review_on) == ({}, "")
    assert review() == {"changed": 0, "unchanged": 0, "failed": 0}


def test_a_tier_falls_that_nobody_bought_for(time: Clock) -> None:
    shop = a_shop()
    member = a_member(shop, spend={"2025-03": 300_000})
    settle(shop.id, member, MARCH_30)
    assert the_account(shop, member).tier == "silver"
    time.set(datetime(2026, 4, 1, 12, tzinfo=UTC))
    review()
    assert the_account(shop, member).tier == "bas"


def test_nights_that_were_missed_are_made_up_for(time: Clock) -> None:
    shop = a_shop(sandbox=True)
    early = a_member_with(shop, ">2026-03")
    review()
    late = a_member_with(shop, ">2026-04")
    shop.call("PUT", CLOCK, {"time": "2026-05-20T12:00:00Z"})
    assert review()["changed"] == 2
    assert [kinds(shop, member) for member in (early, late)] == [["earn", "expire"]] * 2


@pytest.mark.parametrize("reviewed_before", [True, False])
def test_what_was_lived_after_the_clock_was_turned_back_is_reviewed_too(
    time: Clock, reviewed_before: bool
) -> None:
    shop = a_shop(sandbox=True)
    if reviewed_before:
        review()
    shop.call("PUT", CLOCK, {"time": "2026-02-28T00:30:00+01:00"})
    member = a_member_with(shop, ">2026-02", shops.now_for(shop.id, sandbox=True))
    shop.call("PUT", CLOCK, {"time": "2026-03-30T12:00:00Z"})
    review()
    assert kinds(shop, member) == ["earn", "expire"]


def test_each_shop_is_reviewed_by_its_own_clock(time: Clock) -> None:
    real, sandbox = a_shop(), a_shop(sandbox=True)
    members = [a_member_with(shop, ">2026-03") for shop in (real, sandbox)]
    sandbox.call("PUT", CLOCK, {"time": "2026-04-10T12:00:00Z"})
    review()
    assert kinds(real, members[0]) == ["earn"]
    assert kinds(sandbox, members[1]) == ["earn", "expire"]


def test_one_who_cannot_be_reviewed_holds_nobody_up_and_is_met_again(time: Clock) -> None:
    shop = a_shop()
    broken, sound = a_member_with(shop, ">2026-03"), a_member_with(shop, ">2026-03")
    item = AccountItem.get(keys.of(shop.id, broken), "ACCOUNT")
    item.update([AccountItem.joined_on.set("never"), AccountItem.standing.remove()])
    time.set(APRIL_3)
    assert review() == {"changed": 1, "unchanged": 0, "failed": 1}
    assert kinds(shop, sound) == ["earn", "expire"]
    time.advance(days=100)  # however far a run gets, it keeps to what it left behind
    assert review()["failed"] == 1
    item.update([AccountItem.joined_on.set("2026-03-30")])
    assert review() == {"changed": 1, "unchanged": 0, "failed": 0}


def test_a_shop_without_a_programme_has_nobody_to_review(time: Clock) -> None:
    shop = a_shop(published=False)
    assert review() == {"changed": 0, "unchanged": 0, "failed": 0}
    assert shops.reached(shop.id, review_accounts.JOB) is None


def test_who_buys_after_the_review_is_due_again_later(time: Clock) -> None:
    shop = a_shop()
    member = a_member_with(shop, ">2026-03")
    time.set(APRIL_3)
    review()
    has_bought(shop, member, lots={">2027-04": 10})
    settle(shop.id, member, APRIL_3)
    assert the_account(shop, member).review_on == "2027-05-03"
