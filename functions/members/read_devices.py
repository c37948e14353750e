"""Where a member is logged in."""

from datetime import datetime

from msgspec import Struct

from functions.members.gone import told_who_left
from stamkund.tables import Read, clock, devices
from stamkund.tables.accounts import Accounts
from stamkund.tables.devices import Device
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, Staff, member_of
from stamkund.web.endpoint import endpoint


class DeviceShown(Struct, frozen=True):
    """`place`: where in the shop it was logged in. `current`: it is the one that asks."""

    device: str
    name: str | None
    place: str
    since: datetime
    seen_at: datetime
    remembered: bool
    current: bool


class Devices(Struct, frozen=True):
    devices: list[DeviceShown]


@endpoint(
    "GET",
    "/v1/members/{member}/devices",
    caller=[Member, Staff],
    access={Accounts: Read, Profiles: Read, Programmes: Read},
    problems=["not_found", "member_not_found", "member_not_active", "member_merged"],
)
def read_devices(member: str, caller: Caller) -> Devices:
    """List the devices on which a member is logged in, the last seen first."""
    owner = member_of(caller, member)
    with told_who_left(caller.shop, owner):
        found = devices.every(caller.shop, owner, clock.real_time())
    return Devices([shown(device, caller) for device in found])


def shown(device: Device, caller: Caller) -> DeviceShown:
    return DeviceShown(
        device=device.id,
        name=device.name or None,
        place=device.place,
        since=device.since,
        seen_at=device.seen_at,
        remembered=device.remembered,
        current=device.id == caller.device,
    )
