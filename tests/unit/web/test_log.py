"""Lambda's own log level and ours: the higher of the two must not swallow what is counted."""

import logging

import pytest

from stamkund.web import log
from stamkund.web.settings import settings


@pytest.mark.parametrize("ours", ["INFO", "WARNING", "ERROR"])
def test_the_level_of_the_stage_counts_and_not_that_of_lambda(
    monkeypatch: pytest.MonkeyPatch, ours: str
) -> None:
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", "INFO")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", ours)
    settings.cache_clear()
    try:
        assert log.logger_of(f"leveled-{ours}").level == logging.getLevelName(ours)
    finally:
        monkeypatch.undo()
        settings.cache_clear()
