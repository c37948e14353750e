"""Staff lets the friends of a member count again."""

from datetime import datetime

from stamkund.tables import Read, Update, accounts, invitations
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import PathId, endpoint


@endpoint(
    "DELETE",
    "/v1/referrals/referrers/{member}/stop",
    caller=[Staff],
    access={Accounts: Read, Profiles: Update, Programmes: Read},
    problems=MEMBER_PROBLEMS,
    status=204,
)
def allow_referrer(member: PathId, caller: Caller, now: datetime) -> None:
    """Hold no more of whom a member brings than the guards say.

    Who is held waits on, until staff has decided about each.
    """
    club = club_at(caller.shop, now)
    account = accounts.surviving(accounts.find(club.shop, member))
    accounts.refuse_inactive(account)
    invitations.hold_friends(club.shop, account.member, None)
