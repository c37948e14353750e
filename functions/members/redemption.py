"""A reward that a member turns points into, as the endpoints about it show it."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules import programme
from stamkund.rules.bill import Voucher
from stamkund.rules.calendar import last_day_until
from stamkund.rules.errors import Refused
from stamkund.rules.naming import reward_name
from stamkund.rules.programme import Currency, Language, Reward
from stamkund.rules.redeeming import Redeemed
from stamkund.rules.text import say
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.tables.redemptions import RedemptionStatus, status_of
from stamkund.web.club import Club
from stamkund.web.secrets import keyed_hash

# Read aloud and typed: nothing that looks like something else.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LETTERS_OF_CODE = 10


class GivesShown(Struct, frozen=True):
    """`kind` is amount, percent, free_article, free_shipping or charity; `amount` is minor units of
    the programme's currency."""

    kind: str
    amount: int | None = None
    percent: int | None = None
    article: str | None = None


class Redemption(Struct, frozen=True):
    """`voucher` is what a quote uses it by, and a code that can be typed.

    `reserved`: it is used, kept or released by `reserved_until`, or its points go back by
    themselves. `kept`: it can be used until `expires_at`. `used`: by `order`. `given`: to another
    member, which only what is `transferable` can be, once it is kept.
    """

    reference: str
    voucher: str
    reward: str
    name: str
    gives: GivesShown
    points: int
    min_amount: int
    currency: Currency
    status: RedemptionStatus
    reserved_until: datetime | None
    expires_at: datetime
    order: str | None
    transferable: bool
    text: str


def code_of(shop: str, member: str, reference: str) -> str:
    """Made, and always the same: of a key, a member and a reference."""
    number = int(keyed_hash(shop, "reward", f"{member}#{reference}"), 16)
    letters = ""
    for _ in range(LETTERS_OF_CODE):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    # With an R before it, it is no id of an offer, which lie under the same kind of key.
    return f"R{letters[:5]}-{letters[5:]}"


def reward_of(club: Club, id: str) -> Reward:
    """Refused: reward_not_available."""
    for reward in club.programme.rewards.catalogue:
        if reward.id == id:
            return reward
    raise Refused("reward_not_available", "reward", reason="unknown")


def gives_shown(gives: programme.Gives | programme.Charity) -> GivesShown:
    match gives:
        case programme.PercentOff(percent=percent):
            return GivesShown("percent", percent=percent)
        case programme.FreeArticle(article=article):
            return GivesShown("free_article", article=article)
        case programme.FreeShipping():
            return GivesShown("free_shipping")
        case programme.Charity(amount=amount):
            return GivesShown("charity", amount=amount)
    return GivesShown("amount", amount=gives.amount)


def gives_of(voucher: Voucher) -> GivesShown:
    return gives_shown(voucher.gives or programme.AmountOff(voucher.amount))


def shown(club: Club, reference: str, item: BenefitItem, language: Language) -> Redemption:
    redeemed: Redeemed = item.redeemed
    gives: programme.Gives | None = item.gives
    zone = club.programme.time_zone
    status = status_of(item, club.at.at)
    expires_at = datetime.fromisoformat(item.valid_until or item.expires_at)
    reserved = datetime.fromisoformat(item.expires_at) if item.valid_until else None
    return Redemption(
        reference=reference,
        voucher=item.sk.removeprefix(BENEFIT),
        reward=redeemed.reward,
        name=reward_name(club.programme, redeemed.reward, language),
        gives=gives_shown(gives or programme.AmountOff(int(item.amount))),
        points=redeemed.points,
        min_amount=int(item.min_amount),
        currency=club.programme.currency,
        status=status,
        reserved_until=reserved,
        expires_at=expires_at,
        order=item.order if status == "used" else None,
        transferable=redeemed.transferable,
        text=say(f"redemption_{status}", language, day=last_day_until(expires_at, zone)),
    )
