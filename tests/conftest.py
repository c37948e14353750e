"""The database of the tests: DynamoDB Local, started once for all workers, never skipped."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import boto3
import pytest
from hypothesis import HealthCheck, settings

from stamkund import tables
from stamkund.local import dynamodb
from stamkund.local.club import Club
from stamkund.local.dynamodb import Database
from stamkund.web import log
from tests.builders import SURROUNDINGS, Clock, create_tables
from tests.watching import SERVICES

# Taken out of the environment: with it set, moto's tests would speak to that database too.
GIVEN = os.environ.pop("AWS_ENDPOINT_URL_DYNAMODB", None)

os.environ.update(SURROUNDINGS)
os.environ["POWERTOOLS_LOG_LEVEL"] = "WARNING"
# Java's second compiler is for programs that run for hours. In the few minutes of a run of tests it
# takes more time than it saves: twice that of the database without it.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

# Made here, where standard output is that of the whole run: a logger keeps what it was made with,
# and the output that one test captures is closed when the next begins.
for _service in SERVICES:
    log.logger_of(_service)

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("default", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("prove", settings.get_profile("default"), max_examples=1_000)
settings.load_profile("ci" if "CI" in os.environ else "default")

# Half a minute and more each. A worker that met one of them last would leave the others idle.
BEGIN = (
    "tests/reliability/test_thread_machine.py",
    "tests/reliability/test_referral_machine.py",
    "tests/journeys/test_laptop_club.py",
    "tests/reliability/test_machine.py",
    "tests/reliability/test_login_machine.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {file: n for n, file in enumerate(BEGIN)}
    items.sort(key=lambda item: first.get(item.nodeid.partition("::")[0], len(BEGIN)))
    for item in items:
        if Path("tests/unit") in item.path.relative_to(item.config.rootpath).parents:
            item.add_marker(pytest.mark.disable_socket)


def pytest_collection_finish() -> None:
    """What has been imported stays; to look through it for garbage again and again was a tenth of
    the time."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """With several workers, the process that started them starts the database for all."""
    node.workerinput["dynamodb"] = _database().endpoint


def pytest_unconfigure() -> None:
    if _database.cache_info().currsize:
        _database().stop()
        rmtree(_folder(), ignore_errors=True)


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Database:
    """A database of the module's own in the one server: to find where a stream begins, DynamoDB
    Local goes through all that was ever written, at each call that has to do with its table."""
    shared = getattr(request.config, "workerinput", {}).get("dynamodb")
    server = Database(shared) if shared else _database()
    boto3.setup_default_session()  # the one there is keeps whose the database before was
    return replace(server, owner=f"test{uuid4().hex[:8]}")


@pytest.fixture(scope="module")
def prefix(database: Database) -> Iterator[str]:
    """Fresh tables on DynamoDB Local for one module of tests: those differ in their shops."""
    with fresh_tables(database) as name:
        yield name


@contextmanager
def fresh_tables(database: Database) -> Iterator[str]:
    name = f"test-{uuid4().hex[:8]}"
    with pytest.MonkeyPatch.context() as patch:
        for variable, value in database.settings().items():
            patch.setenv(variable, value)
        tables.connect(name)
        create_tables()
        yield name


@pytest.fixture
def clock(prefix: str) -> Clock:
    """Connects to DynamoDB Local; the clock that everything there goes by."""
    time = Clock()
    tables.connect(prefix, real_time=time)
    return time


@pytest.fixture
def club(prefix: str, clock: Clock) -> Iterator[Club]:
    """Gateway and stream pump on DynamoDB Local; the test is the shop, the member, the clerk."""
    with Club(prefix) as club:
        yield club


@cache
def _database() -> Database:
    if GIVEN:
        return Database(GIVEN)
    return dynamodb.start_dynamodb_local(_folder(), in_memory=True)


@cache
def _folder() -> Path:
    return Path(mkdtemp(prefix="stamkund-"))
