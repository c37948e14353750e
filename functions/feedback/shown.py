"""How threads are shown with all that is in them: to who opened them, and to staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from msgspec import Struct

from functions.feedback.picturing import PictureShown, shown_in
from stamkund.rules import threads
from stamkund.rules.threads import Event, Priority, Side, State, Thread, What
from stamkund.rules.words import ThreadKind
from stamkund.tables.threads import Whole
from stamkund.web.threads import AboutShown, ThreadShown, about_shown, thread_shown

# What an announcement says, in the language of who reads it.
Announced = Callable[[str], str | None]

REPLAYED = {"Idempotent-Replayed": "true"}


class Line(Struct, frozen=True):
    """Something that was said, or done: `text` is null where nothing was said. `announcement` is
    the one by which it was done, whose words are the text."""

    at: datetime
    who: Literal["you", "shop"]
    what: What
    state: State
    text: str | None
    announcement: str | None
    pictures: list[PictureShown]


class Conversation(Struct, frozen=True):
    """A thread with all that was said, the first first."""

    thread: ThreadShown
    lines: list[Line]


class InInbox(Struct, frozen=True):
    """To staff. `member` is null for a guest; `tier` and `orders` are as they were when it was
    opened. `last_by` is a key of staff, or who wrote."""

    thread: str
    version: int
    kind: ThreadKind
    about: AboutShown
    state: State
    priority: Priority
    tags: list[str]
    owner: str | None
    member: str | None
    tier: str | None
    orders: int
    opened_at: datetime
    due_at: datetime | None
    overdue: bool
    escalations: int
    excerpt: str
    last: What
    last_by: str
    last_at: datetime


class EventShown(Struct, frozen=True):
    """One step of the history. `internal` is never shown to who opened the thread; `held` is a text
    whose links are left out until somebody approves event `n`, and its pictures are not shown to
    who sent them."""

    n: int
    at: datetime
    side: Side
    by: str
    what: What
    before: State | None
    after: State
    text: str | None
    detail: str | None
    internal: bool
    held: bool
    pictures: list[PictureShown]


def conversation(shop: str, whole: Whole, announced: Announced) -> Conversation:
    """Without what is internal."""
    seen = [event for event in whole.events if not event.internal]
    approved = threads.approved_in(whole.events)
    return Conversation(
        thread_shown(whole.thread),
        [
            _line(event, announced, shown_in(shop, whole, event.pictures, approved))
            for event in seen
        ],
    )


def _line(event: Event, announced: Announced, pictures: list[PictureShown]) -> Line:
    who: Literal["you", "shop"] = "you" if event.side in {"member", "guest"} else "shop"
    if event.what == "opened":
        who = "you"  # also where staff wrote it down on the phone
    by = event.detail if event.what == "announced" else None
    text = announced(by) if by else event.text or None
    return Line(event.at, who, event.what, event.after, text, by, pictures)


def in_inbox(thread: Thread, now: datetime) -> InInbox:
    author = thread.author
    return InInbox(
        thread=thread.id,
        version=thread.version,
        kind=thread.kind,
        about=about_shown(thread),
        state=thread.state,
        priority=thread.priority,
        tags=thread.tags,
        owner=thread.owner or None,
        member=author.id if author.side == "member" else None,
        tier=author.tier or None,
        orders=author.orders,
        opened_at=thread.opened_at,
        due_at=thread.due_at,
        overdue=thread.due_at is not None and thread.due_at <= now,
        escalations=thread.escalations,
        excerpt=thread.excerpt,
        last=thread.last,
        last_by=thread.last_by,
        last_at=thread.last_at,
    )


def history(shop: str, whole: Whole) -> list[EventShown]:
    """What is held shows no links until it is approved. Pictures staff sees before: it decides."""
    approved = {event.detail for event in whole.events if event.what == "approved"}
    return [
        _event(
            event,
            shown_in(shop, whole, event.pictures, event.pictures),
            held=event.held and str(event.n) not in approved,
        )
        for event in whole.events
    ]


def _event(event: Event, pictures: list[PictureShown], *, held: bool) -> EventShown:
    text = threads.without_links(event.text) if held else event.text
    return EventShown(
        n=event.n,
        at=event.at,
        side=event.side,
        by=event.by,
        what=event.what,
        before=event.before,
        after=event.after,
        text=text or None,
        detail=event.detail or None,
        internal=event.internal,
        held=held,
        pictures=pictures,
    )
