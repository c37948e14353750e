"""Who was turned away at the door, for staff to see: beside the referral that there may be.

One item of each friend, which grows by a try for each code and no more: who tries again and again
writes nothing, and fills no queue.
"""

from typing import NamedTuple

from pynamodb.exceptions import DoesNotExist, PutError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.rules.referrals import Try, TurnedAway, with_try
from stamkund.tables import keys
from stamkund.tables.keys import written
from stamkund.tables.posting import Conflict
from stamkund.tables.referrals import HELD, ReferralItem, key_of
from stamkund.tables.table import code_of

TURNED_AWAY = "TURNED_AWAY"
ROUNDS = 5


class Known(NamedTuple):
    """As it was read."""

    turned: TurnedAway
    version: int


def find(shop: str, friend: str) -> Known | None:
    try:
        item = ReferralItem.get(key_of(shop, friend), TURNED_AWAY, consistent_read=True)
    except DoesNotExist:
        return None
    return Known(item.turned_away, int(item.version))


def note(shop: str, friend: str, one: Try) -> None:
    """Again is no harm, and no write. Refused: busy."""
    for _ in range(ROUNDS):
        known = find(shop, friend)
        after = with_try(known.turned if known else None, friend, one)
        if after is None:
            return
        try:
            _item(shop, known, after).save(_as_read(known))
        except PutError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
        else:
            return
    raise Refused("busy")


def seen(shop: str, known: Known, by: str) -> None:
    """Staff has seen it, and it waits no more. Raises Conflict."""
    try:
        _item(shop, known, _seen(known, by)).save(_as_read(known))
    except PutError as error:
        refused = code_of(error) == "ConditionalCheckFailedException"
        raise (Conflict() if refused else error) from error


def add_seen(transaction: TransactWrite, shop: str, known: Known, by: str) -> None:
    transaction.save(_item(shop, known, _seen(known, by)), _as_read(known))


def _seen(known: Known, by: str) -> TurnedAway:
    return TurnedAway(known.turned.friend, known.turned.tries, by)


def _as_read(known: Known | None) -> Condition:
    return ReferralItem.version == known.version if known else ReferralItem.pk.does_not_exist()


def _item(shop: str, known: Known | None, after: TurnedAway) -> ReferralItem:
    item = ReferralItem(
        key_of(shop, after.friend),
        TURNED_AWAY,
        version=known.version + 1 if known else 0,
        turned_away=after,
    )
    if not after.seen_by:
        since = (written(after.tries[-1].at), after.friend, "door")
        item.waiting_key = keys.of(shop, HELD)
        item.waiting_since = keys.SEPARATOR.join(since)
    return item
