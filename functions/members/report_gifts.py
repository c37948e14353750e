"""What the shop owes each cause for the points that members gave in a month."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.naming import cause_name
from stamkund.rules.programme import Currency
from stamkund.tables import Read, gifts
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

Month = Annotated[
    str, Meta(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="Such as 2026-03; this month")
]


class CausePayOut(Struct, frozen=True):
    """`amount` is what the shop pays the cause, in minor units."""

    cause: str
    name: str
    gifts: int
    points: int
    amount: int


class GiftReport(Struct, frozen=True):
    """Causes by name of their id; `closed` once the month is over, and so nothing changes."""

    month: str
    closed: bool
    currency: Currency
    causes: list[CausePayOut]
    points: int
    amount: int


@endpoint(
    "GET",
    "/v1/members/gifts/report",
    caller=[Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=["no_programme"],
)
def report_gifts(caller: Caller, now: datetime, month: Month = "") -> GiftReport:
    """Read what causes are owed.

    By cause, for one month of the shop's own calendar: gifts, points and money.
    """
    club = club_at(caller.shop, now)
    asked = month or club.at.month
    found = sorted(gifts.pay_outs(club.shop, asked), key=lambda one: one.cause)
    return GiftReport(
        month=asked,
        closed=asked < club.at.month,
        currency=club.programme.currency,
        causes=[
            CausePayOut(
                one.cause,
                cause_name(club.programme, one.cause, caller.language),
                one.gifts,
                one.points,
                one.amount,
            )
            for one in found
        ],
        points=sum(one.points for one in found),
        amount=sum(one.amount for one in found),
    )
