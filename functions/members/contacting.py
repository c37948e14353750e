"""A contact as somebody types it, and the secrets that a code is made of."""

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact, ContactKind
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
