"""That a member has another contact now, for whom it was before: kept until they are told.

It is written with the change itself, so none is lost; who tells it takes it first, and deletes it
when it is told. Whoever is cut off in between leaves it to who comes some minutes later.

When the membership ends it goes with all the rest, told or not: nothing of who leaves outlives the
call.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute
from pynamodb.transactions import TransactWrite

from stamkund.rules.login import Contact, ContactKind
from stamkund.rules.programme import Language
from stamkund.tables import keys
from stamkund.tables.profiles import Profiles

CHANGED = "CHANGED#"
# Longer than any function runs, so that who is still at it is not overtaken.
LEASE = timedelta(minutes=5)
# An address that takes nothing is not tried for longer.
KEPT_FOR = timedelta(days=1)


class ChangedItem(Profiles):
    """`kind` and `value` are the contact that it was before, or the other one there is; `language`
    is that of the member, who may have left when it is told."""

    kind = UnicodeAttribute()
    value = UnicodeAttribute()
    language = UnicodeAttribute()
    lease = UnicodeAttribute(null=True)


class Untold(NamedTuple):
    """`id`: of the code that proved the new contact."""

    member: str
    id: str
    contact: Contact
    language: Language
    since: datetime


def noting(shop: str, untold: Untold) -> Callable[[TransactWrite], None]:
    """What is written with the change."""

    def also(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, untold))

    return also


def _item(shop: str, untold: Untold) -> ChangedItem:
    return ChangedItem(
        keys.of(shop, untold.member),
        CHANGED + untold.id,
        kind=untold.contact.kind,
        value=untold.contact.value,
        language=untold.language,
        untold_key=shop,
        untold_since=keys.written(untold.since),
        expires_at=untold.since + KEPT_FOR,
    )


def due(shop: str, now: datetime) -> list[tuple[str, str]]:
    """Members, and ids, of what should have been told by now. One query."""
    between = ChangedItem.untold_since.between(
        keys.written(now - KEPT_FOR), keys.written(now - LEASE)
    )
    # Read to the end first: who reads this changes what is in the index.
    found = list(Profiles.query(shop, between, index_name="untold"))
    return [(keys.thing(item.pk), item.sk.removeprefix(CHANGED)) for item in found]


def take(shop: str, member: str, id: str, now: datetime) -> Untold | None:
    """None where there is nothing to tell, or somebody is at it."""
    item = ChangedItem(keys.of(shop, member), CHANGED + id)
    lease = ChangedItem.lease
    free = lease.does_not_exist() | (lease < keys.written(now))
    if not item.update_if([lease.set(keys.written(now + LEASE))], ChangedItem.pk.exists() & free):
        return None
    kind: ContactKind = item.kind  # type: ignore[assignment]
    language: Language = item.language  # type: ignore[assignment]
    since = datetime.fromisoformat(item.untold_since)
    return Untold(member, id, Contact(kind, item.value), language, since)


def told(shop: str, untold: Untold) -> None:
    ChangedItem(keys.of(shop, untold.member), CHANGED + untold.id).delete()


def put_back(shop: str, untold: Untold) -> None:
    """It could not be sent, and may be taken again at once."""
    item = ChangedItem(keys.of(shop, untold.member), CHANGED + untold.id)
    item.update_if([ChangedItem.lease.remove()], ChangedItem.pk.exists())
