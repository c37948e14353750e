"""A member leaves: what becomes of the wallet, and of what comes back to it later."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_days
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.selection import Moment

LEFT = "left"
# Beside the days of the reviews, in the same index: nobody who is no member any more is reviewed.
LAST_LOOK = "left."


def left(account: Account, at: Moment) -> tuple[Account, Entry]:
    """Closed, with nothing in it, and to be looked at once more on the day after: a session that
    was opened before, or a call on its way, may write something until then."""
    erased = _erasure(account, LEFT, at.at)
    closed = replace(
        with_entries(account, [erased]),
        status="closed",
        card="",
        review_on=LAST_LOOK + add_days(at.day, 1),
    )
    return closed, erased


def done_with(account: Account) -> Account:
    """Nobody has to look again."""
    return replace(account, review_on="")


def with_nothing_kept(account: Account, entries: Sequence[Entry], at: datetime) -> list[Entry]:
    """The entries, and the end of the points that they would give to somebody who has left."""
    after = with_entries(account, entries)
    if not after.lots and not after.debt:
        return list(entries)
    return [*entries, _erasure(after, entries[0].reference, at)]


def _erasure(account: Account, reference: str, at: datetime) -> Entry:
    """What the wallet has goes, and a debt as well."""
    lots = {lot: -points for lot, points in account.lots.items()}
    return entry("erase", lots, -account.debt, reference=reference, occurred_at=at)
