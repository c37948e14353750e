"""However long a member stays and however often they buy, the account stays small.

It is written at every order, and every kilobyte of it costs two write units each time.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import entry
from stamkund.rules.membership import Setting, settled
from stamkund.rules.programme import Expiry, Programme
from stamkund.rules.selection import moment
from stamkund.rules.wallet import earned_lot
from stamkund.tables import accounts
from stamkund.tables.programmes import SINCE_EVER, TierRules
from tests.builders import a_programme
from tests.capacity import item_size

FIRST_DAY = datetime(2023, 3, 1, 12, tzinfo=UTC)
FOUR_YEARS = 4 * 365


def a_life(programme: Programme, *, days_apart: int) -> Iterator[Account]:
    """The account after every order, looked at each time as the stream would."""
    setting = Setting(programme, 1, (TierRules(SINCE_EVER, 1, programme.tiers),))
    account = Account(shop="shop", member="m0123456789abcde", card="1234567890128")
    account = replace(account, joined_on="2023-03-01", orders=10_001)
    for day in range(0, FOUR_YEARS, days_apart):
        account = _bought(account, setting, FIRST_DAY + timedelta(days=day))
        yield account


def _bought(account: Account, setting: Setting, now: datetime) -> Account:
    at = moment(now, setting.programme.time_zone)
    assert setting.programme.points
    earned = entry(
        "earn",
        {earned_lot(setting.programme.points, at.day): 826},
        reference=at.day,
        occurred_at=now,
        month=at.month,
        spend=82_699,
        qualifying=826,
        active_on=at.day,
    )
    after = with_entries(account, [earned])
    return settled(replace(after, version=account.version + 1), setting, at)[0]


def size(account: Account) -> int:
    return item_size(accounts.item_from(account).serialize())


def expiring_after(months: int) -> Programme:
    usual = a_programme()
    assert usual.points
    return a_programme(points=replace(usual.points, expiry=Expiry(months=months)))


@pytest.mark.parametrize("months", [12, 24, 36])
def test_who_buys_every_day_has_an_account_of_two_kilobytes_at_most(months: int) -> None:
    assert max(map(size, a_life(expiring_after(months), days_apart=1))) <= 2048


@pytest.mark.parametrize("months", [12, 24])
def test_who_buys_every_week_has_an_account_of_one_kilobyte_at_most(months: int) -> None:
    assert max(map(size, a_life(expiring_after(months), days_apart=7))) <= 1024
