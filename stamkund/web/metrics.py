"""The business metrics: what is counted, under which names, and the form CloudWatch reads.

The one home of the names, for what counts and for what makes dashboards and alarms of it. Points
are not counted by the functions that move them but from the entries that they brought into the
ledger, so the metrics say what the ledger says.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from time import time
from typing import Any

from stamkund.rules.ledger import Entry, Kind
from stamkund.tables import work
from stamkund.tables.work import Work

NAMESPACE = "stamkund"
# The only one: every other would multiply the metrics, and their price, by its values.
DIMENSION = "stage"
UNIT = "Count"


class Metric(StrEnum):
    POINTS_ISSUED = "PointsIssued"
    POINTS_SPENT = "PointsSpent"
    POINTS_RESTORED = "PointsRestored"
    POINTS_EXPIRED = "PointsExpired"
    POINTS_CLAWED_BACK = "PointsClawedBack"
    QUOTES = "Quotes"
    COMMITS = "Commits"
    PROMISES_KEPT = "PromisesKept"
    PROMISES_BROKEN = "PromisesBroken"
    TIER_MOVES = "TierMoves"
    THREADS_OPENED = "ThreadsOpened"
    THREADS_OVERDUE = "ThreadsOverdue"
    BOOKS_DIFFER = "BooksDiffer"
    FAILURES = "Failures"


# What an adjustment gave was issued, and what it took was clawed back.
GIVEN: Mapping[Kind, Metric] = {
    "earn": Metric.POINTS_ISSUED,
    "bonus": Metric.POINTS_ISSUED,
    "import": Metric.POINTS_ISSUED,
    "adjust": Metric.POINTS_ISSUED,
    "restore": Metric.POINTS_RESTORED,
}
TAKEN: Mapping[Kind, Metric] = {
    "spend": Metric.POINTS_SPENT,
    "gift": Metric.POINTS_SPENT,
    "expire": Metric.POINTS_EXPIRED,
    "lapse": Metric.POINTS_EXPIRED,
    "erase": Metric.POINTS_EXPIRED,
    "adjust": Metric.POINTS_CLAWED_BACK,
    "reverse": Metric.POINTS_CLAWED_BACK,
}


def count(metric: Metric, number: int = 1) -> None:
    """For the line of the work that is going on; for none without one."""
    work.count(metric, number)


def counts_of(done: Work) -> Mapping[str, int]:
    """Nothing that came to nothing: a metric is written when there is something to write."""
    counts = Counter(done.counts)
    for entry in done.entries:
        _count_entry(counts, entry)
    return {name: number for name, number in counts.items() if number}


def _count_entry(counts: Counter[str], entry: Entry) -> None:
    if entry.kind == "tier" and entry.reason != "pin":
        counts[Metric.TIER_MOVES] += 1
    if entry.points > 0 and entry.kind in GIVEN:
        counts[GIVEN[entry.kind]] += entry.points
    elif entry.points < 0 and entry.kind in TAKEN:
        counts[TAKEN[entry.kind]] -= entry.points


def document(counts: Mapping[str, int], stage: str) -> dict[str, Any]:
    """The members that make a line of the log a document of the embedded metric format."""
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [[DIMENSION]],
        "Metrics": [{"Name": str(name), "Unit": UNIT} for name in counts],
    }
    metadata = {"Timestamp": int(time() * 1000), "CloudWatchMetrics": [directive]}
    return {"_aws": metadata, DIMENSION: stage, **counts}
