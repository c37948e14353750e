"""The receipts of what a member gave to causes."""

from datetime import datetime

from msgspec import Struct

from functions.members.gift import GiftReceipt, shown
from stamkund.tables import Read, accounts, gifts
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "gifts"


class GiftReceipts(Struct, frozen=True):
    """By reference; `next` is the cursor of the page after, null on the last."""

    gifts: list[GiftReceipt]
    next: str | None


@endpoint(
    "GET",
    "/v1/members/{member}/gifts",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_gifts(
    member: str, caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> GiftReceipts:
    """Read the receipts of a member's gifts to causes, in pages of `limit`."""
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    after = opened(cursor, PURPOSE, club.shop, owner)
    found, more = gifts.receipts(club.shop, owner, limit, after)
    if not found:
        # None yet, or nobody there: only now is the difference worth a read.
        accounts.refuse_inactive(accounts.find(club.shop, owner))
    return GiftReceipts(
        [shown(club, gift, caller.language) for gift in found],
        sealed(more, PURPOSE, club.shop, owner),
    )
