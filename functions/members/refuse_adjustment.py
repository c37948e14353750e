"""An adjustment that waits is not to be."""

from datetime import datetime

from msgspec.structs import replace

from functions.members.deciding import ATTEMPTS, Adjustment, adjustment_in, shown, staff_day
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Read, Update, decisions
from stamkund.tables.accounts import Accounts
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/members/{member}/adjustments/{reference}/refusal",
    caller=[Staff],
    access={Accounts: Read | Update, Programmes: Read},
    problems=[
        "not_found", "no_programme", "member_not_found", "decision_not_found", "decision_closed",
        "busy",
    ],
)  # fmt: skip
def refuse_adjustment(
    member: str, reference: str, caller: Caller, now: datetime
) -> Reply[Adjustment]:
    """Refuse an adjustment that waits.

    By any key, also the one that asked, and for good. Again is no harm. Of a member who has left it
    can be refused too.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    for _ in range(ATTEMPTS):
        known = decisions.find(club.shop, owner, reference, staff_day(club, caller.key))
        decision = adjustment_in(club, known)
        if decision.status == "refused":
            return Reply(shown(owner, decision), headers=REPLAYED)
        if decision.status != "waiting":
            raise Refused("decision_closed", status=decision.status)
        refused = replace(decision, status="refused", refused_by=caller.key)
        try:
            decisions.refuse(known.account, refused)
        except Conflict:
            continue
        return Reply(shown(owner, refused))
    raise Refused("busy")
