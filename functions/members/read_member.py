"""Who a member is."""

from datetime import datetime

from msgspec import Struct

from functions.members.shown import TierShown, tier_of
from stamkund.rules.programme import Language
from stamkund.tables import Read, profiles
from stamkund.tables.accounts import Accounts, refuse_inactive
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import endpoint


class MemberShown(Struct, frozen=True):
    """null where it is not known, and the tier where the programme has none."""

    member: str
    customer_id: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    language: Language
    tier: TierShown | None
    joined_on: str


@endpoint(
    "GET",
    "/v1/members/{member}",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Profiles: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_member(member: str, caller: Caller, now: datetime) -> MemberShown:
    """Read a member.

    Contacts, language, tier and the day of joining. A session says `me`.
    """
    club = club_at(caller.shop, now)
    account, profile = profiles.find_person(caller.shop, member_of(caller, member))
    refuse_inactive(account)
    return MemberShown(
        member=account.member,
        customer_id=profile.customer_id or None,
        first_name=profile.first_name or None,
        last_name=profile.last_name or None,
        email=profile.email or None,
        phone=profile.phone or None,
        language=profile.language,
        tier=tier_of(club, account, caller.language),
        joined_on=account.joined_on,
    )
