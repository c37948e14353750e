"""Two accounts that become one, whatever they are."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules import membership, merging, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_days, add_months
from stamkund.rules.ledger import summed
from stamkund.rules.merging import Merger
from stamkund.rules.programme import Tiers
from stamkund.rules.tiers import Standing, better
from tests.strategies import ladder
from tests.unit.rules.test_membership import Since, accounts, at, setting

TODAY = at("2026-03-10")
LADDER = [Since("0000-01", ladder())]
IDS = [step.id for step in ladder().steps]


def others() -> st.SearchStrategy[Account]:
    return accounts().map(lambda account: replace(account, member="other", joined_on="2025-02-03"))


def merged(one: Account, other: Account) -> Merger:
    return merging.merged(one, other, setting(), TODAY, by="key")


def alive(account: Account) -> int:
    """What can be spent now or later, less what is owed."""
    balance = wallet.balance(account.wallet, TODAY.day)
    return balance.available + balance.pending - balance.debt


@given(accounts(), others())
def test_nobody_has_more_or_less_than_both_had(one: Account, other: Account) -> None:
    after, gone = merged(one, other)
    assert alive(after.account) == alive(one) + alive(other)
    assert (gone.account.lots, gone.account.debt, gone.account.status) == ({}, 0, "merged")
    moved = [e for e in (*after.entries, *gone.entries) if e.kind == "merge"]
    assert sum(entry.points for entry in moved) == 0
    for entry in (*after.entries, *gone.entries):
        assert entry.points == sum(entry.lots.values()) - entry.debt


@given(accounts(), others())
def test_what_one_entry_gives_the_other_takes(one: Account, other: Account) -> None:
    after, gone = merged(one, other)
    for before, side in ((one, after), (other, gone)):
        assert points_of(side.account) == points_of(before) + sum(e.points for e in side.entries)
    (taken,), (given_away,) = ([e for e in s.entries if e.kind == "merge"] for s in (after, gone))
    assert taken.lots == negative(given_away.lots)
    assert taken.debt == -given_away.debt
    assert taken.used == negative(given_away.used) == other.used
    assert taken.brought
    assert given_away.brought
    assert taken.brought.spend == negative(given_away.brought.spend)
    assert summed([taken.brought.spend]) == summed([other.spend])
    assert (gone.account.spend, gone.account.qualifying, gone.account.used) == ({}, {}, {})


def points_of(account: Account) -> int:
    return sum(account.lots.values()) - account.debt


def negative(numbers: dict[str, int]) -> dict[str, int]:
    return {key: -n for key, n in numbers.items()}


def positive(account: Account) -> Account:
    """Nobody has returned more than they bought."""
    return replace(
        account,
        spend={month: abs(n) for month, n in account.spend.items()},
        qualifying={month: abs(n) for month, n in account.qualifying.items()},
    )


FALLS = st.builds(
    lambda fall, grace, rolling: replace(
        ladder(), fall=fall, grace_months=grace, rolling_months=rolling
    ),
    st.sampled_from(["one_step", "all_the_way"]),
    st.integers(0, 3),
    st.sampled_from([None, 3, 12]),
)


@given(accounts().map(positive), others().map(positive), FALLS)
def test_the_tier_is_no_worse_than_either_now_or_later(
    one: Account, other: Account, tiers: Tiers
) -> None:
    club = replace(setting(), history=[Since("0000-01", tiers)])
    after = merging.merged(one, other, club, TODAY).survivor.account
    for ahead in range(15):
        month = add_months(TODAY.month, ahead)
        then = [membership.tier_of(each, club.history, month) for each in (after, one, other)]
        ranks = [IDS.index(tier) for tier in then]
        assert ranks[0] >= max(ranks[1:])
    assert after.tier == membership.tier_of(after, club.history, TODAY.month)


@given(accounts(), others(), accounts())
def test_of_mergers_in_one_instant_the_ledger_tells_the_last_ones_tier(
    one: Account, second: Account, third: Account
) -> None:
    """Entries of one instant come by their ids, and so by chance."""
    first = merged(one, replace(second, member="z"))
    again = replace(first.survivor.account, version=one.version + 1)
    last = merged(again, replace(third, member="a", joined_on="2025-02-03"))
    entries = sorted([*first.survivor.entries, *last.survivor.entries], key=lambda each: each.id)
    made = with_entries(one, reversed(entries)), with_entries(one, entries)
    for account in made:
        assert (account.tier, account.tier_since) == (
            last.survivor.account.tier,
            last.survivor.account.tier_since,
        )
        assert account.standing == (entries_standing(first, last) or one.standing)


def entries_standing(first: Merger, last: Merger) -> Standing | None:
    told = [
        entry.brought.standing
        for side in (first, last)
        for entry in side.survivor.entries
        if entry.brought and entry.brought.standing
    ]
    return told[-1] if told else None


@given(accounts(), others())
def test_limits_and_orders_add_up_and_the_earlier_joined(one: Account, other: Account) -> None:
    after = merged(one, other).survivor.account
    for key, n in after.used.items():
        assert n == one.used.get(key, 0) + other.used.get(key, 0)
    assert after.orders == one.orders + other.orders
    assert after.joined_on == min(one.joined_on, other.joined_on)
    assert after.active_on == max(one.active_on, other.active_on)


@given(accounts(), others())
def test_nothing_is_looked_at_too_late(one: Account, other: Account) -> None:
    after = merged(one, other).survivor.account
    expiry = wallet.next_expiry(after.wallet)
    if expiry:
        assert TODAY.day < after.review_on <= add_days(expiry, membership.EXPIRED_LOTS_STAY_DAYS)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (("bas", {}), ("silver", {}), ("silver", {})),
        (("silver", {"silver": 2}), ("silver", {"silver": 1}), ("silver", {"silver": 1})),
        (("silver", {"silver": 2}), ("silver", {}), ("silver", {})),
        (("guld", {"guld": 2}), ("silver", {}), ("guld", {"guld": 2})),
        (("guld", {"guld": 2, "silver": 1}), ("silver", {}), ("guld", {"guld": 2})),
    ],
)
def test_of_two_standings_the_better(one: Any, other: Any, both: Any) -> None:
    sides = Standing("2026-01", *one), Standing("2026-01", *other)
    assert better(LADDER, *sides) == better(LADDER, *reversed(sides)) == Standing("2026-01", *both)
