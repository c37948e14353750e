"""The `threads` table: what people say, what becomes of it, and who has still to be told.

A thread is the items of one partition: `THREAD` as it stands, an `EVENT#` for each step, a
`NOTICE#` for each message that a step causes, and for each tag a `TAG#`, which is the thread once
more, to be listed by. A step is one transaction of them, under the version that it was decided on.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.order import Order
from stamkund.rules.pictures import PictureType
from stamkund.rules.threads import Event, Thread
from stamkund.tables import clock, counting, keys, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.counting import Count
from stamkund.tables.keys import written
from stamkund.tables.leases import Leased
from stamkund.tables.orders import OrderItem
from stamkund.tables.posting import Conflict
from stamkund.tables.table import Table, client, refused_by_condition

Also = Callable[[TransactWrite], None]
THREAD, EVENT, NOTICE, TAG = "THREAD", "EVENT#", "NOTICE#", "TAG#"
# Beside them: parts of announcements, and under who has opened threads what they were told.
PART, TOLD = "PART#", "TOLD#"
PICTURE = "PICTURE#"
# In the place of a time, behind them all: in a list with the newest first it is before them.
BEFORE_ALL = "~"
NEWS = "news."  # before the id of an announcement, under which its parts lie
# Lists in one index: what is overdue, whom nobody has told yet, which parts are not done, and which
# pictures nobody has looked at, or are to go.
OVERDUE, UNTOLD, UNDONE, UNSEEN = "overdue", "untold", "undone", "unseen"
# By then the queue has brought a picture to who looks at it, if it does.
PATIENCE = timedelta(minutes=5)
AT_ONCE = 25
ATTEMPTS = 5


PictureStatus = Literal["waiting", "kept", "refused", "going"]


class WaitingIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    """What the shop owes an answer to, by when it is due."""

    class Meta:
        index_name = "waiting"
        projection = AllProjection()

    waiting_key = UnicodeAttribute(hash_key=True)
    waiting_until = UnicodeAttribute(range_key=True)


class StateIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "state"
        projection = AllProjection()

    state_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class KindIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "kind"
        projection = AllProjection()

    kind_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class OwnerIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "owner"
        projection = AllProjection()

    owner_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class ArticleIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "article"
        projection = AllProjection()

    article_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class TagIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "tag"
        projection = AllProjection()

    tag_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class AuthorIndex(GlobalSecondaryIndex["ThreadItem"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "author"
        projection = AllProjection()

    author_key = UnicodeAttribute(hash_key=True)
    opened = UnicodeAttribute(range_key=True)


class ThankedIndex(GlobalSecondaryIndex["Threads"]):  # type: ignore[no-untyped-call]
    """Topics of the forum by how much they were thanked for: a number, so that one more is added
    to it without reading it, and the index follows."""

    class Meta:
        index_name = "thanked"
        projection = AllProjection()

    thanked_key = UnicodeAttribute(hash_key=True)
    rank = NumberAttribute(range_key=True)


class DueIndex(GlobalSecondaryIndex["Threads"]):  # type: ignore[no-untyped-call]
    """What somebody has to be told of by then: sparse."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_key = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)


class Threads(Table):
    class Meta:
        name = "threads"
        personal = True  # what people say may be about anything
        stream_view_type = "KEYS_ONLY"

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    opened = UnicodeAttribute(null=True)
    waiting_key = UnicodeAttribute(null=True)
    waiting_until = UnicodeAttribute(null=True)
    waiting = WaitingIndex()
    state_key = UnicodeAttribute(null=True)
    state = StateIndex()
    kind_key = UnicodeAttribute(null=True)
    kind = KindIndex()
    owner_key = UnicodeAttribute(null=True)
    owner = OwnerIndex()
    article_key = UnicodeAttribute(null=True)
    article = ArticleIndex()
    tag_key = UnicodeAttribute(null=True)
    tag = TagIndex()
    author_key = UnicodeAttribute(null=True)
    author = AuthorIndex()
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    due = DueIndex()
    thanked_key = UnicodeAttribute(null=True)
    rank = NumberAttribute(null=True)
    thanked = ThankedIndex()


class ThreadItem(Threads):
    version = NumberAttribute()
    thread = Packed[Thread](Thread)


