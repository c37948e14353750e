"""The referrals that a person in the shop has to look at."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from functions.referrals.shown import DecisionWord
from stamkund.rules.programme import Language
from stamkund.rules.referral_rules import Source
from stamkund.rules.referrals import TurnedAway, try_to_let_in
from stamkund.rules.suspicions import DoorCode, Suspicion
from stamkund.rules.text import say
from stamkund.tables import Read, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.tables.referrals import Known, Waiting
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "held referrals"


class Doubt(Struct, frozen=True):
    """Something that speaks against it, or for which it was turned away: then `referrer` is who was
    named, which may be another each time."""

    code: Suspicion | DoorCode
    text: str
    referrer: str | None = None


class HeldReferral(Struct, frozen=True):
    """`friend` and `referrer` are members. One that was turned away is no referral: it is told
    of, each reason once, and `referrer` is who would count if it were released, or else who was
    named last. `returned`: how many orders of the friend that had counted came back.
    `decisions`: what can be made of it."""

    what: Literal["held", "turned_away"]
    friend: str
    referrer: str
    source: Source
    invited_at: datetime
    held_at: datetime
    returned: int
    doubts: list[Doubt]
    decisions: list[DecisionWord]


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
    """Read the referrals that are held, with what speaks against each.

    And who was turned away at the door, and why, until somebody has seen it.
    """
    club = club_at(caller.shop, now)
    after = opened(cursor, PURPOSE, club.shop)
    found, more = referrals.held(club.shop, limit, after)
    return HeldReferrals(
        [_shown(one, caller.language) for one in found], sealed(more, PURPOSE, club.shop)
    )


def _shown(one: Waiting, language: Language) -> HeldReferral:
    return _turned_away(one, language) if isinstance(one, TurnedAway) else _held(one, language)


def _turned_away(one: TurnedAway, language: Language) -> HeldReferral:
    last, told = one.tries[-1], try_to_let_in(one) or one.tries[-1]
    return HeldReferral(
        what="turned_away",
        friend=one.friend,
        referrer=told.referrer,
        source=told.source,
        invited_at=told.since,
        held_at=last.at,
        returned=0,
        doubts=[_doubt(each.code, language, each.referrer) for each in one.tries],
        decisions=["release", "dismiss"] if try_to_let_in(one) else ["dismiss"],
    )


def _held(known: Known, language: Language) -> HeldReferral:
    one = known.referral
    return HeldReferral(
        what="held",
        friend=one.friend,
        referrer=one.referrer,
        source=one.source,
        invited_at=one.since,
        held_at=one.history[-1].at,
        returned=one.returned,
        doubts=[_doubt(code, language) for code in one.suspicions],
        decisions=["release", "refuse"],
    )


def _doubt(code: Suspicion | DoorCode, language: Language, referrer: str | None = None) -> Doubt:
    return Doubt(code, say(f"doubt_{code}", language), referrer)
