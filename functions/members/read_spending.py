"""What has become of a question that a till has asked a member."""

from functions.members.shown import NOT_KEPT
from functions.members.spending import SpendingAsked, asked
from stamkund.rules.errors import Refused
from stamkund.tables import Read, clock, spendings
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Till, member_of
from stamkund.web.endpoint import PathId, Reply, endpoint


@endpoint(
    "GET",
    "/v1/members/{member}/spendings/{spending}",
    caller=[Till],
    access={Profiles: Read, Programmes: Read},
    problems=["spending_not_found"],
)
def read_spending(member: str, spending: PathId, caller: Caller) -> Reply[SpendingAsked]:
    """Read whether a member has confirmed.

    Ask again every second or two. Another store's question looks like none.
    """
    owner, now = member_of(caller, member), clock.real_time()
    one = spendings.find(caller.shop, owner, spending)
    if one.store != caller.store:
        raise Refused("spending_not_found")
    return Reply(asked(caller.shop, owner, one, now), headers=NOT_KEPT)
