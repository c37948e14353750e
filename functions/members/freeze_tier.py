"""Staff keeps a member from falling for some months: parental leave, illness."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.members.deciding import decided
from functions.members.shown import REPLAYED
from stamkund.rules import membership
from stamkund.rules.account import with_entries
from stamkund.rules.calendar import months_between
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.tables import Append, Read, Update, decisions
from stamkund.tables.accounts import Accounts
from stamkund.tables.decisions import Decision, Known
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint

Month = Annotated[str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="`2026-04`")]
FreezeReason = Literal["parental_leave", "illness", "studies", "service", "other"]

LONGEST_MONTHS = 36


class FreezeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. Both months are part of it."""

    reference: PathId
    from_month: Month
    until_month: Month
    reason: FreezeReason


class Freeze(Struct, frozen=True):
    """`asked_by` is the id of the key that asked."""

    member: str
    reference: str
    from_month: str
    until_month: str
    reason: str
    asked_by: str
    asked_at: datetime


@endpoint(
    "POST",
    "/v1/members/{member}/freezes",
    caller=[Staff],
    access={Accounts: Read | Append | Update, Ledger: Append, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "decision_mismatch", "busy"],
    status=(201, 200),
)
def freeze_tier(
    member: str, request: FreezeRequest, caller: Caller, now: datetime
) -> Reply[Freeze]:
    """Freeze a member's tier.

    In a frozen month the tier cannot fall, and the month is none of those that the tier is counted
    over. At most 36 months, from the earliest month on that can still change.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    wanted = _decision(club, request, caller.key)
    made, again = decided(club, owner, wanted, lambda known: _do(club, known, wanted))
    if again:
        return Reply(_shown(owner, made), 200, REPLAYED)
    return Reply(_shown(owner, made), 201)


def _decision(club: Club, request: FreezeRequest, key: str) -> Decision:
    months = months_between(request.from_month, request.until_month) + 1
    if not 1 <= months <= LONGEST_MONTHS:
        detail = f"Expected 1 to {LONGEST_MONTHS} months from the first"
        raise Refused("invalid_field", "until_month", detail=detail)
    return Decision(
        reference=request.reference,
        kind="freeze",
        status="done",
        reason=request.reason,
        frozen_from=request.from_month,
        frozen_until=request.until_month,
        asked_by=key,
        asked_at=club.at.at,
    )


def _do(club: Club, known: Known, decision: Decision) -> Decision:
    # Only for a new freeze: a repeat may come long after its first month has been closed.
    first = membership.horizon(club.programme.late, club.at.day)
    if decision.frozen_from < first:
        detail = f"Expected {first} or later; what came before is settled"
        raise Refused("invalid_field", "from_month", detail=detail)
    made = Entry(
        kind="freeze",
        reference=decision.reference,
        reason=decision.reason,
        occurred_at=club.at.at,
        frozen_from=decision.frozen_from,
        frozen_until=decision.frozen_until,
        by=decision.asked_by,
        version=club.published.version,
    )
    decisions.carry_out(known.account, with_entries(known.account, [made]), [made], decision)
    return decision


def _shown(member: str, decision: Decision) -> Freeze:
    return Freeze(
        member=member,
        reference=decision.reference,
        from_month=decision.frozen_from,
        until_month=decision.frozen_until,
        reason=decision.reason,
        asked_by=decision.asked_by,
        asked_at=decision.asked_at,
    )
