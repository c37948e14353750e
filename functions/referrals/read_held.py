"""The referrals that a person in the shop has to look at."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.programme import Language
from stamkund.rules.referral_rules import Source
from stamkund.rules.suspicions import Suspicion
from stamkund.rules.text import say
from stamkund.tables import Read, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.tables.referrals import Known
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "held referrals"


class Doubt(Struct, frozen=True):
    """Something that speaks against it."""

    code: Suspicion
    text: str


class HeldReferral(Struct, frozen=True):
    """`friend` and `referrer` are members. `returned`: how many orders of the friend that had
    counted came back."""

    friend: str
    referrer: str
    source: Source
    invited_at: datetime
    held_at: datetime
    returned: int
    doubts: list[Doubt]


class HeldReferrals(Struct, frozen=True):
    """The longest held first; `next` is the cursor of the page after, null on the last."""

    referrals: list[HeldReferral]
    next: str | None


@endpoint(
    "GET",
    "/v1/referrals/held",
    caller=[Staff],
    access={Accounts: Read, Programmes: Read},
    problems=["no_programme"],
)
def read_held(
    caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> HeldReferrals:
    """Read the referrals that are held, with what speaks against each."""
    club = club_at(caller.shop, now)
    after = opened(cursor, PURPOSE, club.shop)
    found, more = referrals.held(club.shop, limit, after)
    return HeldReferrals(
        [shown(known, caller.language) for known in found], sealed(more, PURPOSE, club.shop)
    )


def shown(known: Known, language: Language) -> HeldReferral:
    one = known.referral
    return HeldReferral(
        friend=one.friend,
        referrer=one.referrer,
        source=one.source,
        invited_at=one.since,
        held_at=one.history[-1].at,
        returned=one.returned,
        doubts=[Doubt(code, say(f"doubt_{code}", language)) for code in one.suspicions],
    )
