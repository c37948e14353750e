"""A member makes a link by which somebody else may take one of their vouchers."""

from datetime import datetime

from functions.members import gift_links
from functions.members.gift_links import GiftLinkMade
from stamkund.tables import Read, accounts, benefits
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import endpoint


@endpoint(
    "POST",
    "/v1/members/{member}/vouchers/{voucher}/gift-links",
    caller=[Member, Shop],
    access={Accounts: Read, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS,
        "voucher_not_kept",
        "voucher_not_open",
        "voucher_not_transferable",
    ],
)
def make_gift_link(member: str, voucher: str, caller: Caller, now: datetime) -> GiftLinkMade:
    """Make a link that gives a voucher away.

    Of a reward that the programme lets members give on, once it is kept. Whoever opens the link as
    a member first has it; until then it is still this member's, who may use it all the same. Again
    is the same link, until it is taken back.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    beside = benefits.find(club.shop, owner, voucher)
    accounts.refuse_inactive(beside.account)
    return gift_links.made(club, owner, voucher, gift_links.transferable(beside.benefit, now))
