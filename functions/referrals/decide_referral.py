"""Staff has looked at a referral: it is honest, or it is not."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from functions.referrals.following import look_at, written
from functions.referrals.shown import REPLAYED, DecisionWord
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.referrals import (
    STAFF_REASONS,
    Invited,
    StaffReason,
    State,
    let_in,
    refused,
    released,
    try_to_let_in,
)
from stamkund.tables import Append, Read, Update, accounts, referrals, turned_away
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.referrals import Known
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.referring import ground_of

ROUNDS = 8


class ReferralDecision(Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is needed to refuse: the member reads it, in their language. Who was turned away is
    dismissed, which is to say seen, or, as somebody who had bought before, released."""

    decision: DecisionWord
    reason: StaffReason | None = None


class ReferralDecided(Struct, frozen=True):
    """What it has come to: released, it is credited at once if there is an order to be."""

    friend: str
    state: State | Literal["turned_away"]
    decided_by: str


@endpoint(
    "POST",
    "/v1/referrals/held/{friend}/decision",
    caller=[Staff],
    access={
        Accounts: Read | Append | Update,
        Identities: Update,
        Ledger: Read | Append,
        Orders: Read,
        Profiles: Read,
        Programmes: Read | Update,
    },
    problems=[
        "no_programme", "referral_not_found", "referral_not_held", "referral_not_releasable",
        "busy",
    ],
)  # fmt: skip
def decide_referral(
    friend: PathId, request: ReferralDecision, caller: Caller, now: datetime
) -> Reply[ReferralDecided]:
    """Release a held referral, or refuse it; or dismiss what was turned away.

    Released, nothing speaks against it any more. Refused, it is so for good. Dismissed, it is in
    the queue no more unless something else is tried. The same again is no harm.
    """
    if (request.decision == "refuse") != (request.reason is not None):
        raise Refused("invalid_field", "reason", detail="It is given to refuse, and only then")
    club = club_at(caller.shop, now)
    try:
        if request.decision == "dismiss":
            return _dismissed(club, friend, caller.key)
        again = _decided(club, friend, request, caller.key)
        look_at(club, friend)
    except Conflict:
        raise Refused("busy") from None
    one = _known(club, friend).referral
    return _answer(ReferralDecided(friend, one.state, one.decided_by), again=again)


def _answer(decided: ReferralDecided, *, again: bool) -> Reply[ReferralDecided]:
    return Reply(decided, headers=REPLAYED if again else {})


# Who was turned away


def _dismissed(club: Club, friend: str, by: str) -> Reply[ReferralDecided]:
    """Raises Conflict. Refused: referral_not_found."""
    known = turned_away.find(club.shop, friend)
    if known is None:
        raise Refused("referral_not_found")
    again = bool(known.turned.seen_by)
    if not again:
        turned_away.seen(club.shop, known, by)
    return _answer(ReferralDecided(friend, "turned_away", known.turned.seen_by or by), again=again)


def _let_in(club: Club, friend: str, request: ReferralDecision, by: str) -> None:
    """Raises Conflict. Refused: referral_not_found, referral_not_held, referral_not_releasable."""
    known = turned_away.find(club.shop, friend)
    if known is None:
        raise Refused("referral_not_found")
    if request.decision != "release":
        raise Refused("referral_not_held", state="turned_away")
    one = try_to_let_in(known.turned)
    referrer = accounts.surviving_or_none(club.shop, one.referrer) if one else None
    them = accounts.surviving_or_none(club.shop, friend)
    if one is None or not (_is_active(referrer) and _is_active(them)):
        raise Refused("referral_not_releasable")
    had = sum(them.spend.values()) if them else 0
    invited = Invited(referrer=one.referrer, source=one.source, since=one.since, had=had)
    carried = let_in(friend, invited, ground_of(club), by)
    step = written(club, None, carried, referrer, them)
    referrals.write(step, lambda also: turned_away.add_seen(also, club.shop, known, by))


def _is_active(account: Account | None) -> bool:
    return account is not None and account.status == "active"


# What is held


def _decided(club: Club, friend: str, request: ReferralDecision, by: str) -> bool:
    """Whether it had been before. Raises Conflict."""
    for _ in range(ROUNDS):
        known = referrals.find(club.shop, friend)
        if known and known.referral.state != "held":
            return _same(known, request)
        try:
            if known:
                _decide(club, known, request, by)
            else:
                _let_in(club, friend, request, by)
        except Conflict:
            continue
        return False
    raise Conflict


def _known(club: Club, friend: str) -> Known:
    known = referrals.find(club.shop, friend)
    if known is None:
        raise Refused("referral_not_found")
    return known


def _same(known: Known, request: ReferralDecision) -> bool:
    """Refused: referral_not_held."""
    one = known.referral
    refused_so = one.state == "refused" and one.reason == request.reason in STAFF_REASONS
    if one.decided_by and (one.cleared if request.decision == "release" else refused_so):
        return True
    raise Refused("referral_not_held", state=one.state)


def _decide(club: Club, known: Known, request: ReferralDecision, by: str) -> None:
    ground, referral = ground_of(club), known.referral
    carried = (
        refused(referral, request.reason, ground, by)
        if request.reason
        else released(referral, ground, by)
    )
    referrer = accounts.surviving_or_none(club.shop, referral.referrer)
    friend = accounts.surviving_or_none(club.shop, referral.friend)
    referrals.write(written(club, known, carried, referrer, friend))
