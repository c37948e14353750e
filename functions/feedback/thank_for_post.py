"""A member says thanks for something in the forum."""

from datetime import datetime

from msgspec import Struct

from functions.feedback import discussing
from functions.feedback.saying import ThreadId
from functions.feedback.shown import REPLAYED
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint


class Thanked(Struct, frozen=True):
    post: str
    topic: str


@endpoint(
    "PUT",
    "/v1/feedback/forum/posts/{post}/thanks",
    caller=[Member],
    access={
        Accounts: Read,
        Identities: Update,
        Programmes: Read,
        Threads: Read | Append | Update,
    },
    problems=[
        "no_programme", "forum_closed", "post_not_found", "own_post", "member_not_found",
        "member_not_active", "member_merged", "too_many_attempts",
    ],
    status=(201, 200),
)  # fmt: skip
def thank_for_post(post: ThreadId, caller: Caller, now: datetime) -> Reply[Thanked]:
    """Say thanks for a topic or an answer.

    Once, however often it is said; not for what one has written oneself.
    """
    club = club_at(caller.shop, now)
    known, again = discussing.thank(club, post, caller)
    thanked = Thanked(post, known.topic)
    return Reply(thanked, 200, REPLAYED) if again else Reply(thanked)
