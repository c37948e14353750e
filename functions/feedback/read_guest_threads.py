"""What a guest has said about an order, and what became of it."""

from msgspec import Struct

from functions.feedback.announcing import as_read_by
from functions.feedback.guests import GuestLink, guest_by
from functions.feedback.shown import Conversation, conversation
from stamkund.tables import Read, clock, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads, View
from stamkund.web.callers import Caller, Storefront
from stamkund.web.endpoint import endpoint

MOST = 10


class GuestRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The link is in the body, so that it is in no log."""

    link: GuestLink


class GuestThreads(Struct, frozen=True):
    """The newest ten, the newest first."""

    threads: list[Conversation]


@endpoint(
    "POST",
    "/v1/feedback/guest-threads",
    caller=[Storefront],
    access={Programmes: Read, Threads: Read},
    problems=["guest_link_invalid"],
    pictures=Read,
)
def read_guest_threads(request: GuestRequest, caller: Caller) -> GuestThreads:
    """Read what a guest has said.

    By the link of their order: every thread that was opened about it as a guest, with all that was
    said. One that has just been opened may take a moment to come.
    """
    guest = guest_by(caller.shop, request.link, clock.real_time())
    found, _ = threads.page(caller.shop, View("author", guest.order), MOST)
    said = as_read_by(caller)
    shop = caller.shop
    return GuestThreads([conversation(shop, threads.read(shop, one.id), said) for one in found])
