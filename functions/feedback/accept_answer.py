"""Whoever asked says which answer it was."""

from datetime import datetime

from msgspec import Struct

from functions.feedback import discussing
from functions.feedback.discussed import TopicListed, topic_listed
from functions.feedback.saying import ThreadId
from stamkund.tables import Read, Update
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import endpoint


class AcceptRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The id of an answer in this topic, or null for none of them."""

    answer: ThreadId | None


@endpoint(
    "PUT",
    "/v1/feedback/forum/topics/{topic}/accepted",
    caller=[Member, Staff],
    access={Programmes: Read, Threads: Read | Update},
    problems=[
        "no_programme", "forum_closed", "topic_not_found", "post_not_found", "not_yours", "busy",
    ],
)  # fmt: skip
def accept_answer(
    topic: ThreadId, request: AcceptRequest, caller: Caller, now: datetime
) -> TopicListed:
    """Say which answer helped.

    Whoever asked does, and may change it: one answer at a time. What the programme gives for it is
    given to the first that was chosen, some minutes later, and stays theirs unless staff takes the
    answer away. Staff does for what the shop has asked.
    """
    club = club_at(caller.shop, now)
    return topic_listed(discussing.accept(club, topic, request.answer, caller))
