"""Consents, beside the profile: one item for each purpose, with its history."""

from collections.abc import Callable

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from stamkund.rules.consents import Change, Consent
from stamkund.rules.errors import Refused
from stamkund.tables import keys, transact
from stamkund.tables.attributes import Packed
from stamkund.tables.profiles import PROFILE, ProfileItem, Profiles

CONSENT = "CONSENT#"
ATTEMPTS = 5


class ConsentItem(Profiles):
    changes = NumberAttribute()
    history = Packed[list[Change]](list[Change])


def change(
    shop: str, member: str, purpose: str, by: Callable[[Consent], Consent]
) -> tuple[Consent, bool]:
    """What became of it, and whether anything did. Refused: member_not_found, busy."""
    for _ in range(ATTEMPTS):
        before = find(shop, member, purpose)
        after = by(before)
        if after is before:
            return before, False
        if _kept(shop, member, before, after):
            return after, True
    raise Refused("busy")


def find(shop: str, member: str, purpose: str) -> Consent:
    try:
        item = ConsentItem.get(keys.of(shop, member), CONSENT + purpose, consistent_read=True)
    except DoesNotExist:
        return Consent(purpose)
    return consent_from(item)


def _kept(shop: str, member: str, before: Consent, after: Consent) -> bool:
    """False if somebody else changed it meanwhile."""
    key = keys.of(shop, member)
    as_before = (
        ConsentItem.changes == before.changes if before.changes else ConsentItem.pk.does_not_exist()
    )

    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            ConsentItem(key, CONSENT + after.purpose, changes=after.changes, history=after.history),
            as_before,
        )
        transaction.update(
            ProfileItem(key, PROFILE),
            [ProfileItem.beside_at.set(keys.written(after.history[-1].at))],
            ProfileItem.pk.exists(),
        )

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 1):
            raise Refused("member_not_found") from None
        if transact.refused(error, 0):
            return False
        raise
    return True


def consent_from(item: ConsentItem) -> Consent:
    return Consent(item.sk.removeprefix(CONSENT), item.history, int(item.changes))
