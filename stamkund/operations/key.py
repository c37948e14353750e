"""Add, revoke or list the keys with which a shop calls the club.

A key is shown when it is added and never again: only a digest of it is kept. One that is revoked
is refused everywhere within a minute, and stays in the list.
"""

from argparse import ArgumentParser, Namespace

import msgspec
from msgspec import Struct

from stamkund.operations.command import Mistaken
from stamkund.operations.shop import registered
from stamkund.rules.ids import OutsideId
from stamkund.tables import shops
from stamkund.tables.shops import PREFIXES

# Under these sources the orders of others are kept.
TAKEN = {"web", "return"}


class NewKey(Struct):
    id: str
    key: str


class ListedKey(Struct):
    """All that is known of a key."""

    id: str
    kind: str
    label: str
    origins: list[str]
    store: str
    revoked: bool


def arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    add = what.add_parser("add", help="a new key, shown this once")
    add.add_argument("shop")
    add.add_argument(
        "kind",
        choices=list(PREFIXES),
        help="shop: its server. storefront: its pages in a browser. staff: people. till: a store",
    )
    add.add_argument("--label", default="", help="what it is for; not a person's name")
    add.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="https://...",
        help="a website that may use a storefront key; may be given several times",
    )
    add.add_argument(
        "--store",
        default="",
        metavar="ID",
        help="the store, or the one till, that a till key is for; its orders carry this id",
    )
    add.set_defaults(what=_add)
    revoke = what.add_parser("revoke", help="refuse a key from now on")
    revoke.add_argument("shop")
    revoke.add_argument("id", help="the middle part of the key")
    revoke.set_defaults(what=_revoke)
    every = what.add_parser("list", help="all keys of a shop, without what is secret")
    every.add_argument("shop")
    every.set_defaults(what=_list)


def run(options: Namespace) -> object:
    return options.what(options)


def _add(options: Namespace) -> NewKey:
    registered(options.shop)
    if options.origin and options.kind != "storefront":
        raise Mistaken("Only a storefront key is used in a browser: --origin is for no other.")
    _refuse_other_stores(options.kind, options.store)
    key = shops.add_key(
        options.shop,
        options.kind,
        label=options.label,
        origins=frozenset(options.origin),
        store=options.store,
    )
    return NewKey(key.rsplit(".", 2)[1], key)


def _refuse_other_stores(kind: str, store: str) -> None:
    if bool(store) != (kind == "till"):
        raise Mistaken("A till key is for one store, --store ID, and no other key is.")
    try:
        if store:
            msgspec.convert(store, OutsideId)
    except msgspec.ValidationError:
        raise Mistaken(f"A store cannot be called {store}: letters, digits, . _ - only.") from None
    if store in TAKEN:
        raise Mistaken(f"A store cannot be called {store}: other orders are kept under that name.")


def _revoke(options: Namespace) -> ListedKey:
    registered(options.shop)
    before = next((key for key in _keys(options.shop) if key.id == options.id), None)
    if before is None:
        raise Mistaken(f"{options.shop} has no key {options.id}: `stamkund key list` shows all.")
    shops.revoke_key(options.shop, options.id)
    before.revoked = True
    return before


def _list(options: Namespace) -> list[ListedKey]:
    registered(options.shop)
    return _keys(options.shop)


def _keys(shop: str) -> list[ListedKey]:
    return [
        ListedKey(key.id, key.kind, label, sorted(key.origins), key.store, key.revoked)
        for key, label in shops.every_key(shop)
    ]
