"""A device is logged out from another one."""

from functions.members.gone import told_who_left
from stamkund.tables import Delete, Read, clock, devices
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Staff, member_of
from stamkund.web.endpoint import Reply, endpoint


@endpoint(
    "DELETE",
    "/v1/members/{member}/devices/{device}",
    caller=[Member, Staff],
    access={Accounts: Read, Profiles: Read | Delete, Programmes: Read},
    problems=["not_found", "member_not_found", "member_not_active", "member_merged"],
    status=204,
)
def revoke_device(member: str, device: str, caller: Caller) -> Reply[None]:
    """Log a member out on a device, such as a phone that was lost.

    The short session that is out there holds for the rest of its 15 minutes.
    """
    owner = member_of(caller, member)
    with told_who_left(caller.shop, owner):
        devices.every(caller.shop, owner, clock.real_time())  # which knows if there is a member
    devices.remove(caller.shop, owner, device)
    return Reply(None)
