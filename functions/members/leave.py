"""A member leaves the club, and is forgotten."""

from datetime import datetime

from msgspec import Struct

from functions.members import forgetting
from functions.members.contacting import Sealed
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Delete, Read, Update, clock, profiles
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, CallerKind, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.verified_contact import proven


class Leave(Struct, frozen=True, forbid_unknown_fields=True):
    """`verified_contact`: in a session, for a member who has an e-mail address or a phone number,
    the proof of one of them, as the verification of a code gives it with `want` "proof"."""

    verified_contact: Sealed | None = None


@endpoint(
    "POST",
    "/v1/members/{member}/leave",
    caller=[Member, Shop],
    access={
        Accounts: Read | Update | Delete,
        Profiles: Read | Delete,
        Identities: Read | Delete,
        Ledger: Append,
        Programmes: Read,
        Threads: Read | Append | Update | Delete,
    },
    problems=[*MEMBER_PROBLEMS, "contact_not_verified", "busy"],
    pictures=Delete,
    status=204,
)
def leave(member: str, request: Leave, caller: Caller, now: datetime) -> Reply[None]:
    """Leave the club.

    Everything personal is deleted before this is answered, points and vouchers end, and orders stay
    without a person. It cannot be undone. Again is answered the same way, and completes what was
    cut off. Whoever joins later is new.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    if caller.kind is CallerKind.MEMBER:
        _refuse_unproven(caller.shop, owner, request)
    forgetting.forget(caller.shop, owner, club.at)
    return Reply(None)


def _refuse_unproven(shop: str, member: str, request: Leave) -> None:
    """A phone that lies about must not be enough. Nothing to prove has who can be written to in no
    way, and who is forgotten already. Refused: contact_not_verified."""
    profile = profiles.find_or_none(shop, member)
    if profile is None or not (profile.email or profile.phone):
        return
    if request.verified_contact is None:
        raise Refused("contact_not_verified", "verified_contact")
    contact = proven(shop, request.verified_contact, clock.real_time())
    if contact.value not in {profile.email, profile.phone}:
        raise Refused("contact_not_verified", "verified_contact")
