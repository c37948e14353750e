"""What members were given points for besides orders: under a reference, and so only once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.ambassadors import MERIT
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.tables import keys, posting, referrals, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, Accounts, account_from
from stamkund.tables.table import client

EARNED = "EARNED#"  # after what a quote reads


class EarnedItem(Accounts):
    points = NumberAttribute()
    earned_at = UnicodeAttribute()


class Earned(Struct, frozen=True):
    """So many points for an action, under the reference of whoever said so."""

    action: str
    reference: str
    points: int
    earned_at: datetime


class Known(NamedTuple):
    account: Account
    earned: Earned | None


def find(shop: str, member: str, action: str, reference: str) -> Known:
    """One read. Refused: member_not_found."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        earned = transaction.get(EarnedItem, key, _name(action, reference))
    try:
        found = account_from(account.get())
    except DoesNotExist:
        raise Refused("member_not_found") from None
    made = transact.or_none(earned.get)
    return Known(found, _earned_from(made, action, reference) if made else None)


def enter(before: Account, after: Account, entries: Sequence[Entry], earned: Earned) -> None:
    """Raises Conflict."""
    item = EarnedItem(
        keys.of(before.shop, before.member),
        _name(earned.action, earned.reference),
        points=earned.points,
        earned_at=earned.earned_at.isoformat(),
    )

    def also(transaction: TransactWrite) -> None:
        transaction.save(item, EarnedItem.pk.does_not_exist())
        if any(MERIT in entry.used for entry in entries):
            referrals.note_ambassador(transaction, after)

    posting.rewrite(before, after, entries, also=also)


def _name(action: str, reference: str) -> str:
    return f"{EARNED}{action}{keys.SEPARATOR}{reference}"


def _earned_from(item: EarnedItem, action: str, reference: str) -> Earned:
    at = datetime.fromisoformat(item.earned_at)
    return Earned(action, reference, int(item.points), at)
