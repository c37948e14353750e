"""A second person approves what one alone may not."""

from datetime import datetime

from msgspec.structs import replace

from functions.members.deciding import (
    ATTEMPTS,
    Adjustment,
    adjustment,
    adjustment_in,
    shown,
    staff_day,
)
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, accounts, decisions
from stamkund.tables.accounts import Accounts
from stamkund.tables.decisions import Decision, Known
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/members/{member}/adjustments/{reference}/approval",
    caller=[Staff],
    access={Accounts: Read | Update, Ledger: Append, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS, "decision_not_found", "decision_closed", "second_person_needed",
        "no_points", "points_not_enough", "adjustment_too_large", "busy",
    ],
)  # fmt: skip
def approve_adjustment(
    member: str, reference: str, caller: Caller, now: datetime
) -> Reply[Adjustment]:
    """Approve an adjustment that waits.

    By another key than the one that asked, within 30 days. Again is no harm, and answered with what
    was done.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    for _ in range(ATTEMPTS):
        known = decisions.find(club.shop, owner, reference, staff_day(club, caller.key))
        accounts.refuse_inactive(known.account)
        decision = _approvable(club, known, caller.key)
        if decision.status == "done":
            return Reply(shown(owner, decision), headers=REPLAYED)
        try:
            return Reply(shown(owner, _approved(club, known, decision, caller.key)))
        except Conflict:
            continue
    raise Refused("busy")


def _approvable(club: Club, known: Known, key: str) -> Decision:
    decision = adjustment_in(club, known)
    if decision.asked_by == key:
        raise Refused("second_person_needed")
    if decision.status in {"refused", "expired"}:
        raise Refused("decision_closed", status=decision.status)
    if decision.status == "waiting" and abs(decision.points) > club.file.staff.most:
        raise Refused("adjustment_too_large", most=club.file.staff.most)
    return decision


def _approved(club: Club, known: Known, waiting: Decision, key: str) -> Decision:
    decision = replace(waiting, status="done", approved_by=key)
    after, entries = adjustment(club, known.account, decision, by=key)
    decisions.approve(known.account, after, entries, decision)
    return decision
