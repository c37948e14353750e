"""Lets the shop log a member in: it knows its own customer."""

from datetime import datetime

from msgspec import Struct

from functions.members.known_by import known_by
from functions.members.shown import NOT_KEPT
from stamkund.tables import Read, identities, profiles
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import sessions
from stamkund.web.callers import Caller, Shop
from stamkund.web.endpoint import PathId, Reply, endpoint


class SessionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`customer_id` is the one that the member was enrolled with."""

    customer_id: PathId


class MemberSession(Struct, frozen=True):
    """`token` goes to the member's browser or phone, as `Authorization: Bearer`."""

    member: str
    token: str
    expires_at: datetime


@endpoint(
    "POST",
    "/v1/members/sessions",
    caller=[Shop],
    access={Identities: Read, Profiles: Read, Programmes: Read},
    problems=["member_not_found"],
    status=201,
)
def open_session(request: SessionRequest, caller: Caller) -> Reply[MemberSession]:
    """Exchange the shop's customer id for a member session.

    It holds for 15 minutes of real time, in a sandbox too; ask for another when it has run out.
    Texts come in the language that the member joined with, unless a request asks for another.
    """
    member = identities.find(caller.shop, known_by(caller.shop, "customer", request.customer_id))
    session = sessions.issue(caller.shop, member, profiles.language_of(caller.shop, member))
    return Reply(MemberSession(member, session.token, session.expires_at), headers=NOT_KEPT)
