"""Hold every account against what its ledger entries make, now.

What the nightly function does with a sample, for all members of all shops, or of one. Nothing is
written. An account that changes while it is read is tried again; one that will not stand still is
counted as moving.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from time import monotonic

from msgspec import Struct

from functions.operations.reconcile import differences
from stamkund.operations.rebuilding import Settings
from stamkund.operations.shop import registered
from stamkund.rules.errors import Refused
from stamkund.tables import keys
from stamkund.tables.accounts import ACCOUNT, Accounts
from stamkund.tables.exported import items_of

SHOWN = 20


class Reconciled(Struct):
    """`differ` names the first members of those whose account is another, and what of it."""

    members: int = 0
    agree: int = 0
    different: int = 0
    moving: int = 0
    differ: dict[str, list[str]] = {}
    seconds: float = 0.0


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--shop", help="only this one")


def run(options: Namespace) -> Reconciled:
    if options.shop:
        registered(options.shop)
    return everything(options.shop or "")


def everything(shop: str = "") -> Reconciled:
    result, started, settings = Reconciled(), monotonic(), Settings()
    for key in _members(shop):
        found = _found(key, settings)
        result.members += 1
        result.moving += found is None
        result.agree += found == []
        if found:
            result.different += 1
            if len(result.differ) < SHOWN:
                result.differ[key] = found
    result.seconds = round(monotonic() - started, 1)
    return result


def _members(shop: str) -> Iterator[str]:
    for item in items_of(Accounts, shop):
        if item["sk"]["S"] == ACCOUNT:
            yield item["pk"]["S"]


def _found(key: str, settings: Settings) -> list[str] | None:
    shop, member = key.partition(keys.SEPARATOR)[0], keys.thing(key)
    known = settings.of(shop)
    if known is None:
        return ["programme"]
    try:
        return differences(shop, member, *known)
    except Refused:
        return []  # gone meanwhile
