"""Tables as DynamoDB exports them to S3: gzipped lines of `{"Item": {"pk": {"S": "..."}, ...}}`.

Written here in the same way, from a scan, which only people's commands make. An export of
DynamoDB's own reads no capacity, and is of one instant.
"""

import gzip
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import Any

import msgspec
from msgspec import Struct

from stamkund.rules.ledger import Brought, Entry
from stamkund.tables import keys
from stamkund.tables.accounts import AccountItem, account_from
from stamkund.tables.attributes import Packed
from stamkund.tables.table import Table, client

Raw = dict[str, Any]
BATCH = 25  # DynamoDB takes no more at once
REGISTER = "SHOPS"


# Reading and writing tables as a whole


def items_of(table: type[Table], shop: str = "") -> Iterator[Raw]:
    """Every item, or those of one shop, as DynamoDB has them."""
    scan = client().client.get_paginator("scan")
    pages = scan.paginate(TableName=table.full_name(), ConsistentRead=True)
    for page in pages:
        yield from (item for item in page["Items"] if not shop or belongs(item, shop))


def belongs(item: Raw, shop: str) -> bool:
    """Whether an item is of this shop, in whichever table."""
    key: str = item["pk"]["S"]
    own = key == shop or key.startswith(keys.of(shop, ""))
    return own or (key == REGISTER and bool(item["sk"]["S"] == shop))


def put_all(name: str, items: Iterable[Raw]) -> int:
    """Into the table of this full name. What had the same keys is replaced; how many there were."""
    return _in_batches(name, ({"PutRequest": {"Item": item}} for item in items))


def delete_all(table: type[Table], items: Iterable[Raw]) -> int:
    """How many there were."""
    names = key_names(table)
    wanted = ({name: item[name] for name in names} for item in items)
    return _in_batches(table.full_name(), ({"DeleteRequest": {"Key": key}} for key in wanted))


def key_names(table: type[Table]) -> list[str]:
    found = (table._hash_keyname, table._range_keyname)  # noqa: SLF001 -- PynamoDB says no other way
    return [name for name in found if name]


def _in_batches(name: str, requests: Iterator[Raw]) -> int:
    count, batch = 0, list[Raw]()
    for request in requests:
        batch.append(request)
        count += 1
        if len(batch) == BATCH:
            _write(name, batch)
            batch = []
    if batch:
        _write(name, batch)
    return count


def _write(name: str, batch: list[Raw]) -> None:
    """What DynamoDB had no room for just now is sent again, later and later."""
    pause = 0.05
    while batch:
        answer = client().client.batch_write_item(RequestItems={name: batch})
        batch = answer.get("UnprocessedItems", {}).get(name, [])
        if batch:
            sleep(pause)
            pause = min(2 * pause, 5.0)


# Lines


def line_of(item: Raw) -> bytes:
    return json.dumps({"Item": _mapped(item, _as_text)}, separators=(",", ":")).encode() + b"\n"


def item_in(line: bytes) -> Raw:
    return _mapped(json.loads(line)["Item"], b64decode)


def lines_in(folder: Path) -> Iterator[bytes]:
    """Of every file of an export, wherever in the folder its data lies."""
    for file in sorted(folder.rglob("*.json.gz")):
        with gzip.open(file) as lines:
            yield from lines


def _as_text(value: bytes) -> str:
    return b64encode(value).decode()


def _mapped(item: Raw, bytes_: Callable[[Any], Any]) -> Raw:
    return {name: _value(value, bytes_) for name, value in item.items()}


def _value(typed: Raw, bytes_: Callable[[Any], Any]) -> Raw:
    ((kind, value),) = typed.items()
    match kind:
        case "B":
            return {kind: bytes_(value)}
        case "BS":
            return {kind: [bytes_(each) for each in value]}
        case "M":
            return {kind: _mapped(value, bytes_)}
        case "L":
            return {kind: [_value(each, bytes_) for each in value]}
        case _:
            return typed


# Entries and accounts in them. A rebuild reads millions, so an entry is decoded in one step, into
# what has the shape of the line.


class _Text(Struct, rename={"value": "S"}):
    value: str


class _Number(Struct, rename={"value": "N"}):
    value: int


class _Instant(Struct, rename={"value": "S"}):
    value: datetime


class _Numbers(Struct, rename={"map": "M"}):
    map: dict[str, _Number]

    @property
    def value(self) -> dict[str, int]:
        return {key: number.value for key, number in self.map.items()}


class _Brought(Struct, rename={"packed": "B"}):
    packed: str

    @property
    def value(self) -> Brought:
        return _packed.deserialize(b64decode(self.packed))


class _KeyOnly(Struct):
    pk: _Text


class _KeyLine(Struct, rename={"item": "Item"}):
    item: _KeyOnly


_packed = Packed[Brought](Brought)
_SHAPES: dict[Any, type[Struct]] = {
    int: _Number,
    datetime: _Instant,
    dict[str, int]: _Numbers,
    Brought | None: _Brought,
}
FIELDS = tuple(field.name for field in msgspec.structs.fields(Entry))
_Item = msgspec.defstruct(
    "_Item",
    [
        ("pk", _Text),
        ("sk", _Text),
        *(
            (field.name, _SHAPES.get(field.type, _Text) | None, None)
            for field in msgspec.structs.fields(Entry)
        ),
    ],
)
_EntryLine = msgspec.defstruct("_EntryLine", [("item", _Item)], rename={"item": "Item"})
_entry_line = msgspec.json.Decoder(_EntryLine, strict=False)
_key_line = msgspec.json.Decoder(_KeyLine)


def key_in(line: bytes) -> str:
    """Whose item it is, at a fraction of the price of reading it all."""
    return _key_line.decode(line).item.pk.value


def entry_in(line: bytes) -> tuple[str, str, Entry]:
    """Whose it is, its place among theirs, and the entry."""
    item: Any = _entry_line.decode(line).item  # type: ignore[attr-defined]
    present = {name: given.value for name in FIELDS if (given := getattr(item, name)) is not None}
    return item.pk.value, item.sk.value, Entry(**present)


def account_in(item: Raw) -> Any:
    return account_from(AccountItem.from_raw_data(item))
