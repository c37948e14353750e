"""A member does not want a reward that was reserved: the points are back at once."""

from datetime import datetime

from functions.members.redemption import Redemption, code_of, shown
from functions.members.shown import REPLAYED
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web import redeeming
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/members/{member}/redemptions/{reference}/cancellation",
    caller=[Member, Shop],
    access={Accounts: Read | Update, Ledger: Append, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "reward_closed", "busy"],
)
def release_reward(member: str, reference: str, caller: Caller, now: datetime) -> Reply[Redemption]:
    """Release a reward.

    Points and limits are as if it had never been reserved. Again is answered the same; one that is
    used, or was kept, is refused.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    item, now_done = redeeming.release(club, owner, code_of(club.shop, owner, reference))
    answer = shown(club, reference, item, caller.language)
    return Reply(answer, headers={} if now_done else REPLAYED)
