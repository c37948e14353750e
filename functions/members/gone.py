"""Who has left is told so whatever they ask for, also where only the profile is read.

with told_who_left(shop, member):
    ...
"""

from collections.abc import Iterator
from contextlib import contextmanager

from stamkund.rules.errors import Refused
from stamkund.tables import accounts

MISSED = {"member_not_found", "device_not_found"}


@contextmanager
def told_who_left(shop: str, member: str) -> Iterator[None]:
    """Costs a read where something was not found. Refused: member_not_active, member_merged."""
    try:
        yield
    except Refused as refused:
        if refused.code in MISSED:
            accounts.refuse_inactive(accounts.find(shop, member))
        raise
