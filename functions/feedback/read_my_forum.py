"""What a member has to do with a topic of the forum."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.discussing import open_forum
from functions.feedback.saying import ThreadId
from stamkund.tables import Read, forum
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.caching import FOR_ONE
from stamkund.web.callers import Caller, Member
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


class MyForum(Struct, frozen=True):
    """What everybody reads is the same for all; this is what differs. `name` is null for who has
    written nothing yet; `asked`: whether the topic is mine, and I say which answer helped;
    `thanked` are the posts that I have said thanks for."""

    name: str | None
    asked: bool
    thanked: list[str]


@endpoint(
    "GET",
    "/v1/feedback/forum/topics/{topic}/mine",
    caller=[Member],
    access={Profiles: Read, Programmes: Read, Threads: Read},
    problems=["no_programme", "forum_closed", "topic_not_found"],
)
def read_my_forum(topic: ThreadId, caller: Caller, now: datetime) -> Reply[MyForum]:
    """Read what is mine in a topic of the forum."""
    open_forum(club_at(caller.shop, now))
    mine = forum.mine(caller.shop, caller.member or "", topic)
    return Reply(MyForum(mine.name or None, mine.asked, mine.thanked), headers=FOR_ONE)
