"""Makes somebody a member, once."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from functions.members.contacting import Sealed
from functions.members.known_by import known_by
from functions.members.shown import REPLAYED
from functions.members.typed import words
from stamkund.rules import cards, contacts
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.newcomers import newcomer
from stamkund.rules.programme import Currency, Label, Language
from stamkund.tables import Append, Read, Update, clock, identities, joining, profiles
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities, Identity
from stamkund.tables.joining import Taken
from stamkund.tables.ledger import Ledger
from stamkund.tables.profiles import Profile, Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import referring
from stamkund.web.callers import Caller, Shop
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.referring import Introduced, InvitedBy, Outcome
from stamkund.web.verified_contact import proven

PersonName = Annotated[str, Meta(min_length=1, max_length=100)]

ATTEMPTS = 3
BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


class Enrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """Who joins: at least one of `customer_id` (the shop's own), `email`, `phone` and
    `verified_contact`.

    A phone number without its country is taken for one of the shop's. `verified_contact`: the proof
    of an e-mail or phone, as the verification of a code gave it. Whoever is found by it, or by the
    customer id, is the member, and has the other from then on.
    """

    customer_id: PathId | None = None
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    email: Annotated[str, Meta(max_length=320)] | None = None
    phone: Annotated[str, Meta(max_length=40)] | None = None
    language: Language | None = None
    channel: Label | None = None
    verified_contact: Sealed | None = None
    invitation: InvitedBy | None = None


class Enrolled(Struct, frozen=True):
    """`invitation`: what became of the one that was given."""

    member: str
    card_number: str
    joined_on: str
    invitation: Outcome | None = None


@endpoint(
    "POST",
    "/v1/members",
    caller=[Shop],
    access={
        Accounts: Read | Append,
        Profiles: Read | Append | Update,
        Identities: Read | Append,
        Ledger: Append,
        Programmes: Read | Update,
    },
    problems=[
        "no_programme", "member_exists", "already_linked", "contact_not_verified",
        "member_not_found", "member_merged", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def enrol(request: Enrolment, caller: Caller, now: datetime) -> Reply[Enrolled]:
    """Make somebody a member.

    With a card, the lowest tier and the welcome points. The same request again is answered with
    the same member and 200. Somebody else with the same e-mail, phone or customer number is
    refused, without saying which of them it is; unless the contact is proven: then the membership
    that is there is answered (200), linked with what it lacked.
    """
    club = club_at(caller.shop, now)
    request = _with_proven(request, caller.shop)
    profile = profile_of(request, club.programme.currency, caller.language)
    person = identities_of(caller.shop, profile)
    if not person:
        raise Refused("missing_field", "email", detail="Give customer_id, email or phone")
    by, problem = invited_by(club, request.invitation)
    try:
        account, outcome = joined(club, profile, person, by)
        return Reply(_receipt(account, outcome or problem), 201)
    except Taken as taken:
        if request.verified_contact is not None:
            linked = _linked(caller.shop, taken.holders, profile)
            return Reply(_receipt(linked, outcome_for(linked, request.invitation)), 200)
        known = _same_person(caller.shop, taken.holders, profile.joined_as)
        said = outcome_for(known, request.invitation)
        return Reply(_receipt(known, said), 200, REPLAYED)


def _with_proven(request: Enrolment, shop: str) -> Enrolment:
    """What is proven takes the place of what is said. Refused: contact_not_verified."""
    if request.verified_contact is None:
        return request
    contact = proven(shop, request.verified_contact, clock.real_time())
    if getattr(request, contact.kind) is not None:
        raise Refused("invalid_field", contact.kind, detail="It is in the proof already")
    return msgspec.structs.replace(request, **{contact.kind: contact.value})


def _linked(shop: str, holders: set[str], profile: Profile) -> Account:
    """The one member that was found, by all that is said of them.
    Refused: member_exists (they are two: merge them), already_linked."""
    if len(holders) != 1:
        raise Refused("member_exists")
    account = profiles.find_person(shop, *holders).account
    for kind, field in joining.FIELDS.items():
        value = getattr(profile, field)
        if value and identities.find_or_none(shop, known_by(shop, kind, value)) != account.member:
            joining.link(shop, account.member, known_by(shop, kind, value), field, value)
    return account


def profile_of(request: Enrolment, currency: Currency, language: Language) -> Profile:
    cleaned = msgspec.structs.replace(
        request,
        verified_contact=None,
        invitation=None,
        first_name=_name(request.first_name, "first_name"),
        last_name=_name(request.last_name, "last_name"),
        email=contacts.email(request.email) if request.email is not None else None,
        phone=contacts.phone(request.phone, currency) if request.phone is not None else None,
    )
    return Profile(
        language=cleaned.language or language,
        joined_as=sha256(msgspec.msgpack.encode(cleaned)).digest(),
        customer_id=cleaned.customer_id or "",
        first_name=cleaned.first_name or "",
        last_name=cleaned.last_name or "",
        email=cleaned.email or "",
        phone=cleaned.phone or "",
        channel=cleaned.channel or "",
    )


def _name(typed: str | None, field: str) -> str | None:
    return words(typed, field) if typed is not None else None


def identities_of(shop: str, profile: Profile) -> list[Identity]:
    """What belongs to this person alone."""
    known = {
        "customer": profile.customer_id,
        "email": profile.email,
        "phone": profile.phone,
    }
    return [known_by(shop, kind, value) for kind, value in known.items() if value]  # type: ignore[arg-type]


def invited_by(
    club: Club, invitation: InvitedBy | None
) -> tuple[Introduced | None, Outcome | None]:
    """Who brought them, or why that cannot be said: which is no reason not to become a member."""
    if invitation is None:
        return None, None
    try:
        return referring.introduced(club, invitation), None
    except Refused as refused:
        return None, "unknown" if refused.code == "invitation_unknown" else "not_available"


def outcome_for(known: Account, invitation: InvitedBy | None) -> Outcome | None:
    """Of who has been a member before, or is one by this request already."""
    return referring.known_outcome(known.shop, known.member) if invitation else None


def joined(
    club: Club, profile: Profile, person: list[Identity], by: Introduced | None = None
) -> tuple[Account, Outcome | None]:
    """Who brought them is set together with the membership, and never after.

    Raises Taken. Random numbers that met others are drawn again.
    """
    profile = msgspec.structs.replace(profile, joined_at=club.at.at.isoformat())
    for _ in range(ATTEMPTS):
        member, number = _member_id(), _card_number()
        account, entries = newcomer(club.shop, member, number, club.published.setting, club.at)
        card = known_by(club.shop, "card", number)
        carried = referring.begun_by(club, by, member, profile) if by else None
        brought = referring.beginning(club, by, carried) if by and carried else None
        entries = [*entries, *(carried.friend if carried else [])]
        try:
            joining.join(account, profile, person, card, entries, brought)
        except Taken as taken:
            if taken.holders:
                raise
        else:
            return account, referring.outcome_of(carried) if carried else None
    raise Refused("busy")


def _member_id() -> str:
    return "m" + "".join(secrets.choice(BASE32) for _ in range(15))


def _card_number() -> str:
    return cards.numbered(f"{secrets.randbelow(10**cards.RANDOM_DIGITS):0{cards.RANDOM_DIGITS}}")


def _same_person(shop: str, holders: set[str], joined_as: bytes) -> Account:
    """The member that the same request made before. Refused: member_exists."""
    if len(holders) != 1:
        raise Refused("member_exists")
    account, profile = profiles.find_person(shop, *holders)
    # A membership that this one was merged with may have been made by it.
    if joined_as not in {profile.joined_as, *(merged.joined_as for merged in profile.merged)}:
        raise Refused("member_exists")
    return account


def _receipt(account: Account, invitation: Outcome | None) -> Enrolled:
    return Enrolled(account.member, account.card, account.joined_on, invitation)
