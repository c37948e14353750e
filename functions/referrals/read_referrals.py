"""What became of the friends whom a member invited."""

from datetime import datetime

from msgspec import Struct

from functions.referrals import shown
from functions.referrals.shown import NOT_KEPT, FriendShown, InvitationShown
from stamkund.rules.ambassadors import Badge, badge_of, merit_of
from stamkund.rules.programme import Language
from stamkund.rules.referrals import FRIENDS
from stamkund.tables import Read, accounts, invitations, invite_counters, referrals
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed
from stamkund.web.referring import identity_of, refuse_unavailable

PURPOSE = "referrals"


class ReferralsShown(Struct, frozen=True):
    """`visits` by the member's link, which says nothing about who came; `credited`: how many
    friends counted. `invitation` is null before it is made, and once the campaign is over; `next`
    is the cursor of the page after, null on the last."""

    invitation: InvitationShown | None
    visits: int
    credited: int
    merit: int
    badge: Badge | None
    friends: list[FriendShown]
    next: str | None


@endpoint(
    "GET",
    "/v1/members/{member}/referrals",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Profiles: Read, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "referrals_not_available"],
)
def read_referrals(
    member: str, caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> Reply[ReferralsShown]:
    """Read what became of a member's friends.

    Each with what happened when: joined, bought, credited, or why not. Who they are, and what they
    bought, is theirs.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    account = accounts.find(club.shop, owner)
    accounts.refuse_inactive(account)
    refuse_unavailable(club)
    after = opened(cursor, PURPOSE, club.shop, owner)
    found, more = referrals.friends_of(club.shop, owner, limit, after)
    friends = [shown.friend(club, id, one, caller.language) for id, one in found]
    made, visits = _invitation(club, owner, caller.language)
    return Reply(
        ReferralsShown(
            invitation=made,
            visits=visits,
            credited=max(account.used.get(FRIENDS, 0), 0),
            merit=merit_of(account),
            badge=badge_of(club.file, account, caller.language),
            friends=friends,
            next=sealed(more, PURPOSE, club.shop, owner),
        ),
        headers=NOT_KEPT,
    )


def _invitation(club: Club, owner: str, language: Language) -> tuple[InvitationShown | None, int]:
    made = invitations.find(club.shop, owner)
    if made is None:
        return None, 0
    link = identity_of(club.shop, made.code).hash[:32]
    visits = sum(invite_counters.visits_by_link(club.shop, link).values())
    over = club.file.referrals.over(club.at.at)
    return None if over else shown.invitation(club, made, language), visits
