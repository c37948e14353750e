from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules import membership, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_days, add_months
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.membership import Setting, counting_month, horizon, settled
from stamkund.rules.programme import ClawBack, Expiry, Late, PointRules, Programme, Rate, Tiers
from stamkund.rules.selection import Moment, moment
from stamkund.rules.tiers import Pin, Standing
from stamkund.rules.wallet import Wallet, balance, merged
from tests.strategies import ZONE, a_member, expiries, ladder, wallets

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
LATE = Late(return_days=30, upload_days=14)


class Since(msgspec.Struct, frozen=True):
    from_month: str
    tiers: Tiers | None


def setting(**parts: Any) -> Setting:
    points = PointRules(earn=Rate(points=1, amount=100), **parts)
    programme = Programme(
        name="Klubben",
        time_zone=ZONE,
        currency="SEK",
        languages=["sv"],
        points=points,
        tiers=ladder(),
        late=LATE,
    )
    return Setting(programme, 7, [Since("0000-01", ladder())])


def at(day: str, hour: int = 12) -> Moment:
    return moment(datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC), ZONE)


def months() -> st.SearchStrategy[dict[str, int]]:
    named = st.integers(-40, 3).map(lambda back: add_months("2026-03", back))
    return st.dictionaries(named, st.integers(-20_000, 60_000), max_size=6)


def accounts() -> st.SearchStrategy[Account]:
    return st.builds(
        lambda held, spend, used, frozen, pinned, review, old: a_member(
            joined_on="2024-06-15",
            lots=held.lots,
            debt=held.debt,
            active_on=held.active_on,
            spend=spend,
            qualifying=spend,
            used=used,
            freezes=[("2026-01", "2026-04")] if frozen else [],
            pins=[Pin("silver", "2025-11", "2026-05")] if pinned else [],
            review_on=review,
            standing=Standing(old, "silver", {}) if old else None,
        ),
        wallets(),
        months(),
        st.dictionaries(
            st.sampled_from(
                ["offer", "r@2025-01-01", "r@2026-02", "r@2026-03-10", "r@2026-05-01.window"]
            ),
            st.integers(1, 9),
        ),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["", "2025-01-01", "2026-03-11", "2027-01-01"]),
        st.sampled_from(["", "2024-12", "2025-12"]),
    )


DAYS = st.integers(0, 500).map(lambda days: add_days("2026-03-10", days))


@given(accounts(), expiries(), DAYS)
def test_what_is_settled_is_settled(account: Account, expiry: Expiry | None, day: str) -> None:
    once, _ = settled(account, setting(expiry=expiry), at(day))
    again, entries = settled(once, setting(expiry=expiry), at(day))
    assert again is once
    assert entries == []


@given(accounts(), DAYS, st.integers(0, 400))
def test_settling_changes_no_balance_on_any_later_day(
    account: Account, day: str, ahead: int
) -> None:
    after, _ = settled(account, setting(), at(day))
    then = add_days(day, ahead)
    assert balance(after.wallet, then) == balance(account.wallet, then)


@given(accounts(), DAYS, st.integers(0, 30))
def test_settling_changes_no_tier_in_any_later_month(
    account: Account, day: str, ahead: int
) -> None:
    """Nor does it matter when, or how often, it was done."""
    history = setting().history
    after, _ = settled(account, setting(), at(day))
    then = add_months(day[:7], ahead)
    assert membership.tier_of(after, history, then) == membership.tier_of(account, history, then)


@given(accounts(), DAYS)
def test_each_change_is_entered_and_the_entries_say_all_of_it(account: Account, day: str) -> None:
    after, entries = settled(account, setting(), at(day))
    told = with_entries(account, entries)
    assert merged(told.wallet, day) == merged(after.wallet, day)
    assert (told.tier, told.tier_since) == (after.tier, after.tier_since)
    assert {e.kind for e in entries} <= {"expire", "lapse", "repay", "tier"}
    assert len({e.id for e in entries}) == len(entries)


