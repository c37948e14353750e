"""Somebody says something to the shop."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.feedback.authors import member_author
from functions.feedback.guests import Guest, GuestLink, guest_by
from functions.feedback.limits import of_threads
from functions.feedback.picturing import Pictures, named, owner_of, send_on
from functions.feedback.saying import Said, Subject, about_of, clean
from functions.feedback.shown import REPLAYED
from stamkund.rules import threads
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.order import Order
from stamkund.rules.threads import About, Author, Step, Thread
from stamkund.rules.words import SaidKind
from stamkund.tables import Append, Read, Update, clock
from stamkund.tables import threads as kept
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Opener, Threads
from stamkund.web import metrics
from stamkund.web.callers import Caller, Member, Staff, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.metrics import Metric
from stamkund.web.threads import ThreadShown, thread_shown


class OpenRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is yours and makes it happen once. `member` is only for staff, and `link` only
    for a guest. `pictures` have been begun and sent before."""

    reference: PathId
    kind: SaidKind
    text: Said
    about: Subject | None = None
    member: OutsideId | None = None
    link: GuestLink | None = None
    pictures: Pictures = []


@endpoint(
    "POST",
    "/v1/feedback/threads",
    caller=[Member, Staff, Storefront],
    access={
        Accounts: Read,
        Identities: Update,
        Orders: Read,
        Programmes: Read,
        Threads: Append,
    },
    problems=[
        "no_programme", "member_not_found", "member_not_active", "member_merged",
        "order_not_found", "line_not_found", "guest_link_invalid", "thread_mismatch",
        "picture_invalid", "too_many_attempts", "busy",
    ],
    status=(201, 200),
    queues=["pictures"],
    lines=["text"],
)  # fmt: skip
def open_thread(request: OpenRequest, caller: Caller, now: datetime) -> Reply[ThreadShown]:
    """Say something to the shop.

    A comment, complaint, idea, question, review, or the answer to a survey: about an article, an
    order, a line of one, or the shop. A member says it in a session, a guest by the link of their
    order, staff for somebody on the phone. Whoever opened it is told that it has come, and of
    everything that becomes of it.
    """
    about, text = about_of(request.about), clean(request.text)
    guest = _guest(request, caller)
    if guest:
        about = _about_their(guest.order, about)
    member = _member(request, caller, about)
    club = club_at(caller.shop, now)
    found = kept.opener(club.shop, member, about.order or None)
    about = _checked(about, found, member, vouched=guest is not None)
    author = guest.author if guest else _author(club, found.account, about, caller)
    return _opened(club, request, caller, text, about, author)


def _guest(request: OpenRequest, caller: Caller) -> Guest | None:
    if caller.kind is Storefront:
        return guest_by(caller.shop, request.link, clock.real_time())
    _refuse(request.link, "link")
    return None


def _member(request: OpenRequest, caller: Caller, about: About) -> str | None:
    """None for a guest. Refused: missing_field, invalid_field."""
    if caller.kind is Staff:
        if request.member is None and not about.order:
            raise Refused("missing_field", "member", detail="Say who it is, or about which order")
        return request.member
    _refuse(request.member, "member")
    return caller.member


def _refuse(given: str | None, field: str) -> None:
    if given is not None:
        raise Refused("invalid_field", field, detail="Not for this caller")


def _about_their(order: str, about: About) -> About:
    """A guest speaks about the order of the link."""
    if about.order not in {"", order}:
        raise Refused("order_not_found", "about.order")
    return replace(about, order=order)


def _checked(about: About, found: Opener, member: str | None, *, vouched: bool) -> About:
    """An order is the member's own, or a guest's; and of its line the article is known.

    A guest's order need not be known here: the shop has signed the link. Refused: order_not_found,
    line_not_found.
    """
    if not about.order or (vouched and found.order is None):
        return about
    if found.order is None or (not vouched and (found.order.member or None) != member):
        raise Refused("order_not_found", "about.order")
    return replace(about, article=_article(about, found.order)) if about.line else about


def _article(about: About, order: Order) -> str:
    article = next((line.article for line in order.lines if line.id == about.line), None)
    if article is None or about.article not in {"", article}:
        raise Refused("line_not_found", "about.line")
    return article


def _author(club: Club, account: Account | None, about: About, caller: Caller) -> Author:
    """Refused: member_not_active, member_merged."""
    if account is None:
        return Author(side="guest", id=about.order, language=caller.language)
    return member_author(club, account, caller.language)


def _opened(
    club: Club, request: OpenRequest, caller: Caller, text: str, about: About, author: Author
) -> Reply[ThreadShown]:
    by_staff = caller.kind is Staff
    owner = owner_of(author.side, author.id)
    pictures = named(club.shop, owner, request.pictures, clock.real_time())
    step = Step(
        reference=request.reference,
        what="opened",
        side="staff" if by_staff else author.side,
        by=caller.key if by_staff else author.id,
        at=club.at.at,
        text=text,
        held=not by_staff and author.new and threads.has_links(text),
        pictures=[one.id for one in pictures],
    )
    thread, event = threads.opened(step, request.kind, about, author, club.file.feedback)
    counts = of_threads(club.file.feedback, caller, owner)
    known = kept.open_thread(club.shop, thread, event, pictures=pictures, counts=counts)
    if known is None:
        send_on(club.shop, thread.id, step.pictures)
        metrics.count(Metric.THREADS_OPENED)
        return Reply(thread_shown(thread))
    return Reply(thread_shown(_same(known, thread)), 200, REPLAYED)


def _same(known: Thread, wanted: Thread) -> Thread:
    if known.digest != wanted.digest:
        raise Refused("thread_mismatch", "reference")
    return known
