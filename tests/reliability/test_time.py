"""Midnights, month ends, leap days, summer time, and clocks that do not agree."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from functions.checkout import reverse_unconfirmed
from functions.members import review_accounts
from functions.members.settling import settle
from stamkund.rules.programme import Cap, EarnRule, Expiry, Hours, Late, Pay, Rate, Text, When
from stamkund.tables import clock as club_clock
from stamkund.tables import keys
from stamkund.tables.orders import OrderItem
from tests.builders import Clock, a_member, a_programme, a_shop
from tests.reliability import books
from tests.reliability.till import Till, basket, club

NAME: Text = {"sv": "Namn", "en": "Name"}
PAY = Pay(value=Rate(points=1, amount=10))
GOODS = basket(10_000)
# Stockholm's midnight between March and April 2026
MIDNIGHT = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def alone(time: Clock) -> None:
    books.wipe()


def till(programme: Any = None, **account: Any) -> Till:
    shop = a_shop(programme=programme or club(pay=PAY))
    return Till(shop, a_member(shop, **account))


# --- the second of expiry --------------------------------------------------------------------


def in_between(at: Till, what: str) -> None:
    """What may happen to an account in the minutes after midnight."""
    if what == "it is settled":
        settle(at.shop.id, str(at.member), club_clock.real_time())
    if what == "something is bought":
        at.buy(basket(100))
    if what == "the night's job runs":
        review_accounts.handler({}, None)


@pytest.mark.parametrize(
    "what", ["nothing happens", "it is settled", "something is bought", "the night's job runs"]
)
@pytest.mark.parametrize("lots", ["merged", "not merged"])
def test_points_promised_just_before_they_end_are_taken_just_after(
    time: Clock, what: str, lots: str
) -> None:
    time.set(MIDNIGHT - timedelta(minutes=10))
    at = till(lots=seventy(lots, "2026-03"), review_on="2026-04-01")
    token = at.token(GOODS, spend_points=70)
    time.set(MIDNIGHT + timedelta(minutes=10))
    assert at.available == 0
    in_between(at, what)
    answer = at.commit(GOODS, quote=token)
    assert (answer.status, answer.json.get("points_spent")) == (201, 70)
    assert at.points()["pending"] == 0


@pytest.mark.parametrize("what", ["nothing happens", "it is settled", "the night's job runs"])
@pytest.mark.parametrize("lots", ["merged", "not merged"])
def test_points_promised_just_before_they_lapse_are_taken_just_after(
    time: Clock, what: str, lots: str
) -> None:
    time.set(MIDNIGHT - timedelta(minutes=10))
    programme = club(pay=PAY, expiry=Expiry(inactive_months=2))
    at = till(programme, lots=seventy(lots, "idle2"), active_on="2026-01-15")
    token = at.token(GOODS, spend_points=70)
    time.set(MIDNIGHT + timedelta(minutes=10))
    assert at.available == 0
    in_between(at, what)
    answer = at.commit(GOODS, quote=token)
    assert (answer.status, answer.json.get("points_spent")) == (201, 70)


def seventy(how: str, end: str) -> dict[str, int]:
    if how == "merged":
        return {f">{end}": 70}
    return {f"2026-03-0{n}>{end}": 10 for n in range(1, 8)}


def test_the_promise_ends_with_its_last_second(time: Clock) -> None:
    time.set(MIDNIGHT)
    at = till()
    first, second = at.quote(GOODS).json, at.quote(GOODS).json
    time.set(datetime.fromisoformat(first["expires_at"]))
    assert at.commit(GOODS, quote=first["quote"]).status == 201
    time.advance(seconds=1)
    answer = at.commit(GOODS, quote=second["quote"])
    assert answer.code == "quote_expired"
    assert answer.json["params"]["fresh_quote"]["quote"]


def test_the_end_of_points_is_entered_only_when_no_quote_can_name_them_any_more(
    time: Clock,
) -> None:
    time.set(MIDNIGHT - timedelta(minutes=1))
    at = till(lots={">2026-03": 70}, review_on="2026-04-03")
    days = {}
    for _ in range(4):
        review_accounts.handler({}, None)
        days[time.now.date().isoformat()] = at.account.lots
        time.advance(days=1)
    assert list(days.values()) == [{">2026-03": 70}] * 3 + [{}]
    assert at.kinds() == [("expire", -70)]


# --- clocks that do not agree ----------------------------------------------------------------


def test_an_order_may_lie_five_minutes_ahead_and_no_more(time: Clock) -> None:
    time.set(MIDNIGHT)
    at = till()
    for seconds, status in ((300, 201), (301, 422)):
        when = (MIDNIGHT + timedelta(seconds=seconds)).isoformat()
        assert at.commit(GOODS, occurred_at=when).status == status


def test_an_order_may_be_as_late_as_the_programme_says_and_no_later(time: Clock) -> None:
    time.set(MIDNIGHT)
    at = till(a_programme(late=Late(upload_days=14)))
    for delay, status in ((timedelta(days=14), 201), (timedelta(days=14, seconds=1), 422)):
        when = (MIDNIGHT - delay).isoformat()
        assert at.commit(GOODS, occurred_at=when).status == status


def test_two_processes_whose_clocks_differ_agree_on_the_last_purchase(time: Clock) -> None:
    """The later day stays, or points would lapse a month too soon."""
    at = till(club(expiry=Expiry(inactive_months=2)))
    time.set(MIDNIGHT + timedelta(minutes=2))
    at.buy(GOODS)
    time.set(MIDNIGHT - timedelta(minutes=2))
    at.buy(GOODS)
    assert at.account.active_on == "2026-04-01"
    time.set(datetime(2026, 6, 30, 12, tzinfo=UTC))
    assert at.available == 200


def test_an_order_held_by_a_clock_that_is_behind_is_still_found_by_the_job(time: Clock) -> None:
    """The job had been there already, by a clock on which that day was over."""
    time.set(datetime(2026, 3, 31, 23, 58, tzinfo=UTC))
    at = till(a_programme(hold_minutes=1))
    time.advance(minutes=5)
    reverse_unconfirmed.handler({}, None)
    time.advance(minutes=-5)
    at.commit(GOODS)
    assert at.receipt()["hold_until"] == "2026-03-31T23:59:00Z"
    time.advance(minutes=20)
    reverse_unconfirmed.handler({}, None)
    assert at.receipt()["status"] == "cancelled"


def test_one_order_that_cannot_be_reversed_does_not_keep_the_others_waiting(time: Clock) -> None:
    time.set(MIDNIGHT)
    at = till()
    poisoned = OrderItem(keys.of(at.shop.id, "web:1"))
    at.commit(GOODS, "1")
    at.commit(GOODS, "2")
    poisoned.refresh()
    content = poisoned.order
    poisoned.update([OrderItem.order.set(replace(content, member="nobody"))])
    time.advance(hours=2)
    assert reverse_unconfirmed.handler({}, None)["failed"] == 1
    assert at.receipt("web:2")["status"] == "cancelled"
    poisoned.update([OrderItem.order.set(content)])
    time.advance(days=5)
    assert reverse_unconfirmed.handler({}, None)["failed"] == 0
    assert at.receipt("web:1")["status"] == "cancelled"


def test_entries_lie_in_the_sequence_of_what_happened_and_not_of_its_telling(time: Clock) -> None:
    time.set(MIDNIGHT)
    at = till()
    times = [MIDNIGHT - timedelta(minutes=minutes) for minutes in (0, 50, 3, 20)]
    for n, when in enumerate(times):
        at.commit(basket(100 * (n + 1)), occurred_at=when.isoformat())
    assert [entry.points for entry in at.entries] == [2, 4, 3, 1]


# --- days of another length ------------------------------------------------------------------


def test_a_leap_day_is_a_day_like_any_other(time: Clock) -> None:
    time.set(datetime(2028, 2, 29, 12, tzinfo=UTC))
    at = till(club(pay=PAY, expiry=Expiry(months=12), pending_days=1, cap=Cap(day=150)))
    at.buy(GOODS)
    assert at.quote(GOODS).json["points"]["total"] == 50
    assert list(at.account.lots) == ["2028-03-01>2029-02"]
    time.set(datetime(2029, 2, 28, 22, 59, tzinfo=UTC))
    assert at.available == 100
    time.advance(minutes=1)
    assert at.available == 0


def test_a_year_of_tiers_that_begins_on_a_leap_day_ends_with_the_month(time: Clock) -> None:
    time.set(datetime(2028, 2, 29, 12, tzinfo=UTC))
    at = till()
    at.buy(basket(310_000))
    tiers = {}
    for day in (datetime(2029, 2, 28, 12, tzinfo=UTC), datetime(2029, 2, 28, 23, tzinfo=UTC)):
        time.set(day)
        tiers[day.hour] = at.quote(GOODS).json["tier"]["now"]
    assert list(tiers.values()) == ["silver", "bas"]


@pytest.mark.parametrize(
    "morning", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
)
def test_a_day_of_23_or_25_hours_has_one_cap(time: Clock, morning: datetime) -> None:
    at = till(club(cap=Cap(day=230)))
    for hour in range(-3, 26):
        time.set(morning + timedelta(hours=hour))
        at.commit(basket(1_000))
    first, *_, last = sorted(at.account.used)
    day = f"points@{morning.date().isoformat()}"
    assert first < day < last
    assert at.account.used[day] == 230


def test_an_hour_that_comes_twice_is_the_same_hour_of_the_day(time: Clock) -> None:
    night = EarnRule(
        id="night", name=NAME, multiplier=200, when=When(hours=Hours("02:00", "03:00"))
    )
    at = till(club(rules=[night]))
    points = []
    for minutes in (-30, 0, 30, 60, 90, 120):  # from 01:30 summer time on
        time.set(datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=minutes))
        points.append(at.commit(GOODS).json["points"]["total"])
    assert points == [100, 200, 200, 200, 200, 100]


def test_a_hold_over_the_change_to_summer_time_lasts_its_sixty_minutes(time: Clock) -> None:
    time.set(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    at = till()
    at.commit(GOODS)
    for minutes, status in ((59, "held"), (1, "cancelled")):
        time.advance(minutes=minutes)
        reverse_unconfirmed.handler({}, None)
        assert at.receipt()["status"] == status


# --- what came late --------------------------------------------------------------------------


def test_an_order_told_late_counts_in_its_own_month(time: Clock) -> None:
    time.set(MIDNIGHT + timedelta(days=3))
    at = till()
    at.commit_paid(GOODS, occurred_at=(MIDNIGHT - timedelta(minutes=1)).isoformat())
    assert at.account.spend == {"2026-03": 10_000}


def test_a_return_after_the_months_are_closed_takes_the_points_and_not_the_tier(
    time: Clock,
) -> None:
    time.set(MIDNIGHT - timedelta(days=1))
    at = till()
    order = at.buy(basket(310_000))
    time.advance(days=120)
    settle(at.shop.id, str(at.member), time.now)
    at.refund("r", order)
    settle(at.shop.id, str(at.member), time.now)
    assert at.points()["available"] == 0
    assert at.account.tier == "silver"


def test_the_day_when_a_job_runs_makes_no_difference(time: Clock) -> None:
    """One shop is looked at every night, the other once in three months."""
    stories = []
    for every in (1, 90):
        time.set(MIDNIGHT - timedelta(days=20))
        at = till(club(pay=PAY, expiry=Expiry(months=1), claw_back="debt", pending_days=3))
        for day in range(90):
            live_through(at, day)
            if day % every == 0:
                settle(at.shop.id, str(at.member), time.now)
            time.advance(days=1)
        settle(at.shop.id, str(at.member), time.now)
        stories.append((at.points(), at.account.tier, sorted(at.account.lots.items())))
    assert stories[0] == stories[1]


def live_through(at: Till, day: int) -> None:
    """Buys, returns after the points have ended, and buys again."""
    if day in (0, 5, 60, 61):
        at.buy(basket(10_000 + day), order=f"d{day}")
    if day in (53, 62):
        assert at.refund("r", {53: "web:d0", 62: "web:d60"}[day]).status == 201
