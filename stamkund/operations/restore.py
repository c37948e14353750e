"""Restore all tables, as they were at an instant, into new ones beside those in use.

Nothing in use is touched. All tables are restored to the same instant (--at) from DynamoDB's
backups to a point in time, or filled from the files of `stamkund export` (--export). When they are
there, what a restored table comes without is switched on again, and every account is held against
its ledger: an order of that very second may be in one table and not in the other. Then it says how
to switch. Run again, it goes on where it was: tables that are being restored are waited for.
"""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from msgspec import Struct

from stamkund import tables
from stamkund.operations import reconcile
from stamkund.operations.command import Mistaken, tell
from stamkund.operations.reconcile import Reconciled
from stamkund.tables import Table
from stamkund.tables.exported import item_in, lines_in, put_all

PAUSE = 15.0
Described = dict[str, Any]


class Restored(Struct):
    prefix: str
    tables: list[str]
    reconciled: Reconciled
    to_switch: str


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("to", metavar="PREFIX", help="of the new tables")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--at", help="an instant with its offset, 2026-11-25T09:00:00+01:00")
    source.add_argument("--export", type=Path, metavar="FOLDER", help="of `stamkund export`")
    parser.set_defaults(sleep=time.sleep)


def run(options: Namespace) -> Restored:
    if options.to == tables.prefix():
        raise Mistaken("These tables are in use: give the prefix of others.")
    if options.export:
        _fill(options.to, options.export)
    else:
        _restore(options.to, _instant(options.at), options.sleep)
    with tables.others(options.to):
        found = reconcile.everything()
    names = [table.full_name(options.to) for table in tables.every_table()]
    switch = f"table_prefix: {options.to} in the stage's file, and a deployment"
    return Restored(options.to, names, found, switch)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Mistaken(f"{text} is no instant: 2026-11-25T09:00:00+01:00 is one.") from None
    if at.tzinfo is None:
        raise Mistaken(f"{text} may be anywhere: say the offset as well, {text}+01:00.")
    return at.replace(microsecond=0)


# From backups to a point in time


def _restore(prefix: str, at: datetime, sleep: Callable[[float], object]) -> None:
    for table in tables.every_table():
        _begin(table, prefix, at)
    for table in tables.every_table():
        while _described(table.full_name(prefix))["TableStatus"] != "ACTIVE":
            tell(f"{table.short_name()} is being restored ...")
            sleep(PAUSE)
        _complete(table, prefix)


def _begin(table: type[Table], prefix: str, at: datetime) -> None:
    name = table.full_name(prefix)
    known = _described_or_none(name)
    if known is None:
        _client().restore_table_to_point_in_time(
            SourceTableName=table.full_name(), TargetTableName=name, RestoreDateTime=at
        )
    elif known.get("RestoreSummary", {}).get("RestoreDateTime") != at:
        raise Mistaken(f"There is a table {name} already, of another instant: use another prefix.")


def _complete(table: type[Table], prefix: str) -> None:
    """A restored table has its items and indexes, and no stream, no end of items and no backups."""
    name, shape = table.full_name(prefix), table.shape()
    streams = _described(name).get("StreamSpecification", {}).get("StreamEnabled")
    if shape.stream and not streams:
        wanted = {"StreamEnabled": True, "StreamViewType": shape.stream}
        _client().update_table(TableName=name, StreamSpecification=wanted)
    if shape.expires_by and not _items_expire(name):
        ends = {"Enabled": True, "AttributeName": shape.expires_by}
        _client().update_time_to_live(TableName=name, TimeToLiveSpecification=ends)
    _client().update_continuous_backups(
        TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )


def _items_expire(name: str) -> bool:
    known = _client().describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    return known["TimeToLiveStatus"] in {"ENABLED", "ENABLING"}


def _described_or_none(name: str) -> Described | None:
    try:
        return _described(name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def _described(name: str) -> Described:
    return dict(_client().describe_table(TableName=name)["Table"])


def _client() -> Any:
    return tables.client().client


# From files


def _fill(prefix: str, folder: Path) -> None:
    missing = [table for table in tables.every_table() if not _data(folder, table).is_dir()]
    if missing:
        names = ", ".join(table.short_name() for table in missing)
        raise Mistaken(f"{folder} has no whole export of {names}.")
    with tables.others(prefix):
        tables.create_all()
    for table in tables.every_table():
        count = put_all(table.full_name(prefix), map(item_in, lines_in(_data(folder, table))))
        tell(f"{table.short_name()}: {count} items")


def _data(folder: Path, table: type[Table]) -> Path:
    return folder / table.short_name() / "data"
