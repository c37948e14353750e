"""Brings one account up to date: what the stream and the night have in common.

A record or an index entry only says *look again*. The account is read, settled by the pure rule,
and written under its version if anything is worth writing; whoever is second finds it done.
"""

from datetime import datetime

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.membership import settled
from stamkund.rules.selection import moment
from stamkund.tables import accounts, posting, programmes
from stamkund.tables.posting import Conflict

ROUNDS = 8


def settle(shop: str, member: str, now: datetime) -> bool:
    """Whether anything was written. Raises Conflict when others were faster all the time.

    Who has left needs nothing. Refused: no_programme.
    """
    published = programmes.current(shop, now)
    at = moment(now, published.programme.time_zone)
    for last in range(ROUNDS):
        try:
            before = accounts.find(shop, member)
        except Refused:
            return False
        if before.status in {"closed", "merged"}:
            return False
        after, entries = settled(before, published.setting, at)
        if after is before:
            return False
        try:
            _write(before, after, entries)
        except Conflict:
            if last == ROUNDS - 1:
                raise
        else:
            return True
    return False


def _write(before: Account, after: Account, entries: list[Entry]) -> None:
    if entries:
        posting.rewrite(before, after, entries)
    else:
        posting.rewrite_account(before, after)
