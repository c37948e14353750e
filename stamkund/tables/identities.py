"""The `identities` table: who has this e-mail, phone, customer number or card, each only once;
and beside them what lives for minutes only, such as codes to log in with.

What is looked up is known only as a keyed hash, so nobody can read the table backwards.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.tables import keys, transact
from stamkund.tables.table import Table

IdentityKind = Literal["customer", "email", "phone", "card"]


class Identities(Table):
    class Meta:
        name = "identities"

    pk = UnicodeAttribute(hash_key=True)
    expires_at = TTLAttribute(null=True)


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
        return IdentityItem.get(_key(shop, identity), consistent_read=True).member
    except DoesNotExist:
        return None


def put_all(
    transaction: TransactWrite, shop: str, member: str, identities: Iterable[Identity]
) -> None:
    """Each only where nobody has it; a refusal brings back who does."""
    for identity in identities:
        transaction.save(
            IdentityItem(_key(shop, identity), member=member),
            IdentityItem.pk.does_not_exist(),
            return_values=transact.RETURN_OLD,
        )


def put(transaction: TransactWrite, shop: str, member: str, identity: Identity) -> None:
    """Only where nobody else has it."""
    transaction.save(
        IdentityItem(_key(shop, identity), member=member),
        IdentityItem.pk.does_not_exist() | (IdentityItem.member == member),
    )


def remove(transaction: TransactWrite, shop: str, member: str, identity: Identity) -> None:
    """Only where it leads to this member; what leads nowhere is gone as well."""
    transaction.delete(
        IdentityItem(_key(shop, identity)),
        IdentityItem.pk.does_not_exist() | (IdentityItem.member == member),
    )


def _key(shop: str, identity: Identity) -> str:
    return keys.of(shop, f"{identity.kind}{keys.SEPARATOR}{identity.hash}")