@given(accounts(), DAYS)
def test_what_changes_by_itself_next_is_looked_at_in_time(account: Account, day: str) -> None:
    """On the day before the review nothing is to be entered; and none is missed for ever."""
    after, _ = settled(account, setting(), at(day))
    if after.review_on:
        assert after.review_on > day
        eve = add_days(after.review_on, -1)
        assert settled(after, setting(), at(eve))[1] == []
    for ahead in (40, 400, 1_200):
        later = settled(after, setting(), at(add_days(day, ahead)))[1]
        assert not later or (after.review_on and after.review_on <= add_days(day, ahead))


def test_expired_points_stay_for_two_days_because_a_quote_may_name_them() -> None:
    account = a_member(lots={">2026-03": 40}, tier="bas", review_on="2026-04-03")
    for day in ("2026-03-31", "2026-04-01", "2026-04-02"):
        assert settled(account, setting(), at(day)) == (account, [])
    after, [expiry] = settled(account, setting(), at("2026-04-03"))
    assert (expiry.kind, expiry.points, expiry.lots) == ("expire", -40, {">2026-03": -40})
    assert expiry.occurred_at == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert (after.lots, after.review_on) == ({}, "")


def test_points_of_several_months_end_in_an_entry_for_each() -> None:
    account = a_member(lots={">2026-01": 1, ">2026-02": 2, "2026-01-01>2026-02": 3}, tier="bas")
    _, entries = settled(account, setting(), at("2026-06-01"))
    assert [(e.kind, e.points) for e in entries] == [("expire", -1), ("expire", -5)]


def test_of_two_moves_in_one_instant_the_later_comes_last() -> None:
    bought = a_member(tier="bas", spend={"2026-03": 90_000}, qualifying={}, version=9)
    lifted, [up] = settled(bought, setting(), at("2026-03-10"))
    assert lifted.tier == up.tier_to
    returned = replace(lifted, spend={}, version=10)
    fallen, [down] = settled(returned, setting(), at("2026-03-10"))
    assert sorted([down, up], key=lambda move: move.id) == [up, down]
    assert with_entries(bought, sorted([down, up], key=lambda e: e.id)).tier == fallen.tier


def test_a_new_tier_is_entered_once_with_where_it_came_from() -> None:
    account = a_member(tier="bas", spend={"2026-03": 90_000}, qualifying={})
    after, [move] = settled(account, setting(), at("2026-03-10"))
    assert (move.kind, move.tier_from, move.tier_to, move.version) == ("tier", "bas", "guld", 7)
    assert (after.tier, after.tier_since) == ("guld", "2026-03-10")
    assert settled(after, setting(), at("2026-03-11"))[1] == []


def test_a_tier_that_began_before_midnight_in_utc_began_on_the_shops_own_day() -> None:
    account = a_member(tier="bas", spend={"2026-04": 90_000})
    late = moment(datetime(2026, 3, 31, 22, 30, tzinfo=UTC), ZONE)
    assert late.day == "2026-04-01"
    assert settled(account, setting(), late)[0].tier_since == "2026-04-01"


def test_few_lots_that_have_matured_are_not_worth_a_write() -> None:
    few = {f"2026-03-0{day}>never": 1 for day in range(1, 6)}
    account = a_member(lots=few, tier="bas")
    assert settled(account, setting(), at("2026-03-10"))[0] is account
    many = a_member(lots=few | {"2026-03-06>never": 1}, tier="bas")
    assert settled(many, setting(), at("2026-03-10"))[0].lots == {">never": 6}


@pytest.mark.parametrize(
    ("today", "first"),
    [("2026-03-10", "2026-01"), ("2026-03-17", "2026-02"), ("2028-04-13", "2028-02")],
)
def test_a_month_may_change_as_long_as_goods_come_back_and_tills_are_late(
    today: str, first: str
) -> None:
    assert horizon(LATE, today) == first
    assert counting_month(LATE, f"{first}-28", today) == first
    assert counting_month(LATE, f"{add_months(first, -1)}-28", today) == ""


