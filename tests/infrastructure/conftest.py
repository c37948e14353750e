"""Templates of every stage, synthesised once."""

from pathlib import Path

import pytest

from tests.infrastructure.clouds import Cloud, synthesised


@pytest.fixture(scope="session")
def clouds(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> dict[str, Cloud]:
    base = tmp_path_factory.getbasetemp()
    # Workers have folders of their own in one that they share.
    shared = Path(base if worker_id == "master" else base.parent) / "clouds"
    shared.mkdir(exist_ok=True)
    return synthesised(shared)


@pytest.fixture
def prod(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["prod"]


@pytest.fixture
def dev(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["dev"]


@pytest.fixture
def unusual(clouds: dict[str, Cloud]) -> Cloud:
    return clouds["unusual"]