class EventItem(Threads):
    event = Packed[Event](Event)


class NoticeItem(Leased, Threads):
    """A message that has to be sent about an event, and to whom."""

    event = UnicodeAttribute()
    member = UnicodeAttribute(null=True)
    audience = UnicodeAttribute()


class PictureItem(Threads):
    """A picture of an event: `waiting` to be looked at, `kept`, `refused` as none, or `going`, with
    its file, which whoever looks at it next deletes."""

    status = UnicodeAttribute(default="waiting")
    type = UnicodeAttribute()


class ToldItem(Threads):
    """That somebody was told of an announcement, and by which of their threads."""

    thread = UnicodeAttribute()


class ToldAlready(Exception):  # noqa: N818 -- no error: it is what was to be found out
    """By another thread of the same person."""


class Picture(NamedTuple):
    id: str
    type: PictureType
    status: PictureStatus


class Whole(NamedTuple):
    """A thread with all its events, the first first, and its pictures by their ids."""

    thread: Thread
    events: list[Event]
    pictures: Mapping[str, Picture] = {}


class Opener(NamedTuple):
    """Who opens a thread, and the order that it is about."""

    account: Account | None
    order: Order | None


def opener(shop: str, member: str | None, order: str | None) -> Opener:
    """One read of what there is to read; it may be that there is no such order.

    Refused: member_not_found.
    """
    if member is None and order is None:
        return Opener(None, None)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, keys.of(shop, member), ACCOUNT) if member else None
        placed = transaction.get(OrderItem, keys.of(shop, order)) if order else None
    known = transact.or_none(account.get) if account else None
    if member and known is None:
        raise Refused("member_not_found")
    bought = transact.or_none(placed.get) if placed else None
    return Opener(account_from(known) if known else None, bought.order if bought else None)


def open_thread(
    shop: str,
    thread: Thread,
    *events: Event,
    pictures: Sequence[Picture] = (),
    counts: Sequence[Count] = (),
    also: Also | None = None,
) -> Thread | None:
    """One transaction, in which it is counted as well. The thread that is there already, where
    there is one of this id.

    `also` adds what has to happen with it or not at all, and deletes nothing. Refused:
    too_many_attempts. Raises Conflict when what `also` adds is another by now.
    """

    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            _item(shop, thread), ThreadItem.pk.does_not_exist(), return_values=transact.RETURN_OLD
        )
        _add(transaction, shop, thread, events, pictures=pictures)
        if also:
            also(transaction)
        for count in counts:
            counting.add(transaction, shop, count)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        known = transact.refused(error, 0)
        if known and known.raw_item:
            return ThreadItem.from_raw_data(known.raw_item).thread
        _refuse_too_many(error, counts)
        raise (Conflict() if refused_by_condition(error) else error) from error
    return None


def _refuse_too_many(error: TransactWriteError, counts: Sequence[Count]) -> None:
    """What is counted is updated, and so comes last."""
    first = len(error.cancellation_reasons) - len(counts)
    full = [count for n, count in enumerate(counts) if transact.refused(error, first + n)]
    if full:
        raise counting.too_many(full, clock.real_time()) from None


def find_for(shop: str, id: str, side: str, reference: str) -> tuple[Thread, Event | None]:
    """The thread, and what was done to it by this reference. One read.

    Refused: thread_not_found.
    """
    pk = keys.of(shop, id)
    with TransactGet(connection=client()) as transaction:
        item = transaction.get(ThreadItem, pk, THREAD)
        event = transaction.get(EventItem, pk, event_key(side, reference))
    found, known = transact.or_none(item.get), transact.or_none(event.get)
    if found is None:
        raise Refused("thread_not_found")
    return found.thread, known.event if known else None


def find(shop: str, id: str) -> Thread:
    """Refused: thread_not_found."""
    try:
        return ThreadItem.get(keys.of(shop, id), THREAD, consistent_read=True).thread
    except DoesNotExist:
        raise Refused("thread_not_found") from None


