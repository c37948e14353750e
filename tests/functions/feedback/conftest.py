"""Where pictures lie, and the queue by which they are looked at."""

from pathlib import Path

import pytest

from stamkund.local.picture_folder import PictureFolder
from stamkund.local.queues import Queues
from tests.builders import Clock
from tests.picturing import a_queue, a_store


@pytest.fixture
def store(tmp_path: Path, time: Clock) -> PictureFolder:
    return a_store(tmp_path)


@pytest.fixture
def queues(time: Clock) -> Queues:
    return a_queue()
