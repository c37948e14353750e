"""The draws of the lottery among reviews, for everybody."""

from datetime import date, datetime

from msgspec import Struct

from stamkund.rules.lottery import begins_on, ends_on
from stamkund.rules.naming import named
from stamkund.tables import Read, lottery
from stamkund.tables.lottery import Draw
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Shop, Staff, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import endpoint

MOST = 60


class DrawShown(Struct, frozen=True):
    """`commitment` is the hash of the seed. Until it is drawn nobody knows the rest: the `seed`,
    how many `tickets` took part, the `digest` of their list, and which is the `winner`, null where
    there was none. `thread` is the review that won, for staff alone."""

    period: str
    begins_on: date
    ends_on: date
    prize: str
    commitment: str
    opened_at: datetime
    drawn_at: datetime | None
    seed: str | None
    tickets: int | None
    digest: str | None
    winner: str | None
    thread: str | None


class Draws(Struct, frozen=True):
    """The newest first."""

    draws: list[DrawShown]


@endpoint(
    "GET",
    "/v1/feedback/draws",
    caller=[Storefront, Shop, Staff],
    access={Programmes: Read, Threads: Read},
    problems=["no_programme"],
)
def read_draws(caller: Caller, now: datetime) -> Draws:
    """Read the draws of the lottery.

    Every review that is shown is a ticket of the period in which it first was. The hash of the seed
    is published before a period begins, and the seed with the draw, so that anybody who reads the
    tickets as well can make the draw again.
    """
    club = club_at(caller.shop, now)
    kept = lottery.every(caller.shop)[:MOST]
    return Draws([_shown(club, one.draw, caller) for one in kept])


def _shown(club: Club, draw: Draw, caller: Caller) -> DrawShown:
    drawn = draw.drawn_at is not None
    return DrawShown(
        period=draw.period,
        begins_on=date.fromisoformat(begins_on(draw.period)),
        ends_on=date.fromisoformat(ends_on(draw.period)),
        prize=named(draw.prize, caller.language, club.programme),
        commitment=draw.commitment,
        opened_at=draw.opened_at,
        drawn_at=draw.drawn_at,
        seed=draw.seed or None,
        tickets=draw.tickets if drawn else None,
        digest=draw.digest or None,
        winner=draw.winner or None,
        thread=(draw.thread or None) if caller.kind is Staff else None,
    )
