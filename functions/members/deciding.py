"""How staff's decisions are made: each reference once, on the account as it is at that moment."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from stamkund.rules.account import Account, with_entries
from stamkund.rules.adjusting import adjusted
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.membership import lapse
from stamkund.rules.wallet import is_idle
from stamkund.tables import accounts, decisions
from stamkund.tables.decisions import Decision, DecisionStatus, Known
from stamkund.tables.posting import Conflict
from stamkund.tables.staff_days import StaffDay
from stamkund.web.club import Club

ATTEMPTS = 5

AdjustReason = Literal["goodwill", "correction", "complaint", "service_recovery", "campaign"]


class Adjustment(Struct, frozen=True):
    """`waiting` until a second person approves, anybody refuses, or 30 days have passed, when it is
    `expired`. `asked_by`, `approved_by` and `refused_by` are ids of keys."""

    member: str
    reference: str
    points: int
    reason: str
    status: DecisionStatus
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    refused_by: str | None


def shown(member: str, decision: Decision) -> Adjustment:
    return Adjustment(
        member=member,
        reference=decision.reference,
        points=decision.points,
        reason=decision.reason,
        status=decision.status,
        asked_by=decision.asked_by,
        asked_at=decision.asked_at,
        approved_by=decision.approved_by or None,
        refused_by=decision.refused_by or None,
    )


def staff_day(club: Club, key: str) -> StaffDay:
    limits = club.file.staff
    return StaffDay(
        shop=club.shop,
        key=key,
        day=club.at.day,
        most=limits.most,
        alone=limits.alone,
        vouchers=limits.vouchers_alone,
    )


def decided(
    club: Club, member: str, wanted: Decision, do: Callable[[Known], Decision]
) -> tuple[Decision, bool]:
    """The decision, and whether it had been made before. `do` says how it was made, and may raise
    Conflict.

    Refused: decision_mismatch when the reference was used for something else.
    """
    staff = staff_day(club, wanted.asked_by)
    for _ in range(ATTEMPTS):
        known = decisions.find(club.shop, member, wanted.reference, staff)
        accounts.refuse_inactive(known.account)
        if known.decision:
            return _same(known.decision, wanted).as_of(club.at.at), True
        try:
            return do(known), False
        except Conflict:
            continue
    raise Refused("busy")


def _same(known: Decision, wanted: Decision) -> Decision:
    if not known.same_content(wanted):
        raise Refused("decision_mismatch", "reference")
    return known


def adjustment_in(club: Club, known: Known) -> Decision:
    """As it stands now. Refused: decision_not_found."""
    if known.decision is None or known.decision.kind != "adjustment":
        raise Refused("decision_not_found")
    return known.decision.as_of(club.at.at)


def adjustment(
    club: Club, account: Account, decision: Decision, by: str
) -> tuple[Account, list[Entry]]:
    """The account after it, and the entry that says so. Refused: no_points, points_not_enough."""
    rules = club.programme.points
    if rules is None:
        raise Refused("no_points")
    lots = adjusted(account.wallet, decision.points, rules, club.at.day)
    # Given to somebody who has not bought for long they would be gone before anybody saw them.
    begins = any(points > 0 and is_idle(lot) for lot, points in lots.items())
    gone = lapse(account, club.at, club.at.at, ()) if begins else []
    made = entry(
        "adjust",
        lots,
        reference=decision.reference,
        reason=decision.reason,
        occurred_at=club.at.at,
        by=by,
        version=club.published.version,
        active_on=max(account.active_on, club.at.day) if begins else "",
    )
    return with_entries(account, [*gone, made]), [*gone, made]
