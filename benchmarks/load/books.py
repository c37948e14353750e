"""At the end: is all that the club said yes to in its books, once, and do the books agree?"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

from benchmarks.load.plan import Done
from stamkund.local.replay.audit import differences
from stamkund.local.replay.books import Book, every_book
from stamkund.local.replay.figures import points_of
from stamkund.rules.selection import moment
from stamkund.tables import orders, programmes
from stamkund.tables.clock import real_time

STATUS = {"commit": "held", "confirm": "confirmed", "cancel": "cancelled", "refund": "confirmed"}


class Found(Struct, frozen=True):
    """`unknown` are orders whose answer was lost, or was no: they may be there or not."""

    members: int
    orders: int
    contested: int
    unknown: int
    wrong: list[str]


def audited(shop: str, done: Sequence[Done]) -> Found:
    books = list(every_book(shop))
    accepted = {one.order: one for one in done if one.what == "commit"}
    sent = {one.order for one in done if one.what == "sent"}
    wrong = [
        *_lost(shop, done),
        *_entered(books, accepted, sent),
        *_disagreeing(shop, books),
    ]
    contested = sum(one.what == "contested" for one in done)
    return Found(len(books), len(accepted), contested, len(sent - accepted.keys()), wrong)


def _lost(shop: str, done: Sequence[Done]) -> Iterator[str]:
    """Every order as it was last said to be."""
    last = {one.order: STATUS[one.what] for one in done if one.what in STATUS}
    for order, status in last.items():
        placed = orders.look_up(shop, order)
        if placed is None:
            yield f"{order} was accepted and is not there"
        elif placed.status != status:
            yield f"{order} was {status} and is {placed.status}"


def _entered(books: Sequence[Book], accepted: dict[str, Done], sent: set[str]) -> Iterator[str]:
    """Each accepted order is in the ledger once, with the points of its receipt."""
    earned, spent, times = Counter[str](), Counter[str](), Counter[str]()
    for entry in (entry for book in books for entry in book.entries):
        if entry.kind == "earn":
            times[entry.order] += 1
            earned[entry.order] += entry.points
        elif entry.kind == "spend":
            spent[entry.order] -= entry.points
    for order, one in accepted.items():
        if times[order] != 1:
            yield f"{order} is in the ledger {times[order]} times"
        if (earned[order], spent[order]) != (one.earned, one.spent):
            yield f"{order}: the receipt said {one.earned} and {one.spent} points, the ledger has "
            f"{earned[order]} and {spent[order]}"
    for order in times.keys() - sent:
        yield f"{order} is in the ledger and nobody sent it"


def _disagreeing(shop: str, books: Sequence[Book]) -> Iterator[str]:
    """Between ledger, wallet and tier of each member, and over the whole shop."""
    now = real_time()
    published = programmes.current(shop, now)
    at = moment(now, published.programme.time_zone)
    for book in books:
        yield from differences(book, published.setting, at)
    points = points_of(books, at)
    if not points.add_up:
        yield f"all points: {points.came} came, {points.went} went, {points.left} are left"
