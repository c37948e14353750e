"""Vouchers that were paid for with points: reserved, then kept, used, or released.

A reserved voucher ends soon, by itself, as any voucher does. The index of what waits knows when it
has to be looked at: whatever happened by then, it is used, kept, or its points go back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import Reward
from stamkund.rules.redeeming import Redeemed, counter, gives_of
from stamkund.tables import benefits, keys, posting, transact
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.tables.benefits import AllotmentItem, allotment
from stamkund.tables.keys import written
from stamkund.tables.posting import Conflict
from stamkund.tables.table import refused_by_condition

RedemptionStatus = Literal["reserved", "kept", "used", "released", "expired", "given"]
RELEASED, GIVEN = "released", "given"


class Life(NamedTuple):
    """How long a voucher is reserved, and until when it lives if it is kept."""

    reserved_until: datetime
    valid_until: datetime


class Claim(NamedTuple):
    """One of so many, from this allotment."""

    shard: int
    share: int


class Due(NamedTuple):
    """A voucher that has to be looked at, since when."""

    member: str
    id: str
    since: datetime


def item_of(
    account: Account, id: str, reward: Reward, redeemed: Redeemed, life: Life, claim: Claim | None
) -> BenefitItem:
    """Reserved. Refused: reward_not_available."""
    amount, gives = gives_of(reward)
    item = BenefitItem(
        keys.of(account.shop, account.member),
        BENEFIT + id,
        kind="voucher",
        status="open",
        amount=amount,
        min_amount=reward.min_amount,
        gives=gives,
        redeemed=redeemed,
        expires_at=written(life.reserved_until),
        valid_until=written(life.valid_until),
        shard=claim.shard if claim else None,
    )
    item.waiting_key, item.waiting_since = _waiting(item, life.reserved_until)
    return item


def status_of(item: BenefitItem, now: datetime) -> RedemptionStatus:
    if item.status == "used":
        return "used"
    if item.status == RELEASED:
        return "released"
    if item.status == GIVEN:
        return "given"
    if datetime.fromisoformat(item.expires_at) <= now:
        return "expired"
    return "reserved" if item.valid_until else "kept"


def claim_in(shop: str, member: str, reward: Reward) -> Claim | None:
    """Where there is one left, by one query; None for a reward of which there is no end.

    Refused: reward_sold_out.
    """
    total = reward.limit_total
    if total is None:
        return None
    name = counter(reward.id)
    left = list(benefits.shards_with_room(shop, name, total))
    if not left:
        raise Refused("reward_sold_out", "reward")
    first = benefits.first_shard(member, total)
    shard = first if first in left else left[first % len(left)]
    return Claim(shard, benefits.share_of(total, shard))


def take_one(transaction: TransactWrite, shop: str, reward: str, claim: Claim) -> None:
    claimed = AllotmentItem.claimed
    transaction.update(
        allotment(shop, counter(reward), claim.shard),
        [claimed.set((claimed | 0) + 1)],
        claimed.does_not_exist() | (claimed < claim.share),
    )


def reserve(
    before: Account,
    after: Account,
    entries: Sequence[Entry],
    item: BenefitItem,
    claim: Claim | None,
) -> None:
    """Raises Conflict."""

    def also(transaction: TransactWrite) -> None:
        transaction.save(item, BenefitItem.pk.does_not_exist())
        if claim:
            take_one(transaction, before.shop, item.redeemed.reward, claim)

    posting.rewrite(before, after, entries, also=also)


def release(before: Account, after: Account, entries: Sequence[Entry], item: BenefitItem) -> None:
    """What was paid goes back. Raises Conflict."""

    def also(transaction: TransactWrite) -> None:
        over = [BenefitItem.status.set(RELEASED), *_waits_no_more()]
        transaction.update(_key_of(item), over, _as_read(item))
        if item.shard is not None:
            claimed = AllotmentItem.claimed
            left = allotment(before.shop, counter(item.redeemed.reward), int(item.shard))
            transaction.update(left, [claimed.set(claimed - 1)], claimed > 0)

    posting.rewrite(before, after, entries, also=also)


def keep(item: BenefitItem) -> BenefitItem:
    """From now on it lives as long as the reward says. Raises Conflict."""
    _update(item, _kept(item))
    item.expires_at, item.valid_until = item.valid_until, None
    return item


def postpone(item: BenefitItem, until: datetime) -> None:
    """Look again then. Raises Conflict."""
    key, since = _waiting(item, until)
    _update(item, [BenefitItem.waiting_key.set(key), BenefitItem.waiting_since.set(since)])


def settle_used(item: BenefitItem) -> None:
    """The order that it was used for stands; only a full return brings it back. Raises Conflict."""
    _update(item, [*_until_the_end(item), *_waits_no_more()])


def hand_over(item: BenefitItem, member: str, id: str) -> BenefitItem:
    """Another member's from now on, and nothing of it comes back to anybody. Raises Conflict."""
    shop = item.pk.partition(keys.SEPARATOR)[0]
    theirs = BenefitItem(
        keys.of(shop, member),
        BENEFIT + id,
        kind="voucher",
        status="open",
        amount=item.amount,
        min_amount=item.min_amount,
        gives=item.gives,
        expires_at=item.expires_at,
    )
    given = [BenefitItem.status.set(GIVEN), BenefitItem.given_to.set(member), *_waits_no_more()]

    def fill(transaction: TransactWrite) -> None:
        transaction.save(theirs, BenefitItem.pk.does_not_exist())
        kept = (BenefitItem.status == "open") & BenefitItem.valid_until.does_not_exist()
        transaction.update(_key_of(item), given, kept)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        raise (Conflict() if refused_by_condition(error) else error) from error
    return theirs


