"""Points given to a cause, as the endpoints about it show them."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.calendar import day_of
from stamkund.rules.naming import cause_name
from stamkund.rules.programme import Currency, Language
from stamkund.rules.redeeming import Gift
from stamkund.rules.text import say
from stamkund.web.club import Club


class GiftReceipt(Struct, frozen=True):
    """`points` that the member gave, and `amount` that the shop pays the cause for them, in minor
    units of `currency`."""

    reference: str
    cause: str
    cause_name: str
    reward: str
    points: int
    amount: int
    currency: Currency
    given_at: datetime
    text: str


def shown(club: Club, gift: Gift, language: Language) -> GiftReceipt:
    name = cause_name(club.programme, gift.cause, language)
    return GiftReceipt(
        reference=gift.reference,
        cause=gift.cause,
        cause_name=name,
        reward=gift.reward,
        points=gift.points,
        amount=gift.amount,
        currency=gift.currency,
        given_at=gift.given_at,
        text=say(
            "gift_receipt",
            language,
            points=gift.points,
            name=name,
            amount=gift.amount,
            currency=gift.currency,
            day=day_of(gift.given_at, club.programme.time_zone),
        ),
    )
