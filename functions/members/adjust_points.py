"""Staff gives points, or takes them back."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from functions.members.deciding import (
    Adjustment,
    AdjustReason,
    adjustment,
    decided,
    shown,
    staff_day,
)
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, decisions
from stamkund.tables.accounts import Accounts
from stamkund.tables.decisions import Decision, Known
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint


class AdjustmentRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. `points` are signed, and not 0."""

    reference: PathId
    points: Annotated[int, Meta(ge=-(10**9), le=10**9)]
    reason: AdjustReason


@endpoint(
    "POST",
    "/v1/members/{member}/adjustments",
    caller=[Staff],
    access={Accounts: Read | Append | Update, Ledger: Append, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS, "no_points", "points_not_enough", "adjustment_too_large",
        "staff_limit_reached", "decision_mismatch", "busy",
    ],
    status=(202, 201, 200),
)  # fmt: skip
def adjust_points(
    member: str, request: AdjustmentRequest, caller: Caller, now: datetime
) -> Reply[Adjustment]:
    """Give a member points, or take some back.

    They can be spent at once. Up to the programme's `staff.alone`, with what the key has moved
    alone for this member that day, it is done (201); above that it waits for a second person (202).
    Nobody may adjust by more than `staff.most`, nor may one key alone move more than that in a day.
    Taking never makes the balance negative, and leaves what is pending to the returns of purchases.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    wanted = _decision(club, request, caller.key)
    made, again = decided(club, owner, wanted, lambda known: _do(club, known, wanted))
    if again:
        return Reply(shown(owner, made), 200, REPLAYED)
    return Reply(shown(owner, made), 201 if made.status == "done" else 202)


def _decision(club: Club, request: AdjustmentRequest, key: str) -> Decision:
    limits = club.file.staff
    if request.points == 0:
        raise Refused("invalid_field", "points", detail="Expected more or less than 0")
    if abs(request.points) > limits.most:
        raise Refused("adjustment_too_large", "points", most=limits.most)
    return Decision(
        reference=request.reference,
        kind="adjustment",
        status="done",
        reason=request.reason,
        points=request.points,
        asked_by=key,
        asked_at=club.at.at,
    )


def _do(club: Club, known: Known, decision: Decision) -> Decision:
    after, entries = adjustment(club, known.account, decision, by=decision.asked_by)
    staff, points = staff_day(club, decision.asked_by), abs(decision.points)
    if known.moved_for_member + points > staff.alone:
        waiting = replace(decision, status="waiting")
        decisions.keep_waiting(known.account, waiting)
        return waiting
    if known.moved_today + points > staff.most:
        left = max(0, staff.most - known.moved_today)  # the limit may have been lowered since
        raise Refused("staff_limit_reached", "points", most=left)
    decisions.carry_out(known.account, after, entries, decision, counted=staff)
    return decision