def due(shop: str, day: str, now: datetime) -> list[Due]:
    """What has to be looked at since some time of this day. One query, unless it is very much."""
    found = BenefitItem.query(
        _day_key(shop, day), BenefitItem.waiting_since <= written(now), index_name="waiting"
    )
    # Read to the end first: who reads this changes what is in the index.
    return [
        Due(
            keys.thing(item.pk),
            item.sk.removeprefix(BENEFIT),
            datetime.fromisoformat(item.waiting_since),
        )
        for item in found
    ]


def is_due(item: BenefitItem, now: datetime) -> bool:
    since: str | None = item.waiting_since
    return since is not None and since <= written(now)


def _kept(item: BenefitItem) -> list[Action]:
    actions = _until_the_end(item)
    if not item.redeemed.back:
        return [*actions, *_waits_no_more()]
    key, since = _waiting(item, datetime.fromisoformat(item.valid_until))
    return [*actions, BenefitItem.waiting_key.set(key), BenefitItem.waiting_since.set(since)]


def _until_the_end(item: BenefitItem) -> list[Action]:
    if not item.valid_until:
        return []
    return [BenefitItem.expires_at.set(item.valid_until), BenefitItem.valid_until.remove()]


def _waits_no_more() -> list[Action]:
    return [BenefitItem.waiting_key.remove(), BenefitItem.waiting_since.remove()]


def _waiting(item: BenefitItem, until: datetime) -> tuple[str, str]:
    since = written(until)
    return _day_key(item.pk.partition(keys.SEPARATOR)[0], since[:10]), since


def _day_key(shop: str, day: str) -> str:
    # Not sharded as orders are: the job asks for it every minute, and nobody redeems a thousand
    # rewards a second.
    return keys.of(keys.of(shop, "rewards"), day)


def _as_read(item: BenefitItem) -> Condition:
    return (BenefitItem.status == item.status) & (  # type: ignore[no-any-return]
        BenefitItem.waiting_since == item.waiting_since
    )


def _key_of(item: BenefitItem) -> BenefitItem:
    return BenefitItem(item.pk, item.sk)


def _update(item: BenefitItem, actions: list[Action]) -> None:
    # Where it gives way, an order is using it.
    if not _key_of(item).update_if(actions, _as_read(item), gives_way=True):
        raise Conflict
