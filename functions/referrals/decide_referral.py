"""Staff has looked at a referral: it is honest, or it is not."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from functions.referrals.following import look_at, written
from functions.referrals.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.referrals import STAFF_REASONS, StaffReason, State, refused, released
from stamkund.tables import Append, Read, Update, accounts, referrals
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
    """`reason` is needed to refuse: the member reads it, in their language."""

    decision: Literal["release", "refuse"]
    reason: StaffReason | None = None


class ReferralDecided(Struct, frozen=True):
    """What it has come to: released, it is credited at once if there is an order to be."""

    friend: str
    state: State
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
    problems=["no_programme", "referral_not_found", "referral_not_held", "busy"],
)
def decide_referral(
    friend: PathId, request: ReferralDecision, caller: Caller, now: datetime
) -> Reply[ReferralDecided]:
    """Release a held referral, or refuse it.

    Released, nothing speaks against it any more. Refused, it is so for good. The same again is no
    harm.
    """
    if (request.decision == "refuse") != (request.reason is not None):
        raise Refused("invalid_field", "reason", detail="It is given to refuse, and only then")
    club = club_at(caller.shop, now)
    try:
        again = _decided(club, friend, request, caller.key)
        look_at(club, friend)
    except Conflict:
        raise Refused("busy") from None
    known = _known(club, friend)
    answer = ReferralDecided(friend, known.referral.state, known.referral.decided_by)
    return Reply(answer, headers=REPLAYED if again else {})


def _decided(club: Club, friend: str, request: ReferralDecision, by: str) -> bool:
    """Whether it had been before. Raises Conflict."""
    for _ in range(ROUNDS):
        known = _known(club, friend)
        if known.referral.state != "held":
            return _same(known, request)
        try:
            _decide(club, known, request, by)
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
