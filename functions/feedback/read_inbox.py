"""Everything that people said, for staff."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.saying import Tag
from functions.feedback.shown import InInbox, in_inbox
from functions.feedback.stepping import KeyId
from stamkund.rules.errors import Refused
from stamkund.rules.threads import State, Thread
from stamkund.rules.words import ArticleId, ThreadKind
from stamkund.tables import Read, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import WAITS, Threads, View
from stamkund.web.callers import Caller, Staff
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed

PURPOSE = "inbox"


class Inbox(Struct, frozen=True):
    """`next` is the cursor of the page after, null on the last. With `contains` a page may hold
    less than `limit`, or nothing, and others still follow."""

    threads: list[InInbox]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/inbox",
    caller=[Staff],
    access={Programmes: Read, Threads: Read},
)
def read_inbox(  # noqa: PLR0913 -- the ways in which it can be listed
    caller: Caller,
    now: datetime,
    *,
    overdue: bool = False,
    state: State | None = None,
    kind: ThreadKind | None = None,
    owner: KeyId | None = None,
    tag: Tag | None = None,
    article: ArticleId | None = None,
    contains: str = "",
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Inbox:
    """Read the inbox.

    Without anything: what waits for an answer, what is due first coming first; with `overdue` only
    what of it should have been answered by now. Or by one of `state`, `kind`, `owner` (without what
    is closed), `tag` and `article`, newest first. `contains` leaves of a page what has this text in
    what was last said, in a tag, or in an id. A thread that has just changed may take a moment.
    """
    ways = {"state": state, "kind": kind, "owner": owner, "tag": tag, "article": article}
    view = _view({by: of for by, of in ways.items() if of is not None}, overdue=overdue)
    bound = (PURPOSE, caller.shop, str(overdue), *view)
    after = opened(cursor, *bound) or ""
    found, more = threads.page(caller.shop, view, limit, after, now if overdue else None)
    shown = [in_inbox(one, now) for one in found if _has(one, contains.casefold())]
    return Inbox(shown, sealed(more, *bound))


def _view(ways: dict[str, str], *, overdue: bool) -> View:
    """Refused: invalid_field."""
    if len(ways) + overdue > 1:
        name = next(reversed(ways))
        raise Refused("invalid_field", name, detail="Give one way in which to list")
    return View(*ways.popitem()) if ways else WAITS


def _has(thread: Thread, words: str) -> bool:
    about = thread.about
    places = (thread.excerpt, thread.id, about.article, about.order, thread.author.id, *thread.tags)
    return not words or any(words in place.casefold() for place in places)