def read(shop: str, id: str) -> Whole:
    """One query. Refused: thread_not_found."""
    thread, events, pictures = None, list[Event](), dict[str, Picture]()
    for raw in _items(keys.of(shop, id)):
        sk = raw["sk"]["S"]
        if sk == THREAD:
            thread = ThreadItem.from_raw_data(raw).thread
        elif sk.startswith(EVENT):
            events.append(EventItem.from_raw_data(raw).event)
        elif sk.startswith(PICTURE):
            picture = _picture(PictureItem.from_raw_data(raw))
            pictures[picture.id] = picture
    if thread is None:
        raise Refused("thread_not_found")
    return Whole(thread, sorted(events, key=lambda event: event.n), pictures)


def _picture(item: PictureItem) -> Picture:
    kind = msgspec.convert(item.type, PictureType)
    status = msgspec.convert(item.status, PictureStatus)
    return Picture(item.sk.removeprefix(PICTURE), kind, status)


def _items(pk: str) -> Iterator[dict[str, dict[str, str]]]:
    last = None
    while True:
        page = Threads._get_connection().query(  # noqa: SLF001 -- of several kinds
            pk, consistent_read=True, exclusive_start_key=last
        )
        yield from page["Items"]
        last = page.get("LastEvaluatedKey")
        if last is None:
            return


class View(NamedTuple):
    """A list of threads: by which index, and of what."""

    by: str
    of: str


WAITS = View("waiting", "")


def page(
    shop: str, view: View, limit: int, after: str = "", until: datetime | None = None
) -> tuple[list[Thread], str | None]:
    """A page of a list, and where the next goes on. One query.

    What waits comes by when it is due, and only what is due `until` then; all else newest first.
    An index may be a moment behind.
    """
    waits = view.by == WAITS.by
    hash_key = shop if waits else keys.of(shop, view.of)
    found = ThreadItem.query(
        hash_key,
        _from(waits, after, until),
        index_name=view.by,
        limit=limit + 1,
        scan_index_forward=waits,
    )
    items = list(found)
    sort_key = "waiting_until" if waits else "opened"
    more = getattr(items[limit - 1], sort_key) if len(items) > limit else None
    return [item.thread for item in items[:limit]], more


def _from(waits: bool, after: str, until: datetime | None) -> Condition | None:  # noqa: FBT001
    if not waits:
        return ThreadItem.opened < (after or BEFORE_ALL)
    if until is None:
        return ThreadItem.waiting_until > after if after else None
    # `$` comes behind the `#` that ends a time.
    last = f"{written(until)}$"
    # Of two ends DynamoDB knows only those that belong to what is between them.
    first = f"{after} " if after else "0"
    return ThreadItem.waiting_until.between(first, last)


def overdue(shop: str, now: datetime) -> Iterator[str]:
    """The ids of threads of which somebody has to be told by now."""
    yield from {keys.thing(item.pk): None for item in _due(shop, OVERDUE, now)}


def untold(shop: str, until: datetime) -> Iterator[tuple[str, int]]:
    """Threads, and numbers of events in them, of which somebody should have been told by then."""
    for item in _due(shop, UNTOLD, until):
        yield keys.thing(item.pk), int(item.sk.removeprefix(NOTICE))


def undone(shop: str, until: datetime) -> Iterator[tuple[str, int]]:
    """Announcements, and numbers of parts of them, that should have been done by then."""
    for item in _due(shop, UNDONE, until):
        yield keys.thing(item.pk).removeprefix(NEWS), int(item.sk.removeprefix(PART))


def unseen(shop: str, until: datetime) -> Iterator[tuple[str, str]]:
    """Threads, and pictures in them, that somebody should have looked at by then."""
    for item in _due(shop, UNSEEN, until):
        yield keys.thing(item.pk), item.sk.removeprefix(PICTURE)


def picture(shop: str, thread: str, id: str) -> Picture | None:
    """One read."""
    try:
        item = PictureItem.get(keys.of(shop, thread), PICTURE + id, consistent_read=True)
    except DoesNotExist:
        return None
    return _picture(item)


def looked_at(shop: str, thread: str, id: str, status: PictureStatus) -> bool:
    """False where it does not wait for that any more."""
    item = PictureItem(keys.of(shop, thread), PICTURE + id)
    changes: list[Action] = [
        PictureItem.status.set(status), PictureItem.due_key.remove(), PictureItem.due_at.remove(),
    ]  # fmt: skip
    return item.update_if(changes, PictureItem.status == "waiting")


