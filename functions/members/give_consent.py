"""A member consents to a purpose, by a text that they have read."""

from datetime import datetime

from msgspec import Struct

from functions.members import consenting
from functions.members.consenting import ConsentShown, Source
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Id, Label
from stamkund.tables import Append, Read, Update
from stamkund.tables.profiles import Profiles
from stamkund.web import earning
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint


class ConsentGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """`text_version` is that of the text which was shown."""

    text_version: Label
    source: Source = "my_pages"


@endpoint(
    "PUT",
    "/v1/members/{member}/consents/{purpose}",
    caller=[Member, Shop],
    access={**earning.ACCESS, Profiles: Read | Append | Update},
    problems=[*MEMBER_PROBLEMS, "consent_outdated", "busy"],
)
def give_consent(
    member: str, purpose: Id, request: ConsentGiven, caller: Caller, now: datetime
) -> Reply[ConsentShown]:
    """Consent to a purpose.

    To the text as it is now. Again to the same text is no harm; to a newer one it is noted anew.
    Where the programme has an action of the kind `newsletter`, whoever consents to the newsletter
    for the first time gets its points.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    asked = consenting.purpose_of(club.file, purpose)
    if asked is None:
        raise Refused("not_found")
    if request.text_version != asked.version:
        raise Refused("consent_outdated", "text_version", text_version=asked.version)
    said = consenting.a_change(club, caller, request.source, given=True, version=asked.version)
    noted = consenting.change(club, caller, owner, purpose, said)
    if purpose == club.file.my_pages.newsletter:
        # Also where it was noted before: whoever noted it may have got no further.
        earning.for_doing(club, owner, "newsletter", reference="newsletter")
    return noted
