"""How many visited by a link, and what came of it: counters in `programmes`, and marks in
`identities` so that each visitor counts once a day.

Neither says who. A mark is a keyed hash of a visitor, a link and a day. Of a link that everybody
opens at once no partition takes more than its share: it is spread over many, and so is the shop's
own count.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zlib import crc32

from msgspec import Struct
from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.referral_rules import SOURCES, Source
from stamkund.rules.referrals import Referral
from stamkund.tables import keys, transact
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes

# Ten thousand visits in one second are some 160 in each; and a batch reads them all.
VISIT_SHARDS = 64
STEP_SHARDS = 8
VISITS = "VISITS"


class InvitedItem(Identities):
    """That one visitor was counted for one link on one day."""


class VisitsItem(Programmes):
    """How many came from where: by one link, or by all of a shop in a month."""

    link = NumberAttribute(default=0)
    qr = NumberAttribute(default=0)
    email = NumberAttribute(default=0)
    sms = NumberAttribute(default=0)
    whatsapp = NumberAttribute(default=0)
    messenger = NumberAttribute(default=0)
    social = NumberAttribute(default=0)
    card = NumberAttribute(default=0)
    other = NumberAttribute(default=0)


class StepsItem(Programmes):
    """What came of those who joined in a month by a source."""

    joined = NumberAttribute(default=0)
    bought = NumberAttribute(default=0)
    credited = NumberAttribute(default=0)
    reversed = NumberAttribute(default=0)
    held = NumberAttribute(default=0)
    refused = NumberAttribute(default=0)
    worth = NumberAttribute(default=0)


class Funnel(Struct, frozen=True):
    """How much more of each there is now."""

    joined: int = 0
    bought: int = 0
    credited: int = 0
    reversed: int = 0
    held: int = 0
    refused: int = 0
    worth: int = 0


class Visit(Struct, frozen=True):
    """`link` and `mark` are keyed hashes."""

    link: str
    mark: str
    source: Source
    month: str


def count_visit(shop: str, visit: Visit, expires_at: datetime) -> bool:
    """Whether it was not counted before. One transaction."""
    shard = shard_of(visit)
    one_more: list[Action] = [getattr(VisitsItem, visit.source).add(1)]

    def fill(transaction: TransactWrite) -> None:
        mark = InvitedItem(mark_key(shop, visit))
        mark.expires_at = expires_at
        transaction.save(mark, InvitedItem.pk.does_not_exist())
        for pk in (link_key(shop, visit.link, shard), month_key(shop, visit.month, shard)):
            transaction.update(VisitsItem(pk, VISITS), one_more)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0):
            return False
        raise
    return True


def shard_of(visit: Visit) -> int:
    return crc32(visit.mark.encode()) % VISIT_SHARDS


def mark_key(shop: str, visit: Visit) -> str:
    return keys.of(shop, f"invited{keys.SEPARATOR}{visit.mark}")


def link_key(shop: str, link: str, shard: int) -> str:
    return keys.of(shop, f"INVITATION{keys.SEPARATOR}{link}{keys.SEPARATOR}{shard}")


def month_key(shop: str, month: str, shard: int) -> str:
    return keys.of(shop, f"INVITED{keys.SEPARATOR}{month}{keys.SEPARATOR}{shard}")


def visits_by_link(shop: str, link: str) -> Mapping[Source, int]:
    """One read."""
    return _sums([link_key(shop, link, shard) for shard in range(VISIT_SHARDS)])


def visits_in(shop: str, month: str) -> Mapping[Source, int]:
    """One read."""
    return _sums([month_key(shop, month, shard) for shard in range(VISIT_SHARDS)])


def _sums(pks: Sequence[str]) -> Mapping[Source, int]:
    found = list(VisitsItem.batch_get([(pk, VISITS) for pk in pks]))
    return {source: sum(int(getattr(item, source)) for item in found) for source in SOURCES}


# What came of it


def add_steps(transaction: TransactWrite, shop: str, of: Referral, funnel: Funnel) -> None:
    """In the month in which the friend joined, so that all of a month can be followed."""
    more = {name: getattr(funnel, name) for name in funnel.__struct_fields__}
    actions = [getattr(StepsItem, name).add(n) for name, n in more.items() if n]
    if actions:
        transaction.update(StepsItem(_steps_key(shop, of), of.source), actions)


def _steps_key(shop: str, of: Referral) -> str:
    shard = crc32(of.friend.encode()) % STEP_SHARDS
    return keys.of(shop, f"BROUGHT{keys.SEPARATOR}{of.month}{keys.SEPARATOR}{shard}")


def steps_in(shop: str, month: str) -> dict[Source, Funnel]:
    """One query for each shard."""
    found: dict[Source, Funnel] = {}
    for source, one in _steps(shop, month):
        before = found.get(source, Funnel())
        fields = Funnel.__struct_fields__
        found[source] = Funnel(*(getattr(before, name) + getattr(one, name) for name in fields))
    return found


def _steps(shop: str, month: str) -> Iterator[tuple[Source, Funnel]]:
    begins = f"BROUGHT{keys.SEPARATOR}{month}"
    for shard in range(STEP_SHARDS):
        for item in StepsItem.query(keys.of(shop, f"{begins}{keys.SEPARATOR}{shard}")):
            source: Source = item.sk  # type: ignore[assignment]
            fields = Funnel.__struct_fields__
            yield source, Funnel(*(int(getattr(item, name)) for name in fields))
