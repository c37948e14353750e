"""What switching an offer on and switching it off have in common."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.programme import Language, Offer
from stamkund.web.club import Club


class OfferSwitch(Struct, frozen=True):
    """`expires_at` is the end of the offer, null where it has none."""

    offer: str
    name: str
    on: bool
    expires_at: datetime | None


def offer_of(club: Club, id: str) -> Offer:
    """An offer that is switched on by members. Refused: not_found."""
    for offer in club.programme.offers:
        if offer.id == id and offer.switch_on:
            return offer
    raise Refused("not_found")


def shown(club: Club, offer: Offer, language: Language, *, on: bool) -> OfferSwitch:
    name = named(offer.name, language, club.programme)
    return OfferSwitch(offer.id, name, on, offer.when.end)
