"""A signed proof that somebody reads what is sent to an e-mail address or a phone.

Whoever verified a code, and is no member, is given one; joining takes it in place of a claim. It is
bound to the shop and holds for half an hour. It contains the contact: it belongs to that person,
and into no log and no address of a page.
"""

from datetime import datetime

import msgspec
from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.login import Contact, ContactKind
from stamkund.web.secrets import seal, unseal

_PURPOSE = "stamkund verified contact"
AT_THE_TILL = "till"


class VerifiedContact(Struct, frozen=True, array_like=True):
    """`id`: of the code that proved it, so that what is made from one proof is made once.
    `place`: where in the shop it was asked for. Of a till, `order` is what was being bought there,
    and `invited_by` the code of a friend that was said to the clerk."""

    id: str
    kind: ContactKind
    value: str
    place: str
    expires: int
    order: str = ""
    invited_by: str = ""

    @property
    def contact(self) -> Contact:
        return Contact(self.kind, self.value)


def prove(  # noqa: PLR0913 -- what a proof says, the last two by name
    shop: str,
    id: str,
    contact: Contact,
    place: str,
    expires_at: datetime,
    *,
    order: str = "",
    invited_by: str = "",
) -> str:
    until = int(expires_at.timestamp())
    proven = VerifiedContact(id, contact.kind, contact.value, place, until, order, invited_by)
    return seal(msgspec.msgpack.encode(proven), _PURPOSE, shop)


def proven(shop: str, token: str, now: datetime) -> VerifiedContact:
    """`now` is real time. Refused: contact_not_verified."""
    content = unseal(token, _PURPOSE, shop)
    known = msgspec.msgpack.decode(content, type=VerifiedContact) if content else None
    if known is None or now.timestamp() >= known.expires:
        raise Refused("contact_not_verified", "verified_contact")
    return known
