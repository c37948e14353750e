"""Lets the shop log a member in: it knows its own customer."""

from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from functions.members.known_by import known_by
from functions.members.letting_in import DeviceName, MemberSession, a_device, month_of, session_on
from functions.members.shown import NOT_KEPT
from stamkund.rules.programme import Language
from stamkund.tables import Append, Read, Update, clock, devices, identities, profiles
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import sessions
from stamkund.web.callers import Caller, Shop
from stamkund.web.endpoint import PathId, Reply, endpoint


class SessionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`customer_id` is the one that the member was enrolled with, or linked to.

    With a `reference`, one for each time that somebody logs in at the shop, the session can be
    refreshed, for 90 days after it was used last if it is to be remembered and else for 12 hours.
    """

    customer_id: PathId
    reference: PathId | None = None
    remember: bool = False
    device_name: DeviceName | None = None


@endpoint(
    "POST",
    "/v1/members/sessions",
    caller=[Shop],
    access={Identities: Read, Profiles: Read | Append | Update, Programmes: Read},
    problems=["member_not_found", "reference_used", "busy"],
    status=201,
)
def open_session(request: SessionRequest, caller: Caller, now: datetime) -> Reply[MemberSession]:
    """Exchange the shop's customer id for a member session.

    It holds for 15 minutes of real time, in a sandbox too; ask for another when it has run out, or
    refresh it. Texts come in the language that the member joined with, unless a request asks for
    another.
    """
    member = identities.find(caller.shop, known_by(caller.shop, "customer", request.customer_id))
    month, spoken = month_of(now), profiles.spoken_to(caller.shop, member)
    language = spoken.language if spoken else None
    if request.reference is not None:
        return _on_a_device(request, request.reference, caller.shop, member, language, month)
    if spoken and spoken.seen != month:
        profiles.note_seen(caller.shop, member, month)
    session = sessions.issue(caller.shop, member, language)
    return Reply(MemberSession(member, session.token, session.expires_at), headers=NOT_KEPT)


def _on_a_device(
    request: SessionRequest,
    reference: str,
    shop: str,
    member: str,
    language: Language | None,
    month: str,
) -> Reply[MemberSession]:
    real = clock.real_time()
    id = sha256(reference.encode()).hexdigest()[:32]
    device = a_device(id, "shop", real, name=request.device_name, remembered=request.remember)
    devices.let_in(shop, member, device, month)
    session = session_on(shop, member, device, language, month, real)
    return Reply(session, headers=NOT_KEPT)
