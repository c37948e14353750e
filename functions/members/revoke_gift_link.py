"""A member takes back a link by which somebody else could take one of their vouchers."""

from datetime import datetime

from msgspec import Struct

from functions.members import gift_links
from functions.members.contacting import Sealed
from functions.members.deciding import ATTEMPTS
from functions.members.gift_links import GiftedVoucher
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.tables import Read, Update, accounts, benefits, redemptions
from stamkund.tables.accounts import Accounts
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import Reply, endpoint


class LinkToRevoke(Struct, frozen=True, forbid_unknown_fields=True):
    """`gift` as it was made. A link that was made after it stays."""

    gift: Sealed


@endpoint(
    "POST",
    "/v1/members/{member}/vouchers/{voucher}/gift-links/revocation",
    caller=[Member, Shop],
    access={Accounts: Read | Update, Programmes: Read},
    problems=[
        *MEMBER_PROBLEMS, "gift_invalid", "voucher_not_kept", "voucher_not_open",
        "voucher_not_transferable", "busy",
    ],
)  # fmt: skip
def revoke_gift_link(
    member: str, voucher: str, request: LinkToRevoke, caller: Caller, now: datetime
) -> Reply[GiftedVoucher]:
    """Take back a link that gives a voucher away.

    Nobody can take the voucher by it any more, and another link can be made. It is too late once
    somebody has. Again is answered the same.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    link = gift_links.unsealed(club.shop, request.gift)
    if link.voucher != voucher or not _is(club.shop, link.member, owner):
        raise Refused("gift_invalid", "gift")
    for _ in range(ATTEMPTS):
        beside = benefits.find(club.shop, owner, voucher)
        accounts.refuse_inactive(beside.account)
        item = gift_links.transferable(beside.benefit, now)
        if redemptions.link_of(item) > link.n:
            return Reply(gift_links.shown(club, item), headers=REPLAYED)
        try:
            redemptions.revoke_link(item)
        except Conflict:
            continue
        return Reply(gift_links.shown(club, item))
    raise Refused("busy")


def _is(shop: str, member: str, owner: str) -> bool:
    """Also who has become part of the owner since."""
    return member == owner or accounts.survivor(shop, member) == owner
