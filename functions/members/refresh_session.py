"""A session goes on, on the device where it was opened."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from functions.members.contacting import Sealed
from functions.members.letting_in import MemberSession, month_of, session_by
from functions.members.shown import NOT_KEPT
from stamkund.rules.errors import Refused
from stamkund.tables import Delete, Read, Update, clock, devices
from stamkund.tables.devices import Turn
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import sessions
from stamkund.web.callers import Caller, Shop, Storefront
from stamkund.web.endpoint import Reply, endpoint


class Refresh(Struct, frozen=True, forbid_unknown_fields=True):
    """The newest `refresh_token` of the device."""

    refresh_token: Sealed


@endpoint(
    "POST",
    "/v1/members/sessions/refreshes",
    caller=[Storefront, Shop],
    access={Profiles: Update | Delete, Programmes: Read},
    problems=["session_ended", "busy"],
    status=201,
)
def refresh_session(request: Refresh, caller: Caller, now: datetime) -> Reply[MemberSession]:
    """Exchange a refresh token for a new session, and a new refresh token.

    Each token is good for once. The same again within 30 seconds gets the same answer, as the first
    may have been lost; later, or after its successor was used, it ends the session on that device.
    """
    real, token = clock.real_time(), sessions.unsealed(caller.shop, request.refresh_token)
    if token is None:
        raise Refused("session_ended")
    month = month_of(now)
    turn = Turn(
        token.member,
        token.device,
        token.generation,
        token.remembered,
        month if month != token.seen else "",
    )
    devices.refresh(caller.shop, turn, real)
    newer = replace(token, generation=token.generation + 1, seen=month)
    return Reply(session_by(caller.shop, newer, real), headers=NOT_KEPT)
