"""A person joins on their own, by a contact that is proven."""

from datetime import datetime

from msgspec import Struct

from functions.members.contacting import Sealed
from functions.members.enrol import (
    Enrolment,
    PersonName,
    identities_of,
    invited_by,
    joined,
    outcome_for,
    profile_of,
)
from functions.members.letting_in import DeviceName, MemberSession, a_device, month_of, session_on
from functions.members.shown import NOT_KEPT, REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Label, Language
from stamkund.tables import Append, Read, Update, clock, devices, profiles
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.joining import Taken
from stamkund.tables.ledger import Ledger
from stamkund.tables.profiles import Person, Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.referring import InvitedBy, Outcome
from stamkund.web.verified_contact import AT_THE_TILL, VerifiedContact, proven


class Joining(Struct, frozen=True, forbid_unknown_fields=True):
    """`verified_contact` as the verification of a code gave it, or the link that a till had sent
    behind `#join=`. All else is optional."""

    verified_contact: Sealed
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    language: Language | None = None
    channel: Label | None = None
    remember: bool = False
    device_name: DeviceName | None = None
    invitation: InvitedBy | None = None


class Joined(Struct, frozen=True):
    """`new`: whether this made the membership. Otherwise the contact led to the one there was.
    `order`: what was being bought, where a till sent the link. `invitation`: what became of the one
    that was given."""

    member: str
    card_number: str
    joined_on: str
    new: bool
    session: MemberSession
    order: str | None = None
    invitation: Outcome | None = None


@endpoint(
    "POST",
    "/v1/members/joinings",
    caller=[Storefront],
    access={
        Accounts: Read | Append,
        Profiles: Read | Append | Update,
        Identities: Read | Append,
        Ledger: Append,
        Programmes: Read | Update,
    },
    problems=["no_programme", "contact_not_verified", "reference_used", "busy"],
    status=(201, 200),
)
def join(request: Joining, caller: Caller, now: datetime) -> Reply[Joined]:
    """Join by a proven contact, and be logged in.

    Who has a membership by this contact already, because the shop enrolled them or this is a
    repeat, is logged in to that one (200) and nothing in it changes: there is never a second.
    """
    contact = proven(caller.shop, request.verified_contact, clock.real_time())
    club = club_at(caller.shop, now)
    profile = profile_of(_enrolment(request, contact), club.programme.currency, caller.language)
    person = identities_of(caller.shop, profile)
    invitation = request.invitation or _at_the_till(contact)
    by, outcome = invited_by(club, invitation)
    try:
        account, counted = joined(club, profile, person, by)
    except Taken as taken:
        (holder,) = taken.holders
        account, profile = _known(caller.shop, holder)
        new, outcome = False, outcome_for(account, invitation)
    else:
        new, outcome = True, counted or outcome
    session = _logged_in(request, contact, club, account.member, profile.language)
    order = contact.order or None
    answer = Joined(account.member, account.card, account.joined_on, new, session, order, outcome)
    return Reply(answer, 201 if new else 200, NOT_KEPT if new else NOT_KEPT | REPLAYED)


def _at_the_till(contact: VerifiedContact) -> InvitedBy | None:
    """The code that was said to the clerk."""
    return InvitedBy(contact.invited_by) if contact.invited_by else None


def _known(shop: str, holder: str) -> Person:
    """Who leaves at this moment is nobody in the next: busy."""
    try:
        return profiles.find_person(shop, holder)
    except Refused:
        raise Refused("busy") from None


def _enrolment(request: Joining, contact: VerifiedContact) -> Enrolment:
    return Enrolment(
        first_name=request.first_name,
        last_name=request.last_name,
        email=contact.value if contact.kind == "email" else None,
        phone=contact.value if contact.kind == "phone" else None,
        language=request.language,
        channel=request.channel or (AT_THE_TILL if contact.place == AT_THE_TILL else None),
    )


def _logged_in(
    request: Joining, contact: VerifiedContact, club: Club, member: str, language: Language
) -> MemberSession:
    """One proof, one device: whoever sends it again is let in on the same."""
    real = clock.real_time()
    device = a_device(
        contact.id, contact.place, real, name=request.device_name, remembered=request.remember
    )
    month = month_of(club.at.at)
    devices.let_in(club.shop, member, device, month)
    return session_on(club.shop, member, device, language, month, real)
