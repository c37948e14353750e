"""The `identities` table: who has this e-mail, phone, customer number or card, each only once;
and beside them what lives for minutes only, such as codes to log in with.

What is looked up is known only as a keyed hash, so nobody can read the table backwards.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.tables import keys, transact
from stamkund.tables.table import Table

IdentityKind = Literal["customer", "email", "phone", "card", "invitation"]


class OwnerIndex(GlobalSecondaryIndex["Identities"]):  # type: ignore[no-untyped-call]
    """What leads to a member, and what is counted of a contact, for the day when it has to go.

    A hash cannot be read backwards, so whoever leaves would else leave hashes behind.
    """

    class Meta:
        index_name = "owner"
        projection = KeysOnlyProjection()

    owner = UnicodeAttribute(hash_key=True)
    pk = UnicodeAttribute(range_key=True)


class Identities(Table):
    """`owner`: the shop, and the member or the contact's own hash; nobody's has none."""

    class Meta:
        name = "identities"

    pk = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute(null=True)
    owner = UnicodeAttribute(null=True)
    owned = OwnerIndex()


class IdentityItem(Identities):
    member = UnicodeAttribute()


class Identity(NamedTuple):
    """Something that leads to one member: `hash` is keyed, and made where the key is known."""

    kind: IdentityKind
    hash: str


def find(shop: str, identity: Identity) -> str:
    """The member. One read. Refused: member_not_found."""
    member = find_or_none(shop, identity)
    if member is None:
        raise Refused("member_not_found")
    return member


def find_or_none(shop: str, identity: Identity) -> str | None:
    try:
        return IdentityItem.get(key_of(shop, identity), consistent_read=True).member
    except DoesNotExist:
        return None


def put_all(
    transaction: TransactWrite, shop: str, member: str, identities: Iterable[Identity]
) -> None:
    """Each only where nobody has it; a refusal brings back who does."""
    for identity in identities:
        transaction.save(
            _item(shop, member, identity),
            IdentityItem.pk.does_not_exist(),
            return_values=transact.RETURN_OLD,
        )


def put(transaction: TransactWrite, shop: str, member: str, identity: Identity) -> None:
    """Only where nobody else has it."""
    transaction.save(
        _item(shop, member, identity),
        IdentityItem.pk.does_not_exist() | (IdentityItem.member == member),
    )


def move(transaction: TransactWrite, shop: str, identity: Identity, from_: str, to: str) -> None:
    """It leads to another member from now on."""
    transaction.update(
        IdentityItem(key_of(shop, identity)),
        [IdentityItem.member.set(to), IdentityItem.owner.set(keys.of(shop, to))],
        IdentityItem.member == from_,
    )


def owned_by(shop: str, owner: str) -> list[str]:
    """The keys of all that is this owner's: a member's id, or what `owner_of` says."""
    return [item.pk for item in Identities.owned.query(keys.of(shop, owner))]


def owner_of(identity: Identity) -> str:
    return f"{identity.kind}{keys.SEPARATOR}{identity.hash}"


def _item(shop: str, member: str, identity: Identity) -> IdentityItem:
    return IdentityItem(key_of(shop, identity), member=member, owner=keys.of(shop, member))


def key_of(shop: str, identity: Identity) -> str:
    return keys.of(shop, owner_of(identity))


def remove(transaction: TransactWrite, shop: str, member: str, identity: Identity) -> None:
    """Only where it leads to this member; what leads nowhere is gone as well."""
    transaction.delete(
        IdentityItem(key_of(shop, identity)),
        IdentityItem.pk.does_not_exist() | (IdentityItem.member == member),
    )
