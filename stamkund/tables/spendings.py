"""What a till asks a member to confirm on the phone, beside the profile and for ten minutes.

An answer is given once and stands. It is worth something for the one order that it was asked for,
so it needs no mark that it was used: an order is committed once.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.tables import counting, keys, transact
from stamkund.tables.counting import Count
from stamkund.tables.profiles import PROFILE, Profiles

Answer = Literal["confirmed", "refused"]
Status = Literal["pending", "confirmed", "refused", "expired"]

SPENDING = "SPENDING#"
LAST = "g"  # after every hexadecimal digit
# So that a till that asks a little late hears that it is too late.
KEPT = timedelta(hours=1)


class SpendingItem(Profiles):
    store = UnicodeAttribute()
    order = UnicodeAttribute()
    points = NumberAttribute()
    vouchers = UnicodeSetAttribute(null=True)
    until = NumberAttribute()
    answer = UnicodeAttribute(null=True)


class Spending(Struct, frozen=True, kw_only=True):
    """`order` is the number that the till will commit it by."""

    id: str
    store: str
    order: str
    points: int
    vouchers: tuple[str, ...]
    until: datetime
    answer: Answer | None = None

    def status(self, now: datetime) -> Status:
        if self.answer == "refused":
            return "refused"
        if now >= self.until:
            return "expired"
        return self.answer or "pending"


def ask(shop: str, member: str, wanted: Spending, count: Count, now: datetime) -> Spending:
    """The one that is asked by this id now, which is an earlier one if this is a repeat.

    Refused: too_many_attempts, spending_mismatch.
    """

    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            _item(shop, member, wanted),
            SpendingItem.pk.does_not_exist(),
            return_values=transact.RETURN_OLD,
        )
        counting.add(transaction, shop, count)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        known = transact.refused(error, 0)
        if known and known.raw_item:
            return _same(_spending(SpendingItem.from_raw_data(known.raw_item)), wanted)
        if transact.refused(error, 1):
            raise counting.too_many([count], now) from None
        raise
    return wanted


def _same(known: Spending, wanted: Spending) -> Spending:
    if asked_for(known) != asked_for(wanted):
        raise Refused("spending_mismatch", "reference")
    return known


def asked_for(one: Spending) -> Sequence[object]:
    return one.store, one.order, one.points, sorted(one.vouchers)


def answer(shop: str, member: str, id: str, given: Answer, now: datetime) -> Spending:
    """Once, and in time; the same again is no harm.

    Refused: spending_not_found, spending_closed.
    """
    item = SpendingItem(*_key(shop, member, id))
    unanswered = SpendingItem.answer.does_not_exist() | (SpendingItem.answer == given)
    open_to_it = SpendingItem.pk.exists() & unanswered & (SpendingItem.until > now.timestamp())
    if not item.update_if([SpendingItem.answer.set(given)], open_to_it):
        raise Refused("spending_closed", status=find(shop, member, id).status(now))
    return _spending(item)


def find(shop: str, member: str, id: str) -> Spending:
    """Refused: spending_not_found."""
    try:
        return _spending(SpendingItem.get(*_key(shop, member, id), consistent_read=True))
    except DoesNotExist:
        raise Refused("spending_not_found") from None


def pending(shop: str, member: str, now: datetime) -> list[Spending]:
    """The last asked first.

    One read, which brings the profile along: no questions, and no member, are two things.
    Refused: member_not_found.
    """
    between = SpendingItem.sk.between(PROFILE, SPENDING + LAST)
    found = list(SpendingItem.query(keys.of(shop, member), between, consistent_read=True))
    if not any(item.sk == PROFILE for item in found):
        raise Refused("member_not_found")
    items = [item for item in found if item.sk.startswith(SPENDING)]
    waiting = [one for one in map(_spending, items) if one.status(now) == "pending"]
    return sorted(waiting, key=lambda one: (one.until, one.id), reverse=True)


def _item(shop: str, member: str, one: Spending) -> SpendingItem:
    return SpendingItem(
        *_key(shop, member, one.id),
        store=one.store,
        order=one.order,
        points=one.points,
        vouchers=set(one.vouchers) or None,
        until=int(one.until.timestamp()),
        expires_at=one.until + KEPT,
    )


def _spending(item: SpendingItem) -> Spending:
    answered: Answer | None = item.answer  # type: ignore[assignment]
    return Spending(
        id=item.sk.removeprefix(SPENDING),
        store=item.store,
        order=item.order,
        points=int(item.points),
        vouchers=tuple(sorted(item.vouchers or ())),
        until=datetime.fromtimestamp(int(item.until), UTC),
        answer=answered,
    )


def _key(shop: str, member: str, id: str) -> tuple[str, str]:
    return keys.of(shop, member), SPENDING + id
