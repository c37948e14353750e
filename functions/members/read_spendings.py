"""What tills ask a member to confirm just now."""

from datetime import datetime

from msgspec import Struct

from functions.members.shown import NOT_KEPT
from stamkund.rules.money import MILLION
from stamkund.rules.programme import Currency, Language
from stamkund.rules.text import say
from stamkund.tables import Read, clock, spendings
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.spendings import Spending
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint


class SpendingShown(Struct, frozen=True):
    """`worth` of the points in minor units; null where the programme lets no points pay."""

    spending: str
    store: str
    order_id: str
    points: int
    worth: int | None
    currency: Currency
    vouchers: list[str]
    expires_at: datetime
    text: str


class Spendings(Struct, frozen=True):
    spendings: list[SpendingShown]


@endpoint(
    "GET",
    "/v1/members/{member}/spendings",
    caller=[Member],
    access={Profiles: Read, Programmes: Read},
    problems=["no_programme", "not_found", "member_not_found"],
)
def read_spendings(member: str, caller: Caller, now: datetime) -> Reply[Spendings]:
    """List what waits to be confirmed.

    Ask while the card is open, every second or two; the last asked comes first.
    """
    club, owner = club_at(caller.shop, now), member_of(caller, member)
    waiting = spendings.pending(caller.shop, owner, clock.real_time())
    shown = [_shown(club, one, caller.language) for one in waiting]
    return Reply(Spendings(shown), headers=NOT_KEPT)


def _shown(club: Club, one: Spending, language: Language) -> SpendingShown:
    return SpendingShown(
        spending=one.id,
        store=one.store,
        order_id=one.order,
        points=one.points,
        worth=_worth(club, one.points),
        currency=club.programme.currency,
        vouchers=list(one.vouchers),
        expires_at=one.until,
        text=_asked_for(club, one, language),
    )


def _worth(club: Club, points: int) -> int | None:
    # Only whoever is asked something pays for this import.
    from stamkund.rules.pricing import worth_of

    rules = club.programme.points
    return worth_of(points, rules.pay, MILLION) if rules and rules.pay else None


def _asked_for(club: Club, one: Spending, language: Language) -> str:
    shop, said = club.programme.name, []
    if one.points:
        said.append(say("spending_points", language, shop=shop, points=one.points))
    if one.vouchers:
        said.append(say("spending_vouchers", language, shop=shop, units=len(one.vouchers)))
    return " ".join(said)
