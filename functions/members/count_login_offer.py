"""Counts what a visitor did after a login offer, once a day and event."""

from datetime import datetime, timedelta
from typing import Annotated

from msgspec import Meta, Struct

from functions.members.login_tickets import GOOD_FOR_DAYS, LONGEST_TICKET, visit_in
from functions.members.shown import REPLAYED
from stamkund.rules.errors import Refused
from stamkund.rules.login_report import EVENTS, Event
from stamkund.rules.programme_file import HOLD_OUT, LoginArgument
from stamkund.tables import Read, Update, clock, login_counters
from stamkund.tables.identities import Identities
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, CallerKind, Member, Shop, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import Reply, endpoint

# A page can say what it showed. That somebody logged in is said by who is logged in, and that
# something was bought by who sold it: anybody may have a storefront's key.
MAY_SAY: dict[CallerKind, tuple[Event, ...]] = {
    Storefront: EVENTS[:2],
    Member: EVENTS[:4],
    Shop: EVENTS,
}
# Longer than the ticket is good for, or it would count again.
MARK_STAYS = timedelta(days=GOOD_FOR_DAYS + 2)


class LoginOfferEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """`ticket` as it came with the offer. Who is held out was `shown` nothing, and says so."""

    ticket: Annotated[str, Meta(max_length=LONGEST_TICKET)]
    event: Event


class LoginOfferCounted(Struct, frozen=True):
    """What it was counted under: the `argument` that led when this visitor was first heard of
    on that day."""

    event: Event
    variant: str
    argument: LoginArgument


@endpoint(
    "POST",
    "/v1/members/login-offers/events",
    caller=[Storefront, Member, Shop],
    access={Identities: Update, Programmes: Read | Update},
    problems=["no_programme", "ticket_invalid", "ticket_expired", "busy"],
    status=(201, 200),
)
def count_login_offer(
    request: LoginOfferEvent, caller: Caller, now: datetime
) -> Reply[LoginOfferCounted]:
    """Count what came of a login offer.

    Shown, clicked, logged in, joined, bought: once for each ticket, whoever sends it how often.
    A page may say the first two, a member the first four, the shop's server all. Nothing is kept
    of who it was.
    """
    if request.event not in MAY_SAY[caller.kind]:
        raise Refused("forbidden", "event")
    today = club_at(caller.shop, now).at.day
    visit = visit_in(request.ticket, caller.shop, today)
    # By real time, as DynamoDB deletes by it, whatever a sandbox takes for today.
    expires_at = clock.real_time() + MARK_STAYS
    lead, new = login_counters.count(caller.shop, visit, request.event, expires_at)
    variant = HOLD_OUT if visit.held else visit.variant
    counted = LoginOfferCounted(request.event, variant, lead)
    return Reply(counted, 201) if new else Reply(counted, 200, REPLAYED)
