"""Counts that a question was asked, and whether the answer solved it."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.members import frequent
from functions.members.login_tickets import MARK_DIGITS
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.faq import FaqEvent
from stamkund.rules.programme import Id
from stamkund.tables import Append, Read, Update, clock, faq
from stamkund.tables.faq import Visit
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Storefront
from stamkund.web.club import Club, club_at
from stamkund.web.endpoint import Reply, endpoint
from stamkund.web.secrets import keyed_hash

MARK_STAYS = timedelta(days=2)
VisitorId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


class FaqAnswered(Struct, frozen=True, forbid_unknown_fields=True):
    """`visitor` is a random id that the page keeps; a session needs none."""

    event: FaqEvent
    visitor: VisitorId | None = None


class FaqCounted(Struct, frozen=True):
    entry: str
    event: FaqEvent


@endpoint(
    "POST",
    "/v1/members/faq/{entry}/events",
    caller=[Storefront, Member],
    access={Identities: Update, Programmes: Read | Append | Update},
    problems=["no_programme", "no_faq", "not_found", "busy"],
    status=(201, 200),
)
def count_faq(entry: Id, request: FaqAnswered, caller: Caller, now: datetime) -> Reply[FaqCounted]:
    """Count that a question was opened, and whether the answer solved it.

    Once for each visitor and day; of solved and not solved the first counts. Nothing is kept of
    who it was.
    """
    club = club_at(caller.shop, now)
    known = frequent.known_in(club, now)
    if known.faq is None or entry not in {one.id for one in known.faq.entries}:
        raise Refused("not_found")
    frequent.note_first(club, known)
    visit = Visit(_mark(club, entry, request, caller), club.at.month, entry)
    # By real time, as DynamoDB deletes by it, whatever a sandbox takes for today.
    new = faq.count(club.shop, visit, request.event, clock.real_time() + MARK_STAYS)
    counted = FaqCounted(entry, request.event)
    return Reply(counted, 201) if new else Reply(counted, 200, REPLAYED)


def _mark(club: Club, entry: str, request: FaqAnswered, caller: Caller) -> str:
    """Refused: missing_field."""
    visitor = caller.member or request.visitor
    if visitor is None:
        raise Refused("missing_field", "visitor", detail="Of a visitor without a session")
    return keyed_hash(club.shop, "faq", f"{club.at.day}#{entry}#{visitor}")[:MARK_DIGITS]
