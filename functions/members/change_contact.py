"""Another e-mail or phone takes the place of the one there was, once it is proven."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.members import details, telling
from functions.members.contacting import Sealed
from functions.members.known_by import known_by
from functions.members.link_membership import Linked
from stamkund.rules.errors import Refused
from stamkund.tables import (
    Append,
    Delete,
    Read,
    Update,
    clock,
    joining,
    profiles,
)
from stamkund.tables.identities import Identities
from stamkund.tables.joining import Contact
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profile, Profiles
from stamkund.web import earning
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.verified_contact import VerifiedContact, proven

ATTEMPTS = 5


class ContactChange(Struct, frozen=True, forbid_unknown_fields=True):
    """`verified_contact` as the verification of a code gave it, asked for with `want` "proof"."""

    verified_contact: Sealed


@endpoint(
    "PUT",
    "/v1/members/{member}/contact",
    caller=[Member],
    access={
        **earning.ACCESS,
        Identities: Append | Delete,
        Profiles: Read | Append | Update | Delete,
    },
    problems=[*MEMBER_PROBLEMS, "member_exists", "contact_not_verified", "busy"],
    sends=["email", "sms"],
)
def change_contact(member: str, request: ContactChange, caller: Caller, now: datetime) -> Linked:
    """Change a member's e-mail or phone.

    To one that was proven by a code. From then on the member logs in by it, and no longer by the
    one before, which is told so. What is somebody else's is refused.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    contact = proven(caller.shop, request.verified_contact, clock.real_time())
    profile = _changed(club, owner, contact)
    telling.tell_who_was_replaced_soon(club, owner, contact)
    details.reward_complete(club, owner, profile)
    return Linked(owner, profile.customer_id or None, profile.email or None, profile.phone or None)


def _changed(club: Club, member: str, contact: VerifiedContact) -> Profile:
    """Refused: member_not_found, member_exists, busy."""
    for _ in range(ATTEMPTS):
        profile = profiles.find(club.shop, member)
        if getattr(profile, contact.kind) == contact.value:
            return profile
        try:
            _change(club, member, profile, contact)
        except Conflict:
            continue
        return replace(profile, **{contact.kind: contact.value})
    raise Refused("busy")


def _change(club: Club, member: str, profile: Profile, contact: VerifiedContact) -> None:
    shop, kind, known = club.shop, contact.kind, getattr(profile, contact.kind)
    old = Contact(known, known_by(shop, kind, known)) if known else None
    new = Contact(contact.value, known_by(shop, kind, contact.value))
    also = telling.noting_who_is_replaced(club, member, profile, contact)
    joining.relink(shop, member, kind, old, new, also)