def going(
    transaction: TransactWrite, shop: str, thread: str, ids: Iterable[str], at: datetime
) -> None:
    """Nobody sees them from now on; also where there is none, as whoever is forgotten may just have
    taken it along."""
    for id in ids:
        gone: list[Action] = [
            PictureItem.status.set("going"),
            PictureItem.type.set(PictureItem.type | "image/jpeg"),  # whatever it was
            PictureItem.due_key.set(keys.of(shop, UNSEEN)),
            PictureItem.due_at.set(f"{written(at)}#{thread}"),
        ]
        transaction.update(PictureItem(keys.of(shop, thread), PICTURE + id), gone)


def picture_gone(shop: str, thread: str, id: str) -> None:
    """Unless it was named again meanwhile."""
    PictureItem(keys.of(shop, thread), PICTURE + id).delete_if(PictureItem.status == "going")


def pictures_of(shop: str, member: str) -> Iterator[tuple[str, str]]:
    """Threads that a member has opened, and pictures in them."""
    for thread in opened_by(shop, member):
        for id in read(shop, thread).pictures:
            yield thread, id


def forget_picture(shop: str, thread: str, id: str) -> None:
    PictureItem(keys.of(shop, thread), PICTURE + id).delete()


def _due(shop: str, what: str, until: datetime) -> list[Threads]:
    # Read to the end first: who reads this changes what is in the index.
    condition = Threads.due_at < f"{written(until)}$"
    return list(Threads.query(keys.of(shop, what), condition, index_name="due"))


def step(
    shop: str,
    before: Thread,
    after: Thread,
    *events: Event,
    told: ToldItem | None = None,
    pictures: Sequence[Picture] = (),
    also: Also | None = None,
) -> None:
    """One transaction. Raises Conflict when the thread, whose it is, this reference, or what `also`
    adds is another by now, and ToldAlready when nothing is but that there is such a `told`."""
    whose = ThreadItem.author_key == keys.of(shop, before.author.id)
    gone = [tag for tag in before.tags if tag not in after.tags]

    def fill(transaction: TransactWrite) -> None:
        for tag in gone:
            transaction.delete(ThreadItem(keys.of(shop, before.id), TAG + tag))
        transaction.save(_item(shop, after), (ThreadItem.version == before.version) & whose)
        _add(transaction, shop, after, events, told, pictures=pictures)
        if also:
            also(transaction)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if told and transact.refused_only(error, len(gone) + 1 + len(events)):
            raise ToldAlready from error
        raise (Conflict() if refused_by_condition(error) else error) from error


def told_item(shop: str, person: str, announcement: str, thread: str) -> ToldItem:
    """`person` is a member, or whoever is known by an address or an order."""
    return ToldItem(keys.of(shop, person), TOLD + announcement, thread=thread)


def told_of(shop: str, person: str) -> set[str]:
    """The announcements that answer what somebody said. One query."""
    found = ToldItem.query(keys.of(shop, person), ToldItem.sk.startswith(TOLD))
    return {item.sk.removeprefix(TOLD) for item in found}


def opened_by(shop: str, member: str) -> Iterator[str]:
    """The ids of all that a member has opened, the newest first."""
    after: str | None = ""
    while after is not None:
        found, after = page(shop, View("author", member), AT_ONCE, after)
        yield from (thread.id for thread in found)


def forget(shop: str, member: str) -> None:
    """Empties what was said in the threads that a member has opened, on both sides. That they were,
    and what became of them, stays, and is counted."""
    for id in opened_by(shop, member):
        _forget(shop, read(shop, id))


def hand_over(shop: str, member: str, to: str) -> None:
    """What a membership had opened that became part of another: all that the index knows of, which
    may be behind. Refused: busy."""
    # Before, as the other one may be told by the first of these; and after, as this one may have
    # been told by the last.
    _told_as_well(shop, member, to)
    for id in opened_by(shop, member):
        _hand_over(shop, id, member, to)
    _told_as_well(shop, member, to)


def _told_as_well(shop: str, member: str, to: str) -> None:
    """Of which announcements the one was told, the other need not be."""
    begins = ToldItem.sk.startswith(TOLD)
    for item in list(ToldItem.query(keys.of(shop, member), begins, consistent_read=True)):
        theirs = ToldItem(keys.of(shop, to), item.sk, thread=item.thread)
        theirs.save_if(ToldItem.pk.does_not_exist())


