from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import ValidationError

from stamkund.rules.ledger import KINDS, Entry, Kind
from stamkund.tables.work import Work
from stamkund.web import metrics
from stamkund.web.metrics import GIVEN, TAKEN, Metric
from tests.emf import assert_emf

WHEN = datetime(2026, 3, 10, tzinfo=UTC)
# They move no points into the shop's books, or out of them.
WITHIN: set[Kind] = {"tier", "freeze", "merge", "repay"}


def an_entry(kind: Kind, points: int = 0, **fields: Any) -> Entry:
    return Entry(kind=kind, reference="r", occurred_at=WHEN, points=points, **fields)


def counted(*entries: Entry) -> dict[str, int]:
    work = Work()
    work.entries.extend(entries)
    return dict(metrics.counts_of(work))


def test_every_kind_of_entry_is_counted_or_moves_no_points() -> None:
    assert {*GIVEN, *TAKEN} | WITHIN == set(KINDS)
    assert not {*GIVEN, *TAKEN} & WITHIN


def test_points_are_counted_by_what_happened_to_them() -> None:
    happened = counted(
        an_entry("earn", 100), an_entry("bonus", 20), an_entry("spend", -50),
        an_entry("restore", 10), an_entry("expire", -5), an_entry("lapse", -6),
        an_entry("reverse", -30),
    )  # fmt: skip
    assert happened == {
        "PointsIssued": 120,
        "PointsSpent": 50,
        "PointsRestored": 10,
        "PointsExpired": 11,
        "PointsClawedBack": 30,
    }


def test_an_adjustment_counts_by_its_sign() -> None:
    adjusted = counted(an_entry("adjust", 40), an_entry("adjust", -15))
    assert adjusted == {"PointsIssued": 40, "PointsClawedBack": 15}


def test_a_tier_that_is_pinned_has_not_moved() -> None:
    assert counted(an_entry("tier", tier_from="bas", tier_to="guld")) == {"TierMoves": 1}
    assert counted(an_entry("tier", tier_to="guld", reason="pin")) == {}


def test_an_order_that_earns_nothing_issues_nothing() -> None:
    assert counted(an_entry("earn", 0)) == {}


def test_all_metrics_at_once_are_a_valid_document() -> None:
    everything = {str(metric): 1 for metric in Metric}
    line = {"level": "INFO", "message": "request", **metrics.document(everything, "prod")}
    assert_emf(line)
    assert line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["stage"]]
    assert line["stage"] == "prod"


@pytest.mark.parametrize(
    "broken",
    [
        {"_aws": {"Timestamp": 1.5, "CloudWatchMetrics": []}},
        {"_aws": {"CloudWatchMetrics": []}},
        {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [{"Namespace": "n", "Metrics": []}]}},
    ],
)
def test_what_is_no_document_is_found_out(broken: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        assert_emf(broken)


def test_a_document_has_what_it_names() -> None:
    line = metrics.document({"Quotes": 1}, "prod")
    del line["Quotes"]
    with pytest.raises(KeyError):
        assert_emf(line)
