"""Consents, beside the profile: one item for each purpose, with its history."""

from collections.abc import Callable

from pynamodb.attributes import NumberAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.consents import Change, Consent, together
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

    def fill(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, member, after), _as_before(before))
        transaction.update(ProfileItem(keys.of(shop, member), PROFILE), *_beside(after))

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 1):
            raise Refused("member_not_found") from None
        if transact.refused(error, 0):
            return False
        raise
    return True


def _item(shop: str, member: str, consent: Consent) -> ConsentItem:
    key = keys.of(shop, member)
    name = CONSENT + consent.purpose
    return ConsentItem(key, name, changes=consent.changes, history=consent.history)


def _as_before(before: Consent) -> Condition:
    same: Condition = ConsentItem.changes == before.changes
    return same if before.changes else ConsentItem.pk.does_not_exist()


def _beside(consent: Consent) -> tuple[list[Action], Condition]:
    """Nothing is put beside nobody."""
    at = keys.written(consent.history[-1].at)
    return [ProfileItem.beside_at.set(at)], ProfileItem.pk.exists()


def hand_over(shop: str, member: str, to: str) -> None:
    """What a membership has said that became part of another. Again is no harm. Refused: busy."""
    begins = ConsentItem.sk.startswith(CONSENT)
    for item in list(ConsentItem.query(keys.of(shop, member), begins, consistent_read=True)):
        _hand_over(shop, item, to)


def _hand_over(shop: str, item: ConsentItem, to: str) -> None:
    said = consent_from(item)
    for _ in range(ATTEMPTS):
        theirs = find(shop, to, said.purpose)
        if _handed_over(shop, item, to, theirs, together(theirs, said)):
            return
    raise Refused("busy")


def _handed_over(shop: str, item: ConsentItem, to: str, before: Consent, after: Consent) -> bool:
    """False if somebody else changed theirs meanwhile. Done is also what others have done, or what
    nobody is left for."""

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(ConsentItem(item.pk, item.sk), ConsentItem.pk.exists())
        transaction.save(_item(shop, to, after), _as_before(before))
        transaction.update(ProfileItem(keys.of(shop, to), PROFILE), *_beside(after))

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0) or transact.refused(error, 2):
            return True
        if transact.refused(error, 1):
            return False
        raise
    return True


def consent_from(item: ConsentItem) -> Consent:
    return Consent(item.sk.removeprefix(CONSENT), item.history, int(item.changes))
