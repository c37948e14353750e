"""Where a picture in a thread of mine is."""

from msgspec import Struct

from functions.feedback.picturing import PictureId, shown_in
from functions.feedback.saying import ThreadId
from stamkund.rules.errors import Refused
from stamkund.rules.threads import approved_in
from stamkund.tables import Read, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member
from stamkund.web.endpoint import Reply, endpoint


class PictureLink(Struct, frozen=True):
    """Where it is for the next fifteen minutes."""

    url: str


@endpoint(
    "GET",
    "/v1/feedback/threads/{thread}/pictures/{picture}",
    caller=[Member],
    access={Programmes: Read, Threads: Read},
    problems=["thread_not_found", "picture_not_found"],
    pictures=Read,
)
def read_picture(thread: ThreadId, picture: PictureId, caller: Caller) -> Reply[PictureLink]:
    """Read where a picture in a thread of mine is: mine once staff has approved it, and theirs."""
    whole = threads.read(caller.shop, thread)
    if whole.thread.author.side != "member" or whole.thread.author.id != caller.member:
        raise Refused("thread_not_found")
    (shown,) = shown_in(caller.shop, whole, [picture], approved_in(whole.events))
    if shown.url is None:
        raise Refused("picture_not_found")
    return Reply(PictureLink(shown.url), headers={"Cache-Control": "no-store"})
