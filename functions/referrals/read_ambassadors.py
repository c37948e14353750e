"""The members who do most for others."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.ambassadors import Badge, badge, level_of
from stamkund.tables import Read, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Limit


class Ambassador(Struct, frozen=True):
    member: str
    merit: int
    badge: Badge


class AmbassadorList(Struct, frozen=True):
    """The most merit first."""

    ambassadors: list[Ambassador]


@endpoint(
    "GET",
    "/v1/referrals/ambassadors",
    caller=[Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=["no_programme"],
)
def read_ambassadors(caller: Caller, now: datetime, limit: Limit = 20) -> AmbassadorList:
    """Read who has come to a badge, as many as `limit`."""
    club = club_at(caller.shop, now)
    rules = club.programme.referrals.ambassadors
    if rules is None:
        return AmbassadorList([])
    least = min(level.merit for level in rules.levels)
    found = referrals.ambassadors(club.shop, least, limit)
    shown = [
        Ambassador(member, merit, badge(level, caller.language, club.programme))
        for member, merit in found
        if (level := level_of(club.programme, merit))
    ]
    return AmbassadorList(shown)
