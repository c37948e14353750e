"""What time it is for a shop."""

from datetime import datetime

from msgspec import Struct

from stamkund.tables import Read
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Shop, Staff
from stamkund.web.endpoint import endpoint


class Clock(Struct, frozen=True):
    time: datetime
    sandbox: bool


@endpoint("GET", "/v1/programme/clock", caller=[Shop, Staff], access={Programmes: Read})
def read_clock(caller: Caller, now: datetime) -> Clock:
    """Read the shop's clock.

    Real time, unless the shop is a sandbox whose clock was set.
    """
    return Clock(now, caller.sandbox)
