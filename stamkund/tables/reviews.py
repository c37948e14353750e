"""Reviews in the `threads` table: beside their thread, and once more for everybody to read.

What everybody may read of an article is the items of one partition: `SHOWN#` for each review, by
when it was first shown, and behind them the `SUMMARY`, which counts them. Read backwards, one query
has the summary and the newest. A review moves in one transaction with what is shown and counted.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from pynamodb.attributes import NumberAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.rules.programme import Language
from stamkund.rules.reviews import (
    STARS,
    Rating,
    Review,
    forgotten,
    gone_between,
    moves,
    review_id,
)
from stamkund.rules.threads import Thread, without_links
from stamkund.tables import keys, orders, posting, referrals, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.keys import written
from stamkund.tables.lottery import ticket_item
from stamkund.tables.orders import OrderItem, Placed
from stamkund.tables.table import client
from stamkund.tables.threads import THREAD, Also, ThreadItem, Threads, going, opened_by

REVIEW, SHOWN = "REVIEW", "SHOWN#"
SUMMARY = "SUMMARY"  # behind what is shown, in the order of keys
# A list in the index of what is due: reviews of which not everything has been seen to.
UNSETTLED = "unsettled"


class ReviewItem(Threads):
    version = NumberAttribute()
    review = Packed[Review](Review)


class Shown(Struct, frozen=True, omit_defaults=True):
    """What everybody may read of a review; links in it lead nowhere. `pictures` are ids of those
    that were let through."""

    review: str
    stars: int
    text: str
    name: str
    language: Language
    published_at: datetime
    pictures: list[str] = []


class ShownItem(Threads):
    shown = Packed[Shown](Shown)


class SummaryItem(Threads):
    stars_1 = NumberAttribute(default=0)
    stars_2 = NumberAttribute(default=0)
    stars_3 = NumberAttribute(default=0)
    stars_4 = NumberAttribute(default=0)
    stars_5 = NumberAttribute(default=0)


class Reviewer(NamedTuple):
    """Who wants to review which order, and the review that there is already."""

    account: Account | None
    placed: Placed | None
    thread: Thread | None
    review: Review | None


class Known(NamedTuple):
    """A review, the thread that it is in, and since or from when somebody has to see to it."""

    thread: Thread
    review: Review
    due: datetime | None


def reviewer(shop: str, member: str, order: str, line: str) -> Reviewer:
    """One read."""
    pk = keys.of(shop, review_id(order, line))
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, keys.of(shop, member), ACCOUNT)
        placed = transaction.get(OrderItem, keys.of(shop, order))
        thread = transaction.get(ThreadItem, pk, THREAD)
        review = transaction.get(ReviewItem, pk, REVIEW)
    person, bought = transact.or_none(account.get), transact.or_none(placed.get)
    said, kept = transact.or_none(thread.get), transact.or_none(review.get)
    return Reviewer(
        account_from(person) if person else None,
        orders.placed_from(bought) if bought else None,
        said.thread if said else None,
        kept.review if kept else None,
    )


def find(shop: str, id: str) -> Known | None:
    """One read; None where the thread is none of a review."""
    pk = keys.of(shop, id)
    with TransactGet(connection=client()) as transaction:
        thread = transaction.get(ThreadItem, pk, THREAD)
        review = transaction.get(ReviewItem, pk, REVIEW)
    said, kept = transact.or_none(thread.get), transact.or_none(review.get)
    if said is None or kept is None:
        return None
    return Known(said.thread, kept.review, _due(kept))


def _due(item: ReviewItem) -> datetime | None:
    since: str | None = item.due_at
    return datetime.fromisoformat(since.partition("#")[0]) if since else None


def moving(shop: str, id: str, before: Review | None, after: Review, at: datetime) -> Also:
    """What goes into the transaction that moves its thread. It is to be seen to since then."""

    def also(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, id, after, at), _as_before(before))
        _show(transaction, shop, id, before, after)
        going(transaction, shop, id, gone_between(before, after), at)

    return also


def _item(shop: str, id: str, review: Review, due: datetime | None) -> ReviewItem:
    item = ReviewItem(keys.of(shop, id), REVIEW, version=review.version, review=review)
    if due:
        item.due_key = keys.of(shop, UNSETTLED)
        item.due_at = f"{written(due)}#{id}"
    return item


def _as_before(before: Review | None) -> Condition:
    if before is None:
        return ReviewItem.pk.does_not_exist()
    return ReviewItem.version == before.version


def _show(
    transaction: TransactWrite, shop: str, id: str, before: Review | None, after: Review
) -> None:
    """What is shown, and counted, becomes that of the review after."""
    if after.shown:
        transaction.save(_shown_item(shop, id, after))
        if after.ticket:
            transaction.save(ticket_item(shop, after.ticket.period, after.ticket.id, id))
    elif before and before.shown:
        transaction.delete(_shown_key(shop, id, before))
        if before.ticket:
            transaction.delete(ticket_item(shop, before.ticket.period, before.ticket.id))
    counts = [
        getattr(SummaryItem, f"stars_{stars}").add(n) for stars, n in moves(before, after).items()
    ]
    if counts:
        transaction.update(SummaryItem(_article(shop, after.bought.article), SUMMARY), counts)


def _article(shop: str, article: str) -> str:
    # No thread: their ids have no dot.
    return keys.of(shop, f"article.{article}")


def _shown_key(shop: str, id: str, review: Review) -> ShownItem:
    assert review.published_at is not None
    place = f"{SHOWN}{written(review.published_at)}#{id}"
    return ShownItem(_article(shop, review.bought.article), place)


def _shown_item(shop: str, id: str, review: Review) -> ShownItem:
    item, said = _shown_key(shop, id, review), review.written
    assert review.published_at is not None
    item.shown = Shown(
        id,
        said.stars,
        without_links(said.text),
        without_links(said.name),
        said.language,
        review.published_at,
        [one for one in said.pictures if one in review.approved],
    )
    return item


# What comes of one


def pay(
    before: Account, after: Account, entries: list[Entry], known: Known, review: Review
) -> None:
    """Points and merit of a review come or go with the review that says so. Raises Conflict."""

    def also(transaction: TransactWrite) -> None:
        was = ReviewItem.version == known.review.version
        transaction.save(_item(before.shop, known.thread.id, review, known.due), was)
        if review.merit:
            referrals.note_ambassador(transaction, after)

    posting.rewrite(before, after, entries, also=also)


def settle(shop: str, known: Known, review: Review, again: datetime | None) -> None:
    """Everything has been seen to, until then. Raises Conflict."""

    def fill(transaction: TransactWrite) -> None:
        was = ReviewItem.version == known.review.version
        transaction.save(_item(shop, known.thread.id, review, again), was)

    posting.written_or_conflict(fill)


def unsettled(shop: str, until: datetime) -> list[str]:
    """Threads of reviews that have to be seen to since then at the latest."""
    condition = Threads.due_at < f"{written(until)}$"
    found = Threads.query(keys.of(shop, UNSETTLED), condition, index_name="due")
    # Read to the end first: who reads this changes what is in the index.
    return [keys.thing(item.pk) for item in list(found)]


# What everybody may read


class Read(NamedTuple):
    """A page of what is shown of an article, newest first, and how it is rated; only the first
    page knows that."""

    rating: Rating | None
    shown: list[Shown]
    more: str | None


def read(shop: str, article: str, limit: int, before: str = "") -> Read:
    """One query, of what there is and not of an index."""
    pk, last = _article(shop, article), before or f"{SUMMARY}~"
    rating, found = Rating([0] * len(STARS)), list[ShownItem]()
    asked = limit + (1 if before else 2)
    page = Threads._get_connection().query(  # noqa: SLF001 -- of several kinds
        pk,
        range_key_condition=Threads.sk < last,
        scan_index_forward=False,
        limit=asked,
        consistent_read=True,
    )
    for raw in page["Items"]:
        if raw["sk"]["S"] == SUMMARY:
            rating = _rating(SummaryItem.from_raw_data(raw))
        else:
            found.append(ShownItem.from_raw_data(raw))
    more = found[limit - 1].sk if len(found) > limit else None
    return Read(None if before else rating, [item.shown for item in found[:limit]], more)


def _rating(item: SummaryItem) -> Rating:
    return Rating([int(getattr(item, f"stars_{stars}")) for stars in STARS])


def all_shown(shop: str, article: str) -> Iterator[Shown]:
    """Every review of an article that is shown."""
    condition = ShownItem.sk.startswith(SHOWN)
    for item in ShownItem.query(_article(shop, article), condition, consistent_read=True):
        yield item.shown


# Leaving


def forget_all(shop: str, member: str) -> None:
    """Empties what a member has written, also where it is shown. That they have, and how many stars
    they gave, stays, and is counted. Raises Conflict when it moved meanwhile."""
    for id in opened_by(shop, member):
        known = find(shop, id)
        if known and known.review.written != forgotten(known.review).written:
            _forget(shop, known)


def _forget(shop: str, known: Known) -> None:
    review, id = known.review, known.thread.id
    after = forgotten(review)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, id, after, known.due), ReviewItem.version == review.version)
        if after.shown:
            transaction.save(_shown_item(shop, id, after))
        if review.ticket:
            transaction.save(ticket_item(shop, review.ticket.period, review.ticket.id))

    posting.written_or_conflict(fill)
