"""Codes to log in with, for ten minutes each, and how many of them were asked for by whom.

Nothing here says whose a code is: whoever asked holds that, signed, and brings it back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from stamkund.rules.errors import Refused
from stamkund.tables import counting, devices, keys, profiles, transact
from stamkund.tables.counting import Count
from stamkund.tables.devices import Device, DeviceItem
from stamkund.tables.identities import Identities


class LoginCodeItem(Identities):
    """`used_as`: the client's reference for the one verification that was accepted."""

    digest = BinaryAttribute(legacy_encoding=False)
    place = UnicodeAttribute()
    tries = NumberAttribute(default=0)
    used_as = UnicodeAttribute(null=True)


class Code(NamedTuple):
    id: str
    digest: bytes
    place: str
    expires_at: datetime


def keep(shop: str, code: Code, counts: Sequence[Count], now: datetime) -> None:
    """Counted and kept at once, or neither. Refused: too_many_attempts."""

    def fill(transaction: TransactWrite) -> None:
        transaction.save(
            LoginCodeItem(
                _key(shop, code.id),
                digest=code.digest,
                place=code.place,
                expires_at=code.expires_at,
            ),
            LoginCodeItem.pk.does_not_exist(),
        )
        for count in counts:
            counting.add(transaction, shop, count)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        # The code is put, so its reason comes first, and then those of the counts in their order.
        full = [c for index, c in enumerate(counts, 1) if transact.refused(error, index)]
        if not full:
            raise
        raise counting.too_many(full, now) from None


def tried(shop: str, id: str, reference: str, most: int, now: datetime) -> Code:
    """The code, with one try less to go: counted before anybody compares, so that no more are
    compared than may be, however many come at once. Refused: login_code_invalid.

    Whoever was let in by the last of them, and lost the answer, has as many again to hear it.
    """
    item = LoginCodeItem(_key(shop, id))
    tries, again = LoginCodeItem.tries, LoginCodeItem.used_as == reference
    open_to_it = (_unused() & (tries < most)) | (again & (tries < 2 * most))
    if not item.update_if([tries.add(1)], (LoginCodeItem.expires_at > now) & open_to_it):
        raise Refused("login_code_invalid")
    assert item.expires_at is not None
    return Code(id, item.digest, item.place, item.expires_at)


def use(shop: str, id: str, reference: str) -> None:
    """For nothing that is kept. Refused: login_code_invalid."""
    used = LoginCodeItem.used_as
    if not LoginCodeItem(_key(shop, id)).update_if(
        [used.set(reference)], _unused() | (used == reference)
    ):
        raise Refused("login_code_invalid")


def use_for_device(
    shop: str, id: str, reference: str, member: str, device: Device, month: str
) -> bool:
    """Used, and the device let in, at once; whether for the first time.

    A repeat by the same reference is answered the same way until the device has moved on.
    Refused: login_code_invalid; if the member leaves at this moment: busy.
    """

    def fill(transaction: TransactWrite) -> None:
        devices.add(transaction, shop, member, device)
        transaction.update(
            LoginCodeItem(_key(shop, id)),
            [LoginCodeItem.used_as.set(reference)],
            _unused(),
            return_values=transact.RETURN_OLD,
        )
        profiles.was_seen(transaction, shop, member, month)

    try:
        transact.write(fill)
    except TransactWriteError as error:
        known, used = transact.refused(error, 0), transact.refused(error, 1)
        if not (known or used):
            raise (Refused("busy") if transact.refused(error, 2) else error) from None
        if known and used and _same(known.raw_item, used.raw_item, reference):
            return False
        raise Refused("login_code_invalid") from None
    return True


def _same(device: object, code: object, reference: str) -> bool:
    if not (isinstance(device, dict) and isinstance(code, dict)):
        return False
    used_as = LoginCodeItem.from_raw_data(code).used_as
    return used_as == reference and not DeviceItem.from_raw_data(device).generation


def _unused() -> Condition:
    unused: Condition = LoginCodeItem.pk.exists() & LoginCodeItem.used_as.does_not_exist()
    return unused


def _key(shop: str, id: str) -> str:
    return keys.of(shop, f"login{keys.SEPARATOR}{id}")
