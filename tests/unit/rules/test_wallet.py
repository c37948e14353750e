from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.calendar import add_days
from stamkund.rules.programme import ClawBack, Expiry, PointRules, Rate
from stamkund.rules.wallet import (
    Balance,
    Due,
    Take,
    Wallet,
    balance,
    choose,
    earned_lot,
    expired_lots,
    expiring,
    given_back,
    last_month,
    maturing,
    merged,
    next_expiry,
    spendable_lots,
    take_back,
)
from tests.strategies import wallets

TODAY = "2026-03-10"
LATER = st.integers(0, 400).map(lambda days: add_days(TODAY, days))
POLICIES: list[ClawBack] = ["only_pending", "within_balance", "debt"]


def rules(**parts: object) -> PointRules:
    return PointRules(earn=Rate(points=1, amount=100), **parts)  # type: ignore[arg-type]


def less(wallet: Wallet, lots: Mapping[str, int], debt: int = 0) -> Wallet:
    left = {key: n - lots.get(key, 0) for key, n in wallet.lots.items()}
    return replace(wallet, lots=left, debt=wallet.debt + debt)


# --- lots ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "parts", "lot"),
    [
        ("2026-03-10", {}, "2026-04-09>never"),
        ("2026-03-10", {"pending_days": 0}, "2026-03-10>never"),
        ("2026-03-10", {"expiry": Expiry(months=24)}, "2026-04-09>2028-03"),
        ("2026-03-10", {"expiry": Expiry(inactive_months=12)}, "2026-04-09>idle12"),
        # a leap day earns to the end of the month a year later, which has no 29th
        ("2028-02-29", {"pending_days": 1, "expiry": Expiry(months=12)}, "2028-03-01>2029-02"),
        ("2028-01-30", {}, "2028-02-29>never"),
        # more than thirty days: to the next Monday, and no further on a Monday itself
        ("2026-03-10", {"pending_days": 31}, "2026-04-13>never"),
        ("2026-03-09", {"pending_days": 35}, "2026-04-13>never"),
        ("2026-12-31", {"pending_days": 14, "expiry": Expiry(months=1)}, "2027-01-14>2027-01"),
    ],
)
def test_a_lot_says_when_it_matures_and_ends(day: str, parts: dict[str, object], lot: str) -> None:
    assert earned_lot(rules(**parts), day) == lot


def test_points_count_through_the_last_day_of_their_month_and_not_a_day_longer() -> None:
    wallet = Wallet({"2026-03-10>2026-04": 100})
    assert balance(wallet, "2026-03-09") == Balance(0, 100, 0)
    assert balance(wallet, "2026-03-10") == Balance(100, 0, 0)
    assert balance(wallet, "2026-04-30") == Balance(100, 0, 0)
    assert balance(wallet, "2026-05-01") == Balance(0, 0, 0)
    assert next_expiry(wallet) == "2026-05-01"


def test_points_live_as_long_as_something_is_bought() -> None:
    wallet = Wallet({">idle2": 100}, active_on="2026-01-31")
    assert balance(wallet, "2026-03-31").available == 100
    assert balance(wallet, "2026-04-01").available == 0
    assert balance(replace(wallet, active_on="2026-03-31"), "2026-05-31").available == 100
    assert balance(replace(wallet, active_on=""), "2099-01-01").available == 100


def test_the_schedule_says_when_points_mature_and_end() -> None:
    wallet = Wallet({">2026-04": 50, "2026-03-20>2026-04": 30, "2026-04-01>never": 20}, debt=10)
    assert maturing(wallet, TODAY) == [Due("2026-03-20", 30), Due("2026-04-01", 20)]
    assert expiring(wallet, TODAY) == [Due("2026-04-30", 70)]


# --- the balance -----------------------------------------------------------------------------


@given(wallets(), LATER)
def test_nothing_that_can_be_spent_and_no_debt_is_ever_negative(wallet: Wallet, day: str) -> None:
    seen = balance(wallet, day)
    assert (seen.available >= 0, seen.pending >= 0, seen.debt >= 0) == (True, True, True)


@given(wallets(), LATER)
def test_what_counts_is_what_is_there_less_what_is_owed_and_what_has_expired(
    wallet: Wallet, day: str
) -> None:
    seen = balance(wallet, day)
    expired = sum(expired_lots(wallet, day).values())
    total = sum(wallet.lots.values()) - wallet.debt
    assert seen.available + seen.pending - seen.debt == total - expired


@given(wallets(), LATER, st.integers(0, 400))
def test_putting_matured_lots_together_changes_no_balance_on_any_later_day(
    wallet: Wallet, day: str, ahead: int
) -> None:
    then = add_days(day, ahead)
    together = merged(wallet, day)
    assert balance(together, then) == balance(wallet, then)
    assert expiring(together, then) == expiring(wallet, then)
    assert merged(merged(wallet, day), then) == merged(wallet, then)


@given(wallets(), LATER)
def test_taking_away_what_has_expired_changes_no_balance(wallet: Wallet, day: str) -> None:
    assert balance(less(wallet, expired_lots(wallet, day)), day) == balance(wallet, day)


def test_a_debt_is_repaid_by_what_matures_first_and_never_by_what_is_pending() -> None:
    wallet = Wallet({"2026-03-20>2027-03": 30, "2026-03-15>2028-01": 20, ">2026-03": 5}, debt=40)
    assert balance(wallet, "2026-03-10") == Balance(0, 50, 35)
    assert balance(wallet, "2026-03-15") == Balance(0, 30, 15)
    assert balance(wallet, "2026-03-20") == Balance(15, 0, 0)


