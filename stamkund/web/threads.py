"""How a thread is shown to who opened it: where they talk, and on their pages."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules.threads import State, Thread
from stamkund.rules.words import ThreadKind


class AboutShown(Struct, frozen=True):
    """null where it is about something larger: with nothing at all, about the shop."""

    article: str | None
    order: str | None
    line: str | None


class ThreadShown(Struct, frozen=True):
    """To who opened it. `answer_by` is by when the shop means to answer; null when it has."""

    thread: str
    kind: ThreadKind
    about: AboutShown
    state: State
    opened_at: datetime
    changed_at: datetime
    answer_by: datetime | None


def thread_shown(thread: Thread) -> ThreadShown:
    return ThreadShown(
        thread=thread.id,
        kind=thread.kind,
        about=about_shown(thread),
        state=thread.state,
        opened_at=thread.opened_at,
        changed_at=thread.seen_at or thread.opened_at,
        answer_by=thread.due_at,
    )


def about_shown(thread: Thread) -> AboutShown:
    about = thread.about
    return AboutShown(about.article or None, about.order or None, about.line or None)
