"""What a link to a voucher consists of that one member gives to another."""

from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple

from msgspec import Struct

from functions.members.redemption import GivesShown, gives_shown
from stamkund.rules.programme import AmountOff, Currency, Gives
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.web.club import Club
from stamkund.web.secrets import keyed_hash


class GiftLink(NamedTuple):
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
    """By the pepper: a voucher may live for years, and what signs sessions is soon another key."""
    text = f"{link.member}.{link.voucher}"
    return f"{text}.{_mark(shop, text)}"


def unsealed(shop: str, gift: str) -> GiftLink | None:
    """None for whatever was not sealed here."""
    text, _, mark = gift.rpartition(".")
    if not compare_digest(mark.encode(), _mark(shop, text).encode()):
        return None
    member, _, voucher = text.partition(".")
    return GiftLink(member, voucher)


def _mark(shop: str, text: str) -> str:
    return keyed_hash(shop, "gift", text)[:32]


def shown(club: Club, item: BenefitItem) -> GiftedVoucher:
    gives: Gives | None = item.gives
    return GiftedVoucher(
        voucher=item.sk.removeprefix(BENEFIT),
        gives=gives_shown(gives or AmountOff(int(item.amount))),
        min_amount=int(item.min_amount),
        currency=club.programme.currency,
        expires_at=datetime.fromisoformat(item.expires_at),
    )
