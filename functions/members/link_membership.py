"""A membership is found by one thing more: another contact, or the shop's own customer id."""

from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from functions.members import details, telling
from functions.members.contacting import Sealed
from functions.members.gone import told_who_left
from functions.members.known_by import known_by
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Delete, Read, Update, clock, joining, profiles
from stamkund.tables.identities import Identities, IdentityKind
from stamkund.tables.profiles import Profile, Profiles
from stamkund.web import earning
from stamkund.web.callers import Caller, CallerKind, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import PathId, endpoint
from stamkund.web.verified_contact import VerifiedContact, proven


class Linking(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the two. A `customer_id` only from the shop's server: it knows who is logged in."""

    customer_id: PathId | None = None
    verified_contact: Sealed | None = None


class Linked(Struct, frozen=True):
    """What the membership is found by from now on. null where it is not known."""

    member: str
    customer_id: str | None
    email: str | None
    phone: str | None


class Wanted(NamedTuple):
    """What it is to be found by. `contact` where that was proven."""

    kind: IdentityKind
    value: str
    contact: VerifiedContact | None = None


@endpoint(
    "POST",
    "/v1/members/{member}/links",
    caller=[Member, Shop],
    access={
        **earning.ACCESS,
        Identities: Append,
        Profiles: Read | Append | Update | Delete,
    },
    problems=[
        *MEMBER_PROBLEMS, "member_exists", "already_linked", "contact_not_verified", "forbidden",
        "busy",
    ],
    sends=["email", "sms"],
)  # fmt: skip
def link_membership(member: str, request: Linking, caller: Caller, now: datetime) -> Linked:
    """Let a membership be found by one thing more.

    So a customer of the shop, and the person who logged in by e-mail, are one member. What is
    somebody else's is refused, and what the membership has another of is not replaced. Whoever was
    reached by another contact before is told of a new one. Again is no harm.
    """
    club, owner = club_at(caller.shop, now), member_of(caller, member)
    wanted = _wanted(request, caller)
    with told_who_left(caller.shop, owner):
        profile = _linked(club, owner, wanted)
    if wanted.contact:
        telling.tell_who_was_replaced_soon(club, owner, wanted.contact)
        details.reward_complete(club, owner, profile)
    return Linked(owner, profile.customer_id or None, profile.email or None, profile.phone or None)


def _linked(club: Club, member: str, wanted: Wanted) -> Profile:
    """Refused: member_not_found, member_exists, already_linked."""
    profile = profiles.find(club.shop, member)
    field = joining.FIELDS[wanted.kind]
    noting = telling.noting_who_is_replaced
    new = wanted.contact
    also = noting(club, member, profile, new) if new else joining.nothing_else
    known = known_by(club.shop, wanted.kind, wanted.value)
    joining.link(club.shop, member, known, field, wanted.value, also)
    return replace(profile, **{field: wanted.value})


def _wanted(request: Linking, caller: Caller) -> Wanted:
    if request.customer_id is not None and request.verified_contact is not None:
        raise Refused("invalid_field", "customer_id", detail="Give one of the two")
    if request.verified_contact is not None:
        contact = proven(caller.shop, request.verified_contact, clock.real_time())
        return Wanted(contact.kind, contact.value, contact)
    if request.customer_id is None:
        raise Refused("missing_field", "customer_id", detail="Give one of the two")
    if caller.kind is not CallerKind.SHOP:
        raise Refused("forbidden", "customer_id")
    return Wanted("customer", request.customer_id)
