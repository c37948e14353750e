"""What a link to a voucher consists of that one member gives to another."""

from datetime import datetime

import msgspec
from msgspec import Struct

from functions.members.redemption import GivesShown, gives_shown
from stamkund.rules.programme import AmountOff, Currency, Gives
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.web.club import Club
from stamkund.web.secrets import seal, unseal

PURPOSE = "stamkund gift"


class GiftLink(Struct, frozen=True, array_like=True):
    """Whose voucher, and which. It is nowhere kept: whoever has it, sealed, may take it."""

    member: str
    voucher: str


class GiftedVoucher(Struct, frozen=True):
    """As a quote uses it, by the `voucher`."""

    voucher: str
    gives: GivesShown
    min_amount: int
    currency: Currency
    expires_at: datetime


def sealed(shop: str, link: GiftLink) -> str:
    return seal(msgspec.msgpack.encode(link), PURPOSE, shop)


def unsealed(shop: str, text: str) -> GiftLink | None:
    content = unseal(text, PURPOSE, shop)
    return msgspec.msgpack.decode(content, type=GiftLink) if content else None


def shown(club: Club, item: BenefitItem) -> GiftedVoucher:
    gives: Gives | None = item.gives
    return GiftedVoucher(
        voucher=item.sk.removeprefix(BENEFIT),
        gives=gives_shown(gives or AmountOff(int(item.amount))),
        min_amount=int(item.min_amount),
        currency=club.programme.currency,
        expires_at=datetime.fromisoformat(item.expires_at),
    )
