"""Lotteries among reviews, in the `threads` table: a `DRAW#` for each period, the `TICKET#` of each
review, and the `LIST#` of those that took part. The seed lies in `identities`, which nothing that
anybody outside can ask has a right to read; with the draw it becomes part of that.
"""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist

from stamkund.rules.errors import Refused
from stamkund.rules.lottery import commitment, digest_of, in_order, winner_of
from stamkund.rules.programme import Text
from stamkund.tables import keys
from stamkund.tables.attributes import Packed
from stamkund.tables.identities import Identities
from stamkund.tables.posting import Conflict
from stamkund.tables.threads import Threads

DRAW, TICKET, LIST = "DRAW#", "TICKET#", "LIST#"
AT_ONCE = 2_000  # tickets in one item, and on one page


class Draw(Struct, frozen=True, kw_only=True):
    """What is known of a period. Without `drawn_at` it is open, and its seed a secret; `thread` is
    the review that won."""

    period: str
    commitment: str
    prize: Text
    opened_at: datetime
    drawn_at: datetime | None = None
    seed: str = ""
    digest: str = ""
    tickets: int = 0
    winner: str = ""
    thread: str = ""
    told: bool = False


class DrawItem(Threads):
    version = NumberAttribute(default=1)
    draw = Packed[Draw](Draw)


class TicketItem(Threads):
    """Of no thread where who wrote the review has left, and then it is none."""

    thread = UnicodeAttribute()


class ListItem(Threads):
    tickets = Packed[list[str]](list[str])


class SeedItem(Identities):
    seed = UnicodeAttribute()


class Kept(NamedTuple):
    """A draw, and the version under which it changes."""

    draw: Draw
    version: int


def ticket_item(shop: str, period: str, id: str, thread: str = "") -> TicketItem:
    return TicketItem(_period_key(shop, period), TICKET + id, thread=thread)


def every(shop: str) -> list[Kept]:
    """Newest first. One query."""
    items = DrawItem.query(
        _draws_key(shop),
        DrawItem.sk.startswith(DRAW),
        consistent_read=True,
        scan_index_forward=False,
    )
    return [Kept(item.draw, int(item.version)) for item in items]


def find(shop: str, period: str) -> Draw:
    """Refused: draw_not_found."""
    try:
        draw: Draw = DrawItem.get(_draws_key(shop), DRAW + period, consistent_read=True).draw
    except DoesNotExist:
        raise Refused("draw_not_found") from None
    return draw


def open_period(shop: str, period: str, prize: Text, now: datetime) -> bool:
    """Chooses a seed and publishes its hash; whether it was now. Whoever dies in between, the next
    finds the seed and publishes the same."""
    seed = _seed(shop, period)
    draw = Draw(period=period, commitment=commitment(seed), prize=prize, opened_at=now)
    item = DrawItem(_draws_key(shop), DRAW + period, draw=draw)
    return item.save_if(DrawItem.pk.does_not_exist())


def _seed(shop: str, period: str) -> str:
    key = keys.of(shop, f"lottery#{period}")
    SeedItem(key, seed=secrets.token_hex(32)).save_if(SeedItem.pk.does_not_exist())
    return str(SeedItem.get(key, consistent_read=True).seed)


def draw(shop: str, kept: Kept, now: datetime) -> Draw:
    """Fixes the list, and with it the winner. A list is called by its digest: one that was written
    by who died over it is there already, or is another and nobody looks at it.

    Raises Conflict when somebody else was faster.
    """
    threads = _tickets(shop, kept.draw.period)
    listed, seed = in_order(threads), _seed(shop, kept.draw.period)
    digest = digest_of(listed)
    for first in range(0, len(listed), AT_ONCE):
        place = f"{LIST}{digest}#{first // AT_ONCE:06}"
        part = listed[first : first + AT_ONCE]
        ListItem(_period_key(shop, kept.draw.period), place, tickets=part).save()
    winner = winner_of(seed, listed) or ""
    drawn = replace(
        kept.draw,
        drawn_at=now,
        seed=seed,
        digest=digest,
        tickets=len(listed),
        winner=winner,
        thread=threads.get(winner, ""),
    )
    _change(shop, kept, drawn)
    return drawn


def set_told(shop: str, kept: Kept) -> None:
    """Raises Conflict when somebody else was faster."""
    _change(shop, kept, replace(kept.draw, told=True))


def listed(shop: str, draw: Draw, page: int) -> tuple[list[str], int | None]:
    """A page of the tickets that took part, and the number of the next. One read."""
    place = f"{LIST}{draw.digest}#{page:06}"
    more = page + 1 if (page + 1) * AT_ONCE < draw.tickets else None
    try:
        item = ListItem.get(_period_key(shop, draw.period), place, consistent_read=True)
    except DoesNotExist:
        return [], None
    return list(item.tickets), more


def _tickets(shop: str, period: str) -> dict[str, str]:
    """With the thread of each."""
    condition = TicketItem.sk.startswith(TICKET)
    found: Iterator[TicketItem] = TicketItem.query(
        _period_key(shop, period), condition, consistent_read=True
    )
    return {item.sk.removeprefix(TICKET): item.thread for item in found if item.thread}


def _change(shop: str, kept: Kept, after: Draw) -> None:
    item = DrawItem(_draws_key(shop), DRAW + after.period, version=kept.version + 1, draw=after)
    if not item.save_if(DrawItem.version == kept.version):
        raise Conflict


def _draws_key(shop: str) -> str:
    # No thread: their ids have no dot.
    return keys.of(shop, "lottery.draws")


def _period_key(shop: str, period: str) -> str:
    return keys.of(shop, f"lottery.of.{period}")
