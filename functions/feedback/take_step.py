"""Staff does something to a thread."""

from datetime import datetime

from msgspec import Struct

from functions.feedback.saying import ThreadId, Version
from functions.feedback.shown import REPLAYED, InInbox, in_inbox
from functions.feedback.stepping import PROBLEMS, Doing, Wish, checked, taken
from stamkund.tables import Append, Delete, Read, Update
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import PathId, Reply, endpoint


class StepRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once; `version` is that of the thread as you read
    it."""

    reference: PathId
    version: Version
    step: Doing


@endpoint(
    "POST",
    "/v1/feedback/inbox/{thread}/steps",
    caller=[Staff],
    access={Profiles: Read, Programmes: Read, Threads: Read | Append | Update | Delete},
    problems=PROBLEMS,
    status=(201, 200),
    queues=["pictures"],
    lines=["text"],
)
def take_step(
    thread: ThreadId, request: StepRequest, caller: Caller, now: datetime
) -> Reply[InInbox]:
    """Answer a thread, act on it, close it, or do something else to it.

    Of two at once one is first: the other is refused with `thread_changed`, which says who did what
    meanwhile. Whoever opened it is told of an answer, of what was done, and of the end. An answer
    may bring pictures along, and a picture can be removed.
    """
    doing = checked(request.step)
    club = club_at(caller.shop, now)
    wish = Wish(request.reference, request.version, doing, caller.key, club.at.at)
    after, again = taken(club, thread, wish)
    if again:
        return Reply(in_inbox(after, club.at.at), 200, REPLAYED)
    return Reply(in_inbox(after, club.at.at))
