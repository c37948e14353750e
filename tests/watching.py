"""The log as it is written: `with watched() as log: ...; log.lines`."""

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest

from stamkund.web import log
from stamkund.web.metrics import Metric
from stamkund.web.settings import settings

Line = dict[str, Any]

SERVICES = ("checkout", "feedback", "members", "operations", "programme", "referrals")


class Log:
    def __init__(self) -> None:
        self.stream = StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[Line]:
        return [json.loads(line) for line in self.text.splitlines()]

    @property
    def last(self) -> Line:
        return self.lines[-1]

    @property
    def documents(self) -> list[Line]:
        """Those that CloudWatch finds metrics in."""
        return [line for line in self.lines if "_aws" in line]

    def counted(self, metric: Metric) -> float:
        """As CloudWatch adds it up: what a document declares, and nothing else of that name."""
        return sum(metrics_of(line)[metric] for line in self.documents)


def metrics_of(line: Line) -> Counter[str]:
    directives = line["_aws"]["CloudWatchMetrics"]
    names = [metric["Name"] for directive in directives for metric in directive["Metrics"]]
    return Counter({name: line[name] for name in names})


@contextmanager
def watched(stage: str = "test", level: int = logging.INFO) -> Iterator[Log]:
    """What the functions write to standard output in the meantime, character by character."""
    seen = Log()
    loggers = [log.logger_of(service) for service in SERVICES]
    before = [(logger.level, _handler(logger).setStream(seen.stream)) for logger in loggers]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAMKUND_STAGE", stage)
        settings.cache_clear()
        for logger in loggers:
            logger.setLevel(level)
        try:
            yield seen
        finally:
            for logger, (usual, stream) in zip(loggers, before, strict=True):
                logger.setLevel(usual)
                _handler(logger).setStream(stream)
    settings.cache_clear()


def _handler(logger: logging.Logger) -> "logging.StreamHandler[Any]":
    (handler,) = (one for one in logger.handlers if isinstance(one, logging.StreamHandler))
    return handler
