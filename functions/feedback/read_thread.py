"""One thread, for who opened it."""

from functions.feedback.announcing import as_read_by
from functions.feedback.saying import ThreadId
from functions.feedback.shown import Conversation, conversation
from stamkund.rules.errors import Refused
from stamkund.tables import Read, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.callers import Caller, Member
from stamkund.web.endpoint import endpoint


@endpoint(
    "GET",
    "/v1/feedback/threads/{thread}",
    caller=[Member],
    access={Programmes: Read, Threads: Read},
    problems=["thread_not_found"],
    pictures=Read,
)
def read_thread(thread: ThreadId, caller: Caller) -> Conversation:
    """Read a thread of mine.

    All that was said on both sides, and what became of it. What staff notes for itself is not in
    it; and somebody else's thread is not there.
    """
    whole = threads.read(caller.shop, thread)
    if whole.thread.author.side != "member" or whole.thread.author.id != caller.member:
        raise Refused("thread_not_found")
    return conversation(caller.shop, whole, as_read_by(caller))
