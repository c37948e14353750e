"""Somebody has opened the link of a friend."""

from datetime import datetime, timedelta

from msgspec import Struct

from functions.referrals.shown import NOT_KEPT, REPLAYED
from stamkund.rules import invitations as codes
from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.referral_rules import Source
from stamkund.tables import Append, Read, Update, identities, invite_counters
from stamkund.tables.identities import Identities
from stamkund.tables.invite_counters import Visit
from stamkund.tables.programmes import Programmes
from stamkund.web import referring
from stamkund.web.callers import Caller, Storefront
from stamkund.web.club import club_at
from stamkund.web.endpoint import PathId, Reply, endpoint
from stamkund.web.referring import identity_of, refuse_over
from stamkund.web.secrets import keyed_hash

REMEMBERED = timedelta(days=2)


class VisitRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`visitor` is a random id that your page keeps for the day; `source` what the link says behind
    `from`."""

    visitor: OutsideId
    source: Source = "link"


class VisitCounted(Struct, frozen=True):
    """Keep `visit`, and send it along when the visitor joins: it says when they came, and by which
    link. Not who."""

    visit: str
    new: bool


@endpoint(
    "POST",
    "/v1/members/referrals/{code}/visits",
    caller=[Storefront],
    access={Identities: Read | Append, Programmes: Read | Update},
    problems=["no_programme", "referrals_not_available", "invitation_unknown", "busy"],
    status=(201, 200),
)
def count_visit(
    code: PathId, request: VisitRequest, caller: Caller, now: datetime
) -> Reply[VisitCounted]:
    """Count a visit by a friend's link.

    Each visitor once a day and link. Who it is, is not kept anywhere.
    """
    club = club_at(caller.shop, now)
    refuse_over(club)
    cleaned = codes.cleaned(code)
    link = identity_of(club.shop, cleaned)
    if identities.find_or_none(club.shop, link) is None:
        raise Refused("invitation_unknown", "code")
    mark = keyed_hash(club.shop, "visit", f"{link.hash}#{club.at.day}#{request.visitor}")[:32]
    visit = Visit(link.hash[:32], mark, request.source, club.at.month)
    new = invite_counters.count_visit(club.shop, visit, club.at.at + REMEMBERED)
    token = referring.visited(
        club.shop, referring.Visit(cleaned, request.source, int(club.at.at.timestamp()))
    )
    headers = NOT_KEPT if new else NOT_KEPT | REPLAYED
    return Reply(VisitCounted(token, new), 201 if new else 200, headers)
