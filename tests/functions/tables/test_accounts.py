"""What an account is made of comes back from the table as it was, however it is kept there."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from stamkund.rules.account import Account
from stamkund.rules.calendar import add_months
from stamkund.rules.tiers import Standing
from stamkund.tables import accounts, keys, posting
from stamkund.tables.accounts import AccountItem
from tests.builders import Clock
from tests.capacity import item_size

MONTHS = [add_months("2023-04", n) for n in range(36)]
TOTALS = st.dictionaries(st.sampled_from(MONTHS), st.integers(-(10**9), 10**9).filter(bool))


def an_account(shop: str = "s", **fields: object) -> Account:
    usual = {"shop": shop, "member": "m1", "card": "1", "joined_on": "2023-04-01"}
    return Account(**usual | fields)  # type: ignore[arg-type]


def closed_up_to(month: str) -> Standing:
    return Standing(month, "bas")


@given(spend=TOTALS, qualifying=TOTALS, closed=st.sampled_from(["", *MONTHS]))
def test_months_come_back_whether_they_are_closed_or_not(
    spend: dict[str, int], qualifying: dict[str, int], closed: str
) -> None:
    standing = closed_up_to(closed) if closed else None
    account = an_account(spend=spend, qualifying=qualifying, standing=standing)
    kept = AccountItem.from_raw_data(accounts.item_from(account).serialize())
    assert accounts.account_from(kept) == account


def test_three_years_of_months_take_little_room() -> None:
    totals = {month: 123_456 + n for n, month in enumerate(MONTHS)}
    account = an_account(spend=totals, qualifying=totals, standing=closed_up_to(MONTHS[-3]))
    assert item_size(accounts.item_from(account).serialize()) < 700


def bought_in(month: str, shop: str) -> Account:
    """As an order enters it: added without a read, so also where the month has been closed."""
    total = AccountItem.spend[month]
    AccountItem(keys.of(shop, "m1"), "ACCOUNT").update([total.set((total | 0) + 100)])
    return accounts.find(shop, "m1")


def test_what_comes_late_adds_to_a_closed_month(time: Clock) -> None:
    account = an_account("late", spend={"2024-01": 50}, standing=closed_up_to("2024-02"))
    accounts.item_from(account).save()
    assert bought_in("2024-01", "late").spend == {"2024-01": 150}


def test_no_month_is_lost_or_counted_twice_when_others_change(time: Clock) -> None:
    spend = {"2024-01": 50, "2024-02": 60, "2024-03": 70}
    account = an_account("others", spend=spend, standing=closed_up_to("2024-02"))
    accounts.item_from(account).save()
    before = bought_in("2024-02", "others")
    for after in (
        replace(before, spend={**before.spend, "2024-03": 75}),
        replace(before, standing=closed_up_to("2024-03")),
        replace(before, spend={month: n for month, n in spend.items() if month > "2024-01"}),
        replace(before, spend={}),
    ):
        posting.rewrite_account(before, after)
        before = accounts.find("others", "m1")
        assert before.spend == after.spend
