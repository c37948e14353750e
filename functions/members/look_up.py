"""Finds the member whose card is scanned, or whose number is typed, at a till."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.members import card_code
from functions.members.known_by import known_by
from functions.members.shown import TierShown, tier_of
from stamkund.rules import cards, wallet
from stamkund.rules.errors import Refused
from stamkund.tables import Read, clock, identities, profiles
from stamkund.tables.accounts import Accounts, refuse_inactive
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

Proof = Literal["qr", "number"]


class LookUp(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two: the text of a scanned code, or the number as it stands on the card."""

    qr: Annotated[str, Meta(max_length=300)] | None = None
    number: Annotated[str, Meta(max_length=40)] | None = None


class Found(Struct, frozen=True):
    """`points` are those that can be spent now. A typed number may earn and not spend: anybody may
    have read it, while a code was on the phone two minutes ago."""

    member: str
    first_name: str | None
    tier: TierShown | None
    points: int
    proof: Proof
    may_spend: bool


@endpoint(
    "POST",
    "/v1/members/lookups",
    caller=[Shop],
    access={Accounts: Read, Identities: Read, Profiles: Read, Programmes: Read},
    problems=[
        "code_invalid", "code_expired", "member_not_found", "member_not_active", "member_merged",
        "no_programme",
    ],
)  # fmt: skip
def look_up(request: LookUp, caller: Caller, now: datetime) -> Found:
    """Find a member by card.

    A scanned QR code must be fresh and proves that the card is here; a typed number must have the
    right check digit.
    """
    number, proof = _number(request, caller.shop)
    club = club_at(caller.shop, now)
    member = identities.find(caller.shop, known_by(caller.shop, "card", number))
    account, profile = profiles.find_person(caller.shop, member)
    refuse_inactive(account)
    return Found(
        member=member,
        first_name=profile.first_name or None,
        tier=tier_of(club, account, caller.language),
        points=wallet.balance(account.wallet, club.at.day).available,
        proof=proof,
        may_spend=proof == "qr",
    )


def _number(request: LookUp, shop: str) -> tuple[str, Proof]:
    if request.qr is not None and request.number is not None:
        raise Refused("invalid_field", "number", detail="Give either qr or number")
    if request.qr is not None:
        return card_code.number_on(request.qr, shop, clock.real_time()), "qr"
    if request.number is not None:
        return cards.card_number(request.number), "number"
    raise Refused("missing_field", "qr", detail="Give either qr or number")
