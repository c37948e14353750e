"""What a member has said of themself."""

from datetime import datetime

from functions.members import details
from functions.members.details import DetailsShown
from stamkund.tables import Read, profiles
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/members/{member}/details",
    caller=[Member, Shop],
    access={Profiles: Read, Programmes: Read},
    problems=["not_found", "member_not_found", "no_programme"],
)
def read_details(member: str, caller: Caller, now: datetime) -> DetailsShown:
    """Read a member's details.

    Name, contacts, birthday, address, and what the shop asks besides, in its order.
    """
    file = club_at(caller.shop, now).file
    profile = profiles.find(caller.shop, member_of(caller, member))
    return details.shown(profile, file, caller.language)
