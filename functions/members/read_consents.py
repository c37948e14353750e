"""What a member has consented to, and when, where and to which text."""

from datetime import datetime

from msgspec import Struct

from functions.members import consenting
from functions.members.consenting import ConsentShown
from stamkund.tables import Read, own_pages
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint


class ConsentsShown(Struct, frozen=True):
    consents: list[ConsentShown]


@endpoint(
    "GET",
    "/v1/members/{member}/consents",
    caller=[Member, Shop, Staff],
    access={Profiles: Read, Programmes: Read},
    problems=["not_found", "member_not_found", "no_programme"],
)
def read_consents(member: str, caller: Caller, now: datetime) -> ConsentsShown:
    """Read a member's consents.

    Everything that the shop asks for, whether it is given, and the history of each.
    """
    file = club_at(caller.shop, now).file
    known = own_pages.find(caller.shop, member_of(caller, member)).consents
    return ConsentsShown(consenting.every(known, file, caller.language))
