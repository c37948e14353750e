"""Moto's DynamoDB, made once for a module of tests and empty at the start of each."""

from collections.abc import Iterator

import pytest

from tests import moto_tables
from tests.builders import Clock, begin_anew, mocked_tables


@pytest.fixture(scope="module")
def mocked() -> Iterator[Clock]:
    with mocked_tables() as time:
        yield time


@pytest.fixture
def time(mocked: Clock) -> Clock:
    """The clock that everything goes by; the same moment at the start of every test, and nothing
    is there that another test has left."""
    moto_tables.empty()
    mocked.set(Clock().now)
    begin_anew(mocked)
    return mocked


@pytest.fixture
def same_time(mocked: Clock) -> Clock:
    """For modules that look at one world from many sides: what is there stays."""
    mocked.set(Clock().now)
    begin_anew(mocked)
    return mocked
