"""Moto's DynamoDB, empty at the start of every test, as for the tests of functions; or tables of
their own on DynamoDB Local, which is faster where there is much to write."""

from collections.abc import Iterator

import pytest

from stamkund.local.dynamodb import Database
from tests.builders import Clock, connect_for_tests
from tests.functions.conftest import mocked, time

__all__ = ["local", "mocked", "time"]


@pytest.fixture(scope="module")
def local(database: Database) -> Iterator[Clock]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in database.settings().items():
            patch.setenv(name, value)
        yield connect_for_tests()
