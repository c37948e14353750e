"""Moto's DynamoDB for one module of tests at a time: they differ in their shops, not in tables."""

from collections.abc import Iterator

import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from tests.builders import SURROUNDINGS, Clock, mocked_tables


@pytest.fixture(scope="module")
def mocked() -> Iterator[Clock]:
    with mocked_tables() as time:
        yield time


@pytest.fixture
def time(mocked: Clock) -> Clock:
    """The clock that everything goes by; the same moment at the start of every test."""
    mocked.set(Clock().now)
    _forget_the_stream()
    return mocked


def _forget_the_stream() -> None:
    """Nobody reads it here, and moto copies the whole of it with every transaction."""
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][SURROUNDINGS["AWS_DEFAULT_REGION"]]
    for table in backend.tables.values():
        if table.stream_shard:
            table.stream_shard.items.clear()
