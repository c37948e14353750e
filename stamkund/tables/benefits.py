"""Vouchers and switched-on offers, and the allotments that limited offers are claimed from.

Of a limited offer there are so many in all. They are dealt out to a few counters, so that not every
member of a campaign waits for the same one; what is claimed is the member's until it is given back.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zlib import crc32

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.bill import Voucher
from stamkund.rules.errors import Refused
from stamkund.rules.redeeming import counter
from stamkund.tables import keys, transact
from stamkund.tables.accounts import (
    ACCOUNT,
    BENEFIT,
    AccountItem,
    Accounts,
    BenefitItem,
    account_from,
    redeemed_in,
)
from stamkund.tables.keys import written
from stamkund.tables.posting import Conflict
from stamkund.tables.staff_days import StaffDay, StaffDayItem, count_voucher
from stamkund.tables.table import client, refused_by_condition

SHARDS = 8
SHARD = "SHARD#"


class AllotmentItem(Accounts):
    claimed = NumberAttribute(default=0)


class Beside(NamedTuple):
    """An account and one benefit beside it; `given_today`: money in vouchers, by a key alone."""

    account: Account
    benefit: BenefitItem | None
    given_today: int = 0


class AllotmentEmpty(Exception):  # noqa: N818 -- news, not a fault
    """Nothing is left of this one; there may be of another."""


def find(shop: str, member: str, benefit: str, staff: StaffDay | None = None) -> Beside:
    """One read. Refused: member_not_found."""
    key = keys.of(shop, member)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, key, ACCOUNT)
        known = transaction.get(BenefitItem, key, BENEFIT + benefit)
        given = transaction.get(StaffDayItem, staff.item.pk, staff.item.sk) if staff else None
    try:
        found = account_from(account.get())
    except DoesNotExist:
        raise Refused("member_not_found") from None
    today = transact.or_none(given.get) if given else None
    return Beside(found, transact.or_none(known.get), int(today.vouchers) if today else 0)


def find_following(shop: str, member: str, benefit: str) -> Beside:
    """As `find`, and of a membership that became another's beside that one: what was reserved for
    somebody stays theirs. Refused: member_not_found."""
    beside = find(shop, member, benefit)
    while beside.account.status == "merged":
        beside = find(shop, beside.account.merged_into, benefit)
    return beside


def give_voucher(
    shop: str, member: str, voucher: Voucher, by: str, counted: StaffDay | None = None
) -> None:
    """By a key, whose day it counts in if its days are counted. Raises Conflict."""
    item = BenefitItem(
        keys.of(shop, member),
        BENEFIT + voucher.id,
        kind="voucher",
        status="open",
        amount=voucher.amount,
        min_amount=voucher.min_amount,
        expires_at=written(voucher.expires_at),
        given_by=by,
    )
    if counted:
        _put_counted(item, counted, voucher.amount)
    elif not item.save_if(BenefitItem.pk.does_not_exist()):
        raise Conflict


def _put_counted(item: BenefitItem, counted: StaffDay, amount: int) -> None:
    def fill(transaction: TransactWrite) -> None:
        transaction.save(item, BenefitItem.pk.does_not_exist())
        count_voucher(transaction, counted, amount)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        raise (Conflict() if refused_by_condition(error) else error) from error


def switch_on(shop: str, member: str, offer: str, expires_at: datetime | None) -> None:
    """An offer without a limit over all members. Raises Conflict."""
    if not _offer(shop, member, offer, expires_at).save_if(BenefitItem.pk.does_not_exist()):
        raise Conflict


def prolong(item: BenefitItem, expires_at: datetime | None) -> None:
    """An offer that is on already, until the end that it has now. Raises Conflict."""
    until = BenefitItem.expires_at
    action = until.set(written(expires_at)) if expires_at else until.remove()
    if not item.update_if([action], BenefitItem.status == "open"):
        raise Conflict


def claim(
    shop: str, member: str, offer: str, expires_at: datetime | None, shard: int, share: int
) -> None:
    """One of `share` in this allotment becomes the member's. Raises Conflict, AllotmentEmpty."""
    item = _offer(shop, member, offer, expires_at)
    item.shard = shard

    def fill(transaction: TransactWrite) -> None:
        claimed = AllotmentItem.claimed
        transaction.save(item, BenefitItem.pk.does_not_exist())
        transaction.update(
            allotment(shop, offer, shard),
            [claimed.set((claimed | 0) + 1)],
            claimed.does_not_exist() | (claimed < share),
        )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0):
            raise Conflict from error
        raise (AllotmentEmpty() if transact.refused(error, 1) else error) from error


def switch_off(shop: str, member: str, item: BenefitItem) -> None:
    """Unused; what was claimed is given back. Raises Conflict."""
    redeemed = redeemed_in(item)
    counted = counter(redeemed.reward) if redeemed else item.sk.removeprefix(BENEFIT)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(
            BenefitItem(keys.of(shop, member), item.sk), BenefitItem.status == "open"
        )
        if item.shard is not None:
            claimed = AllotmentItem.claimed
            transaction.update(
                allotment(shop, counted, int(item.shard)), [claimed.set(claimed - 1)], claimed > 0
            )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        raise (Conflict() if transact.refused(error, 0) else error) from error


def share_of(total: int, shard: int) -> int:
    """How many of the total lie in this allotment."""
    whole, odd = divmod(total, SHARDS)
    return whole + (shard < odd)


def first_shard(member: str, total: int) -> int:
    """Where this member looks first: anywhere that anything was put."""
    return crc32(member.encode()) % min(SHARDS, total)


def shards_with_room(shop: str, offer: str, total: int) -> Iterator[int]:
    """One query; by the time of claiming, it may be others."""
    items = AllotmentItem.query(
        _offer_key(shop, offer), AllotmentItem.sk.startswith(SHARD), consistent_read=True
    )
    claimed = {int(item.sk.removeprefix(SHARD)): int(item.claimed) for item in items}
    for shard in range(SHARDS):
        if claimed.get(shard, 0) < share_of(total, shard):
            yield shard


def _offer(shop: str, member: str, offer: str, expires_at: datetime | None) -> BenefitItem:
    return BenefitItem(
        keys.of(shop, member),
        BENEFIT + offer,
        kind="offer",
        status="open",
        expires_at=written(expires_at) if expires_at else None,
    )


def allotment(shop: str, offer: str, shard: int) -> AllotmentItem:
    return AllotmentItem(_offer_key(shop, offer), f"{SHARD}{shard}")


def _offer_key(shop: str, offer: str) -> str:
    # Beside no account: a member's id has no dot.
    return keys.of(shop, f"offer.{offer}")
