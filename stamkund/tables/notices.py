"""Whom a step in a thread has to be told to: a notice is taken by one, sent, and marked as sent."""

from datetime import datetime
from typing import NamedTuple

from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactGet, TransactWrite

from stamkund.rules.threads import Audience, Event, Thread
from stamkund.tables import accounts, engagement, keys, leases, profiles, transact
from stamkund.tables.profiles import PROFILE, Profile, ProfileItem, profile_from
from stamkund.tables.table import client
from stamkund.tables.threads import THREAD, EventItem, NoticeItem, ThreadItem, notice_key

# A message that is sent and not marked comes again, so marking is not given up lightly.
MOST_MARKS = 3


class Reader(NamedTuple):
    """A member who is told, by who they are now."""

    member: str
    profile: Profile


class Notice(NamedTuple):
    """One that is ours to send now. `reader` where it is for a member who is still one."""

    id: str
    audience: Audience
    attempts: int
    thread: Thread
    event: Event
    reader: Reader | None


def take(shop: str, thread: str, n: int, now: datetime) -> Notice | None:
    """None where there is nothing to send, or somebody is at it. Two calls."""
    item = NoticeItem(keys.of(shop, thread), notice_key(n))
    return _told(shop, item) if leases.take(item, now) else None


def _told(shop: str, item: NoticeItem) -> Notice | None:
    pk = keys.of(shop, keys.thing(item.pk))
    whose = keys.of(shop, item.member or "nobody")
    with TransactGet(connection=client()) as transaction:
        thread = transaction.get(ThreadItem, pk, THREAD)
        event = transaction.get(EventItem, pk, item.event)
        profile = transaction.get(ProfileItem, whose, PROFILE)
    try:
        known, happened = thread.get().thread, event.get().event
    except DoesNotExist:
        return None  # it was erased
    person = transact.or_none(profile.get)
    reader = Reader(item.member, profile_from(person)) if person else _heir(shop, item.member)
    return Notice(
        f"{keys.thing(item.pk)}.{happened.n}",
        item.audience,  # type: ignore[arg-type]
        int(item.attempts),
        known,
        happened,
        reader,
    )


def _heir(shop: str, member: str | None) -> Reader | None:
    """Whoever that member has become part of: the thread is theirs, or is about to be."""
    who = accounts.survivor(shop, member) if member else member
    profile = profiles.find_or_none(shop, who) if who and who != member else None
    return Reader(who, profile) if who and profile else None


def sent(shop: str, notice: Notice, month: str, *, nobody: bool = False) -> None:
    """It is told, or there is `nobody` to tell it to. Again is no harm."""
    _end(shop, notice, month, "nobody" if nobody else "sent")


def give_up(shop: str, notice: Notice, month: str) -> None:
    _end(shop, notice, month, "failed")


def put_back(shop: str, notice: Notice) -> None:
    """It could not be sent, and may be taken again at once."""
    leases.put_back(NoticeItem(keys.of(shop, notice.thread.id), notice_key(notice.event.n)))


def _end(shop: str, notice: Notice, month: str, status: str) -> None:
    """`month` is that in which the thread was opened, under which it is counted, once."""
    item = NoticeItem(keys.of(shop, notice.thread.id), notice_key(notice.event.n))
    changes: list[Action] = [
        *leases.ended(status),
        NoticeItem.due_key.remove(),
        NoticeItem.due_at.remove(),
    ]

    def fill(transaction: TransactWrite) -> None:
        transaction.update(item, changes, leases.is_taken())
        if notice.audience == "author":
            reached = status == "sent"
            engagement.count(transaction, shop, notice.thread, month, reached=reached)

    for _ in range(MOST_MARKS):
        try:
            transact.write(fill)
        except TransactWriteError as error:
            if transact.refused(error, 0):
                return  # somebody else has marked it
            failure = error
        else:
            return
    raise failure
