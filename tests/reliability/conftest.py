"""One connection for a whole module: faults and machines are tried hundreds of times."""

import pytest

from stamkund import tables
from tests.builders import Clock


@pytest.fixture(scope="module")
def time(prefix: str) -> Clock:
    """Connects to DynamoDB Local; the clock that everything there goes by."""
    clock = Clock()
    tables.connect(prefix, real_time=clock)
    return clock
