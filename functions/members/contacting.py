"""A contact as somebody types it, and the secrets that a code is made of."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from stamkund.rules import contacts
from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact, ContactKind
from stamkund.rules.programme import Currency
from stamkund.web.secrets import keyed_hash, seal, unseal

CODE, LINK = "stamkund login", "stamkund login link"

Email = Annotated[str, Meta(max_length=320)]
Phone = Annotated[str, Meta(max_length=40)]
Sealed = Annotated[str, Meta(min_length=1, max_length=2_000)]


class Challenge(Struct, frozen=True, array_like=True):
    """Which code, and whose contact it proves. It is nowhere kept: who asked holds it, sealed."""

    id: str
    kind: ContactKind
    value: str

    @property
    def contact(self) -> Contact:
        return Contact(self.kind, self.value)


def contact_of(email: str | None, phone: str | None, currency: Currency) -> Contact:
    """Refused: missing_field, invalid_field."""
    if email is not None and phone is not None:
        raise Refused("invalid_field", "phone", detail="Give either email or phone")
    if email is not None:
        return Contact("email", contacts.email(email))
    if phone is not None:
        return Contact("phone", contacts.phone(phone, currency))
    raise Refused("missing_field", "email", detail="Give either email or phone")


def sealed(shop: str, challenge: Challenge, purpose: str) -> str:
    return seal(msgspec.msgpack.encode(challenge), purpose, shop)


def unsealed(shop: str, text: str, purpose: str) -> Challenge:
    """Refused: login_code_invalid."""
    content = unseal(text, purpose, shop)
    if content is None:
        raise Refused("login_code_invalid")
    return msgspec.msgpack.decode(content, type=Challenge)


def digest_of(shop: str, id: str, code: str) -> bytes:
    """A million codes are soon tried out: only who has the pepper can."""
    return bytes.fromhex(keyed_hash(shop, "login-code", f"{id}#{code}"))
