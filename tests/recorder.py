"""Watches what is asked of DynamoDB: `with recorded() as calls: ...`.

Hears what botocore tells about itself, so that nothing between our code and the database is
replaced. The items that a write is about are looked at before and after through another client.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

import boto3

from stamkund import tables
from tests import capacity
from tests.capacity import Index, Item

Params = Mapping[str, Any]


class Written(NamedTuple):
    """One item that a call wrote; the units are those of its entries in indexes as well."""

    table: str
    units: int


class Call(NamedTuple):
    operation: str
    written: tuple[Written, ...]
    read_units: float

    @property
    def write_units(self) -> int:
        return sum(written.units for written in self.written)


class Calls(list[Call]):
    @property
    def operations(self) -> list[str]:
        return [call.operation for call in self]

    @property
    def read_units(self) -> float:
        return sum(call.read_units for call in self)

    @property
    def write_units(self) -> int:
        return sum(call.write_units for call in self)


@contextmanager
def recorded() -> Iterator[Calls]:
    calls, kept = Calls(), "stamkund_before"
    events = tables.client().client.meta.events

    def before(params: Params, model: Any, context: dict[str, Any], **_: object) -> None:
        writes = list(_writes(model.name, params))
        context[kept] = params, writes, [_image(write) for write in writes]

    def after(model: Any, parsed: Params, context: dict[str, Any], **_: object) -> None:
        params, writes, images = context[kept]
        transacted = model.name == "TransactWriteItems"
        written = tuple(
            _written(write, image, transacted=transacted)
            for write, image in zip(writes, images, strict=True)
        )
        calls.append(Call(model.name, written, _read_units(model.name, params, parsed)))

    events.register("before-parameter-build.dynamodb", before)
    events.register_last("after-call.dynamodb", after)
    try:
        yield calls
    finally:
        events.unregister("before-parameter-build.dynamodb", before)
        events.unregister("after-call.dynamodb", after)


# Writes


class _Write(NamedTuple):
    table: str
    key: Item


def _writes(operation: str, params: Params) -> Iterator[_Write]:
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        yield _write(params["TableName"], params)
    elif operation == "TransactWriteItems":
        for part in params["TransactItems"]:
            yield from (_write(inner["TableName"], inner) for inner in part.values())
    elif operation == "BatchWriteItem":
        for table, parts in params["RequestItems"].items():
            yield from (_write(table, inner) for part in parts for inner in part.values())


def _write(table: str, params: Params) -> _Write:
    item = params.get("Key") or params["Item"]
    return _Write(table, {name: item[name] for name in _schema(table).keys})


def _image(write: _Write) -> Item | None:
    found = _database().get_item(TableName=write.table, Key=write.key, ConsistentRead=True)
    item: Item | None = found.get("Item")
    return item


def _written(write: _Write, before: Item | None, *, transacted: bool) -> Written:
    after, indexes = _image(write), _schema(write.table).indexes
    units = capacity.write_units(before, after, transacted=transacted)
    units += sum(capacity.index_units(index, before, after) for index in indexes)
    return Written(write.table.rpartition("-")[2], units)


# Reads


def _read_units(operation: str, params: Params, answer: Params) -> float:
    """Of an answer that is whole: nothing here reads with a filter or a projection."""
    consistent = bool(params.get("ConsistentRead"))
    match operation:
        case "GetItem":
            return capacity.read_units([answer.get("Item") or {}], consistent=consistent)
        case "Query" | "Scan":
            return capacity.read_units(answer.get("Items", []), consistent=consistent)
        case "TransactGetItems":
            found = [one.get("Item") or {} for one in answer.get("Responses", [])]
            return sum(capacity.read_units([i], consistent=True, transacted=True) for i in found)
        case "BatchGetItem":
            several = answer.get("Responses", {}).values()
            return sum(capacity.read_units([i], consistent=False) for one in several for i in one)
        case _:
            return 0


# Tables


class _Schema(NamedTuple):
    keys: list[str]
    indexes: list[Index]


def _database() -> Any:
    return _client(tables.client().client.meta.endpoint_url, os.environ.get("AWS_ACCESS_KEY_ID"))


@cache
def _client(endpoint: str, owner: str | None) -> Any:
    """In the name of whoever asks: in one server each may have a database of their own."""
    return boto3.Session(owner, owner).client("dynamodb", endpoint_url=endpoint)


@cache
def _schema(table: str) -> _Schema:
    described = _database().describe_table(TableName=table)["Table"]
    keys = _names(described)
    indexes = [_index(one, keys) for one in described.get("GlobalSecondaryIndexes", ())]
    return _Schema(keys, indexes)


def _index(described: Params, keys: list[str]) -> Index:
    own, projection = _names(described), described["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(frozenset(own), None)
    return Index(frozenset(own), frozenset([*own, *keys, *projection.get("NonKeyAttributes", ())]))


def _names(described: Params) -> list[str]:
    return [key["AttributeName"] for key in described["KeySchema"]]
