"""Moves the clock of a sandbox shop, so that a year of club can be tried in a minute."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.programme.read_clock import Clock
from stamkund.rules.errors import Refused
from stamkund.tables import Read, Update, clock, shops
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop
from stamkund.web.endpoint import endpoint

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class SetClock(Struct, frozen=True, forbid_unknown_fields=True):
    """`time` with its offset from UTC, between the years 2000 and 2100."""

    time: Annotated[datetime, Meta(tz=True)]


@endpoint(
    "PUT",
    "/v1/programme/clock",
    caller=[Shop],
    access={Programmes: Read | Update},
    problems=["not_a_sandbox"],
)
def set_clock(request: SetClock, caller: Caller) -> Clock:
    """Set the clock of a sandbox shop.

    From then on it goes at its usual speed. Other shops keep real time. Turned back, it undoes
    nothing: points that had matured or expired by then stay so.
    """
    if not caller.sandbox:
        raise Refused("not_a_sandbox")
    if not EARLIEST <= request.time < LATEST:
        raise Refused("invalid_field", "time", detail="Expected a time between 2000 and 2100")
    offset = round((request.time - clock.real_time()).total_seconds())
    # A day early, because the shop's own day may have begun before, or after, that of UTC.
    day = (request.time.astimezone(UTC) - timedelta(days=1)).date().isoformat()
    shops.set_clock_offset(caller.shop, offset, day)
    return Clock(request.time.astimezone(UTC), caller.sandbox)