def _hand_over(shop: str, id: str, member: str, to: str) -> None:
    for _ in range(ATTEMPTS):
        thread = find(shop, id)
        if thread.author.id != member:
            return
        try:
            save(shop, replace(thread, author=replace(thread.author, id=to)))
        except Conflict:  # there was a step meanwhile
            continue
        return
    raise Refused("busy")


def _forget(shop: str, whole: Whole) -> None:
    for event in whole.events:
        if event.text:
            key = event_key(event.side, event.reference)
            empty = replace(event, text="", held=False)
            EventItem(keys.of(shop, whole.thread.id), key, event=empty).save()
    if whole.thread.excerpt:
        save(shop, replace(whole.thread, excerpt=""))


def save(shop: str, thread: Thread) -> None:
    """Raises Conflict when there was a step meanwhile."""

    def fill(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, thread), ThreadItem.version == thread.version)
        for tag in thread.tags:
            transaction.save(_item(shop, thread, tag))

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0):
            raise Conflict from error
        raise


def _add(
    transaction: TransactWrite,
    shop: str,
    thread: Thread,
    events: Sequence[Event],
    told: ToldItem | None = None,
    *,
    pictures: Sequence[Picture] = (),
) -> None:
    """What steps leave beside the thread itself."""
    pk = keys.of(shop, thread.id)
    for event in events:
        key = event_key(event.side, event.reference)
        transaction.save(EventItem(pk, key, event=event), EventItem.pk.does_not_exist())
    if told:
        transaction.save(told, ToldItem.pk.does_not_exist())
    for event in events:
        if event.told:
            transaction.save(_notice(shop, thread, event), NoticeItem.pk.does_not_exist())
    for tag in thread.tags:
        transaction.save(_item(shop, thread, tag))
    for picture in pictures:
        transaction.save(_picture_item(shop, thread, picture))


def _picture_item(shop: str, thread: Thread, picture: Picture) -> PictureItem:
    return PictureItem(
        keys.of(shop, thread.id),
        PICTURE + picture.id,
        type=picture.type,
        due_key=keys.of(shop, UNSEEN),
        due_at=f"{written(thread.last_at + PATIENCE)}#{thread.id}",
    )


def event_key(side: str, reference: str) -> str:
    return f"{EVENT}{side}#{reference}"


def notice_key(n: int) -> str:
    """Of an event there is one at most."""
    return f"{NOTICE}{n:06}"


def _notice(shop: str, thread: Thread, event: Event) -> NoticeItem:
    return NoticeItem(
        keys.of(shop, thread.id),
        notice_key(event.n),
        event=event_key(event.side, event.reference),
        member=thread.author.id if thread.author.side == "member" else None,
        audience=event.told,
        due_key=keys.of(shop, UNTOLD),
        due_at=f"{written(event.at)}#{thread.id}",
    )


def _item(shop: str, thread: Thread, tag: str = "") -> ThreadItem:
    item = ThreadItem(
        keys.of(shop, thread.id),
        TAG + tag if tag else THREAD,
        version=thread.version,
        thread=thread,
        opened=_sorted(thread.opened_at, thread),
    )
    if tag:
        item.tag_key = keys.of(shop, tag)
    else:
        _index(item, shop, thread)
    return item


def _index(item: ThreadItem, shop: str, thread: Thread) -> None:
    item.state_key = keys.of(shop, thread.state)
    item.kind_key = keys.of(shop, thread.kind)
    item.author_key = keys.of(shop, thread.author.id)
    if thread.owner and thread.state != "closed":
        item.owner_key = keys.of(shop, thread.owner)
    if thread.about.article:
        item.article_key = keys.of(shop, thread.about.article)
    if thread.due_at:
        item.waiting_key = shop
        item.waiting_until = _sorted(thread.due_at, thread)
    if thread.escalate_at:
        item.due_key = keys.of(shop, OVERDUE)
        item.due_at = _sorted(thread.escalate_at, thread)


def _sorted(moment: datetime, thread: Thread) -> str:
    """In the order of time, and each another."""
    return f"{written(moment)}#{thread.id}"
