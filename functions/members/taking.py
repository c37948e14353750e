"""Everything about a member in parts, each small enough to be answered: what the export that
machines read, and the page that people read, have in common."""

import msgspec
from msgspec import Struct

from stamkund.tables import accounts, taking_along
from stamkund.tables.taking_along import Record
from stamkund.web.pages import opened, sealed

PURPOSE = "export"
# Lambda answers at most 6 MB. An order of 200 lines is some 100 kB, and one is always whole.
MOST_BYTES = 1_000_000
# Each may bring an order, which is a read.
MOST_GROUPS = 300


class Part(Struct, frozen=True):
    """`next` is the cursor of the part after, null on the last."""

    records: list[Record]
    next: str | None


def part(shop: str, member: str, cursor: str) -> Part:
    """Refused: member_not_found, member_not_active, member_merged, invalid_field."""
    after = opened(cursor, PURPOSE, shop, member) or ""
    accounts.refuse_inactive(accounts.find(shop, member))
    records, size, place = list[Record](), 0, after
    for n, group in enumerate(taking_along.everything(shop, member, after)):
        size += len(msgspec.json.encode(group.records))
        if records and (size > MOST_BYTES or n >= MOST_GROUPS):
            return Part(records, sealed(place, PURPOSE, shop, member))
        records += group.records
        place = group.place
    return Part(records, None)
