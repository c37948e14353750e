"""Moto's DynamoDB for one module of tests at a time: they differ in their shops, not in tables."""

from collections.abc import Iterator

import pytest

from tests.builders import Clock, mocked_tables


@pytest.fixture(scope="module")
def mocked() -> Iterator[Clock]:
    with mocked_tables() as time:
        yield time


@pytest.fixture
def time(mocked: Clock) -> Clock:
    """The clock that everything goes by; the same moment at the start of every test."""
    mocked.set(Clock().now)
    return mocked
