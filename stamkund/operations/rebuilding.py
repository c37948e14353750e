"""Accounts made again from the ledger, member by member, and held against those there are."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from msgspec.structs import replace

from stamkund.operations.parts import Parts
from stamkund.rules.account import Account
from stamkund.rules.ledger import Entry
from stamkund.rules.membership import Setting, settled
from stamkund.rules.replaying import compared, replayed
from stamkund.rules.selection import Moment, moment
from stamkund.tables import keys, programmes, shops
from stamkund.tables.accounts import ACCOUNT
from stamkund.tables.exported import Raw, account_in, entry_in, item_in
from stamkund.tables.shops import RegisteredShop

Key = str
# An entry's reference has the version in it, and one of a rebuilt account must be a new one.
AHEAD = 1


class Rebuilt(NamedTuple):
    """`live` None: the ledger has entries of somebody who has no account. `differences`: what the
    account there is has otherwise."""

    key: Key
    live: Account | None
    made: Account | None
    differences: list[str]


class Settings:
    """The programme of each shop, and the moment that it is there."""

    def __init__(self) -> None:
        self._known = {shop.shop: _setting(shop) for shop in shops.every_shop()}

    def of(self, shop: str) -> tuple[Setting, Moment] | None:
        """None for a shop without a programme: nobody can have joined."""
        return self._known.get(shop)


def _setting(shop: RegisteredShop) -> tuple[Setting, Moment] | None:
    now = shop.now()
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return None
    return published.setting, moment(now, published.programme.time_zone)


def rebuilt(parts: Parts, settings: Settings) -> Iterator[Rebuilt]:
    """Every member of the lines of kinds `ledger` and `accounts`."""
    for part in range(parts.count):
        live = _accounts(parts, part)
        for key, entries in _entries(parts, part):
            yield _rebuilt(key, live.pop(key, None), entries, settings)
        for key, account in live.items():
            yield _rebuilt(key, account, [], settings)


def others(parts: Parts) -> Iterator[Raw]:
    """What lies beside the accounts in their table and is in no ledger: vouchers, decisions."""
    for part in range(parts.count):
        items = map(item_in, parts.lines("accounts", part))
        yield from (item for item in items if item["sk"]["S"] != ACCOUNT)


def _rebuilt(key: Key, live: Account | None, entries: list[Entry], settings: Settings) -> Rebuilt:
    known = settings.of(key.partition(keys.SEPARATOR)[0])
    if live is None or known is None:
        return Rebuilt(key, live, None, ["account" if live is None else "programme"])
    setting, at = known
    again = replayed(live, entries, setting)
    return Rebuilt(key, live, again, sorted(compared(live, again, setting, at)))


def tidied(made: Account, settings: Settings) -> Account:
    """As it is written: settled as of now, without the entries that the next look will make."""
    if made.status == "merged":
        return replace(made, version=made.version + AHEAD)
    known = settings.of(made.shop)
    assert known
    setting, at = known
    if made.status == "closed":
        return replace(made, version=made.version + AHEAD)
    after, entries = settled(made, setting, at)
    if entries:
        # They are for who writes the ledger: the account waits for the night, as any may.
        return replace(made, review_on=at.day, version=made.version + AHEAD)
    return replace(after, version=made.version + AHEAD)


def _accounts(parts: Parts, part: int) -> dict[Key, Account]:
    items = map(item_in, parts.lines("accounts", part))
    return {item["pk"]["S"]: account_in(item) for item in items if item["sk"]["S"] == ACCOUNT}


def _entries(parts: Parts, part: int) -> Iterator[tuple[Key, list[Entry]]]:
    """Oldest first: that is how their keys sort."""
    found = sorted(map(entry_in, parts.lines("ledger", part)), key=itemgetter(0, 1))
    for key, group in groupby(found, key=itemgetter(0)):
        yield key, [entry for _, _, entry in group]
