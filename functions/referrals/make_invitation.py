"""The code by which a member invites friends."""

import secrets
from datetime import datetime

from msgspec import Struct

from functions.referrals import shown
from functions.referrals.shown import REPLAYED, InvitationShown
from stamkund.rules import invitations as codes
from stamkund.tables import Append, Read, Update, invitations
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.referring import identity_of, refuse_over


class InvitationRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`show_first_name`: whether the page that the link leads to may say who invites."""

    show_first_name: bool = False


@endpoint(
    "POST",
    "/v1/members/{member}/invitation",
    caller=[Member, Shop],
    access={Profiles: Read | Append | Update, Identities: Append, Programmes: Read},
    problems=["not_found", "member_not_found", "no_programme", "referrals_not_available", "busy"],
    status=(201, 200),
)
def make_invitation(
    member: str, request: InvitationRequest, caller: Caller, now: datetime
) -> Reply[InvitationShown]:
    """Make a member's code for inviting friends, or read it.

    There is one for good, with a link, and words to send it with on each channel. Again changes
    nothing but whether the first name may be shown.
    """
    club = club_at(caller.shop, now)
    refuse_over(club)
    made, new = invitations.make(
        club.shop,
        member_of(caller, member),
        lambda: codes.drawn(secrets.choice),
        lambda code: identity_of(club.shop, code),
        club.at.at,
        named=request.show_first_name,
    )
    answer = shown.invitation(club, made, caller.language)
    return Reply(answer, 201) if new else Reply(answer, 200, REPLAYED)
