"""Announcements: "you said, we did", told to everyone who asked for it.

An announcement is linked to threads, or to tags of threads. Published, it goes through them part by
part; what it does to one is a step like any other, and `MOVES` says where it leads.
"""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.programme import Language
from stamkund.rules.programme_file import Feedback
from stamkund.rules.threads import Event, Step, Thread, moved

# Of one part. Their threads, and what was done to them, are read in one transaction.
MOST_IN_A_PART = 25


class Words(Struct, frozen=True):
    """What is announced, in one language: plain text."""

    title: str
    text: str


class Announcement(Struct, frozen=True, kw_only=True):
    """`picture` is an address, or empty."""

    id: str
    words: dict[Language, Words]
    threads: list[str] = []
    tags: list[str] = []
    picture: str = ""


class Headline(Struct, frozen=True):
    """What was announced, and when."""

    announcement: Announcement
    at: datetime


class Reach(Struct, frozen=True):
    """How far it has come: so many people asked for it, in so many threads, and so many parts are
    still before it."""

    asked: int = 0
    threads: int = 0
    left: int = 0


class Place(Struct, frozen=True):
    """From where the next part is taken: of the threads that are named, source 0, from a number on;
    of a tag, counted from 1, after a thread."""

    source: int = 0
    after: str = ""


def words_in(announcement: Announcement, language: Language) -> Words:
    """In this language, or else in the first that it was written in."""
    words = announcement.words
    return words.get(language) or next(iter(words.values()))


def first_place(announcement: Announcement) -> Place | None:
    """None where nothing is linked: it is only shown."""
    return Place() if announcement.threads else next_tag(announcement, 0)


def named_from(announcement: Announcement, place: Place) -> tuple[list[str], Place | None]:
    """Of the threads that are named those of one part, and where the next is taken from."""
    first = int(place.after or 0)
    ids, last = announcement.threads[first : first + MOST_IN_A_PART], first + MOST_IN_A_PART
    if last < len(announcement.threads):
        return ids, Place(0, str(last))
    return ids, next_tag(announcement, 0)


def next_tag(announcement: Announcement, source: int) -> Place | None:
    """Where the source after this one begins; None after the last."""
    return Place(source + 1) if source < len(announcement.tags) else None


def reference_of(announcement: str) -> str:
    """What is done to a thread by an announcement is done once."""
    return f"announcement.{announcement}"


class Telling(Struct, frozen=True):
    """What a part does to each of its threads."""

    announcement: str
    part: int
    by: str
    at: datetime


def announced(
    thread: Thread, telling: Telling, rules: Feedback, *, stays: bool, quiet: bool = False
) -> tuple[Thread, Event]:
    """`quiet` where another thread of theirs has told them already; `stays` where it waits for
    something that no announcement decides."""
    step = Step(
        reference=reference_of(telling.announcement),
        what="announced",
        side="club",
        by=telling.by,
        at=telling.at,
        announcement=telling.announcement,
        part=telling.part,
        quiet=quiet,
        stays=stays,
    )
    return moved(thread, step, rules)
