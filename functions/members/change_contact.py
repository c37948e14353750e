"""Another e-mail or phone takes the place of the one there was, once it is proven."""

from msgspec import Struct

from functions.members.contacting import Sealed
from functions.members.known_by import known_by
from functions.members.link_membership import Linked
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Delete, Read, Update, clock, joining, profiles
from stamkund.tables.identities import Identities
from stamkund.tables.joining import Contact
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.verified_contact import VerifiedContact, proven

ATTEMPTS = 5


class ContactChange(Struct, frozen=True, forbid_unknown_fields=True):
    """`verified_contact` as the verification of a code gave it, asked for with `want` "proof"."""

    verified_contact: Sealed


@endpoint(
    "PUT",
    "/v1/members/{member}/contact",
    caller=[Member],
    access={Identities: Append | Delete, Profiles: Read | Update, Programmes: Read},
    problems=["not_found", "member_not_found", "member_exists", "contact_not_verified", "busy"],
)
def change_contact(member: str, request: ContactChange, caller: Caller) -> Reply[Linked]:
    """Change a member's e-mail or phone.

    To one that was proven by a code. From then on the member logs in by it, and no longer by the
    one before. What is somebody else's is refused.
    """
    owner = member_of(caller, member)
    contact = proven(caller.shop, request.verified_contact, clock.real_time())
    for _ in range(ATTEMPTS):
        profile = profiles.find(caller.shop, owner)
        known: str = getattr(profile, contact.kind)
        if known == contact.value:
            linked = Linked(
                owner, profile.customer_id or None, profile.email or None, profile.phone or None
            )
            return Reply(linked)
        try:
            _change(caller.shop, owner, known, contact)
        except Conflict:
            continue
    raise Refused("busy")


def _change(shop: str, member: str, known: str, contact: VerifiedContact) -> None:
    old = Contact(known, known_by(shop, contact.kind, known)) if known else None
    new = Contact(contact.value, known_by(shop, contact.kind, contact.value))
    joining.relink(shop, member, contact.kind, old, new)
