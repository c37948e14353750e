"""What somebody reads who has opened the link of a friend."""

from datetime import datetime

from msgspec import Struct

from functions.referrals import shown
from functions.referrals.shown import BenefitShown
from stamkund.rules import invitations as codes
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Currency
from stamkund.tables import Read, invitations
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import PathId, endpoint
from stamkund.web.referring import identity_of, refuse_over


class Landing(Struct, frozen=True):
    """`first_name` is of who invites, if they allow it; `friend` what is in it for who comes."""

    code: str
    first_name: str | None
    friend: BenefitShown | None
    min_order: int
    currency: Currency


@endpoint(
    "GET",
    "/v1/members/referrals/{code}",
    caller=[Storefront],
    access={Identities: Read, Accounts: Read, Profiles: Read, Programmes: Read},
    problems=["no_programme", "referrals_not_available", "invitation_unknown"],
)
def read_landing(code: PathId, caller: Caller, now: datetime) -> Landing:
    """Read who invites by a code, and what is in it.

    A code that nobody has is looked for in the same way, and takes as long.
    """
    club = club_at(caller.shop, now)
    refuse_over(club)
    cleaned = codes.cleaned(code)
    inviter = invitations.inviter(club.shop, identity_of(club.shop, cleaned))
    if inviter is None:
        raise Refused("invitation_unknown", "code")
    rules = club.file.referrals
    return Landing(
        code=codes.grouped(cleaned),
        first_name=(inviter.profile.first_name or None) if inviter.invitation.named else None,
        friend=shown.benefit(club, rules.friend, caller.language),
        min_order=rules.min_order,
        currency=club.programme.currency,
    )
