"""What a member has said so far."""

from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.tables import Read, accounts, threads
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads, View
from stamkund.web.callers import Caller, Member
from stamkund.web.endpoint import endpoint
from stamkund.web.pages import Cursor, Limit, opened, sealed
from stamkund.web.threads import ThreadShown, thread_shown

PURPOSE = "threads"


class OwnThreads(Struct, frozen=True):
    """Newest first; `next` is the cursor of the page after, null on the last."""

    threads: list[ThreadShown]
    next: str | None


@endpoint(
    "GET",
    "/v1/feedback/threads",
    caller=[Member],
    access={Accounts: Read, Programmes: Read, Threads: Read},
    problems=["member_not_found", "member_not_active", "member_merged"],
)
def read_threads(caller: Caller, cursor: Cursor = "", limit: Limit = 20) -> OwnThreads:
    """Read what I have said.

    The member's own threads, newest first. One that has just been opened may take a moment to come.
    """
    if caller.member is None:
        raise Refused("not_found")
    accounts.refuse_inactive(accounts.find(caller.shop, caller.member))
    after = opened(cursor, PURPOSE, caller.shop, caller.member) or ""
    found, more = threads.page(caller.shop, View("author", caller.member), limit, after)
    return OwnThreads(
        [thread_shown(one) for one in found], sealed(more, PURPOSE, caller.shop, caller.member)
    )
