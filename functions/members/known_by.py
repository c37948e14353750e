"""Under what a member can be found; the values themselves are not kept there."""

from stamkund.tables.identities import Identity, IdentityKind
from stamkund.web import secrets


def known_by(shop: str, kind: IdentityKind, value: str) -> Identity:
    return Identity(kind, secrets.keyed_hash(shop, kind, value))
