"""The offers that a member can still have, whatever lies in a basket."""

from collections.abc import Collection

from stamkund.rules.ambassadors import is_for
from stamkund.rules.bill import Shopper
from stamkund.rules.programme import Offer, Programme
from stamkund.rules.selection import Moment


def open_offers(
    programme: Programme, who: Shopper, sold_out: Collection[str], at: Moment
) -> list[Offer]:
    """Those of today too that hold only at some hours, or where something else is sold."""
    return [
        offer
        for offer in programme.offers
        if is_for(offer, programme, who.used)
        if _is_meant(offer, who, at) and not _is_gone(offer, who, sold_out)
    ]


def _is_meant(offer: Offer, who: Shopper, at: Moment) -> bool:
    when = offer.when
    begun = when.start is None or when.start <= at.at
    over = when.end is not None and when.end <= at.at
    tier = not when.tiers or who.tier in when.tiers
    return begun and not over and tier and (who.first_order or not when.first_order)


def _is_gone(offer: Offer, who: Shopper, sold_out: Collection[str]) -> bool:
    if offer.limit_per_member and who.used.get(offer.id, 0) >= offer.limit_per_member:
        return True
    if not offer.switch_on or offer.id in who.switched_on:
        return False
    return offer.id in who.used_up or offer.id in sold_out
