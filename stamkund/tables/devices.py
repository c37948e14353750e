"""The devices on which a member is logged in, beside the profile: each is one line of refreshes.

A refresh token is a signed number, the `generation` of its device. Only the newest counts; when an
older one comes back, somebody has a copy, and nobody can say who: the device is logged out.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct
from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.tables import keys, transact
from stamkund.tables.profiles import PROFILE, Profiles, was_seen

DEVICE = "DEVICE#"
REMEMBERED = timedelta(days=90)
NOT_REMEMBERED = timedelta(hours=12)
# A phone that lost the answer asks again within seconds, and must not be logged out for it.
GRACE = timedelta(seconds=30)
MOST_SHOWN = 100


class DeviceItem(Profiles):
    name = UnicodeAttribute(null=True)
    place = UnicodeAttribute()
    generation = NumberAttribute(default=0)
    remembered = BooleanAttribute()
    since = UnicodeAttribute()
    seen_at = UnicodeAttribute()


class Device(Struct, frozen=True, kw_only=True):
    """`place`: where in the shop it was logged in; `name` is the member's own."""

    id: str
    place: str
    since: datetime
    seen_at: datetime
    remembered: bool
    name: str = ""
    generation: int = 0


def expiry(*, remembered: bool, now: datetime) -> datetime:
    return now + (REMEMBERED if remembered else NOT_REMEMBERED)


def add(transaction: TransactWrite, shop: str, member: str, device: Device) -> None:
    """Only where there is none of that id; a refusal brings back the one that is there.

    Only where `was_seen` finds somebody: it belongs into the same transaction.
    """
    item = DeviceItem(
        *_key(shop, member, device.id),
        name=device.name or None,
        place=device.place,
        generation=device.generation,
        remembered=device.remembered,
        since=device.since.isoformat(),
        seen_at=device.seen_at.isoformat(),
        expires_at=expiry(remembered=device.remembered, now=device.seen_at),
    )
    transaction.save(item, DeviceItem.pk.does_not_exist(), return_values=transact.RETURN_OLD)


def let_in(shop: str, member: str, device: Device, month: str) -> bool:
    """Whether for the first time. Refused, if it has gone on since: reference_used; if the member
    leaves at this moment: busy."""

    def fill(transaction: TransactWrite) -> None:
        add(transaction, shop, member, device)
        was_seen(transaction, shop, member, month)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        known = transact.refused(error, 0)
        if known is None:
            raise (Refused("busy") if transact.refused(error, 1) else error) from None
        if not known.raw_item or DeviceItem.from_raw_data(known.raw_item).generation:
            raise Refused("reference_used") from None
        return False
    return True


class Turn(NamedTuple):
    """A device in one of its generations. With a `month` it is noted that the member was seen."""

    member: str
    device: str
    generation: int
    remembered: bool
    month: str = ""


def refresh(shop: str, turn: Turn, now: datetime) -> None:
    """From this generation to the next, in one transaction. Refused: session_ended.

    The same once more, within the grace and while nobody has gone on from there, is no harm.
    """
    item = DeviceItem(*_key(shop, turn.member, turn.device))
    actions: list[Action] = [
        DeviceItem.generation.set(turn.generation + 1),
        DeviceItem.seen_at.set(now.isoformat()),
        DeviceItem.expires_at.set(expiry(remembered=turn.remembered, now=now)),
    ]
    holds = (DeviceItem.generation == turn.generation) & (DeviceItem.expires_at > now)

    def fill(transaction: TransactWrite) -> None:
        transaction.update(item, actions, holds, return_values=transact.RETURN_OLD)
        if turn.month:
            was_seen(transaction, shop, turn.member, turn.month)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        refusal = transact.refused(error, 0)
        if refusal is None:
            raise (Refused("session_ended") if transact.refused(error, 1) else error) from None
        if not _only_again(refusal.raw_item, turn.generation, now):
            item.delete()
            raise Refused("session_ended") from None


def _only_again(raw: object, generation: int, now: datetime) -> bool:
    if not isinstance(raw, dict):
        return False
    known = DeviceItem.from_raw_data(raw)
    fresh = now - datetime.fromisoformat(known.seen_at) <= GRACE
    return bool(known.generation == generation + 1) and fresh


def every(shop: str, member: str, now: datetime) -> list[Device]:
    """Those that are logged in, the last seen first. What has run out may lie there for days.

    One read, which brings the profile along: no devices, and no member, are two things.
    Refused: member_not_found.
    """
    between = DeviceItem.sk.between(DEVICE, PROFILE)
    found = list(DeviceItem.query(keys.of(shop, member), between, consistent_read=True))
    if not any(item.sk == PROFILE for item in found):
        raise Refused("member_not_found")
    items = [item for item in found if item.sk.startswith(DEVICE)]
    alive = [_device(item) for item in items if item.expires_at > now]
    return sorted(alive, key=lambda device: device.seen_at, reverse=True)[:MOST_SHOWN]


def rename(shop: str, member: str, id: str, name: str) -> Device:
    """Refused: device_not_found."""
    item = DeviceItem(*_key(shop, member, id))
    if not item.update_if([DeviceItem.name.set(name)], DeviceItem.pk.exists()):
        raise Refused("device_not_found")
    return _device(item)


def remove(shop: str, member: str, id: str) -> None:
    """What is not there is gone as well."""
    DeviceItem(*_key(shop, member, id)).delete()


def _device(item: DeviceItem) -> Device:
    return Device(
        id=item.sk.removeprefix(DEVICE),
        name=item.name or "",
        place=item.place,
        generation=int(item.generation),
        remembered=item.remembered,
        since=datetime.fromisoformat(item.since),
        seen_at=datetime.fromisoformat(item.seen_at),
    )


def _key(shop: str, member: str, id: str) -> tuple[str, str]:
    return keys.of(shop, member), DEVICE + id
