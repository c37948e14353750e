"""The points of a member: what can be spent, what will be, and what ends when."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from stamkund.rules import wallet
from stamkund.rules.account import Account
from stamkund.rules.programme import Language
from stamkund.rules.text import say
from stamkund.rules.wallet import Due
from stamkund.tables import Read, accounts
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Shop, Staff, member_of
from stamkund.web.club import MEMBER_PROBLEMS, Club, club_at
from stamkund.web.endpoint import endpoint


class PendingPoints(Struct, frozen=True):
    """Can be spent from `day` on."""

    day: str
    points: int


class ExpiringPoints(Struct, frozen=True):
    """Can be spent up to and including `day`."""

    day: str
    points: int


class PointsShown(Struct, frozen=True):
    """Whole points. `debt` is what is owed after a return, repaid by those that come next.

    `expiring` is the whole schedule, pending points included; those that never end, or only after
    a time without purchases that has not begun, are not in it.
    """

    available: int
    pending: int
    debt: int
    maturing: list[PendingPoints]
    expiring: list[ExpiringPoints]
    text: str | None


@endpoint(
    "GET",
    "/v1/members/{member}/points",
    caller=[Member, Shop, Staff],
    access={Accounts: Read, Programmes: Read},
    problems=MEMBER_PROBLEMS,
)
def read_points(member: str, caller: Caller, now: datetime) -> PointsShown:
    """Read a member's points.

    What can be spent now, what is pending and until when, what ends on which day, and what is owed.
    Days are those of the shop's time zone.
    """
    club = club_at(caller.shop, now)
    account = accounts.find(caller.shop, member_of(caller, member))
    accounts.refuse_inactive(account)
    return points_of(club, account, caller.language)


def points_of(club: Club, account: Account, language: Language) -> PointsShown:
    today = club.at.day
    balance = wallet.balance(account.wallet, today)
    maturing, expiring = (due(account.wallet, today) for due in (wallet.maturing, wallet.expiring))
    return PointsShown(
        available=balance.available,
        pending=balance.pending,
        debt=balance.debt,
        maturing=[PendingPoints(due.day, due.points) for due in maturing],
        expiring=[ExpiringPoints(due.day, due.points) for due in expiring],
        text=_text(balance.debt, expiring, language),
    )


def _text(debt: int, expiring: Sequence[Due], language: Language) -> str | None:
    """What a member should know before all else."""
    if debt:
        return say("debt", language, points=debt)
    if expiring:
        return say("expires_next", language, points=expiring[0].points, day=expiring[0].day)
    return None
