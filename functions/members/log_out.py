"""A member logs out on a device."""

from functions.members.refresh_session import Refresh
from stamkund.tables import Delete, Read, devices
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web import sessions
from stamkund.web.callers import Caller, Shop, Storefront
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "POST",
    "/v1/members/sessions/logouts",
    caller=[Storefront, Shop],
    access={Profiles: Delete, Programmes: Read},
    status=204,
)
def log_out(request: Refresh, caller: Caller) -> Reply[None]:
    """Log out on the device that a refresh token is of, whichever of its tokens it is.

    The short session that is out there holds for the rest of its 15 minutes. A token that is none
    is answered the same way: then nobody is logged in by it either.
    """
    token = sessions.unsealed(caller.shop, request.refresh_token)
    if token:
        devices.remove(caller.shop, token.member, token.device)
    return Reply(None)
