"""Who opened a thread says something more."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.feedback.guests import GuestLink, guest_by
from functions.feedback.picturing import Pictures, named, owner_of, send_on
from functions.feedback.saying import Said, ThreadId, clean
from functions.feedback.shown import REPLAYED
from stamkund.rules import threads
from stamkund.rules.errors import Refused
from stamkund.rules.threads import Author, Event, Step, Thread
from stamkund.tables import Append, Read, clock
from stamkund.tables import threads as kept
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Picture, Threads
from stamkund.web.callers import Caller, Member, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.threads import ThreadShown, thread_shown

ATTEMPTS = 5


class MessageRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. `link` is only for a guest."""

    reference: PathId
    text: Said
    link: GuestLink | None = None
    pictures: Pictures = []


@endpoint(
    "POST",
    "/v1/feedback/threads/{thread}/messages",
    caller=[Member, Storefront],
    access={Programmes: Read, Threads: Read | Append},
    problems=[
        "no_programme", "thread_not_found", "thread_full", "guest_link_invalid",
        "reference_mismatch", "picture_invalid", "busy",
    ],
    status=(201, 200),
    queues=["pictures"],
    lines=["text"],
)  # fmt: skip
def write_message(
    thread: ThreadId, request: MessageRequest, caller: Caller, now: datetime
) -> Reply[ThreadShown]:
    """Say something more in a thread.

    In one that has been answered, acted on or closed it opens the thread again, with a new time by
    which to be answered.
    """
    text = clean(request.text)
    author = _who(request, caller)
    whose = (author.side, author.id)
    club = club_at(caller.shop, now)
    pictures = named(club.shop, owner_of(*whose), request.pictures, clock.real_time())
    said = [one.id for one in pictures]
    for _ in range(ATTEMPTS):
        found, event = kept.find_for(club.shop, thread, author.side, request.reference)
        if (found.author.side, found.author.id) != whose:
            raise Refused("thread_not_found")
        wanted = _step(request.reference, found, text, said, club.at.at)
        if event:
            return _again(found, event, wanted)
        try:
            after = _said(club, found, author, wanted, pictures)
        except Conflict:
            continue
        send_on(club.shop, thread, said)
        return Reply(thread_shown(after))
    raise Refused("busy")


def _who(request: MessageRequest, caller: Caller) -> Author:
    if caller.kind is Storefront:
        return guest_by(caller.shop, request.link, clock.real_time()).author
    if request.link is not None:
        raise Refused("invalid_field", "link", detail="Not for this caller")
    return Author(side="member", id=caller.member or "")


def _step(reference: str, thread: Thread, text: str, pictures: list[str], at: datetime) -> Step:
    author = thread.author
    held = author.new and threads.has_links(text)
    return Step(
        reference=reference,
        what="said",
        side=author.side,
        by=author.id,
        at=at,
        text=text,
        held=held,
        pictures=pictures,
    )


def _said(
    club: Club, thread: Thread, author: Author, step: Step, pictures: list[Picture]
) -> Thread:
    """What staff opened for a guest on the phone has no address: it is that of their link."""
    after, event = threads.moved(thread, step, club.file.feedback)
    if author.email and not thread.author.email:
        known = replace(after.author, email=author.email, language=author.language)
        after = replace(after, author=known)
    kept.step(club.shop, thread, after, event, pictures=pictures)
    return after


def _again(thread: Thread, event: Event, step: Step) -> Reply[ThreadShown]:
    if (event.what, event.text, event.pictures) != (step.what, step.text, step.pictures):
        raise Refused("reference_mismatch", "reference")
    return Reply(thread_shown(thread), 200, REPLAYED)
