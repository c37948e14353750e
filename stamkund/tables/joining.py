"""How a member comes to be: account, profile, identities and welcome points, all or nothing."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace
from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.tables import accounts, identities, keys, ledger, profiles, referrals, transact
from stamkund.tables.accounts import AccountItem
from stamkund.tables.identities import Identity, IdentityItem, IdentityKind
from stamkund.tables.ledger import EntryItem
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profile, ProfileItem
from stamkund.tables.referrals import Write

# What of the profile each of them is.
FIELDS: dict[IdentityKind, str] = {
    "customer": "customer_id",
    "email": "email",
    "phone": "phone",
}


class Taken(Exception):  # noqa: N818 -- news, not a fault
    """Somebody has one of these identities: who, for each that is taken.

    None at all: it was the member's or the card's random number that met another one.
    """

    def __init__(self, holders: set[str]) -> None:
        super().__init__("taken")
        self.holders = holders


def join(
    account: Account,
    profile: Profile,
    person: Sequence[Identity],
    card: Identity,
    entries: Sequence[Entry],
    brought: Write | None = None,
) -> None:
    """`person`: the identities that are the person's own; `brought`: by whom, if anybody did.
    Raises Taken."""
    shop, member = account.shop, account.member

    def fill(transaction: TransactWrite) -> None:
        identities.put_all(transaction, shop, member, [*person, card])
        transaction.save(accounts.item_from(account), AccountItem.pk.does_not_exist())
        newly = replace(profile, seen=account.joined_on[:7])
        known = profiles.item_from(shop, member, newly)
        transaction.save(known, ProfileItem.pk.does_not_exist())
        for entry in entries:
            transaction.save(ledger.item_from(shop, member, entry), EntryItem.pk.does_not_exist())
        if brought:
            referrals.add(transaction, brought)

    try:
        transact.write(fill, entries)
    except TransactWriteError as error:
        raise _taken(error, len(person)) or error from error


Also = Callable[[TransactWrite], None]


def nothing_else(_: TransactWrite) -> None:
    """Is written."""


def link(
    shop: str,
    member: str,
    identity: Identity,
    field: str,
    value: str,
    also: Also = nothing_else,
) -> None:
    """A member is found by one thing more, which the profile then has. `also`: what is written with
    it.

    Again is no harm. Refused: member_exists, already_linked, member_not_found.
    """
    known = getattr(ProfileItem, field)

    def fill(transaction: TransactWrite) -> None:
        identities.put(transaction, shop, member, identity)
        transaction.update(
            ProfileItem(keys.of(shop, member), profiles.PROFILE),
            [known.set(value)],
            ProfileItem.pk.exists() & (known.does_not_exist() | (known == value)),
            return_values=transact.RETURN_OLD,
        )
        also(transaction)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        raise _not_linked(error) from error


class Contact(NamedTuple):
    """A value of a field of the profile, and what leads to it."""

    value: str
    identity: Identity


def relink(
    shop: str, member: str, field: str, old: Contact | None, new: Contact, also: Also
) -> None:
    """One contact takes the place of another, by which nobody is found any more. `also`: what is
    written with it.

    Refused: member_exists. Raises Conflict if the profile has another by now, or is gone.
    """
    known = getattr(ProfileItem, field)

    def fill(transaction: TransactWrite) -> None:
        if old:
            identities.remove(transaction, shop, member, old.identity)
        identities.put(transaction, shop, member, new.identity)
        transaction.update(
            ProfileItem(keys.of(shop, member), profiles.PROFILE),
            [known.set(new.value)],
            ProfileItem.pk.exists() & (known == old.value if old else known.does_not_exist()),
        )
        also(transaction)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        place = 1 if old else 0
        if transact.refused(error, len(error.cancellation_reasons) - 1):
            raise Conflict from error
        raise (Refused("member_exists") if transact.refused(error, place) else error) from error


def _not_linked(error: TransactWriteError) -> Exception:
    # The profile comes last, after whatever else is put.
    profile = transact.refused(error, len(error.cancellation_reasons) - 1)
    if profile and not profile.raw_item:
        return Refused("member_not_found")
    if transact.refused(error, 0):
        return Refused("member_exists")
    return Refused("already_linked") if profile else error


def _taken(error: TransactWriteError, count: int) -> Taken | None:
    """None if it was no condition that refused."""
    indices = range(len(error.cancellation_reasons))
    if not any(transact.refused(error, index) for index in indices):
        return None
    reasons = [transact.refused(error, index) for index in range(count)]
    items = [reason.raw_item for reason in reasons if reason and reason.raw_item]
    return Taken({IdentityItem.from_raw_data(item).member for item in items})
