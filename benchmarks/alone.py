"""A database and a process of its own for a benchmark, which no other has warmed or filled."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from stamkund.local import dynamodb
from tests.builders import SURROUNDINGS

QUIET = {"POWERTOOLS_LOG_LEVEL": "WARNING"}


@contextmanager
def alone() -> Iterator[Executor]:
    with (
        TemporaryDirectory() as folder,
        _database(Path(folder)),
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process,
    ):
        yield process


@contextmanager
def _database(folder: Path) -> Iterator[None]:
    before = dict(os.environ)
    with dynamodb.start_dynamodb_local(folder, in_memory=True) as database:
        os.environ.update(SURROUNDINGS | QUIET | database.settings())
        yield
    os.environ.clear()
    os.environ.update(before)
