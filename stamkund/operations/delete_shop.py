"""Delete a shop: every item of it, in every table and index. There is no way back.

First its keys go, and a minute is waited, until nobody can write for it any more. Then its ledger
is exported to FOLDER, which the law may want kept, and everything is deleted, pictures too, the
entry in the register last: stopped at any moment, the command goes on when it is run again.
--dry-run counts. The bucket of the pictures is that of STAMKUND_PICTURES.

What it cannot reach: backups to a point in time, for as many days as the stage keeps them, the
log, which has ids of members and keys, and what was exported before.
"""

import json
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from stamkund import tables
from stamkund.operations import export, picture_keys
from stamkund.operations.command import Mistaken, tell
from stamkund.operations.shop import registered
from stamkund.rules.errors import Refused
from stamkund.tables import Table, shops
from stamkund.tables.exported import REGISTER, Raw, delete_all, items_of
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import KEY
from stamkund.web import pictures

KEYS_FORGOTTEN = 61.0  # seconds: a process remembers a key for a minute
ROUNDS = 5


class Counted(Struct):
    """Items by table; `pictures` is null where nobody has said in which bucket they lie.
    `exported`: where its ledger is kept."""

    shop: str
    items: dict[str, int]
    pictures: int | None
    deleted: bool
    exported: str | None = None


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("shop")
    parser.add_argument("--dry-run", action="store_true", help="only count what there is")
    parser.add_argument("--export", type=Path, metavar="FOLDER", help="where its ledger is kept")
    parser.add_argument("--confirm", metavar="SHOP", help="its id once more, to be sure")
    parser.set_defaults(sleep=time.sleep)


def run(options: Namespace) -> Counted:
    shop = registered(options.shop).shop
    if options.dry_run:
        counts = {table.short_name(): _count(table, shop) for table in tables.every_table()}
        there = sum(1 for _ in picture_keys.of_shop(shop)) if picture_keys.is_known() else None
        return Counted(shop, counts, there, deleted=False)
    if options.confirm != shop:
        raise Mistaken(f"To delete {shop} and all its members, add: --confirm {shop}")
    if not picture_keys.is_known():
        raise Mistaken("Say in which bucket its pictures lie: STAMKUND_PICTURES")
    if options.export is None:
        raise Mistaken("Say where its ledger is to be kept: --export FOLDER")
    _lock_out(shop, options.sleep)
    _export(options.export, shop)
    items, shown = _delete(shop)
    return Counted(shop, items, shown, deleted=True, exported=str(options.export))


def _lock_out(shop: str, sleep: Callable[[float], object]) -> None:
    keys = [item for item in items_of(Programmes, shop) if item["sk"]["S"].startswith(KEY)]
    if not keys:
        return  # an earlier run has waited
    for item in keys:
        shops.revoke_key(shop, item["sk"]["S"].removeprefix(KEY))
    tell("Its keys are revoked; in a minute everybody knows.")
    sleep(KEYS_FORGOTTEN)
    delete_all(Programmes, keys)


def _export(folder: Path, shop: str) -> None:
    """Once: what a later run would find is what an earlier one has left."""
    manifest = folder / Ledger.short_name() / export.MANIFEST
    if not manifest.exists():
        export.write(folder, [Ledger.short_name()], shop)
    elif json.loads(manifest.read_text())["shop"] != shop:
        raise Mistaken(f"{folder} holds another export. Nothing was deleted but the keys.")


def _delete(shop: str) -> tuple[dict[str, int], int]:
    """Items by table, and pictures. The programmes last, and of them the entry in the register."""
    others = [table for table in tables.every_table() if table is not Programmes]
    counts = {table.short_name(): _emptied(table, shop) for table in others}
    # Whoever looks at one after this finds nothing that leads to it, and keeps it not.
    shown = _pictures_deleted(shop)
    own = [item for item in items_of(Programmes, shop) if not _is_registration(item)]
    counts[Programmes.short_name()] = delete_all(Programmes, own)
    register = [item for item in items_of(Programmes, shop) if _is_registration(item)]
    counts[Programmes.short_name()] += delete_all(Programmes, register)
    return counts, shown


def _pictures_deleted(shop: str) -> int:
    # Read to the end first: they go meanwhile.
    found = list(picture_keys.of_shop(shop))
    try:
        for key in found:
            pictures.store().delete(key)
    except Refused:
        raise Mistaken("Some pictures could not be deleted. Run it again.") from None
    tell(f"pictures: {len(found)} deleted")
    return len(found)


def _is_registration(item: Raw) -> bool:
    return bool(item["pk"]["S"] == REGISTER)


def _emptied(table: type[Table], shop: str) -> int:
    """A session lives on for minutes, so something may have been written behind the first scan."""
    total = 0
    for _ in range(ROUNDS):
        deleted = delete_all(table, items_of(table, shop))
        total += deleted
        if not deleted:
            tell(f"{table.short_name()}: {total} items deleted")
            return total
    raise Mistaken(f"{table.short_name()} fills again: somebody writes for {shop}. Run it again.")


def _count(table: type[Table], shop: str) -> int:
    return sum(1 for _ in items_of(table, shop))
