"""A run of what nobody asks for over HTTP: a batch of the stream, a timed function.

    with running("members", "review_accounts", context) as run:
        ...

Whatever happens within, the run ends with one line of the log.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from time import perf_counter
from typing import Any

from stamkund.rules.calendar import days_from
from stamkund.tables import shops, work
from stamkund.tables.shops import KEPT_EVERY
from stamkund.tables.work import Work
from stamkund.web import log, metrics
from stamkund.web.metrics import Metric
from stamkund.web.settings import connect_tables


class Run:
    """What it came to; `looked_at` are records, accounts or orders."""

    def __init__(self, service: str, name: str) -> None:
        self.service, self.name = service, name
        self.looked_at = self.changed = self.failed = 0
        self.lag_s = 0.0
        self.fault: dict[str, Any] = {}

    def waited_since(self, instant: datetime, now: datetime) -> None:
        """Something that is looked at has been waiting since then; the oldest is told."""
        self.lag_s = max(self.lag_s, round((now - instant).total_seconds(), 1))

    @contextmanager
    def one(self, **ids: str) -> Iterator[None]:
        """Looks at one of many: if it fails, the others are not kept waiting."""
        self.looked_at += 1
        try:
            yield
        except Exception as error:  # noqa: BLE001 -- whatever it is
            self.failed_on(error, **ids)

    def days(self, shop: str, first: str, last: str) -> Iterator[str]:
        """Day by day; how far it came is kept where nobody failed, for the next run."""
        failed_before = self.failed
        for n, day in enumerate(days_from(first, last), start=1):
            yield day
            if self.failed == failed_before and (day == last or n % KEPT_EVERY == 0):
                shops.set_reached(shop, self.name, day)

    def left(self) -> int:
        """What was not as it was said to be: an index may be behind, or another run was faster."""
        return self.looked_at - self.changed - self.failed

    def failed_on(self, error: Exception, **ids: str) -> None:
        """One of many: it has a line of its own, and the others go on."""
        self.failed += 1
        metrics.count(Metric.FAILURES)
        fields = {"function": self.name, **ids, **log.fault_of(error)}
        log.logger_of(self.service).error("failed", extra=fields)


@contextmanager
def running(service: str, name: str, context: object) -> Iterator[Run]:
    connect_tables()
    run, started = Run(service, name), perf_counter()
    with work.noted() as done:
        try:
            yield run
        except Exception as error:
            # Lambda has to hear of it too: that is how it comes to be tried again.
            run.fault = log.fault_of(error)
            metrics.count(Metric.FAILURES)
            raise
        finally:
            _write(run, done, perf_counter() - started, context)


def _write(run: Run, done: Work, seconds: float, context: object) -> None:
    fields = {
        "function": run.name,
        "request_id": getattr(context, "aws_request_id", None),
        "outcome": _outcome(run),
        "looked_at": run.looked_at,
        "changed": run.changed,
        "failed": run.failed,
        "lag_s": run.lag_s,
        "duration_ms": round(seconds * 1000, 2),
        **run.fault,
    }
    bad = run.failed or run.fault
    log.write(run.service, "run", fields, done, logging.ERROR if bad else logging.INFO)


def _outcome(run: Run) -> str:
    if run.fault:
        return "fault"
    return "failures" if run.failed else "done"
