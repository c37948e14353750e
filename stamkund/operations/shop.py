"""Add a shop, or list those there are.

A shop needs an entry in the register, keys (`stamkund key add`), and a programme that its staff
publishes. Its id leads the key of everything that will belong to it, and stays for ever.
"""

import re
from argparse import ArgumentParser, Namespace
from typing import get_args

from stamkund.operations.command import Mistaken
from stamkund.rules.programme import Language
from stamkund.tables import shops
from stamkund.tables.shops import RegisteredShop

# As a key has it in its middle.
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def arguments(parser: ArgumentParser) -> None:
    what = parser.add_subparsers(title="what to do", metavar="WHAT", required=True)
    add = what.add_parser("add", help="a new shop")
    add.add_argument("shop", help="its id: letters, digits, dots, dashes and underscores")
    add.add_argument(
        "--language",
        choices=get_args(Language),
        default="en",
        help="of texts for whoever asks for none (default: %(default)s)",
    )
    add.add_argument("--sandbox", action="store_true", help="its clock can be moved")
    add.set_defaults(what=_add)
    every = what.add_parser("list", help="all shops")
    every.set_defaults(what=_list)


def run(options: Namespace) -> object:
    return options.what(options)


def _add(options: Namespace) -> RegisteredShop:
    if not ID.fullmatch(options.shop):
        raise Mistaken(f"{options.shop!r} cannot be the id of a shop.")
    try:
        shops.add_shop(options.shop, sandbox=options.sandbox, language=options.language)
    except ValueError as taken:
        raise Mistaken(f"{taken}.".capitalize()) from None
    return RegisteredShop(options.shop, options.sandbox, options.language)


def _list(_: Namespace) -> list[RegisteredShop]:
    return list(shops.every_shop())


def registered(shop: str) -> RegisteredShop:
    """Mistaken when there is no such shop."""
    found = next((each for each in shops.every_shop() if each.shop == shop), None)
    if found is None:
        raise Mistaken(f"There is no shop {shop}: `stamkund shop list` shows those there are.")
    return found
