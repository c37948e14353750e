"""Write tables into files, as DynamoDB's own export to S3 does.

Gzipped lines of {"Item": {...}}, in FOLDER/<table>/data. For a club in the cloud an export of
DynamoDB's own (`aws dynamodb export-table-to-point-in-time`) is cheaper and of one instant; this
one scans, and reads on while others write. Run again, it begins again.
"""

import gzip
import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from shutil import rmtree

from stamkund import tables
from stamkund.operations.command import tell
from stamkund.operations.shop import registered
from stamkund.tables import Table, clock
from stamkund.tables.exported import Raw, items_of, line_of

LINES = 100_000  # in each file
MANIFEST = "manifest-summary.json"


def arguments(parser: ArgumentParser) -> None:
    names = [table.short_name() for table in tables.every_table()]
    parser.add_argument("folder", type=Path)
    parser.add_argument("tables", nargs="*", metavar="table", help=f"of {', '.join(names)}; or all")
    parser.add_argument("--shop", help="only what is this shop's")


def run(options: Namespace) -> dict[str, int]:
    if options.shop:
        registered(options.shop)
    return write(options.folder, options.tables, options.shop or "")


def write(folder: Path, names: Iterable[str] = (), shop: str = "") -> dict[str, int]:
    """How many items of each table."""
    wanted = set(names)
    chosen = [each for each in tables.every_table() if not wanted or each.short_name() in wanted]
    return {table.short_name(): _written(folder, table, shop) for table in chosen}


def _written(folder: Path, table: type[Table], shop: str) -> int:
    """Under another name until it is whole: who reads an export may rely on it."""
    whole = folder / table.short_name()
    unfinished = folder / f"{table.short_name()}.unfinished"
    rmtree(unfinished, ignore_errors=True)
    (unfinished / "data").mkdir(parents=True)
    count = write_lines(unfinished / "data", items_of(table, shop))
    summary = {"table": table.short_name(), "items": count, "shop": shop or None}
    summary["exported_at"] = clock.real_time().isoformat()
    (unfinished / MANIFEST).write_text(json.dumps(summary))
    rmtree(whole, ignore_errors=True)
    unfinished.rename(whole)
    tell(f"{table.short_name()}: {count} items")
    return count


def write_lines(folder: Path, items: Iterable[Raw]) -> int:
    """One file at least: an export of nothing is an export."""
    count, rest = 0, iter(items)
    while count % LINES == 0:
        written = _write_file(folder / f"{count // LINES:05}.json.gz", islice(rest, LINES))
        count += written
        if not written:
            break
    return count


def _write_file(path: Path, items: Iterable[Raw]) -> int:
    count = 0
    with gzip.open(path, "wb", compresslevel=5) as file:
        for item in items:
            file.write(line_of(item))
            count += 1
    return count
