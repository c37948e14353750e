"""Staff holds everybody whom one member brings."""

from datetime import datetime

from msgspec import Struct

from functions.referrals.following import look_at
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, accounts, invitations, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import PathId, endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "stopped referrer"


class ReferrerStopped(Struct, frozen=True):
    """`held`: how many friends are held who were not before. `next`: there are more, who are looked
    at with this cursor, or else in the hour in which what they brought becomes available."""

    member: str
    held: int
    next: str | None


@endpoint(
    "PUT",
    "/v1/referrals/referrers/{member}/stop",
    caller=[Staff],
    access={
        Accounts: Read | Append | Update,
        Identities: Read | Update,
        Ledger: Read | Append,
        Orders: Read,
        Profiles: Read | Update,
        Programmes: Read | Update,
    },
    problems=[*MEMBER_PROBLEMS, "busy"],
)
def stop_referrer(
    member: PathId, caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 50
) -> ReferrerStopped:
    """Hold everybody whom a member brings.

    Who is still to buy, or to join, is held when they do, and what waits to become available is
    taken back and held at once. What is available already stays. Again is no harm.
    """
    club = club_at(caller.shop, now)
    after = opened(cursor, PURPOSE, club.shop, member) or ""
    account = accounts.surviving(accounts.find(club.shop, member))
    accounts.refuse_inactive(account)
    invitations.hold_friends(club.shop, account.member, caller.key)
    friends, more = referrals.brought_by(club.shop, member, limit, after)
    held = sum(_held(club, friend) for friend in friends)
    return ReferrerStopped(account.member, held, sealed(more or None, PURPOSE, club.shop, member))


def _held(club: Club, friend: str) -> bool:
    """Whether they are now, and were not before. Refused: busy."""
    known = referrals.find(club.shop, friend)
    if known is None or known.referral.state in {"held", "refused", "available"}:
        return False
    try:
        look_at(club, friend)
    except Conflict:
        raise Refused("busy") from None
    after = referrals.find(club.shop, friend)
    return after is not None and after.referral.state == "held"
