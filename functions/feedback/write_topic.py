"""Somebody begins a topic in the forum."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from functions.feedback import discussing
from functions.feedback.discussed import Name, PostWritten, posted
from functions.feedback.discussing import PROBLEMS, Wish
from functions.feedback.saying import Said, clean
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

Title = Annotated[str, Meta(pattern=r"\S", max_length=120, description="Plain text, one line")]


class TopicRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. `name` is what the member wants to be called:
    needed the first time, and kept until they say another. Staff writes as the shop."""

    reference: PathId
    title: Title
    text: Said
    name: Name = ""
    language: Language | None = None


@endpoint(
    "POST",
    "/v1/feedback/forum/topics",
    caller=[Member, Staff],
    access={
        Accounts: Read,
        Identities: Update,
        Profiles: Read | Append,
        Programmes: Read,
        Threads: Read | Append,
    },
    problems=[code for code in PROBLEMS if code != "topic_not_found"],
    status=(201, 200),
    lines=["text"],
)
def write_topic(request: TopicRequest, caller: Caller, now: datetime) -> Reply[PostWritten]:
    """Begin a topic in the forum.

    Everybody reads it at once, under the name that the member wants, unless somebody has to look at
    it first: because of a word, a link of somebody new, or because they have written there only for
    a few days.
    """
    club = club_at(caller.shop, now)
    wish = Wish(
        reference=request.reference,
        topic="",
        title=clean(request.title, "title"),
        text=clean(request.text),
        name=clean(request.name, "name"),
        language=request.language or caller.language,
    )
    return posted(discussing.write(club, wish, caller))
