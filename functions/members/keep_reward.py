"""A member keeps a reward that was reserved: from now on it is theirs to use when they like."""

from datetime import datetime

from functions.members.deciding import ATTEMPTS
from functions.members.redemption import Redemption, code_of, shown
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Read, Update, redemptions
from stamkund.tables.accounts import Accounts
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.redeeming import redemption


@endpoint(
    "POST",
    "/v1/members/{member}/redemptions/{reference}/confirmation",
    caller=[Member, Shop],
    access={Accounts: Read | Update, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "reward_closed", "busy"],
)
def keep_reward(member: str, reference: str, caller: Caller, now: datetime) -> Reply[Redemption]:
    """Keep a reward.

    It is final, and its voucher lives as long as the programme says. Again is answered the same;
    one that was released, or whose time was over, is refused.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    id = code_of(club.shop, owner, reference)
    for _ in range(ATTEMPTS):
        _, item = redemption(club, owner, id)
        status = redemptions.status_of(item, club.at.at)
        if not item.valid_until and status != "released":
            return Reply(shown(club, reference, item, caller.language), headers=REPLAYED)
        if status not in {"reserved", "used"}:
            raise Refused("reward_closed")
        try:
            kept = redemptions.keep(item)
        except Conflict:
            continue
        return Reply(shown(club, reference, kept, caller.language))
    raise Refused("busy")
