"""What is announced: as staff sees it, and how a part of it is told.

Every call may be the last one of a process: what a part does to a thread is one transaction, in
which also stands that the person was told, and a part that comes again finds what it has done.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from functions.feedback.undecided import is_undecided
from stamkund.rules import announcements as rules
from stamkund.rules.announcements import Announcement, Reach, Telling, Words
from stamkund.rules.errors import Refused
from stamkund.rules.programme import Language
from stamkund.rules.threads import Author, Event, Thread
from stamkund.tables import announcements, clock, threads
from stamkund.tables.announcements import Draft, Linked, Part
from stamkund.tables.posting import Conflict
from stamkund.tables.threads import ToldAlready
from stamkund.web import queue, secrets
from stamkund.web.callers import Caller
from stamkund.web.club import Club

AnnouncementId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
ATTEMPTS = 5


class WordsShown(Struct, frozen=True):
    language: Language
    title: str
    text: str


class AnnouncementShown(Struct, frozen=True):
    """`asked` people asked for it, in `threads` threads; both grow until it is `published`."""

    announcement: str
    state: Literal["draft", "publishing", "published"]
    words: list[WordsShown]
    picture: str | None
    threads: list[str]
    tags: list[str]
    published_at: datetime | None
    published_by: str | None
    asked: int
    threads_reached: int


class PartWaits(Struct, frozen=True):
    """A message in the queue."""

    shop: str
    announcement: str
    part: int

    @property
    def ids(self) -> dict[str, str]:
        ids = {"shop": self.shop, "announcement": self.announcement}
        return {**ids, "part": str(self.part)}


def shown(draft: Draft, reach: Reach) -> AnnouncementShown:
    one = draft.announcement
    return AnnouncementShown(
        announcement=one.id,
        state=_state(draft, reach),
        words=[WordsShown(language, of.title, of.text) for language, of in one.words.items()],
        picture=one.picture or None,
        threads=one.threads,
        tags=one.tags,
        published_at=draft.published_at,
        published_by=draft.published_by or None,
        asked=reach.asked,
        threads_reached=reach.threads,
    )


def _state(draft: Draft, reach: Reach) -> Literal["draft", "publishing", "published"]:
    if draft.published_at is None:
        return "draft"
    return "publishing" if reach.left else "published"


def said_of(shop: str, id: str, language: Language, now: datetime) -> Words | None:
    """What a published announcement says; None where it is gone."""
    announcement: Announcement | None = announcements.known(shop, id, now=now)
    return rules.words_in(announcement, language) if announcement else None


def as_read_by(caller: Caller) -> Callable[[str], str | None]:
    """What announcements say to who asks; each is read once a minute."""

    def say(id: str) -> str | None:
        words = said_of(caller.shop, id, caller.language, clock.real_time())
        return f"{words.title}\n\n{words.text}" if words else None

    return say


def send_on(shop: str, announcement: str, part: int) -> bool:
    """Whether the queue has taken it; if not, it is met by `announce_again`."""
    try:
        queue.send("announcements", PartWaits(shop, announcement, part))
    except Refused:
        return False
    return True


def tell_part(
    club: Club, part: Part, now: datetime, failed: Callable[[str, Exception], None]
) -> int | None:
    """How many threads it has moved, by now and before; None where it has `failed` on one. Then
    the others are told all the same, and the part is not done."""
    events, linked = list[Event](), announcements.linked(part)
    for one in linked:
        try:
            events.append(_told(club, part, one, now))
        except Exception as error:  # noqa: BLE001 -- one of many
            failed(one.thread.id, error)
    if len(events) < len(linked):
        return None
    announcements.finish(part, events, now)
    return len(events)


def _told(club: Club, part: Part, linked: Linked, now: datetime) -> Event:
    """What was done to a thread by this announcement, now or before. Refused: busy."""
    thread, event = linked
    reference = rules.reference_of(part.draft.announcement.id)
    for _ in range(ATTEMPTS):
        if event:
            return event
        try:
            return _announce(club, part, thread, now)
        except Conflict:
            thread, event = threads.find_for(club.shop, thread.id, "club", reference)
    raise Refused("busy")


def _announce(club: Club, part: Part, thread: Thread, now: datetime) -> Event:
    id, feedback = part.draft.announcement.id, club.file.feedback
    telling = Telling(id, part.n, part.draft.published_by, now)
    told = threads.told_item(club.shop, person_of(club.shop, thread.author), id, thread.id)
    stays = is_undecided(club, thread)
    try:
        after, event = rules.announced(thread, telling, feedback, stays=stays)
        threads.step(club.shop, thread, after, event, told=told)
    except ToldAlready:
        after, event = rules.announced(thread, telling, feedback, stays=stays, quiet=True)
        threads.step(club.shop, thread, after, event)
    return event


def person_of(shop: str, author: Author) -> str:
    """Guests are known by their address where they have given one: of several orders they are the
    same."""
    if author.side == "guest" and author.email:
        return f"g{secrets.keyed_hash(shop, 'guest', author.email)[:24]}"
    return author.id
