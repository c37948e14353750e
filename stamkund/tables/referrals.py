"""Who brought whom, in `accounts`, beside no account: a friend has one such item, and so one
referrer; and beside the referrer's account what they may see of each friend.

Every step is one transaction under the version that it was decided on: the referral, what the
referrer sees of it, both accounts with their entries, and what is counted.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.ambassadors import MERIT, merit_of
from stamkund.rules.programme import AmountOff, Gives
from stamkund.rules.referral_rules import Benefit, OfferGiven, Source, VoucherGiven
from stamkund.rules.referrals import Happened, Referral, State, TurnedAway, referral_id
from stamkund.rules.selection import Moment
from stamkund.rules.suspicions import Sign
from stamkund.tables import accounts, crowds, invitations, invite_counters, keys, posting, transact
from stamkund.tables.accounts import BENEFIT, Accounts, BenefitItem
from stamkund.tables.attributes import Packed
from stamkund.tables.invite_counters import Funnel
from stamkund.tables.keys import written
from stamkund.tables.posting import Rewriting
from stamkund.tables.table import client

REFERRAL = "REFERRAL"
FRIEND = "FRIEND#"  # after what a quote reads
AMBASSADOR = "AMBASSADOR"
HELD = "referrals-held"
AMBASSADORS = "ambassadors"


class ReferralItem(Accounts):
    """`also`: the friend is now a member whom another referral is about. `turned_away` is in an
    item of its own, whether there is a referral or not."""

    version = NumberAttribute(default=0)
    referral = Packed[Referral](Referral, null=True)
    also = UnicodeAttribute(null=True)
    turned_away = Packed[TurnedAway](TurnedAway, null=True)


class Friend(Struct, frozen=True, array_like=True):
    """What a referrer sees: nothing of who it is, or of what was bought."""

    source: Source
    state: State
    history: list[Happened]
    available_on: str = ""
    benefit: Benefit | None = None


class FriendItem(Accounts):
    friend = Packed[Friend](Friend)


class AmbassadorItem(Accounts):
    merit = NumberAttribute()


class Known(NamedTuple):
    """A referral as it was read."""

    referral: Referral
    version: int


class Gift(NamedTuple):
    """What somebody gets besides points; `id` is that of the voucher or offer."""

    member: str
    id: str
    benefit: Benefit


class Taking(NamedTuple):
    """A voucher or offer of the referrer that goes back, and what had become of it."""

    id: str
    status: str


class SeenWith(NamedTuple):
    """What the friend was seen with, and until when that is remembered."""

    signs: Sequence[Sign]
    until: datetime


class Write(Struct, frozen=True, kw_only=True):
    """One step. `before` is None of a new one. `owner`: who the referrer is now, who sees it, or
    None where there is nothing new to see. `listed`: as long as the referrer is a member.
    `changes` are the accounts, `takes` the voucher that goes back; `funnel` is counted.
    `signs` are what the friend was seen with; `crowd`, in windows of so many days, what they count
    in, and up to how many."""

    shop: str
    before: Known | None
    after: Referral
    owner: str | None
    at: Moment
    listed: bool = True
    changes: Sequence[Rewriting] = ()
    gives: Sequence[Gift] = ()
    takes: Taking | None = None
    funnel: Funnel = Funnel()
    signs: SeenWith | None = None
    crowd: Sequence[tuple[Sign, int | None]] = ()
    window: int = 1


def find(shop: str, friend: str) -> Known | None:
    """One read, or two of who was merged."""
    item = _read(shop, friend)
    if item and item.also:
        item = _read(shop, item.also)
    if item is None or item.also:
        return None
    return Known(item.referral, int(item.version))


def _read(shop: str, friend: str) -> ReferralItem | None:
    try:
        return ReferralItem.get(key_of(shop, friend), REFERRAL, consistent_read=True)
    except DoesNotExist:
        return None


def key_of(shop: str, friend: str) -> str:
    # Beside no account: a member's id has no dot.
    return keys.of(shop, f"referral.{friend}")


def write(step: Write, also: Callable[[TransactWrite], None] | None = None) -> None:
    """`also` adds what happens with it or not at all. Raises Conflict when anything of it is no
    longer as it was read."""

    def fill(transaction: TransactWrite) -> None:
        add(transaction, step)
        if also:
            also(transaction)

    posting.rewrite_together(step.changes, fill)


def add(transaction: TransactWrite, step: Write) -> None:
    """To a transaction that does something else as well."""
    _put(transaction, step)
    for gift in step.gives:
        transaction.save(_given(step.shop, gift, step.at), BenefitItem.pk.does_not_exist())
    if step.takes:
        _take(transaction, step, step.takes)
    for change in step.changes:
        _note_ambassador(transaction, change)
    invite_counters.add_steps(transaction, step.shop, step.after, step.funnel)
    if step.signs:
        _add_signs(transaction, step, step.signs)
    crowds.add(transaction, step.shop, step.crowd, step.at.day, step.window)


def _add_signs(transaction: TransactWrite, step: Write, seen: SeenWith) -> None:
    for sign in seen.signs:
        friend = step.after.friend
        invitations.add_sign(transaction, step.shop, friend, sign, step.at.at, seen.until)


def _put(transaction: TransactWrite, step: Write) -> None:
    after, version = step.after, step.before.version if step.before else -1
    key, since = _waiting(step.shop, after)
    transaction.save(
        ReferralItem(
            key_of(step.shop, after.friend),
            REFERRAL,
            version=version + 1,
            referral=after,
            review_key=_brought_by(step.shop, after.referrer) if step.listed else None,
            waiting_key=key,
            waiting_since=since,
        ),
        ReferralItem.version == version if step.before else ReferralItem.pk.does_not_exist(),
        return_values=transact.RETURN_OLD,
    )
    if step.owner:
        transaction.save(
            FriendItem(
                keys.of(step.shop, step.owner),
                FRIEND + referral_id(after.friend),
                friend=_seen_by_referrer(after),
            )
        )


def _seen_by_referrer(after: Referral) -> Friend:
    credit = after.credit
    return Friend(
        after.source,
        after.state,
        after.history,
        credit.available_on if credit else "",
        credit.referrer if credit else None,
    )


def _waiting(shop: str, after: Referral) -> tuple[str | None, str | None]:
    """Who is held waits for staff, what is pending for its day, and who was found honest for
    somebody to look again, if whoever decided it should have died over it."""
    since = written(after.history[-1].at)
    if after.state == "joined" and after.cleared:
        return _due_key(shop, since[:10], after.friend), since
    if after.state == "held":
        # Of many at one moment a page of the queue must not lose any.
        return keys.of(shop, HELD), f"{since}{keys.SEPARATOR}{after.friend}"
    if after.state == "pending" and after.credit:
        return _due_key(shop, after.credit.available_on, after.friend), since
    return None, None


def _due_key(shop: str, day: str, friend: str) -> str:
    return keys.sharded(keys.of(shop, "referrals"), day, friend)


# What is given besides points


def _given(shop: str, gift: Gift, at: Moment) -> BenefitItem:
    key, place, benefit = keys.of(shop, gift.member), BENEFIT + gift.id, gift.benefit
    if not isinstance(benefit, VoucherGiven):
        return BenefitItem(key, place, kind="offer", status="open")
    return BenefitItem(
        key,
        place,
        kind="voucher",
        status="open",
        amount=benefit.gives.amount if isinstance(benefit.gives, AmountOff) else 0,
        min_amount=benefit.min_amount,
        gives=_unless_amount(benefit.gives),
        expires_at=written(at.at + timedelta(days=benefit.valid_days)),
        given_by="referral",
    )


def _unless_amount(gives: Gives) -> Gives | None:
    return None if isinstance(gives, AmountOff) else gives


def gift(of: Referral, member: str, benefit: Benefit, *, to_friend: bool) -> Gift:
    """A friend's voucher is there once; the referrer's once for each order that counts."""
    if isinstance(benefit, OfferGiven):
        return Gift(member, benefit.offer, benefit)
    id = referral_id(of.friend)
    return Gift(member, f"welcome.{id}" if to_friend else f"friend.{id}.{of.count}", benefit)


def _take(transaction: TransactWrite, step: Write, taken: Taking) -> None:
    """One that was used has ended: who cancels the order that it paid has it open again, and not
    to be used."""
    item = BenefitItem(keys.of(step.shop, step.owner or ""), BENEFIT + taken.id)
    status = BenefitItem.status
    ended = BenefitItem.expires_at.set(written(step.at.at))
    action = ended if taken.status == "used" else status.set("taken_back")
    transaction.update(item, [action], status == taken.status)


def statuses_of(shop: str, gifts: Sequence[Gift]) -> dict[Gift, str]:
    """What has become of each; empty where there is none. One read, and of none no read."""
    if not gifts:
        return {}
    with TransactGet(connection=client()) as transaction:
        asked = [
            (gift, transaction.get(BenefitItem, keys.of(shop, gift.member), BENEFIT + gift.id))
            for gift in gifts
        ]
    found = {gift: transact.or_none(item.get) for gift, item in asked}
    return {gift: str(item.status) if item else "" for gift, item in found.items()}


def not_there(shop: str, gifts: Sequence[Gift]) -> list[Gift]:
    """Those that can still be given."""
    return [gift for gift, status in statuses_of(shop, gifts).items() if not status]


# Lists


class Page(NamedTuple):
    """`more`: the place from which the next one goes on."""

    friends: list[tuple[str, Friend]]
    more: str | None


def friends_of(shop: str, member: str, limit: int, after: str | None = None) -> Page:
    """One query."""
    found = FriendItem.query(
        keys.of(shop, member),
        FriendItem.sk.between(after or FRIEND, FRIEND + "\x7f"),
        limit=limit + 2,
        consistent_read=True,
    )
    items = [item for item in found if item.sk != after]
    more = items[limit - 1].sk if len(items) > limit else None
    return Page([(item.sk.removeprefix(FRIEND), item.friend) for item in items[:limit]], more)


Waiting = Known | TurnedAway


def held(shop: str, limit: int, after: str | None = None) -> tuple[list[Waiting], str | None]:
    """What waits for staff, the longest first; by an index, which may be a moment behind."""
    since = ReferralItem.waiting_since
    found = ReferralItem.query(
        keys.of(shop, HELD),
        since > after if after else None,
        index_name="waiting",
        limit=limit + 1,
    )
    items = list(found)
    more = items[limit - 1].waiting_since if len(items) > limit else None
    return [_waits(item) for item in items[:limit]], more


def _waits(item: ReferralItem) -> Waiting:
    turned: TurnedAway | None = item.turned_away
    return turned or Known(item.referral, int(item.version))


def _brought_by(shop: str, referrer: str) -> str:
    # No day, by which accounts are in the same index.
    return keys.of(shop, f"brought.{referrer}")


def brought_by(shop: str, referrer: str, limit: int, after: str) -> tuple[list[str], str]:
    """The friends of a member, in some order; by an index, which may be a moment behind."""
    pk = ReferralItem.pk
    found = ReferralItem.query(
        _brought_by(shop, referrer),
        pk > key_of(shop, after) if after else None,
        index_name="review",
        limit=limit + 1,
    )
    friends = [keys.thing(item.pk).removeprefix("referral.") for item in found]
    return friends[:limit], friends[limit - 1] if len(friends) > limit else ""


def due(shop: str, day: str) -> Iterator[str]:
    """The friends whose credit can be used from this day on, shard by shard."""
    for shard in keys.shards(keys.of(shop, "referrals"), day):
        # Read to the end first: who reads this changes what is in the index.
        yield from [
            keys.thing(item.pk).removeprefix("referral.")
            for item in ReferralItem.query(shard, index_name="waiting")
        ]


# Ambassadors


def _note_ambassador(transaction: TransactWrite, change: Rewriting) -> None:
    """So that the shop can list them; the merit itself is in the account."""
    if any(MERIT in entry.used for entry in change.entries):
        note_ambassador(transaction, change.after)


def note_ambassador(transaction: TransactWrite, account: Account) -> None:
    merit = merit_of(account)
    transaction.save(
        AmbassadorItem(
            keys.of(account.shop, account.member),
            AMBASSADOR,
            merit=merit,
            waiting_key=keys.of(account.shop, AMBASSADORS),
            waiting_since=f"{merit:09}",
        )
    )


def ambassadors(shop: str, least: int, limit: int) -> list[tuple[str, int]]:
    """Member and merit, the most first; by an index, which may be a moment behind."""
    found = AmbassadorItem.query(
        keys.of(shop, AMBASSADORS),
        AmbassadorItem.waiting_since >= f"{least:09}",
        index_name="waiting",
        scan_index_forward=False,
        limit=limit,
    )
    return [(keys.thing(item.pk), int(item.merit)) for item in found]


# Memberships that become one


def take_along(shop: str, survivor: str, gone: str) -> None:
    """Who brought the one has brought the other, unless somebody else has; and merit counts for
    who is left. Again is no harm."""
    _move_merit(shop, survivor, gone)
    if _read(shop, gone) is None:
        return
    item = ReferralItem(key_of(shop, survivor), REFERRAL, also=gone)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(item, ReferralItem.pk.does_not_exist())

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if not transact.refused(error, 0):
            raise


def _move_merit(shop: str, survivor: str, gone: str) -> None:
    listed = AmbassadorItem(keys.of(shop, gone), AMBASSADOR)
    try:
        listed.refresh(consistent_read=True)
    except DoesNotExist:
        return
    account = accounts.find(shop, survivor)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(AmbassadorItem(listed.pk, listed.sk))
        note_ambassador(transaction, account)

    transact.write(fill)