# --- a life, looked at every day or never ----------------------------------------------------


class Happening(msgspec.Struct, frozen=True):
    """Something on a day of its own: whatever it takes, and then what it gives."""

    kind: str
    points: int
    gap: int


def happenings() -> st.SearchStrategy[list[Happening]]:
    kinds = st.sampled_from(["earn", "earn", "earn at once", "spend", "take back", "restore"])
    one = st.builds(Happening, kinds, st.integers(1, 60), st.integers(1, 25))
    return st.lists(one, min_size=1, max_size=12)


@given(
    happenings(),
    st.sets(st.integers(0, 300), max_size=40),
    st.sampled_from(["debt", "within_balance", "only_pending"]),
)
def test_when_and_how_often_an_account_is_looked_at_makes_no_difference(
    life: list[Happening], nights: set[int], policy: ClawBack
) -> None:
    never = lived(life, set(), policy)
    sometimes = lived(life, nights, policy)
    every_night = lived(life, set(range(301)), policy)
    assert never == sometimes == every_night


def lived(life: list[Happening], nights: set[int], policy: ClawBack) -> Any:
    """A night follows its day: of lots that come on one day it is not told which came first."""
    rules = setting(pending_days=5, expiry=Expiry(months=2), claw_back=policy)
    account, today = a_member(tier="bas"), 0
    for number, happening in enumerate(life):
        for _ in range(happening.gap):
            if today in nights:
                account = settled(replace(account, version=today), rules, on(today))[0]
            today += 1
        entries = entries_of(happening, account.wallet, on(today), policy, str(number))
        account = with_entries(account, entries)
    end = on(today + 1)
    left = merged(settled(replace(account, version=999), rules, end)[0].wallet, end.day)
    return balance(left, end.day), {lot: n for lot, n in left.lots.items() if live(lot, end)}


def live(lot: str, end: Moment) -> bool:
    return wallet.is_live(Wallet(), lot, end.day)


def on(day: int) -> Moment:
    return moment(NOON + timedelta(days=day), ZONE)


def entries_of(
    happening: Happening, held: Wallet, now: Moment, policy: ClawBack, reference: str
) -> list[Entry]:
    """The same rules as the endpoints go by."""
    expiry = Expiry(months=2)
    pending = 0 if happening.kind == "earn at once" else 5
    lot = wallet.earned_lot(setting(pending_days=pending, expiry=expiry).programme.points, now.day)  # type: ignore[arg-type]
    if happening.kind in ("earn", "earn at once"):
        return [entry("earn", {lot: happening.points}, reference=reference, occurred_at=now.at)]
    if happening.kind == "spend":
        takes = wallet.choose(held, happening.points, now.day)
        lots = {take.lot: -take.points for take in takes}
        return [entry("spend", lots, reference=reference, occurred_at=now.at)]
    if happening.kind == "restore":
        lots = {wallet.given_back(f">{now.month}", now.day): happening.points}
        return [entry("restore", lots, reference=reference, occurred_at=now.at)]
    taken = wallet.take_back(held, happening.points, lot, policy, now.day)
    gone = entry("expire", taken.outlived, reference=f"{reference}.e", occurred_at=now.at)
    reverse = entry("reverse", taken.lots, taken.debt, reference=reference, occurred_at=now.at)
    return [reverse, gone]


def test_the_checkpoint_moves_on_to_the_last_month_that_is_closed() -> None:
    joined = {"joined_on": "2025-05-01", "tier": "bas", "spend": {"2025-05": 40_000}}
    after, _ = settled(a_member(**joined), setting(), at("2026-03-10"))
    assert after.standing == Standing("2025-12", "silver", {})
