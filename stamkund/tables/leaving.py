"""A member leaves: first in one transaction that which makes them one, then all that lies around.

The account that is closed is the intention to do the rest: it waits in the index of reviews for a
last look, and nothing of it is personal.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from pynamodb.transactions import TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.tables import (
    benefits,
    forum,
    keys,
    personal,
    posting,
    reviews,
    surveys,
    threads,
    transact,
)
from stamkund.tables.accounts import BenefitItem
from stamkund.tables.identities import Identities, IdentityItem
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import PROFILE, ProfileItem
from stamkund.tables.table import Table

AT_ONCE = 25
# Of a hundred that a transaction takes: the account, its entry and the profile are the others.
MOST_KEYS = 90


def close(
    before: Account, after: Account, erased: Entry, leads: Iterable[str], seen: str | None = None
) -> None:
    """Account, profile and what leads to them. `seen`: only if they have not been seen since.

    Raises Conflict.
    """
    shop, member = before.shop, before.member
    profile = ProfileItem(keys.of(shop, member), PROFILE)
    unseen = ProfileItem.seen_key == keys.sharded(shop, seen, member) if seen else None

    def also(transaction: TransactWrite) -> None:
        transaction.delete(profile, unseen)
        for key in sorted(leads)[:MOST_KEYS]:
            transaction.delete(IdentityItem(key))

    posting.rewrite(before, after, [erased], also=also)


def forget_counts(shop: str, leads: Iterable[str]) -> None:
    """How often somebody asked for a code. It goes first: only the keys of the contacts lead to
    it, and they go next."""
    found = [key for lead in sorted(leads) for key in personal.counts_of(shop, lead)]
    _delete([Identities(key) for key in found])


def sweep(shop: str, member: str) -> None:
    """All that lies around and has to go, however often it is tried."""
    leads = personal.leads_to(shop, member)
    forget_counts(shop, leads)
    _delete([Identities(key) for key in leads])
    for table in personal.PARTITIONS:
        sweep_table(table, shop, member)
    with suppress(Conflict):  # a step of staff meanwhile: the last look meets it
        threads.forget(shop, member)
        reviews.forget_all(shop, member)
        forum.forget_all(shop, member)
    surveys.forget(shop, member)


def sweep_table(table: type[Table], shop: str, member: str) -> None:
    name = table.short_name()
    going = [item for item in personal.beside(table, shop, member) if personal.goes(name, item)]
    _delete([table(item["pk"]["S"], item["sk"]["S"]) for item in going if not _claimed(item)])
    for item in filter(_claimed, going):
        _give_back(shop, member, BenefitItem.from_raw_data(dict(item)))


def _claimed(item: personal.Raw) -> bool:
    """One of so many, and not used: somebody else may have it."""
    return "shard" in item and item["status"]["S"] == "open"


def _give_back(shop: str, member: str, item: BenefitItem) -> None:
    try:
        benefits.switch_off(shop, member, item)
    except Conflict:
        _delete([item])  # whoever was faster has given it back


def _delete(items: Sequence[Table]) -> None:
    for first in range(0, len(items), AT_ONCE):
        _delete_some(items[first : first + AT_ONCE])


def _delete_some(items: Sequence[Table]) -> None:
    def fill(transaction: TransactWrite) -> None:
        for item in items:
            transaction.delete(item)

    transact.write(fill)
