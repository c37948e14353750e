"""What a shop saw somebody use: a card, an address, a device. Kept only as keyed hashes."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.referrals.following import look_at
from stamkund.rules.errors import Refused
from stamkund.rules.suspicions import Sign, SignKind, address_words
from stamkund.tables import Append, Read, Update, invitations
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, member_of
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.referring import refuse_unavailable, sign


class Signs(Struct, frozen=True, forbid_unknown_fields=True):
    """At least one. `payment`: what your payment provider calls the same card by, never its number.
    `address`: where it is delivered to. `device`: an id that your page keeps where it runs."""

    payment: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    address: Annotated[str, Meta(min_length=1, max_length=500)] | None = None
    device: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


@endpoint(
    "POST",
    "/v1/members/{member}/signs",
    caller=[Shop],
    access={
        Profiles: Read | Append | Update,
        Accounts: Read | Append | Update,
        Identities: Read | Update,
        Ledger: Read | Append,
        Orders: Read,
        Programmes: Read | Update,
    },
    problems=["not_found", "member_not_found", "no_programme", "referrals_not_available", "busy"],
    status=204,
    lines=("address",),
)
def note_signs(member: str, request: Signs, caller: Caller, now: datetime) -> None:
    """Say what a member was seen with, when they pay.

    It is compared with what those were seen with who brought them, or whom they brought, and
    forgotten after as long as the programme says. Of none of it anything but a keyed hash is kept.
    """
    club = club_at(caller.shop, now)
    refuse_unavailable(club)
    owner = member_of(caller, member)
    until = club.at.at + timedelta(days=club.file.referrals.guards.signal_days)
    invitations.note_signs(club.shop, owner, _signs(club, request), club.at.at, until)
    try:
        look_at(club, owner)
    except Conflict:
        raise Refused("busy") from None


def _signs(club: Club, request: Signs) -> list[Sign]:
    said: dict[SignKind, str | None] = {
        "payment": request.payment,
        "address": address_words(request.address or ""),
        "device": request.device,
    }
    found = [sign(club.shop, kind, value) for kind, value in said.items() if value]
    if not found:
        raise Refused("missing_field", "payment", detail="Give payment, address or device")
    return found
