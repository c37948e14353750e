"""Points given to causes: a receipt for the member, and what the shop owes each cause, by month.

The receipt is under the member's own reference, and so there only once. What a month comes to is
counted in the same transaction, by cause and spread over a few items, so that it agrees with the
ledger to the point, and no member waits for another.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.redeeming import Gift
from stamkund.tables import keys, posting, redemptions, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, Accounts, account_from
from stamkund.tables.redemptions import Claim
from stamkund.tables.table import client

GIFT = "GIFT#"  # after what a quote reads
CAUSE = "CAUSE#"


class GiftItem(Accounts):
    reward = UnicodeAttribute()
    cause = UnicodeAttribute()
    points = NumberAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    given_at = UnicodeAttribute()


class PayOutItem(Accounts):
    """A share of what a cause was given in a month."""

    gifts = NumberAttribute(default=0)
    points = NumberAttribute(default=0)
    amount = NumberAttribute(default=0)


class Known(NamedTuple):
    account: Account
    gift: Gift | None


class PayOut(Struct, frozen=True):
    """What one cause was given in a month."""

    cause: str
    gifts: int
    points: int
    amount: int


def find(shop: str, member: str, reference: str) -> Known:
    """One read. Refused: member_not_found."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        gift = transaction.get(GiftItem, key, GIFT + reference)
    try:
        found = account_from(account.get())
    except DoesNotExist:
        raise Refused("member_not_found") from None
    made = transact.or_none(gift.get)
    return Known(found, _gift_from(made) if made else None)


def give(
    before: Account,
    after: Account,
    entries: Sequence[Entry],
    gift: Gift,
    month: str,
    claim: Claim | None,
) -> None:
    """Raises Conflict."""

    def also(transaction: TransactWrite) -> None:
        transaction.save(_item_of(before, gift), GiftItem.pk.does_not_exist())
        _count(transaction, before, gift, month)
        if claim:
            redemptions.take_one(transaction, before.shop, gift.reward, claim)

    posting.rewrite(before, after, entries, also=also)


def _count(transaction: TransactWrite, account: Account, gift: Gift, month: str) -> None:
    shard = crc32(account.member.encode()) % keys.SHARDS
    item = PayOutItem(_month_key(account.shop, month), f"{CAUSE}{gift.cause}#{shard}")
    counted = {"gifts": 1, "points": gift.points, "amount": gift.amount}
    actions = [getattr(PayOutItem, name).add(n) for name, n in counted.items()]
    transaction.update(item, actions)


def receipts(
    shop: str, member: str, limit: int, after: str | None = None
) -> tuple[list[Gift], str | None]:
    """By reference, and where the next page goes on. One query."""
    first = after or GIFT
    found = GiftItem.query(
        keys.of(shop, member),
        GiftItem.sk.between(first, GIFT + "\x7f"),
        limit=limit + 2,
        consistent_read=True,
    )
    items = [item for item in found if item.sk != after]
    more = items[limit - 1].sk if len(items) > limit else None
    return [_gift_from(item) for item in items[:limit]], more


def pay_outs(shop: str, month: str) -> list[PayOut]:
    """What each cause was given. One query."""
    found: dict[str, PayOut] = {}
    for item in PayOutItem.query(
        _month_key(shop, month), PayOutItem.sk.startswith(CAUSE), consistent_read=True
    ):
        cause = item.sk.split("#")[1]
        so_far = found.get(cause, PayOut(cause, 0, 0, 0))
        found[cause] = PayOut(
            cause,
            so_far.gifts + int(item.gifts),
            so_far.points + int(item.points),
            so_far.amount + int(item.amount),
        )
    return list(found.values())


def _month_key(shop: str, month: str) -> str:
    # Beside no account: a member's id has no dot.
    return keys.of(shop, f"gifts.{month}")


def _item_of(account: Account, gift: Gift) -> GiftItem:
    return GiftItem(
        keys.of(account.shop, account.member),
        GIFT + gift.reference,
        reward=gift.reward,
        cause=gift.cause,
        points=gift.points,
        amount=gift.amount,
        currency=gift.currency,
        given_at=gift.given_at.isoformat(),
    )


def _gift_from(item: GiftItem) -> Gift:
    return Gift(
        reference=item.sk.removeprefix(GIFT),
        reward=item.reward,
        cause=item.cause,
        points=int(item.points),
        amount=int(item.amount),
        currency=item.currency,  # type: ignore[arg-type]
        given_at=datetime.fromisoformat(item.given_at),
    )
