"""The tickets that took part in a draw, for everybody."""

from typing import Annotated

from msgspec import Meta, Struct

from stamkund.tables import Read, lottery
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Shop, Staff, Storefront
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, opened, sealed

PURPOSE = "tickets"
Period = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}(\.[0-9]{4}-[0-9]{2})?$", description="As it is called")
]


class Tickets(Struct, frozen=True):
    """In the order of the alphabet, 2,000 at most; nothing before the draw. `next` is the cursor of
    the page after, null on the last."""

    tickets: list[str]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/draws/{period}/tickets",
    caller=[Storefront, Shop, Staff],
    access={Programmes: Read, Threads: Read},
    problems=["draw_not_found"],
)
def read_tickets(period: Period, caller: Caller, cursor: Cursor = "") -> Tickets:
    """Read the tickets of a draw.

    All that took part. Whose each is only the member knows, who sees it with the review.
    """
    bound = (PURPOSE, caller.shop, period)
    draw = lottery.find(caller.shop, period)
    page = int(opened(cursor, *bound) or 0)
    tickets, more = lottery.listed(caller.shop, draw, page)
    return Tickets(tickets, sealed(str(more) if more else None, *bound))
