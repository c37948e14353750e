"""A member withdraws a consent: one call, as giving is."""

from datetime import datetime

from functions.members import consenting
from functions.members.consenting import ConsentShown, Source
from stamkund.rules.programme import Id
from stamkund.tables import Append, Read, Update, profiles
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "DELETE",
    "/v1/members/{member}/consents/{purpose}",
    caller=[Member, Shop],
    access={Profiles: Read | Append | Update, Programmes: Read},
    problems=["not_found", "member_not_found", "no_programme", "busy"],
)
def withdraw_consent(
    member: str, purpose: Id, caller: Caller, now: datetime, source: Source = "my_pages"
) -> Reply[ConsentShown]:
    """Withdraw a consent.

    Also one to a purpose that is no longer asked for. What was never given is not given: again is
    no harm.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    profiles.find(caller.shop, owner)  # which knows whether there is a member
    asked = consenting.purpose_of(club.file, purpose)
    version = asked.version if asked else ""
    said = consenting.a_change(club, caller, source, given=False, version=version)
    return consenting.change(club, caller, owner, purpose, said)