def test_what_matured_long_ago_repays_before_what_matured_today() -> None:
    """Otherwise it would matter whether the lots had been put together in between."""
    wallet = Wallet({">2026-05": 100, "2026-03-10>2028-03": 100}, debt=50)
    assert spendable_lots(wallet, "2026-03-10") == [
        (">2026-05", 50, 50),
        ("2026-03-10>2028-03", 100, 0),
    ]


# --- choosing --------------------------------------------------------------------------------


@given(wallets(), st.integers(0, 1_500), LATER)
def test_the_soonest_expiring_points_are_taken_first(wallet: Wallet, points: int, day: str) -> None:
    takes = choose(wallet, points, day)
    free = {lot: n for lot, n, _ in spendable_lots(wallet, day)}
    assert sum(take.points for take in takes) == min(points, balance(wallet, day).available)
    assert all(0 < take.points <= free[take.lot] for take in takes)
    left = {lot: n - sum(t.points for t in takes if t.lot == lot) for lot, n in free.items()}
    ends = [last_month(take.lot, wallet.active_on) for take in takes]
    assert ends == sorted(ends)
    for lot, n in left.items():
        if n and ends:
            assert last_month(lot, wallet.active_on) >= ends[-1]


@given(wallets(), st.integers(0, 1_500), LATER)
def test_taking_what_was_chosen_lowers_the_balance_by_exactly_that(
    wallet: Wallet, points: int, day: str
) -> None:
    takes = choose(wallet, points, day)
    before, after = (
        balance(wallet, day),
        balance(less(wallet, {take.lot: take.points for take in takes}), day),
    )
    taken = sum(take.points for take in takes)
    assert after == Balance(before.available - taken, before.pending, before.debt)


def test_a_debts_claim_on_a_lot_is_left_in_it() -> None:
    wallet = Wallet({">2026-04": 100}, debt=30)
    assert choose(wallet, 100, TODAY) == [Take(">2026-04", 70, floor=30)]


# --- claw-back -------------------------------------------------------------------------------


@given(wallets(), st.integers(0, 2_000), st.sampled_from(POLICIES), LATER, st.data())
def test_a_claw_back_accounts_for_every_point_and_leaves_nothing_below_zero(
    wallet: Wallet, points: int, policy: ClawBack, day: str, data: st.DataObject
) -> None:
    own = data.draw(st.sampled_from([*wallet.lots, "2026-04-09>never"]))
    taken = take_back(wallet, points, own, policy, day)
    found = -sum(taken.lots.values())
    assert found + taken.debt + taken.forgiven == points
    assert min(taken.debt, taken.forgiven) == 0
    gone = {**taken.lots, **taken.outlived}
    after = less(wallet, {lot: -n for lot, n in gone.items()}, taken.debt)
    assert all(n >= 0 for n in after.lots.values())
    was, now = balance(wallet, day), balance(after, day)
    net = (was.available + was.pending - was.debt) - (now.available + now.pending - now.debt)
    assert net == points - taken.forgiven
    if policy == "only_pending":
        assert now.available == was.available


def test_points_that_ended_before_a_debt_began_do_not_repay_it() -> None:
    """Or it would depend on whether their end had been entered by then."""
    wallet = Wallet({">2026-02": 100, ">idle2": 7}, active_on="2025-11-30")
    taken = take_back(wallet, 30, "2026-01-01>2026-02", "debt", TODAY)
    assert (taken.lots, taken.debt) == ({}, 30)
    assert taken.outlived == {">2026-02": -100, ">idle2": -7}


PENDING = {"2026-04-01>never": -10, "2026-03-20>never": -20}


@pytest.mark.parametrize(
    ("policy", "lots", "debt", "forgiven"),
    [
        ("only_pending", {"2026-04-01>never": -10, "2026-03-20>never": -20}, 0, 70),
        (
            "within_balance",
            {"2026-04-01>never": -10, "2026-03-20>never": -20, ">never": -30},
            0,
            40,
        ),
        ("debt", {"2026-04-01>never": -10, "2026-03-20>never": -20, ">never": -30}, 40, 0),
    ],
)
def test_each_policy_reaches_as_far_as_it_says(
    policy: ClawBack, lots: dict[str, int], debt: int, forgiven: int
) -> None:
    wallet = Wallet({">never": 30, "2026-03-20>never": 20, "2026-04-01>never": 10})
    taken = take_back(wallet, 100, "2026-04-01>never", policy, TODAY)
    assert (taken.lots, taken.debt, taken.forgiven) == (lots, debt, forgiven)


def test_the_orders_own_points_go_first_wherever_they_lie() -> None:
    wallet = Wallet({">2026-03": 50, ">2027-01": 50})
    assert take_back(wallet, 20, "2026-02-01>2027-01", "debt", TODAY).lots == {">2027-01": -20}


@pytest.mark.parametrize(
    ("lot", "back"),
    [
        (">never", "2026-03-10>never"),
        ("2026-01-01>idle12", "2026-03-10>idle12"),
        ("2026-01-01>2027-05", "2026-03-10>2027-05"),
        (">2026-03", "2026-03-10>2026-04"),  # it would have ended three weeks from now
        (">2025-12", "2026-03-10>2026-04"),
    ],
)
def test_spent_points_return_with_their_own_end_or_thirty_days(lot: str, back: str) -> None:
    assert given_back(lot, TODAY) == back
