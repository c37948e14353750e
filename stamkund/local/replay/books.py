"""The club's books of the replayed shop: every account, and every entry that made it."""

from collections.abc import Iterator
from typing import NamedTuple

from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.tables import accounts, keys, ledger
from stamkund.tables.accounts import ACCOUNT, AccountItem


class Book(NamedTuple):
    """One member; the entries by time."""

    account: Account
    entries: list[Entry]


def every_book(shop: str) -> Iterator[Book]:
    """A scan, which the club itself never does: it never needs all members at once."""
    mine = AccountItem.pk.startswith(keys.of(shop, ""))
    for item in AccountItem.scan(mine & (AccountItem.sk == ACCOUNT)):
        account = accounts.account_from(item)
        yield Book(account, ledger.everything(shop, account.member))
