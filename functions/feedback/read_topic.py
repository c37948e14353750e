"""A topic of the forum with what was answered, for everybody."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.discussed import (
    PostShown,
    TopicListed,
    next_of,
    post_shown,
    previous_of,
    topic_listed,
    turn_of,
)
from functions.feedback.discussing import open_forum
from functions.feedback.saying import ThreadId
from stamkund.tables import Read, forum
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.caching import FOR_ALL
from stamkund.web.callers import Caller, Shop, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.pages import Cursor, Limit

PURPOSE = "topic"


class TopicShown(Struct, frozen=True):
    """The first of `posts` on the first page is what the topic began with, then the answers, the
    first first. `previous` and `next` are the cursors of the pages before and after, null where
    there is none."""

    topic: TopicListed
    posts: list[PostShown]
    previous: str | None
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/forum/topics/{topic}",
    caller=[Storefront, Shop],
    access={Programmes: Read, Threads: Read},
    problems=["no_programme", "forum_closed", "topic_not_found"],
    status=(200, 304),
)
def read_topic(
    topic: ThreadId, caller: Caller, now: datetime, cursor: Cursor = "", limit: Limit = 20
) -> Reply[TopicShown]:
    """Read a topic of the forum.

    What somebody asked, and what was answered: one read, however much it is. It may be kept for a
    minute.
    """
    open_forum(club_at(caller.shop, now))
    bound = (PURPOSE, caller.shop, topic)
    head, page = forum.read(caller.shop, topic, limit, turn_of(cursor, *bound))
    posts = [post_shown(one, head.accepted) for one in forum.placed(page)]
    shown = TopicShown(topic_listed(head), posts, previous_of(page, *bound), next_of(page, *bound))
    return Reply(shown, headers=FOR_ALL)
