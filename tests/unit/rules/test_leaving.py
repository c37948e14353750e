from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stamkund.rules import leaving, replaying, retention
from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import entry
from stamkund.rules.membership import Setting
from stamkund.rules.retention import Retention
from stamkund.rules.selection import moment
from tests.builders import a_programme

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
AT = moment(NOON, "Europe/Stockholm")
SETTING = Setting(a_programme(tiers=None), 1, ())
LOTS = st.dictionaries(
    st.sampled_from([">never", ">2026-12", "2026-02-01>2026-12", "2026-06-01>2027-12"]),
    st.integers(1, 500),
)


def account(lots: dict[str, int], debt: int = 0) -> Account:
    return Account(
        shop="s", member="m", card="1", joined_on="2026-01-01", lots=lots, debt=debt, review_on=""
    )


@given(LOTS, st.integers(0, 300))
def test_whatever_there_was_is_gone_and_the_entry_says_how_much(
    lots: dict[str, int], debt: int
) -> None:
    after, erased = leaving.left(account(lots, debt), AT)
    assert (after.status, after.card, after.lots, after.debt) == ("closed", "", {}, 0)
    assert erased.points == debt - sum(lots.values())
    assert after.review_on == "left.2026-03-11"


@given(LOTS, st.integers(0, 300))
def test_what_comes_back_later_ends_in_the_same_moment(lots: dict[str, int], debt: int) -> None:
    closed, _ = leaving.left(account({}), AT)
    given_back = entry("restore", lots, debt, reference="o:r", occurred_at=NOON)
    kept = leaving.with_nothing_kept(closed, [given_back], NOON)
    after = with_entries(closed, kept)
    assert (after.lots, after.debt) == ({}, 0)
    assert [one.kind for one in kept] == ["restore", "erase"][: 1 + bool(lots or debt)]


def test_an_account_made_again_is_closed_and_still_waits_for_the_last_look() -> None:
    earned = entry("earn", {">never": 50}, reference="o", occurred_at=NOON)
    live, erased = leaving.left(with_entries(account({}), [earned]), AT)
    made = replaying.replayed(live, [earned, erased], SETTING)
    assert (made.status, made.review_on, made.lots) == ("closed", live.review_on, {})
    assert replaying.compared(live, made, SETTING, AT) == {}


@pytest.mark.parametrize(
    ("month", "last"), [("2027-01", "2025-12"), ("2027-02", "2026-01"), ("2027-03", "2026-02")]
)
def test_only_whole_months_count(month: str, last: str) -> None:
    assert retention.last_month(Retention(months=12), month) == last


def test_the_later_of_login_and_purchase_counts() -> None:
    assert retention.last_seen("2026-01", "2026-03-05") == "2026-03"
    assert retention.last_seen("2026-04", "2026-03-05") == "2026-04"
    assert retention.last_seen("2026-04", "") == "2026-04"
    assert retention.last_seen("told.2027-01-01", "") == ""
    assert retention.last_seen("told.2027-01-01", "2026-12-31") == "2026-12"
