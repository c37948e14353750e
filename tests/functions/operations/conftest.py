"""An operator, and a secret that can be rotated."""

from collections.abc import Iterator

import pytest

from stamkund.web.settings import settings
from tests.builders import Clock
from tests.operations_desk import Desk
from tests.secret_store import Store


@pytest.fixture
def told(time: Clock, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(capsys)


@pytest.fixture
def store(time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    made = Store()
    monkeypatch.setenv("STAMKUND_SECRETS", made.name)
    settings.cache_clear()
    yield made
    monkeypatch.undo()
    settings.cache_clear()
