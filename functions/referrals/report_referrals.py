"""What the invitations of a month came to, by where they were met."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from stamkund.rules.programme import Currency
from stamkund.rules.referral_rules import SOURCES, Source
from stamkund.tables import Read, invite_counters
from stamkund.tables.invite_counters import Funnel
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint

Month = Annotated[str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class SourceReport(Struct, frozen=True):
    """Of those who joined in the month: how many bought, were credited, had it reversed, were held
    or refused; `worth` is what they have bought for since, and `worth_each` of one of them."""

    source: Source
    visits: int
    joined: int
    bought: int
    credited: int
    reversed: int
    held: int
    refused: int
    worth: int
    worth_each: int


class ReferralReport(Struct, frozen=True):
    month: str
    currency: Currency
    sources: list[SourceReport]


@endpoint(
    "GET",
    "/v1/referrals/report",
    caller=[Shop, Staff],
    access={Programmes: Read},
    problems=["no_programme"],
)
def report_referrals(caller: Caller, now: datetime, month: Month = "") -> ReferralReport:
    """Report what the invitations of a month came to, this one unless another is asked for.

    Visits are those of the month, and everything else is of the friends who joined in it, whenever
    it happened.
    """
    club = club_at(caller.shop, now)
    which = month or club.at.month
    visits = invite_counters.visits_in(club.shop, which)
    steps = invite_counters.steps_in(club.shop, which)
    rows = [_row(one, visits[one], steps.get(one, Funnel())) for one in SOURCES]
    currency = club.programme.currency
    return ReferralReport(which, currency, [row for row in rows if row.visits or row.joined])


def _row(source: Source, visits: int, of: Funnel) -> SourceReport:
    return SourceReport(
        source=source,
        visits=visits,
        joined=of.joined,
        bought=of.bought,
        credited=of.credited,
        reversed=of.reversed,
        held=of.held,
        refused=of.refused,
        worth=of.worth,
        worth_each=of.worth // of.joined if of.joined else 0,
    )
