"""Announcements, in `programmes`: as they are written, and what became of those that are published.

What is published is told part by part. A part is an item of `threads`, with the threads that it is
for. It is made once, before the one before it is done, and done once: so the sums over the parts
are right whoever dies at what, and each is met again in an index until it is done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import msgspec
from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.announcements import (
    MOST_IN_A_PART,
    Announcement,
    Place,
    Reach,
    first_place,
    named_from,
    next_tag,
    reference_of,
)
from stamkund.rules.errors import Refused
from stamkund.rules.threads import Event, Thread
from stamkund.tables import keys, threads, transact
from stamkund.tables.attributes import Packed
from stamkund.tables.cache import Remembered
from stamkund.tables.keys import written
from stamkund.tables.programmes import Programmes
from stamkund.tables.table import client
from stamkund.tables.threads import (
    NEWS,
    PART,
    THREAD,
    UNDONE,
    EventItem,
    ThreadItem,
    Threads,
    View,
    event_key,
)  # fmt: skip

DRAFT, PUBLISHED = "DRAFT#", "PUBLISHED#"
# By then the queue has brought a part to an end, if it does.
PATIENCE = timedelta(minutes=10)


class DraftItem(Programmes):
    """As staff wrote it. Once it is published it stays as it is."""

    content = Packed[Announcement](Announcement)
    digest = BinaryAttribute(legacy_encoding=False)
    written_by = UnicodeAttribute()
    published_at = UnicodeAttribute(null=True)
    published_by = UnicodeAttribute(null=True)


class PublishedItem(Programmes):
    content = Packed[Announcement](Announcement)
    asked = NumberAttribute(default=0)
    threads = NumberAttribute(default=0)
    left = NumberAttribute(default=1)


class PartItem(Threads):
    """`place` is from where the next part is taken; without one it is the last."""

    ids = Packed[list[str]](list[str])
    place = Packed[Place](Place, null=True)
    done = UnicodeAttribute(null=True)


class Draft(NamedTuple):
    announcement: Announcement
    published_at: datetime | None
    published_by: str


class News(NamedTuple):
    """What is published, and whom it has reached."""

    announcement: Announcement
    published_at: datetime
    reach: Reach


class Part(NamedTuple):
    shop: str
    draft: Draft
    n: int
    ids: list[str]
    place: Place | None
    done: bool


class Linked(NamedTuple):
    """A thread of a part, and what this announcement has done to it already."""

    thread: Thread
    event: Event | None


def write(shop: str, announcement: Announcement, by: str) -> Draft:
    """As it is kept now. Refused: announcement_published, where it is another."""
    digest = sha256(msgspec.json.encode(announcement, order="deterministic")).digest()
    item = DraftItem(
        _all_of(shop), DRAFT + announcement.id, content=announcement, digest=digest, written_by=by
    )
    if item.save_if(DraftItem.published_at.does_not_exist()):
        return _drafted(item)
    known = _draft(shop, announcement.id)
    if known.digest != digest:
        raise Refused("announcement_published")
    return _drafted(known)


def find(shop: str, id: str) -> tuple[Draft, Reach]:
    """Refused: announcement_not_found."""
    draft = _drafted(_draft(shop, id))
    if draft.published_at is None:
        return draft, Reach()
    item = PublishedItem.get(_all_of(shop), _place(draft), consistent_read=True)
    return draft, _reach(item)


def every(shop: str, limit: int, after: str) -> tuple[list[Draft], str | None]:
    """A page of them, those that are published as well, in the order of their ids. One query."""
    first = DraftItem.sk.between(f"{DRAFT}{after} " if after else DRAFT, f"{DRAFT}~")
    items = list(DraftItem.query(_all_of(shop), first, limit=limit + 1))
    more = items[limit - 1].sk.removeprefix(DRAFT) if len(items) > limit else None
    return [_drafted(item) for item in items[:limit]], more


def newest(shop: str, limit: int, after: str) -> tuple[list[News], str | None]:
    """A page of what is published, the newest first. One query."""
    until = PublishedItem.sk.between(PUBLISHED, f"{PUBLISHED}{after or '~'}")
    items = list(
        PublishedItem.query(_all_of(shop), until, limit=limit + 2, scan_index_forward=False)
    )
    # Both ends belong to what is between them.
    items = [item for item in items if item.sk != PUBLISHED + after][: limit + 1]
    more = items[limit - 1].sk.removeprefix(PUBLISHED) if len(items) > limit else None
    return [_news(item) for item in items[:limit]], more


def publish(shop: str, id: str, by: str, now: datetime) -> bool:
    """Whether it is so only now. The first part is empty, and leads to all others.

    Refused: announcement_not_found, busy.
    """
    for _ in range(2):
        item = _draft(shop, id)
        if item.published_at:
            return False
        if _publish(shop, item, by, now):
            return True
    raise Refused("busy")


def _publish(shop: str, item: DraftItem, by: str, now: datetime) -> bool:
    """False where somebody has published or changed it meanwhile."""
    at = written(now)
    published: list[Action] = [DraftItem.published_at.set(at), DraftItem.published_by.set(by)]
    as_read = DraftItem.published_at.does_not_exist() & (DraftItem.digest == item.digest)
    id = item.content.id
    news = PublishedItem(_all_of(shop), f"{PUBLISHED}{at}#{id}", content=item.content)
    first = _part(shop, id, 0, [], first_place(item.content), now)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(news, PublishedItem.pk.does_not_exist())
        transaction.save(first, PartItem.pk.does_not_exist())
        transaction.update(DraftItem(item.pk, item.sk), published, as_read)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 2) is None:
            raise
        return False
    return True


# Parts


def part(shop: str, id: str, n: int) -> Part | None:
    """None where there is no such part. One read."""
    with TransactGet(connection=client()) as transaction:
        one = transaction.get(PartItem, keys.of(shop, NEWS + id), part_key(n))
        draft = transaction.get(DraftItem, _all_of(shop), DRAFT + id)
    item, known = transact.or_none(one.get), transact.or_none(draft.get)
    if item is None or known is None:
        return None
    return Part(shop, _drafted(known), n, item.ids, item.place, item.done is not None)


def go_on(part: Part, now: datetime) -> bool:
    """Makes the part after this one, if there is any. Two calls; again is no harm."""
    if part.place is None:
        return False
    ids, place = _taken(part, part.place)
    announcement = part.draft.announcement
    following = _part(part.shop, announcement.id, part.n + 1, ids, place, now)
    news = PublishedItem(_all_of(part.shop), _place(part.draft))

    def fill(transaction: TransactWrite) -> None:
        transaction.save(following, PartItem.pk.does_not_exist())
        transaction.update(news, [PublishedItem.left.add(1)], PublishedItem.pk.exists())

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0) is None:
            raise
    return True


def _taken(part: Part, place: Place) -> tuple[list[str], Place | None]:
    """The threads of the part after it, and where the next one is taken from."""
    announcement, published_at = part.draft.announcement, part.draft.published_at
    if place.source == 0:
        return named_from(announcement, place)
    assert published_at
    # What is opened later was not linked; `$` comes behind the `#` that ends a time.
    after = place.after or f"{written(published_at)}$"
    view = View("tag", announcement.tags[place.source - 1])
    found, more = threads.page(part.shop, view, MOST_IN_A_PART, after)
    following = Place(place.source, more) if more else next_tag(announcement, place.source)
    return [thread.id for thread in found], following


def linked(part: Part) -> list[Linked]:
    """The threads of a part that are there. One read."""
    if not part.ids:
        return []
    event = event_key("club", reference_of(part.draft.announcement.id))
    with TransactGet(connection=client()) as transaction:
        asked = [
            (
                transaction.get(ThreadItem, keys.of(part.shop, id), THREAD),
                transaction.get(EventItem, keys.of(part.shop, id), event),
            )
            for id in part.ids
        ]
    found = ((transact.or_none(one.get), transact.or_none(done.get)) for one, done in asked)
    return [
        Linked(thread.thread, done.event if done else None)
        for thread, done in found
        if thread is not None
    ]


def finish(part: Part, events: Sequence[Event], now: datetime) -> None:
    """What the part has done to its threads is added up, once. One transaction."""
    mine = [event for event in events if event.part == part.n]
    asked = sum(not event.quiet for event in mine)
    item = PartItem(keys.of(part.shop, NEWS + part.draft.announcement.id), part_key(part.n))
    done: list[Action] = [
        PartItem.done.set(written(now)), PartItem.due_key.remove(), PartItem.due_at.remove(),
    ]  # fmt: skip
    added: list[Action] = [
        PublishedItem.left.add(-1),
        PublishedItem.asked.add(asked),
        PublishedItem.threads.add(len(mine)),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(item, done, PartItem.pk.exists() & PartItem.done.does_not_exist())
        news = PublishedItem(_all_of(part.shop), _place(part.draft))
        transaction.update(news, added, PublishedItem.pk.exists())

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0) is None:
            raise


def part_key(n: int) -> str:
    return f"{PART}{n:06}"


def _part(
    shop: str, id: str, n: int, ids: list[str], place: Place | None, now: datetime
) -> PartItem:
    return PartItem(
        keys.of(shop, NEWS + id),
        part_key(n),
        ids=ids,
        place=place,
        due_key=keys.of(shop, UNDONE),
        due_at=f"{written(now + PATIENCE)}#{id}.{n}",
    )


# As they are read


def _load(shop: str, id: str) -> Announcement | None:
    try:
        return DraftItem.get(_all_of(shop), DRAFT + id, consistent_read=True).content
    except DoesNotExist:
        return None


# Only of what is published, which stays as it is.
known = Remembered(_load)


def _draft(shop: str, id: str) -> DraftItem:
    try:
        return DraftItem.get(_all_of(shop), DRAFT + id, consistent_read=True)
    except DoesNotExist:
        raise Refused("announcement_not_found") from None


def _drafted(item: DraftItem) -> Draft:
    at = datetime.fromisoformat(item.published_at) if item.published_at else None
    return Draft(item.content, at, item.published_by or "")


def _news(item: PublishedItem) -> News:
    at = item.sk.removeprefix(PUBLISHED).partition(keys.SEPARATOR)[0]
    return News(item.content, datetime.fromisoformat(at), _reach(item))


def _reach(item: PublishedItem) -> Reach:
    return Reach(int(item.asked), int(item.threads), int(item.left))


def _place(draft: Draft) -> str:
    """The key of what is published."""
    assert draft.published_at
    return f"{PUBLISHED}{written(draft.published_at)}#{draft.announcement.id}"


def _all_of(shop: str) -> str:
    return keys.of(shop, "ANNOUNCEMENTS")
