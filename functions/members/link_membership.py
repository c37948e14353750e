"""A membership is found by one thing more: another contact, or the shop's own customer id."""

from msgspec import Struct

from functions.members.contacting import Sealed
from functions.members.gone import told_who_left
from functions.members.known_by import known_by
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, clock, joining, profiles
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities, IdentityKind
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, CallerKind, Member, Shop, member_of
from stamkund.web.endpoint import PathId, endpoint
from stamkund.web.verified_contact import proven


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


@endpoint(
    "POST",
    "/v1/members/{member}/links",
    caller=[Member, Shop],
    access={Accounts: Read, Identities: Append, Profiles: Read | Update, Programmes: Read},
    problems=[
        "not_found", "member_not_found", "member_not_active", "member_merged", "member_exists",
        "already_linked", "contact_not_verified", "forbidden", "busy",
    ],
)  # fmt: skip
def link_membership(member: str, request: Linking, caller: Caller) -> Linked:
    """Let a membership be found by one thing more.

    So a customer of the shop, and the person who logged in by e-mail, are one member. What is
    somebody else's is refused, and what the membership has another of is not replaced. Again is no
    harm.
    """
    owner = member_of(caller, member)
    kind, value = _wanted(request, caller)
    known = known_by(caller.shop, kind, value)
    with told_who_left(caller.shop, owner):
        joining.link(caller.shop, owner, known, joining.FIELDS[kind], value)
    profile = profiles.find(caller.shop, owner)
    return Linked(owner, profile.customer_id or None, profile.email or None, profile.phone or None)


def _wanted(request: Linking, caller: Caller) -> tuple[IdentityKind, str]:
    if request.customer_id is not None and request.verified_contact is not None:
        raise Refused("invalid_field", "customer_id", detail="Give one of the two")
    if request.verified_contact is not None:
        contact = proven(caller.shop, request.verified_contact, clock.real_time())
        return contact.kind, contact.value
    if request.customer_id is None:
        raise Refused("missing_field", "customer_id", detail="Give one of the two")
    if caller.kind is not CallerKind.SHOP:
        raise Refused("forbidden", "customer_id")
    return "customer", request.customer_id
