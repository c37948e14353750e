"""Two memberships of one person become one."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.contacting import Sealed
from functions.members.enrol import identities_of
from functions.members.known_by import known_by
from functions.members.shown import REPLAYED, TierShown, tier_of
from stamkund.rules import merging as rules
from stamkund.rules import wallet
from stamkund.rules.errors import Refused
from stamkund.tables import (
    Append,
    Delete,
    Read,
    Update,
    accounts,
    clock,
    identities,
    invitations,
    merging,
    profiles,
)
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities, Identity
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict, Rewriting
from stamkund.tables.profiles import Person, Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, CallerKind, Member, Staff
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.verified_contact import proven

ROUNDS = 8


class Merging(Struct, frozen=True, forbid_unknown_fields=True):
    """Staff says that `merge` becomes part of `member`. A member brings `verified_contacts`, the
    proofs of two contacts: one their own, and one of the membership that becomes part of it."""

    member: PathId | None = None
    merge: PathId | None = None
    verified_contacts: Annotated[list[Sealed], Meta(max_length=2)] = []


class MergedMember(Struct, frozen=True):
    """The membership that stays, with what it has now."""

    member: str
    card_number: str
    joined_on: str
    tier: TierShown | None
    available: int
    pending: int
    debt: int


@endpoint(
    "POST",
    "/v1/members/merge",
    caller=[Staff, Member],
    access={
        Accounts: Read | Append | Update | Delete,
        Identities: Read | Update,
        Profiles: Read | Append | Update | Delete,
        Ledger: Append,
        Programmes: Read,
        Threads: Read | Append | Update | Delete,
    },
    problems=[
        "no_programme", "contact_not_verified", "forbidden", "member_not_found",
        "member_not_active", "member_merged", "merge_too_large", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def merge_memberships(request: Merging, caller: Caller, now: datetime) -> Reply[MergedMember]:
    """Make two memberships one.

    Points keep their days of expiry, purchases add up, the better tier stays; vouchers, threads,
    wishes, details and consents go along, of each consent what was said last.
    Cards, contacts and customer ids of both lead to the one that stays; the other is logged out,
    and what was bought with it can still be confirmed, cancelled and returned. Again is no harm.
    """
    club = club_at(caller.shop, now)
    survivor, gone = _which(request, caller)
    new = _merged(club, survivor, gone, caller.key) if gone else False
    # Whoever did this before us may have been interrupted.
    for merged in profiles.find(club.shop, survivor).merged:
        merging.finish(club.shop, survivor, merged.member)
    shown = _shown(club, survivor, caller)
    return Reply(shown, 201) if new else Reply(shown, 200, REPLAYED)


def _which(request: Merging, caller: Caller) -> tuple[str, str]:
    """Who stays, and who goes; nobody goes where both are one already."""
    if caller.kind is CallerKind.STAFF:
        return _named(request)
    if request.member is not None or request.merge is not None:
        raise Refused("forbidden", "member")
    if len(request.verified_contacts) != 2:
        raise Refused("missing_field", "verified_contacts", detail="Give two")
    first, second = (_contact(caller.shop, token) for token in request.verified_contacts)
    if first == second:  # nothing would be merged, and whoever asked would think that it was
        raise Refused(
            "invalid_field", "verified_contacts[1]", detail="Expected the proof of another contact"
        )
    owners = {identities.find(caller.shop, one) for one in (first, second)}
    if caller.member not in owners:
        raise Refused("contact_not_verified", "verified_contacts")
    return caller.member, "".join(owners - {caller.member})


def _named(request: Merging) -> tuple[str, str]:
    if request.verified_contacts:
        detail = "Staff says who, by their ids"
        raise Refused("invalid_field", "verified_contacts", detail=detail)
    if request.member is None or request.merge is None:
        missing = "member" if request.member is None else "merge"
        raise Refused("missing_field", missing, detail="Give both")
    if request.member == request.merge:
        raise Refused("invalid_field", "merge", detail="Expected another member")
    return request.member, request.merge


def _contact(shop: str, token: str) -> Identity:
    contact = proven(shop, token, clock.real_time())
    return known_by(shop, contact.kind, contact.value)


def _merged(club: Club, survivor: str, gone: str, by: str) -> bool:
    """Whether it was now. Refused: member_not_found, member_not_active, member_merged, busy."""
    for _ in range(ROUNDS):
        staying = profiles.find_person(club.shop, survivor)
        accounts.refuse_inactive(staying.account)
        leaving = _leaving(club.shop, gone, survivor)
        if leaving is None:
            return False
        try:
            _merge(club, staying, leaving, by)
        except Conflict:
            continue
        return True
    raise Refused("busy")


def _leaving(shop: str, gone: str, survivor: str) -> Person | None:
    """None if it has gone already, where it should. Refused: member_merged, member_not_active."""
    try:
        person = profiles.find_person(shop, gone)
    except Refused as refused:
        if refused.code == "member_merged" and refused.params["member"] == survivor:
            return None
        raise
    accounts.refuse_inactive(person.account)
    return person


def _merge(club: Club, survivor: Person, gone: Person, by: str) -> None:
    leads_there = _known_by(gone)
    if len(leads_there) > merging.MOST_KNOWN_BY:
        raise Refused("merge_too_large", most=merging.MOST_KNOWN_BY)
    setting = club.published.setting
    merger = rules.merged(survivor.account, gone.account, setting, club.at, by)
    changes = [
        Rewriting(survivor.account, merger.survivor.account, merger.survivor.entries),
        Rewriting(gone.account, merger.gone.account, merger.gone.entries),
    ]
    merging.merge(survivor, gone, changes, leads_there)


def _known_by(person: Person) -> list[Identity]:
    shop, card = person.account.shop, person.account.card
    own = identities_of(shop, person.profile)
    invitation = invitations.find(shop, person.account.member)
    by_code = [known_by(shop, "invitation", invitation.code)] if invitation else []
    return [*own, known_by(shop, "card", card), *by_code, *merging.known_before(person.profile)]


def _shown(club: Club, survivor: str, caller: Caller) -> MergedMember:
    account = accounts.find(club.shop, survivor)
    balance = wallet.balance(account.wallet, club.at.day)
    return MergedMember(
        account.member,
        account.card,
        account.joined_on,
        tier_of(club, account, caller.language),
        balance.available,
        balance.pending,
        balance.debt,
    )
