"""The ticket of a visit: what was shown to whom is known by it, and by nothing that is kept.

It holds no visitor, only a keyed hash of one and a day, and is worth nothing in another shop.
"""

import msgspec

from stamkund.rules.calendar import days_between
from stamkund.rules.errors import Refused
from stamkund.rules.login_offer import Assigned, assigned
from stamkund.rules.programme_file import LoginOffer
from stamkund.tables.login_counters import Visit
from stamkund.web.secrets import keyed_hash, seal, unseal

PURPOSE = "login-offer"
# What is done because of it is done within days, if at all.
GOOD_FOR_DAYS = 7
LONGEST_TICKET = 1_000
MARK_DIGITS = 24  # 96 bits: no two visits of a shop meet
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Visit).decode


def part_of(shop: str, experiment: str, visitor: str, offer: LoginOffer) -> Assigned:
    """The same for the same visitor, for as long as the shop argues in this way."""
    drawn = keyed_hash(shop, "login-offer", f"{experiment}#{visitor}")
    return assigned(offer, int(drawn, 16))


def mark_of(shop: str, experiment: str, visitor: str, day: str) -> str:
    return keyed_hash(shop, "visit", f"{experiment}#{day}#{visitor}")[:MARK_DIGITS]


def ticket_of(visit: Visit, shop: str) -> str:
    return seal(_encode(visit), PURPOSE, shop)


def visit_in(ticket: str, shop: str, today: str) -> Visit:
    """Refused: ticket_invalid, ticket_expired."""
    content = unseal(ticket, PURPOSE, shop)
    if content is None:
        raise Refused("ticket_invalid", "ticket")
    try:
        visit = _decode(content)
    except msgspec.DecodeError:  # signed before a release that writes other ones
        raise Refused("ticket_invalid", "ticket") from None
    # A sandbox may turn its clock back.
    if not 0 <= days_between(visit.day, today) <= GOOD_FOR_DAYS:
        raise Refused("ticket_expired", "ticket")
    return visit
