"""The members who do most for others."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.ambassadors import Badge, level_of
from stamkund.rules.naming import named
from stamkund.rules.programme import Language
from stamkund.tables import Read, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.club import Club, club_at
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
    rules = club.file.referrals.ambassadors
    if rules is None:
        return AmbassadorList([])
    least = min(level.merit for level in rules.levels)
    found = referrals.ambassadors(club.shop, least, limit)
    return AmbassadorList([_ambassador(club, *one, caller.language) for one in found])


def _ambassador(club: Club, member: str, merit: int, language: Language) -> Ambassador:
    level = level_of(club.file.referrals, merit)
    assert level
    name = named(level.name, language, club.programme)
    return Ambassador(member, merit, Badge(level.id, name))
