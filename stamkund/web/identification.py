"""How a till has recognised a member, signed: it travels from the look-up into the quote.

Bound to the shop and to the till's store, good for ten minutes, and believed without asking the
database. Points and vouchers are spent by what it says: a `qr` was on the member's phone a moment
ago; what was `typed` anybody may know; what was `confirmed` the member has agreed to on the phone,
for one order, up to so many points, and with these vouchers.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.web.secrets import seal, unseal

Evidence = Literal["qr", "typed", "confirmed"]

LIFETIME = timedelta(minutes=10)
_PURPOSE = "stamkund identification"
_encode = msgspec.msgpack.Encoder().encode


class Identification(Struct, frozen=True, array_like=True):
    """`order`, `points` and `vouchers` are what the member confirmed, and nothing otherwise."""

    member: str
    evidence: Evidence
    expires: int
    order: str = ""
    points: int = 0
    vouchers: list[str] = []


def token_of(shop: str, store: str, identification: Identification) -> str:
    return seal(_encode(identification), _PURPOSE, shop, store)


def identification_in(token: str, shop: str, store: str, now: datetime) -> Identification:
    """`now` is real time. Refused: identification_invalid, identification_expired."""
    content = unseal(token, _PURPOSE, shop, store)
    if content is None:
        raise Refused("identification_invalid", "identification")
    known = msgspec.msgpack.decode(content, type=Identification)
    if now.timestamp() >= known.expires:
        raise Refused("identification_expired", "identification")
    return known
