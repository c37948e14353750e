"""What a link to a voucher consists of that one member gives to another."""

from datetime import datetime

import msgspec
from msgspec import Struct

from functions.members.redemption import GivesShown, gives_shown
from stamkund.rules.errors import Refused
from stamkund.rules.programme import AmountOff, Currency, Gives
from stamkund.tables import redemptions
from stamkund.tables.accounts import BENEFIT, BenefitItem, redeemed_in
from stamkund.web.club import Club
from stamkund.web.secrets import seal_for_long, unseal_of_long

PURPOSE = "stamkund gift"


class GiftLink(Struct, frozen=True, array_like=True):
    """Whose voucher, and which; `n` is how many links to it were taken back before. It is nowhere
    kept: whoever has it, sealed, may take it."""

    member: str
    voucher: str
    n: int


class GiftedVoucher(Struct, frozen=True):
    """As a quote uses it, by the `voucher`."""

    voucher: str
    gives: GivesShown
    min_amount: int
    currency: Currency
    expires_at: datetime


class GiftLinkMade(Struct, frozen=True):
    """`gift` is what takes it, until it is taken back or the voucher ends; `link` the shop's page
    with that behind it, if there is one."""

    gift: str
    link: str | None
    voucher: GiftedVoucher


def sealed(shop: str, link: GiftLink) -> str:
    """For long: a voucher may live for years. The same for the same."""
    return seal_for_long(msgspec.msgpack.encode(link), PURPOSE, shop)


def unsealed(shop: str, gift: str) -> GiftLink:
    """Refused: gift_invalid, for whatever was not sealed here."""
    content = unseal_of_long(gift, PURPOSE, shop)
    if content is None:
        raise Refused("gift_invalid", "gift")
    return msgspec.msgpack.decode(content, type=GiftLink)


def shown(club: Club, item: BenefitItem) -> GiftedVoucher:
    gives: Gives | None = item.gives
    return GiftedVoucher(
        voucher=item.sk.removeprefix(BENEFIT),
        gives=gives_shown(gives or AmountOff(int(item.amount))),
        min_amount=int(item.min_amount),
        currency=club.programme.currency,
        expires_at=datetime.fromisoformat(item.expires_at),
    )


def transferable(item: BenefitItem | None, now: datetime) -> BenefitItem:
    """Refused: not_found, voucher_not_kept, voucher_not_open, voucher_not_transferable."""
    if item is None or item.kind != "voucher":
        raise Refused("not_found")
    redeemed = redeemed_in(item)
    if redeemed is None or not redeemed.transferable:
        raise Refused("voucher_not_transferable")
    status = redemptions.status_of(item, now)
    if status != "kept":
        raise Refused("voucher_not_kept" if status == "reserved" else "voucher_not_open")
    return item


def made(club: Club, member: str, voucher: str, item: BenefitItem) -> GiftLinkMade:
    """The link that holds."""
    gift = sealed(club.shop, GiftLink(member, voucher, redemptions.link_of(item)))
    page = club.file.login.link
    return GiftLinkMade(gift, f"{page}#gift={gift}" if page else None, shown(club, item))
