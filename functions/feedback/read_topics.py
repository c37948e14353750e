"""What is talked about in the forum, for everybody."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.discussed import (
    TopicListed,
    next_of,
    previous_of,
    topic_listed,
    turn_of,
)
from functions.feedback.discussing import open_forum
from stamkund.tables import Read, forum
from stamkund.tables.forum import Order
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.caching import FOR_ALL
from stamkund.web.callers import Caller, Shop, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor, Limit

PURPOSE = "topics"


class Topics(Struct, frozen=True):
    """`previous` and `next` are the cursors of the pages before and after, null where there is
    none."""

    topics: list[TopicListed]
    previous: str | None
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/forum/topics",
    caller=[Storefront, Shop],
    access={Programmes: Read, Threads: Read},
    problems=["no_programme", "forum_closed"],
    status=(200, 304),
)
def read_topics(
    caller: Caller, now: datetime, order: Order = "newest", cursor: Cursor = "", limit: Limit = 20
) -> Reply[Topics]:
    """Read what is talked about in the forum.

    The newest topics first, or those in which most thanks were said. It may be kept for a minute,
    and one that has just come may take a moment.
    """
    open_forum(club_at(caller.shop, now))
    bound = (PURPOSE, caller.shop, order)
    page = forum.topics(caller.shop, order, limit, turn_of(cursor, *bound))
    shown = [topic_listed(head) for head in forum.listed(page)]
    topics = Topics(shown, previous_of(page, *bound), next_of(page, *bound))
    return Reply(topics, headers=FOR_ALL)
