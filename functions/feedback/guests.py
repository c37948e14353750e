"""The signed link by which a guest speaks about an order, as the shop sends it to them.

It holds the contact, so that an answer can be sent: it belongs to that person, and into no log and
no address of a page.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.rules.threads import Author
from stamkund.web.secrets import seal_for_long, unseal_of_long

_PURPOSE = "stamkund guest"

GuestLink = Annotated[str, Meta(min_length=1, max_length=2_000)]


class Guest(Struct, frozen=True, array_like=True):
    """Who bought something without being a member. `email` may be empty."""

    order: str
    email: str
    language: Language
    expires: int

    @property
    def author(self) -> Author:
        return Author(side="guest", id=self.order, language=self.language, email=self.email)


def link_for(shop: str, guest: Guest) -> str:
    return seal_for_long(msgspec.msgpack.encode(guest), _PURPOSE, shop)


def guest_by(shop: str, link: str | None, now: datetime) -> Guest:
    """`now` is real time. Refused: missing_field, guest_link_invalid."""
    if link is None:
        raise Refused("missing_field", "link")
    content = unseal_of_long(link, _PURPOSE, shop)
    guest = msgspec.msgpack.decode(content, type=Guest) if content else None
    if guest is None or now.timestamp() >= guest.expires:
        raise Refused("guest_link_invalid", "link")
    return guest
