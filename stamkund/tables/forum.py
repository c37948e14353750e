"""The forum in the `threads` table: beside the thread of each post, and once more to be read.

What everybody reads of a topic is the items of one partition: the `HEAD`, which counts its answers
and thanks and is listed by two indexes, the `OPENING`, and a `REPLY#` for each answer by when it
was first shown. They are never taken away: of what is hidden the words go, and the thanks that
they were given go on being counted where they are. A post moves in one transaction with them.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.forum import (
    ONE_MORE,
    Post,
    Seen,
    Writer,
    excerpt_of,
    forgotten,
    rank,
    seen,
    thanks_in,
)
from stamkund.rules.ledger import Entry
from stamkund.rules.threads import Author, Thread
from stamkund.tables import clock, counting, keys, posting, transact
from stamkund.tables.accounts import ACCOUNT, AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.counting import Count
from stamkund.tables.keys import written
from stamkund.tables.profiles import Profiles
from stamkund.tables.table import client
from stamkund.tables.threads import (
    THREAD,
    UNTOLD,
    Also,
    NoticeItem,
    ThreadItem,
    Threads,
    event_key,
    notice_key,
    opened_by,
)

WRITING = "post"  # the reference of the event by which it is written
POST, HEAD, OPENING, REPLY = "POST", "HEAD", "OPENING", "REPLY#"
THANKED = "THANKED#"
WRITER = "WRITER"
TOPIC = "topic."  # before the id of a topic, under which everybody reads it
# A list in the index of what is due: for whose answer something is to be given, or goes back.
UNREWARDED = "unrewarded"
NOBODY = "nobody"

Order = Literal["newest", "most_thanked"]


class PostItem(Threads):
    version = NumberAttribute()
    post = Packed[Post](Post)


class HeadItem(Threads):
    """Of a topic. `accepted` is the answer that who asked has chosen, and `rewarded` the first that
    was; `topic` has only how its text begins."""

    topic = Packed[Seen](Seen)
    answers = NumberAttribute(default=0)
    accepted = UnicodeAttribute(null=True)
    rewarded = UnicodeAttribute(null=True)
    last_at = UnicodeAttribute()


class ReadItem(Threads):
    """A post as everybody reads it, where it has a place."""

    seen = Packed[Seen](Seen)
    thanks = NumberAttribute(default=0)
    hidden = BooleanAttribute(null=True)


class ThankedItem(Threads):
    """Under who thanked for a post."""

    thanked_at = UnicodeAttribute()


class WriterItem(Profiles):
    """What a member is called in the forum, because they want to be."""

    name = UnicodeAttribute()
    since = UnicodeAttribute()


class Known(NamedTuple):
    """A post, and the thread that it is."""

    thread: Thread
    post: Post

    @property
    def topic(self) -> str:
        return self.post.topic or self.thread.id


class Head(NamedTuple):
    """A topic with what is counted in it."""

    topic: Seen
    answers: int
    thanks: int
    accepted: str
    rewarded: str
    last_at: datetime
    listed: bool


class Placed(NamedTuple):
    """A post as it is read, with its thanks, and where in its topic."""

    seen: Seen
    thanks: int
    place: str


class Speaker(NamedTuple):
    """Who wants to write, and where: in a topic that `asker` has begun."""

    account: Account | None
    writer: Writer | None
    head: Head | None
    asker: Author | None


def speaker(shop: str, member: str | None, topic: str) -> Speaker:
    """One read, of what there is."""
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, keys.of(shop, member or NOBODY), ACCOUNT)
        writer = transaction.get(WriterItem, keys.of(shop, member or NOBODY), WRITER)
        head = transaction.get(HeadItem, _topic_key(shop, topic or NOBODY), HEAD)
        thread = transaction.get(ThreadItem, keys.of(shop, topic or NOBODY), THREAD)
    person, called = transact.or_none(account.get), transact.or_none(writer.get)
    found, asked = transact.or_none(head.get), transact.or_none(thread.get)
    return Speaker(
        account_from(person) if person else None,
        Writer(called.name, datetime.fromisoformat(called.since)) if called else None,
        _head(found) if found else None,
        asked.thread.author if asked else None,
    )


def find(shop: str, id: str) -> Known | None:
    """One read; None where there is no such post."""
    pk = keys.of(shop, id)
    with TransactGet(connection=client()) as transaction:
        thread = transaction.get(ThreadItem, pk, THREAD)
        post = transaction.get(PostItem, pk, POST)
    said, kept = transact.or_none(thread.get), transact.or_none(post.get)
    return Known(said.thread, kept.post) if said and kept else None


def head(shop: str, topic: str) -> Head:
    """Refused: topic_not_found."""
    try:
        found = HeadItem.get(_topic_key(shop, topic), HEAD, consistent_read=True)
    except DoesNotExist:
        raise Refused("topic_not_found") from None
    return _visible(_head(found))


class Reader(NamedTuple):
    """A member, and a post that they read."""

    account: Account | None
    known: Known | None


def reader(shop: str, member: str, id: str) -> Reader:
    """One read."""
    pk = keys.of(shop, id)
    with TransactGet(connection=client()) as transaction:
        account = transaction.get(AccountItem, keys.of(shop, member), ACCOUNT)
        thread = transaction.get(ThreadItem, pk, THREAD)
        post = transaction.get(PostItem, pk, POST)
    person, said = transact.or_none(account.get), transact.or_none(thread.get)
    kept = transact.or_none(post.get)
    known = Known(said.thread, kept.post) if said and kept else None
    return Reader(account_from(person) if person else None, known)


class Mine(NamedTuple):
    """What a member has to do with a topic."""

    name: str
    asked: bool
    thanked: list[str]


def mine(shop: str, member: str, topic: str) -> Mine:
    """A read and a query. Refused: topic_not_found."""
    with TransactGet(connection=client()) as transaction:
        writer = transaction.get(WriterItem, keys.of(shop, member), WRITER)
        thread = transaction.get(ThreadItem, keys.of(shop, topic), THREAD)
        head = transaction.get(HeadItem, _topic_key(shop, topic), HEAD)
    found, asked = transact.or_none(head.get), transact.or_none(thread.get)
    called = transact.or_none(writer.get)
    if found is None or asked is None:
        raise Refused("topic_not_found")
    _visible(_head(found))
    author = asked.thread.author
    return Mine(
        called.name if called else "",
        author.side == "member" and author.id == member,
        thanked_in(shop, member, topic),
    )


def accepted_in(shop: str, topic: str) -> str:
    """The answer that is chosen in a topic, also where it is hidden; one read."""
    try:
        found = HeadItem.get(_topic_key(shop, topic), HEAD, consistent_read=True)
    except DoesNotExist:
        return ""
    return found.accepted or ""


def _visible(found: Head) -> Head:
    if not found.listed:
        raise Refused("topic_not_found")
    return found


def _head(item: HeadItem) -> Head:
    return Head(
        topic=item.topic,
        answers=int(item.answers),
        thanks=thanks_in(int(item.rank)),
        accepted=item.accepted or "",
        rewarded=item.rewarded or "",
        last_at=datetime.fromisoformat(item.last_at),
        listed=item.kind_key is not None,
    )


# Written, shown, hidden


def moving(
    shop: str, id: str, before: Post | None, after: Post, accepted: str = "", asker: str = ""
) -> Also:
    """What goes into the transaction that moves its thread. `accepted` is the answer that is chosen
    in its topic, as it was read, and `asker` who is told of it once it is shown."""

    def also(transaction: TransactWrite) -> None:
        was = PostItem.version == before.version if before else PostItem.pk.does_not_exist()
        transaction.save(_item(shop, id, after), was)
        if before is None or (before.shown, before.said) != (after.shown, after.said):
            _place(transaction, shop, id, before, after)
            _count(transaction, shop, id, before, after, accepted)
        if asker and _is_new(before, after):
            transaction.save(_notice(shop, id, after, asker), NoticeItem.pk.does_not_exist())

    return also


def _is_new(before: Post | None, after: Post) -> bool:
    """Shown for the first time."""
    return after.published_at is not None and (before is None or before.published_at is None)


def _notice(shop: str, id: str, post: Post, asker: str) -> NoticeItem:
    """About its first event, of which nobody else is told: whoever wrote it knows."""
    assert post.published_at is not None
    return NoticeItem(
        keys.of(shop, id),
        notice_key(1),
        event=event_key("staff" if post.said.shop else "member", WRITING),
        member=asker,
        audience="asker",
        due_key=keys.of(shop, UNTOLD),
        due_at=f"{written(post.published_at)}#{id}",
    )


def naming(shop: str, member: str, writer: Writer, moves: Also) -> Also:
    """The same, and what they are called from now on."""
    since = writer.since.isoformat()
    item = WriterItem(keys.of(shop, member), WRITER, name=writer.name, since=since)

    def also(transaction: TransactWrite) -> None:
        moves(transaction)
        transaction.save(item)

    return also


def _item(shop: str, id: str, post: Post) -> PostItem:
    item = PostItem(keys.of(shop, id), POST, version=post.version, post=post)
    if post.owes:
        item.due_key = keys.of(shop, UNREWARDED)
        item.due_at = f"{written(post.written_at)}#{id}"
    return item


def _place(
    transaction: TransactWrite, shop: str, id: str, before: Post | None, after: Post
) -> None:
    """What is read of it becomes that of the post after; where it never was shown it has none."""
    if after.published_at is None:
        return
    item = _read_item(shop, id, after)
    if before is None or before.published_at is None:
        item.seen = seen(id, after)
        transaction.save(item, ReadItem.pk.does_not_exist())
        return
    gone = ReadItem.hidden.remove() if after.shown else ReadItem.hidden.set(True)
    changes: list[Action] = [ReadItem.seen.set(seen(id, after)), gone]
    transaction.update(item, changes, ReadItem.pk.exists())


def _read_item(shop: str, id: str, post: Post) -> ReadItem:
    if not post.topic:
        return ReadItem(_topic_key(shop, id), OPENING)
    assert post.published_at is not None
    return ReadItem(_topic_key(shop, post.topic), f"{REPLY}{written(post.published_at)}#{id}")


def _count(
    transaction: TransactWrite,
    shop: str,
    id: str,
    before: Post | None,
    after: Post,
    accepted: str,
) -> None:  # fmt: skip
    """What the topic says of it."""
    if after.published_at is None:
        return
    if after.topic:
        _count_answer(transaction, shop, id, before, after, accepted)
    elif before is None or before.published_at is None:
        transaction.save(_new_head(shop, id, after), HeadItem.pk.does_not_exist())
    else:
        item = HeadItem(_topic_key(shop, id), HEAD)
        changes = [HeadItem.topic.set(_begun(id, after)), *_listing(shop, listed=after.shown)]
        transaction.update(item, changes, HeadItem.pk.exists())


def _count_answer(
    transaction: TransactWrite,
    shop: str,
    id: str,
    before: Post | None,
    after: Post,
    accepted: str,
) -> None:  # fmt: skip
    moves = after.shown - (before.shown if before else False)
    if not moves:
        return
    changes: list[Action] = [HeadItem.answers.add(moves)]
    condition: Condition = HeadItem.pk.exists()
    if before is None or before.published_at is None:
        changes.append(HeadItem.last_at.set(written(after.published_at)))  # type: ignore[arg-type]
    if moves < 0 and accepted == id:
        changes.append(HeadItem.accepted.remove())
        condition &= HeadItem.accepted == id
    elif moves < 0:
        condition &= HeadItem.accepted.does_not_exist() | (HeadItem.accepted != id)
    transaction.update(HeadItem(_topic_key(shop, after.topic), HEAD), changes, condition)


def _new_head(shop: str, id: str, post: Post) -> HeadItem:
    assert post.published_at is not None
    at = post.published_at
    return HeadItem(
        _topic_key(shop, id),
        HEAD,
        topic=_begun(id, post),
        last_at=written(at),
        opened=f"{written(at)}#{id}",
        rank=rank(at),
        kind_key=_newest_key(shop),
        thanked_key=_thanked_key(shop),
    )


def _begun(id: str, post: Post) -> Seen:
    from msgspec.structs import replace

    whole = seen(id, post)
    return replace(whole, text=excerpt_of(whole.text))


def _listing(shop: str, *, listed: bool) -> list[Action]:
    if listed:
        return [
            HeadItem.kind_key.set(_newest_key(shop)), HeadItem.thanked_key.set(_thanked_key(shop)),
        ]  # fmt: skip
    return [HeadItem.kind_key.remove(), HeadItem.thanked_key.remove()]


# Thanks


def thank(
    shop: str, member: str, known: Known, counts: Sequence[Count], at: datetime, *, merits: bool
) -> bool:
    """Whether it is the first time that this member does. One transaction, in which it is counted
    with the post and its topic. `merits`: whether thanks are of use to who wrote it.

    Refused: post_not_found, too_many_attempts.
    """
    id, post = known.thread.id, known.post
    place = f"{THANKED}{known.topic}#{id}"
    item = ThankedItem(keys.of(shop, member), place, thanked_at=at.isoformat())
    changes: list[Action] = [ReadItem.thanks.add(1)]
    if merits and post.topic:
        changes += _due(shop, ReadItem, known.topic, at)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(item, ThankedItem.pk.does_not_exist())
        shown = ReadItem.pk.exists() & ReadItem.hidden.does_not_exist()
        transaction.update(_read_item(shop, id, post), changes, shown)
        topic = HeadItem(_topic_key(shop, known.topic), HEAD)
        transaction.update(topic, [HeadItem.rank.add(ONE_MORE)], HeadItem.kind_key.exists())
        for count in counts:
            counting.add(transaction, shop, count)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        if transact.refused(error, 0):
            return False
        _refuse(error, counts)
        raise
    return True


def _refuse(error: TransactWriteError, counts: Sequence[Count]) -> None:
    if transact.refused(error, 1) or transact.refused(error, 2):
        raise Refused("post_not_found") from None
    full = [count for n, count in enumerate(counts, start=3) if transact.refused(error, n)]
    if full:
        raise counting.too_many(full, clock.real_time()) from None


def thanked_in(shop: str, member: str, topic: str) -> list[str]:
    """For which posts of a topic a member has said thanks. One query."""
    return [post for _, post, _ in _thanked(shop, member, f"{THANKED}{topic}#")]


def thanked_by(shop: str, member: str) -> Iterator[tuple[str, str, str]]:
    """Topic, post, and when."""
    yield from _thanked(shop, member, THANKED)


def _thanked(shop: str, member: str, begins: str) -> Iterator[tuple[str, str, str]]:
    found = ThankedItem.query(
        keys.of(shop, member), ThankedItem.sk.startswith(begins), consistent_read=True
    )
    for item in found:
        _, topic, post = item.sk.split(keys.SEPARATOR)
        yield topic, post, item.thanked_at


# The accepted answer


def accept(
    shop: str, topic: str, found: Head, answer: Known | None, at: datetime, *, rewards: bool
) -> None:
    """`rewards`: whether it is the first, and something may be given for it. Raises Conflict when
    the topic or the answer is another by now."""
    chosen = HeadItem.accepted.set(answer.thread.id) if answer else HeadItem.accepted.remove()
    changes: list[Action] = [chosen]
    condition = HeadItem.kind_key.exists() & (
        HeadItem.rewarded == found.rewarded
        if found.rewarded
        else HeadItem.rewarded.does_not_exist()
    )
    if answer and rewards:
        changes += [HeadItem.rewarded.set(answer.thread.id), *_due(shop, HeadItem, topic, at)]

    def fill(transaction: TransactWrite) -> None:
        if answer:
            where = _read_item(shop, answer.thread.id, answer.post)
            shown = ReadItem.pk.exists() & ReadItem.hidden.does_not_exist()
            # Only looks whether it still is there to be read.
            transaction.update(where, [ReadItem.hidden.remove()], shown)
        transaction.update(HeadItem(_topic_key(shop, topic), HEAD), changes, condition)

    posting.written_or_conflict(fill)


# What somebody is given for an answer


class Owed(NamedTuple):
    """For an answer: points because it was `chosen` in its topic, merit because it was `thanked`
    for; or its points go back because it was `refused`."""

    why: Literal["chosen", "thanked", "refused"]
    topic: str
    answer: str
    place: str = ""


def unrewarded(shop: str, until: datetime) -> list[Owed]:
    # Read to the end first: who reads this changes what is in the index.
    condition = Threads.due_at < f"{written(until)}$"
    found = list(Threads.query(keys.of(shop, UNREWARDED), condition, index_name="due"))
    return [owed for item in found if (owed := _owed(item))]


def _owed(item: Threads) -> Owed | None:
    if item.sk == POST:
        return Owed("refused", "", keys.thing(item.pk))
    topic = keys.thing(item.pk).removeprefix(TOPIC)
    if item.sk != HEAD:
        return Owed("thanked", topic, item.sk.rpartition(keys.SEPARATOR)[2], item.sk)
    try:
        head = HeadItem.get(item.pk, HEAD, consistent_read=True)
    except DoesNotExist:
        return None
    return Owed("chosen", topic, head.rewarded or "", HEAD)


def pay(
    before: Account, after: Account, entries: Sequence[Entry], known: Known, post: Post
) -> None:
    """Points come or go with the post that says so. Raises Conflict."""
    posting.rewrite(before, after, entries, also=_saving(before.shop, known, post))


def settle(shop: str, known: Known, post: Post) -> None:
    """The same where there is nobody to give anything to, or to take it from. Raises Conflict."""
    posting.written_or_conflict(_saving(shop, known, post))


def _saving(shop: str, known: Known, post: Post) -> Also:
    def also(transaction: TransactWrite) -> None:
        item = _item(shop, known.thread.id, post)
        transaction.save(item, PostItem.version == known.post.version)

    return also


def rewarded(shop: str, owed: Owed) -> None:
    """It was given. Again is no harm."""
    item = Threads(_topic_key(shop, owed.topic), owed.place)
    item.update([Threads.due_key.remove(), Threads.due_at.remove()], Threads.pk.exists())


def _due(shop: str, of: type[Threads], topic: str, at: datetime) -> list[Action]:
    return [
        of.due_key.set(keys.of(shop, UNREWARDED)), of.due_at.set(f"{written(at)}#{topic}"),
    ]  # fmt: skip


# What everybody may read


class Page(NamedTuple):
    """A part of a list, and where those before and after it go on; empty where there is nothing."""

    items: list[Any]
    before: str
    after: str


class Turn(NamedTuple):
    """From which place on, and whether back to what comes before it."""

    place: str = ""
    back: bool = False


def topics(shop: str, order: Order, limit: int, turn: Turn) -> Page:
    """One query, of an index, which may be a moment behind."""
    newest = order == "newest"
    found = HeadItem.query(
        _newest_key(shop) if newest else _thanked_key(shop),
        _beyond(newest, turn),
        index_name="kind" if newest else "thanked",
        limit=limit + 1,
        scan_index_forward=turn.back,
    )
    return _turned(list(found), limit, turn, "opened" if newest else "rank")


def _beyond(newest: bool, turn: Turn) -> Condition | None:  # noqa: FBT001
    """Lists go down."""
    if not turn.place:
        return None
    key: Any = HeadItem.opened if newest else HeadItem.rank
    place: Any = turn.place if newest else int(turn.place)
    condition: Condition = key > place if turn.back else key < place
    return condition


def _turned(found: list[Any], limit: int, turn: Turn, key: str) -> Page:
    """As a page is read, also where it was looked for backwards."""
    items, more = found[:limit], len(found) > limit
    if turn.back:
        items.reverse()
    first = str(getattr(items[0], key)) if items else ""
    last = str(getattr(items[-1], key)) if items else ""
    has_before = more if turn.back else bool(turn.place)
    has_after = bool(turn.place) if turn.back else more
    return Page(items, first if has_before else "", last if has_after else "")


def listed(page: Page) -> list[Head]:
    return [_head(item) for item in page.items]


def read(shop: str, topic: str, limit: int, turn: Turn) -> tuple[Head, Page]:
    """The first page is one query; on others the topic is read beside it.

    Refused: topic_not_found.
    """
    if not turn.place:
        return _first_page(shop, topic, limit)
    top = head(shop, topic)
    before, beyond = ReadItem.sk.between(OPENING, _below(turn.place)), ReadItem.sk > turn.place
    found = ReadItem.query(
        _topic_key(shop, topic),
        before if turn.back else beyond,
        limit=limit + 1,
        scan_index_forward=not turn.back,
        consistent_read=True,
    )
    return top, _turned(list(found), limit, turn, "sk")


def _below(place: str) -> str:
    """Of two ends DynamoDB knows only those that belong to what is between them."""
    return place[:-1] + chr(ord(place[-1]) - 1) + "~"


def _first_page(shop: str, topic: str, limit: int) -> tuple[Head, Page]:
    page = Threads._get_connection().query(  # noqa: SLF001 -- of several kinds
        _topic_key(shop, topic), limit=limit + 2, consistent_read=True
    )
    raw = page["Items"]
    if not raw or raw[0]["sk"]["S"] != HEAD:
        raise Refused("topic_not_found")
    top = _visible(_head(HeadItem.from_raw_data(raw[0])))
    found = [ReadItem.from_raw_data(one) for one in raw[1:]]
    return top, _turned(found, limit, Turn(), "sk")


def placed(page: Page) -> list[Placed]:
    return [Placed(item.seen, int(item.thanks), item.sk) for item in page.items]


# Two memberships that become one


def hand_over(shop: str, member: str, to: str) -> None:
    """The thanks of a membership that became part of another, and what it was called where the
    other is called nothing. What both have said thanks for has the thanks of one from then on.

    Again is no harm.
    """
    begins = ThankedItem.sk.startswith(THANKED)
    for item in list(ThankedItem.query(keys.of(shop, member), begins, consistent_read=True)):
        if not _moved(shop, item, to):
            _counted_once(shop, item)
    called = WriterItem.sk == WRITER
    for writer in WriterItem.query(keys.of(shop, member), called, consistent_read=True):
        theirs = WriterItem(keys.of(shop, to), WRITER, name=writer.name, since=writer.since)
        theirs.save_if(WriterItem.pk.does_not_exist())


def _moved(shop: str, item: ThankedItem, to: str) -> bool:
    """False where both of them have said it, or others have done this by now."""
    theirs = ThankedItem(keys.of(shop, to), item.sk, thanked_at=item.thanked_at)

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(ThankedItem(item.pk, item.sk), ThankedItem.pk.exists())
        transaction.save(theirs, ThankedItem.pk.does_not_exist())

    return _written(fill)


def _counted_once(shop: str, item: ThankedItem) -> None:
    _, topic, id = item.sk.split(keys.SEPARATOR)
    known = find(shop, id)
    assert known is not None  # posts are emptied, and never taken away

    def fill(transaction: TransactWrite) -> None:
        transaction.delete(ThankedItem(item.pk, item.sk), ThankedItem.pk.exists())
        place = _read_item(shop, id, known.post)
        transaction.update(place, [ReadItem.thanks.add(-1)], ReadItem.pk.exists())
        head = HeadItem(_topic_key(shop, topic), HEAD)
        transaction.update(head, [HeadItem.rank.add(-ONE_MORE)], HeadItem.pk.exists())

    _written(fill)


def _written(fill: Callable[[TransactWrite], None]) -> bool:
    try:
        posting.written_or_conflict(fill)
    except posting.Conflict:
        return False
    return True


# Leaving


def forget_all(shop: str, member: str) -> None:
    """Empties what a member has written, also where it is read. That they have, and what they were
    thanked for it, stays, and is counted. Raises Conflict when it moved meanwhile."""
    for id in opened_by(shop, member):
        known = find(shop, id)
        if known and known.post.said != forgotten(known.post).said:
            _forget(shop, known)


def _forget(shop: str, known: Known) -> None:
    id, after = known.thread.id, forgotten(known.post)

    def fill(transaction: TransactWrite) -> None:
        transaction.save(_item(shop, id, after), PostItem.version == known.post.version)
        _place(transaction, shop, id, known.post, after)
        if after.published_at and not after.topic:
            begun: list[Action] = [HeadItem.topic.set(_begun(id, after))]
            transaction.update(HeadItem(_topic_key(shop, id), HEAD), begun, HeadItem.pk.exists())

    posting.written_or_conflict(fill)


# No thread has such a key: their ids have no dot.


def _topic_key(shop: str, topic: str) -> str:
    return keys.of(shop, TOPIC + topic)


def _newest_key(shop: str) -> str:
    return keys.of(shop, "forum.newest")


def _thanked_key(shop: str) -> str:
    return keys.of(shop, "forum.thanked")
