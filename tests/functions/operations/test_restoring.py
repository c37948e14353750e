"""The order of a restore, on moto, which copies a table where DynamoDB goes back in time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from stamkund import tables
from stamkund.operations import restore
from stamkund.operations.__main__ import _parser
from tests.builders import Clock, a_shop
from tests.members import a_member
from tests.operations_desk import Desk

AT = "2026-03-10T12:00:00+01:00"
EVERY = {table.short_name() for table in tables.every_table()}


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """What DynamoDB was asked, in its order."""
    events, calls = tables.client().client.meta.events, list[tuple[str, Any]]()

    def note(params: Any, model: Any, **_: object) -> None:
        calls.append((model.name, params))

    events.register("before-parameter-build.dynamodb", note, unique_id="stamkund-heard")
    try:
        yield calls
    finally:
        events.unregister("before-parameter-build.dynamodb", unique_id="stamkund-heard")


def test_every_table_is_restored_to_the_same_instant(told: Desk, time: Clock) -> None:
    a_member(a_shop())
    with heard() as calls:
        restored = told("restore", "again", "--at", AT)
    begun = [params for name, params in calls if name == "RestoreTableToPointInTime"]
    assert {one["RestoreDateTime"] for one in begun} == {datetime(2026, 3, 10, 11, tzinfo=UTC)}
    assert {one["TargetTableName"] for one in begun} == {f"again-{name}" for name in EVERY}
    assert {one["SourceTableName"] for one in begun} == {
        f"{tables.prefix()}-{name}" for name in EVERY
    }
    assert restored["tables"] == sorted(f"again-{name}" for name in EVERY)
    assert restored["reconciled"]["different"] == 0
    assert restored["reconciled"]["agree"] >= 1


def items_end(name: str) -> bool:
    answer = tables.client().client.describe_time_to_live(TableName=name)
    return bool(answer["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED")


def test_what_a_restored_table_comes_without_is_switched_on(
    told: Desk, time: Clock, creating: list[str]
) -> None:
    with heard() as calls:
        told("restore", "complete", "--at", AT)
    backups = [params["TableName"] for name, params in calls if name == "UpdateContinuousBackups"]
    assert set(backups) == {f"complete-{name}" for name in EVERY}
    ledger = tables.client().client.describe_table(TableName="complete-ledger")["Table"]
    assert ledger["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert {name for name in EVERY if items_end(f"complete-{name}")} == {
        table.short_name() for table in tables.every_table() if table.shape().expires_by
    }
    told("restore", "complete", "--at", AT)  # to switch on what is on would be an error


@pytest.fixture
def creating(time: Clock) -> Iterator[list[str]]:
    """Names of tables that are said to be still in the making, each once. And of every one moto
    says what it was told to restore, as DynamoDB does, instead of when it was asked."""
    events, names, told = tables.client().client.meta.events, list[str](), dict[str, datetime]()

    def note(params: Any, **_: object) -> None:
        told[params["TargetTableName"]] = params["RestoreDateTime"]

    def answer(parsed: Any, **_: object) -> None:
        table = parsed.get("Table", {})
        if table.get("TableName") in told:
            table["RestoreSummary"] = {"RestoreDateTime": told[table["TableName"]]}
        if table.get("TableName") in names:
            names.remove(table["TableName"])
            table["TableStatus"] = "CREATING"

    begin = "before-parameter-build.dynamodb.RestoreTableToPointInTime"
    events.register(begin, note, unique_id="stamkund-note")
    events.register("after-call.dynamodb.DescribeTable", answer, unique_id="stamkund-answer")
    yield names
    events.unregister(begin, unique_id="stamkund-note")
    events.unregister("after-call.dynamodb.DescribeTable", unique_id="stamkund-answer")


def test_run_again_it_waits_for_what_is_being_restored(
    told: Desk, time: Clock, creating: list[str]
) -> None:
    told("restore", "slow", "--at", AT)
    creating += ["slow-orders"] * 3
    options, waited = _parser().parse_args(["restore", "slow", "--at", AT]), list[float]()
    options.sleep = waited.append
    begun = [params for name, params in _asked(options) if name == "RestoreTableToPointInTime"]
    assert (begun, len(waited)) == ([], 2)  # the first answer was asked for what there is


def _asked(options: Any) -> list[tuple[str, Any]]:
    with heard() as calls:
        restore.run(options)
    return calls


def test_another_instant_needs_another_prefix(told: Desk, time: Clock, creating: list[str]) -> None:
    told("restore", "taken", "--at", AT)
    refusal = told.refusal("restore", "taken", "--at", "2026-03-09T12:00:00+01:00")
    assert "another prefix" in refusal


def test_an_instant_is_said_in_full(told: Desk) -> None:
    assert "offset" in told.refusal("restore", "x", "--at", "2026-03-10T12:00:00")
    assert "no instant" in told.refusal("restore", "x", "--at", "yesterday")
    assert "in use" in told.refusal("restore", tables.prefix(), "--at", AT)
