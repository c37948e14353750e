"""The adjustments that wait for a second person."""

from datetime import datetime

from msgspec import Struct

from functions.members.deciding import Adjustment, shown
from stamkund.tables import Read, decisions
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "adjustments"


class WaitingAdjustments(Struct, frozen=True):
    """Oldest first; `next` is the cursor of the page after, null on the last."""

    adjustments: list[Adjustment]
    next: str | None


@endpoint(
    "GET",
    "/v1/members/adjustments",
    caller=[Staff],
    access={Accounts: Read, Programmes: Read},
)
def read_adjustments(
    caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> WaitingAdjustments:
    """Read which adjustments wait.

    Of all members, oldest first, in pages of `limit`. One that has just been asked for, or decided,
    may take a moment to come and go.
    """
    after = opened(cursor, PURPOSE, caller.shop) or ""
    found, more = decisions.waiting(caller.shop, now, limit, after)
    return WaitingAdjustments(
        [shown(one.member, one.decision) for one in found], sealed(more, PURPOSE, caller.shop)
    )
