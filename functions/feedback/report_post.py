"""A member tells staff of something in the forum that should not stand there."""

from datetime import datetime
from typing import Literal

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

Reason = Literal["spam", "offensive", "personal", "off_topic", "other"]


class ReportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    reason: Reason


class Reported(Struct, frozen=True):
    post: str


@endpoint(
    "PUT",
    "/v1/feedback/forum/posts/{post}/report",
    caller=[Member],
    access={
        Accounts: Read,
        Identities: Update,
        Programmes: Read,
        Threads: Read | Append | Update,
    },
    problems=[
        "no_programme", "forum_closed", "post_not_found", "own_post", "thread_not_found",
        "thread_full", "member_not_found", "member_not_active", "member_merged",
        "too_many_attempts", "busy",
    ],
    status=(201, 200),
)  # fmt: skip
def report_post(
    post: ThreadId, request: ReportRequest, caller: Caller, now: datetime
) -> Reply[Reported]:
    """Report a topic or an answer.

    It waits in the inbox then. A member reports a post once; what so many have reported as the
    programme says is hidden until staff has decided. Who wrote it is not told by whom.
    """
    club = club_at(caller.shop, now)
    again = discussing.report(club, post, request.reason, caller)
    if again:
        return Reply(Reported(post), 200, REPLAYED)
    return Reply(Reported(post))
