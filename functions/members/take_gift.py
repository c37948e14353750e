"""A member takes a voucher that another one gives away."""

from datetime import datetime

from msgspec import Struct

from functions.members import gift_links
from functions.members.contacting import Sealed
from functions.members.deciding import ATTEMPTS
from functions.members.gift_links import GiftedVoucher, GiftLink
from functions.members.redemption import code_of
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, accounts, benefits, redemptions
from stamkund.tables.accounts import Accounts, BenefitItem
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class GiftToTake(Struct, frozen=True, forbid_unknown_fields=True):
    """`gift` as the link brought it."""

    gift: Sealed


@endpoint(
    "POST",
    "/v1/members/{member}/vouchers/taken",
    caller=[Member, Shop],
    access={Accounts: Read | Append | Update, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "gift_invalid", "gift_gone", "busy"],
    status=(201, 200),
)
def take_gift(
    member: str, request: GiftToTake, caller: Caller, now: datetime
) -> Reply[GiftedVoucher]:
    """Take a voucher that another member gives away.

    It is theirs from now on, with the end that it had. Once: of two who open the link at once one
    has it, and whoever gave it away cannot use it any more. Again is answered the same.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    link = gift_links.unsealed(club.shop, request.gift)
    id = taken_id(club.shop, link)
    for _ in range(ATTEMPTS):
        account, taken, _ = benefits.find(club.shop, owner, id)
        accounts.refuse_inactive(account)
        if taken:
            return Reply(gift_links.shown(club, taken), 200, REPLAYED)
        try:
            theirs = redemptions.hand_over(_given(club, link, owner), owner, id)
        except Conflict:
            continue
        return Reply(gift_links.shown(club, theirs), 201)
    raise Refused("busy")


def taken_id(shop: str, link: GiftLink) -> str:
    """Always the same, a code that can be typed, and no other voucher's."""
    return f"G{code_of(shop, link.member, link.voucher)[1:]}"


def _given(club: Club, link: GiftLink, taker: str) -> BenefitItem:
    """Refused: gift_gone."""
    giver = accounts.survivor(club.shop, link.member)
    if giver == taker:
        raise Refused("gift_gone", reason="own")
    try:
        item = benefits.find(club.shop, giver, link.voucher).benefit
    except Refused:
        item = None
    if item is None:
        raise Refused("gift_gone", reason="gone")
    status: str = redemptions.status_of(item, club.at.at)
    if status == "kept" and redemptions.link_of(item) != link.n:
        status = "revoked"
    if status != "kept":
        raise Refused("gift_gone", reason=status)
    return item
