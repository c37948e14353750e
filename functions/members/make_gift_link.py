"""A member makes a link by which somebody else may take one of their vouchers."""

from datetime import datetime

from msgspec import Struct

from functions.members import gift_links
from functions.members.gift_links import GiftedVoucher, GiftLink
from stamkund.rules.errors import Refused
from stamkund.tables import Read, accounts, benefits, redemptions
from stamkund.tables.accounts import Accounts, BenefitItem, redeemed_in
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, member_of
from stamkund.web.club import MEMBER_PROBLEMS, club_at
from stamkund.web.endpoint import endpoint


class GiftLinkMade(Struct, frozen=True):
    """`gift` is what takes it, for as long as the voucher lives; `link` the shop's page with that
    behind it, if there is one."""

    gift: str
    link: str | None
    voucher: GiftedVoucher


@endpoint(
    "POST",
    "/v1/members/{member}/vouchers/{voucher}/gift-links",
    caller=[Member, Shop],
    access={Accounts: Read, Programmes: Read},
    problems=[*MEMBER_PROBLEMS, "voucher_not_open", "voucher_not_transferable"],
)
def make_gift_link(member: str, voucher: str, caller: Caller, now: datetime) -> GiftLinkMade:
    """Make a link that gives a voucher away.

    Of a reward that the programme lets members give on, once it is kept. Whoever opens the link as
    a member first has it; until then it is still this member's, who may use it all the same. Again
    is the same link.
    """
    club = club_at(caller.shop, now)
    owner = member_of(caller, member)
    beside = benefits.find(club.shop, owner, voucher)
    accounts.refuse_inactive(beside.account)
    item = _transferable(beside.benefit, now)
    gift = gift_links.sealed(club.shop, GiftLink(owner, voucher))
    page = club.file.login.link
    return GiftLinkMade(gift, f"{page}#gift={gift}" if page else None, gift_links.shown(club, item))


def _transferable(item: BenefitItem | None, now: datetime) -> BenefitItem:
    """Refused: not_found, voucher_not_open, voucher_not_transferable."""
    if item is None or item.kind != "voucher":
        raise Refused("not_found")
    redeemed = redeemed_in(item)
    if redeemed is None or not redeemed.transferable:
        raise Refused("voucher_not_transferable")
    if redemptions.status_of(item, now) != "kept":
        raise Refused("voucher_not_open")
    return item
