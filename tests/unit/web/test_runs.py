import logging
from datetime import UTC, datetime, timedelta

import pytest

from stamkund import tables
from stamkund.local.invocation import Context
from stamkund.rules.ledger import Entry
from stamkund.tables import work
from stamkund.web.metrics import Metric, count
from stamkund.web.runs import Run, running
from tests.emf import assert_emf
from tests.watching import watched

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def a_run(run: Run) -> None:
    run.looked_at, run.changed = 5, 2
    run.waited_since(NOW - timedelta(minutes=3), NOW)
    run.waited_since(NOW - timedelta(minutes=1), NOW)


@pytest.fixture(autouse=True)
def connected() -> None:
    tables.connect("nowhere")


def test_a_run_is_one_line_with_what_it_came_to() -> None:
    context = Context("review")
    with watched() as log, running("members", "review", context) as run:
        a_run(run)
    (line,) = log.lines
    assert (
        line.items()
        >= {
            "level": "INFO",
            "service": "members",
            "message": "run",
            "function": "review",
            "request_id": context.aws_request_id,
            "outcome": "done",
            "looked_at": 5,
            "changed": 2,
            "failed": 0,
            "lag_s": 180.0,
            "calls": 0,
        }.items()
    )


def test_one_that_fails_has_a_line_of_its_own_without_its_words() -> None:
    with watched() as log, running("members", "review", None) as run:
        run.failed_on(ValueError("Lindqvist"), shop="s", member="m1")
    failed, line = log.lines
    assert (failed["level"], failed["message"], failed["function"]) == ("ERROR", "failed", "review")
    assert (failed["shop"], failed["member"], failed["error"]) == ("s", "m1", "ValueError")
    assert (line["level"], line["outcome"], line["failed"]) == ("ERROR", "failures", 1)
    assert log.counted(Metric.FAILURES) == 1
    assert "Lindqvist" not in log.text


def test_a_run_that_breaks_says_so_and_is_heard_of() -> None:
    def broken() -> None:
        with running("members", "review", None) as run:
            run.looked_at += 1
            raise ValueError("Åsa")

    with watched() as log:
        with pytest.raises(ValueError, match="Åsa"):
            broken()
        (line,) = log.lines
    assert (line["outcome"], line["code"], line["error"]) == ("fault", "unexpected", "ValueError")
    assert line["looked_at"] == 1
    assert log.counted(Metric.FAILURES) == 1


def test_a_line_with_metrics_is_written_at_any_level_and_one_without_is_not() -> None:
    with watched(level=logging.WARNING) as log:
        with running("members", "review", None):
            pass
        assert log.lines == []
        with running("members", "review", None):
            count(Metric.BOOKS_DIFFER, 2)
    (line,) = log.documents
    assert (line["level"], line["BooksDiffer"]) == ("INFO", 2)
    assert_emf(line)


def test_without_a_stage_there_are_no_metrics() -> None:
    with watched(stage="") as log, running("members", "review", None):
        count(Metric.BOOKS_DIFFER)
    assert (len(log.lines), log.documents) == (1, [])


def test_what_nobody_watches_may_be_counted_all_the_same() -> None:
    count(Metric.QUOTES)
    work.entered([Entry(kind="earn", reference="r", occurred_at=NOW, points=5)])
    with watched() as log, running("members", "review", None):
        pass
    assert log.documents == []
