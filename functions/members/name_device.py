"""A member calls a device by a name of their own."""

from typing import Annotated
from unicodedata import normalize

from msgspec import Meta, Struct

from functions.members.gone import told_who_left
from functions.members.read_devices import DeviceShown, shown
from stamkund.rules.errors import Refused
from stamkund.tables import Read, Update, devices
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.callers import Caller, Member, member_of
from stamkund.web.endpoint import endpoint


class DeviceNaming(Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=60)]


@endpoint(
    "PUT",
    "/v1/members/{member}/devices/{device}",
    caller=[Member],
    access={Accounts: Read, Profiles: Update, Programmes: Read},
    problems=[
        "not_found", "member_not_found", "member_not_active", "member_merged", "device_not_found",
    ],
)  # fmt: skip
def name_device(member: str, device: str, request: DeviceNaming, caller: Caller) -> DeviceShown:
    """Name a device."""
    name = normalize("NFC", request.name).strip()
    if not name:
        raise Refused("invalid_field", "name", detail="Expected a name, not only spaces")
    owner = member_of(caller, member)
    with told_who_left(caller.shop, owner):
        return shown(devices.rename(caller.shop, owner, device, name), caller)
