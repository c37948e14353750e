from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stamkund.rules import actions, redeeming
from stamkund.rules.account import Account, with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.programme import AmountOff, Charity, Expiry, PointRules, Rate, Reward, Text
from stamkund.rules.programme_file import Action, Period
from stamkund.rules.selection import Moment, moment
from stamkund.rules.wallet import Wallet, balance
from tests.strategies import a_member, wallets

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
NAME: Text = {"sv": "Check"}
RULES = PointRules(earn=Rate(1, 100), pending_days=14, expiry=Expiry(months=12))
RANKS = {"bas": 0, "silver": 1, "guld": 2}


def at(now: datetime = NOON) -> Moment:
    return moment(now, "Europe/Stockholm")


def a_reward(points: int = 100, **fields: object) -> Reward:
    return Reward("cheque", NAME, points, AmountOff(5_000), **fields)  # type: ignore[arg-type]


def owner_of(points: Wallet) -> Account:
    return a_member(lots=points.lots, debt=points.debt, active_on=points.active_on)


@given(wallets(), st.integers(1, 500))
def test_a_reward_takes_what_it_costs_and_no_more_than_can_be_spent(
    points: Wallet, price: int
) -> None:
    account = owner_of(points)
    before = balance(account.wallet, at().day)
    if price > before.available:
        with pytest.raises(Refused, match="points_not_enough") as refused:
            redeeming.bought(a_reward(price), account, at())
        assert refused.value.params["missing"] == price - before.available
        return
    bought = redeeming.bought(a_reward(price), account, at())
    spent = redeeming.spent(bought, "R1", at(), 1)
    after = balance(with_entries(account, [spent]).wallet, at().day)
    assert bought.points == price == -spent.points
    assert after.available == before.available - price
    assert (after.pending, after.debt) == (before.pending, before.debt)


@given(wallets(), st.integers(1, 500))
def test_a_released_reward_leaves_as_much_as_there_was(points: Wallet, price: int) -> None:
    account = owner_of(points)
    assume(price <= balance(account.wallet, at().day).available)
    bought = redeeming.bought(a_reward(price, limit_per_member=3), account, at())
    spent = redeeming.spent(bought, "R1", at(), 1)
    back = redeeming.restored(bought, "R1", at(), 1)
    after = with_entries(account, [spent, back])
    assert balance(after.wallet, at().day) == balance(account.wallet, at().day)
    assert after.used == {}


def test_those_that_end_first_are_spent_first_and_come_back_to_end_when_they_would_have() -> None:
    account = a_member(lots={">2026-12": 60, ">never": 100})
    bought = redeeming.bought(a_reward(), account, at())
    assert bought.lots == {">2026-12": 60, ">never": 40}
    back = redeeming.restored(bought, "R1", at(), 1)
    assert back.lots == {"2026-03-10>2026-12": 60, "2026-03-10>never": 40}


def test_points_that_would_be_gone_when_they_come_back_live_for_a_month_more() -> None:
    account = a_member(lots={">2026-03": 100})
    bought = redeeming.bought(a_reward(), account, at())
    back = redeeming.restored(bought, "R1", at(NOON.replace(month=4, day=20)), 1)
    assert back.lots == {"2026-04-20>2026-05": 100}


@pytest.mark.parametrize(
    ("tier", "reason"), [("", "tier_needed"), ("bas", "tier_needed"), ("silver", ""), ("guld", "")]
)
def test_a_reward_from_a_tier_is_for_it_and_those_above(tier: str, reason: str) -> None:
    assert redeeming.why_not(a_reward(from_tier="silver"), at(), tier, RANKS) == reason


def test_a_reward_has_its_time_from_its_first_instant_to_before_its_last() -> None:
    reward = a_reward(start=NOON, end=NOON.replace(hour=12))
    assert redeeming.why_not(reward, at(NOON.replace(hour=10, minute=59)), "", RANKS) == "not_now"
    assert redeeming.why_not(reward, at(NOON), "", RANKS) == ""
    assert redeeming.why_not(reward, at(NOON.replace(hour=12)), "", RANKS) == "not_now"


def test_what_has_no_limit_is_not_counted() -> None:
    bought = redeeming.bought(a_reward(), a_member(lots={">never": 100}), at())
    assert redeeming.spent(bought, "R1", at(), 1).used == {}


def test_a_gift_costs_its_points_and_says_what_the_cause_is_owed() -> None:
    reward = Reward("gift", NAME, 100, Charity(2_500), limit_per_member=5)
    account = a_member(lots={">never": 130})
    made = redeeming.gift_of(reward, "sea", "g1", "SEK", at())
    entry = redeeming.given_away(made, redeeming.bought(reward, account, at()), 1)
    assert (entry.kind, entry.reason, entry.points, entry.amount) == ("gift", "sea", -100, 2_500)
    assert with_entries(account, [entry]).used == {"reward.gift": 1}


@pytest.mark.parametrize(
    ("per", "key"),
    [
        ("day", "earn.visit@2026-03-10"),
        ("month", "earn.visit@2026-03"),
        ("year", "earn.visit@2026-12"),
        ("ever", "earn.visit"),
    ],
)
def test_an_action_is_counted_by_its_period(per: Period, key: str) -> None:
    action = Action("visit", NAME, 25, most=1, per=per)
    entry = actions.earned(action, a_member(), "r", RULES, at(), 1)
    assert entry.used == {key: 1}
    assert entry.lots == {"2026-03-24>2027-03": 25}
    with pytest.raises(Refused, match="limit_reached"):
        actions.earned(action, with_entries(a_member(), [entry]), "s", RULES, at(), 1)
