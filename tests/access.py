"""Holds endpoints to the access they declare: what they ask of DynamoDB, in IAM's words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from stamkund import tables
from stamkund.tables import actions_of
from stamkund.web.endpoint import Endpoint

Params = Mapping[str, Any]


class Asked(NamedTuple):
    """One kind of call to one table; its name without the prefix."""

    table: str
    action: str


_noting: ContextVar[set[Asked] | None] = ContextVar("noting", default=None)


@contextmanager
def noted() -> Iterator[set[Asked]]:
    """What is asked in the meantime, by this thread."""
    events = tables.client().client.meta.events
    events.register("before-parameter-build.dynamodb", _note, unique_id="stamkund-access")
    found = set[Asked]()
    before = _noting.set(found)
    try:
        yield found
    finally:
        _noting.reset(before)


def declared(one: Endpoint) -> set[Asked]:
    return {
        Asked(table.short_name(), action)
        for table, access in one.access.items()
        for action in actions_of(access)
    }


def _note(params: Params, model: Any, **_: object) -> None:
    found = _noting.get()
    if found is not None:
        found.update(_asked(model.name, params))


def _asked(operation: str, params: Params) -> Iterator[Asked]:
    if operation.startswith("Transact"):
        for part in params["TransactItems"]:
            for word, inner in part.items():
                action = "ConditionCheckItem" if word == "ConditionCheck" else f"{word}Item"
                yield _to(inner["TableName"], action)
    elif operation.startswith("Batch"):
        yield from (_to(table, operation) for table in params["RequestItems"])
    else:
        yield _to(params["TableName"], operation)


def _to(table: str, action: str) -> Asked:
    return Asked(table.rpartition("-")[2], action)
