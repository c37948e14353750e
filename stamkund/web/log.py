"""The log: one line for each piece of work, which is its document of metrics as well.

Ids, never names, bodies, or the words of an exception, which may repeat what somebody sent.
"""

import logging
import traceback
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from stamkund import tables
from stamkund.tables.work import Work
from stamkund.web import metrics
from stamkund.web.settings import settings

Fields = Mapping[str, Any]


@cache
def logger_of(service: str) -> logging.Logger:
    Logger(service=service, location=None)  # which makes the logger of this name write JSON
    made = logging.getLogger(service)
    # Powertools would rather take Lambda's own level, below which Lambda drops lines: those with
    # metrics must pass it, however little else is wanted.
    made.setLevel(settings().log_level)
    return made


def write(
    service: str, message: str, fields: Fields, work: Work, level: int = logging.INFO
) -> None:
    """A line that carries metrics is written at any log level, or alarms would see nothing."""
    logger, stage = logger_of(service), settings().stage
    counts = metrics.counts_of(work) if stage else {}
    if not counts and not logger.isEnabledFor(level):
        return
    extra = {
        **fields,
        **work.ids,
        **_cost_of(work),
        **(metrics.document(counts, stage) if counts else {}),
    }
    logger.handle(logger.makeRecord(service, level, "", 0, message, (), None, extra=extra))


def fault_of(error: Exception) -> dict[str, Any]:
    """Where and of which kind."""
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "code": "busy" if tables.is_busy(error) else "unexpected",
        "error": type(error).__name__,
        "cause": getattr(error, "cause_response_code", None),
        "stack": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def _cost_of(work: Work) -> Fields:
    return {
        "calls": work.calls,
        "retries": work.retries,
        "database_ms": round(work.seconds * 1000, 2),
        "read_units": work.read_units,
        "write_units": work.write_units,
    }
