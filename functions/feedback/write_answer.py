"""Somebody answers in the forum."""

from datetime import datetime

from msgspec import Struct

from functions.feedback import discussing
from functions.feedback.discussed import Name, PostWritten, posted
from functions.feedback.discussing import PROBLEMS, Wish
from functions.feedback.saying import Said, ThreadId, clean
from stamkund.rules.programme import Language
from stamkund.tables import Append, Read, Update
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member, Staff
from stamkund.web.club import club_at
from stamkund.web.endpoint import PathId, Reply, endpoint


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. `name` is what the member wants to be called:
    needed the first time, and kept until they say another. Staff writes as the shop."""

    reference: PathId
    text: Said
    name: Name = ""
    language: Language | None = None


@endpoint(
    "POST",
    "/v1/feedback/forum/topics/{topic}/answers",
    caller=[Member, Staff],
    access={
        Accounts: Read,
        Identities: Update,
        Profiles: Read | Append,
        Programmes: Read,
        Threads: Read | Append | Update,
    },
    problems=PROBLEMS,
    status=(201, 200),
    lines=["text"],
)
def write_answer(
    topic: ThreadId, request: AnswerRequest, caller: Caller, now: datetime
) -> Reply[PostWritten]:
    """Answer in a topic of the forum.

    Everybody reads it at once, unless somebody has to look at it first, as with a topic.
    """
    club = club_at(caller.shop, now)
    wish = Wish(
        reference=request.reference,
        topic=topic,
        title="",
        text=clean(request.text),
        name=clean(request.name, "name"),
        language=request.language or caller.language,
    )
    return posted(discussing.write(club, wish, caller))
