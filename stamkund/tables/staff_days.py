"""How much one staff key has moved alone on one day, counted in the transaction that moves it."""

from typing import NamedTuple

from pynamodb.attributes import NumberAttribute
from pynamodb.transactions import TransactWrite

from stamkund.tables import keys
from stamkund.tables.accounts import Accounts


class StaffDayItem(Accounts):
    """Of all that a key does in a day, or, beside it, of what it does for one member."""

    points = NumberAttribute(default=0)
    vouchers = NumberAttribute(default=0)


class StaffDay(NamedTuple):
    """One key on one day, and what it may move alone: points in all, points for one member, and
    money in vouchers."""

    shop: str
    key: str
    day: str
    most: int
    alone: int
    vouchers: int

    @property
    def item(self) -> StaffDayItem:
        # Beside no account: a member's id has no dot.
        return StaffDayItem(keys.of(self.shop, f"staff.{self.key}"), f"DAY#{self.day}")

    def item_with(self, member: str) -> StaffDayItem:
        whole = self.item
        return StaffDayItem(whole.pk, f"{whole.sk}#{member}")


def count_points(transaction: TransactWrite, staff: StaffDay, member: str, points: int) -> None:
    moved = StaffDayItem.points
    _count(transaction, staff.item, moved, points, staff.most)
    _count(transaction, staff.item_with(member), moved, points, staff.alone)


def count_voucher(transaction: TransactWrite, staff: StaffDay, amount: int) -> None:
    _count(transaction, staff.item, StaffDayItem.vouchers, amount, staff.vouchers)


def _count(
    transaction: TransactWrite, item: StaffDayItem, counter: NumberAttribute, n: int, most: int
) -> None:
    """Whoever counts has seen that `n` alone is not too much."""
    transaction.update(
        item,
        [counter.set((counter | 0) + n)],
        counter.does_not_exist() | (counter <= most - n),
    )
