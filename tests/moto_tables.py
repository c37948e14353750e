"""What moto keeps, taken away or brought back at once.

It copies whole tables with every transaction and sorts them for every query of an index, so what
earlier tests have left would be paid for again and again by those that come later.
"""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.builders import SURROUNDINGS

Kept = dict[str, Any]


def kept() -> Kept:
    """The items of each table; whatever happens to those, these stay as they are."""
    return {table.name: deepcopy(table.items) for table in _tables()}


def bring_back(items: Kept) -> None:
    for table in _tables():
        table.items = deepcopy(items[table.name])
        if table.stream_shard:
            table.stream_shard.items.clear()


def empty() -> None:
    for table in _tables():
        table.items.clear()
        if table.stream_shard:
            table.stream_shard.items.clear()


def _tables() -> Iterable[Any]:
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][SURROUNDINGS["AWS_DEFAULT_REGION"]]
    return list(backend.tables.values())
