"""What is seen: alarms that say what to do, and the dashboard."""

import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.bill import case
from stamkund.web.background import Timed
from stamkund.web.metrics import DIMENSION, NAMESPACE, Metric
from tests.infrastructure.clouds import FUNCTIONS, Cloud, as_text

GUIDE = Path("docs/operations.md")
SECTIONS = {
    "stream-behind", "dead-letters", "undone-work", "throttling", "promise-not-kept",
    "books-differ", "errors", "slow", "text-messages",
}  # fmt: skip


def alarms(cloud: Cloud) -> list[Any]:
    return cloud.every("CloudWatch::Alarm")


def section(alarm: Any) -> str:
    return str(alarm["AlarmDescription"]).rpartition("#")[2]


def test_every_alarm_says_what_is_the_matter_and_where_it_stands_what_to_do(
    clouds: dict[str, Cloud],
) -> None:
    pattern = re.compile(r"[A-Z].+\. What to do: docs/operations\.md#[a-z-]+")
    for cloud in clouds.values():
        for alarm in alarms(cloud):
            assert pattern.fullmatch(alarm["AlarmDescription"])
        assert {section(alarm) for alarm in alarms(cloud)} == SECTIONS


def test_the_guide_has_those_sections() -> None:
    headings = re.findall(r"^#+ (.+)$", GUIDE.read_text(), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings}
    assert anchors >= SECTIONS


def test_docs_cost_counts_what_alarms_watch(prod: Cloud) -> None:
    """AWS asks for each metric that an alarm looks at."""
    watched = [
        sum("MetricStat" in one for one in alarm["Metrics"]) if "Metrics" in alarm else 1
        for alarm in alarms(prod)
    ]
    assumed = case().assumed.fixed["alarms"]
    assert sum(watched) == pytest.approx(assumed, rel=0.15), "benchmarks/assumptions.yaml"


def test_somebody_is_told_when_it_begins_and_when_it_is_over(prod: Cloud) -> None:
    for alarm in alarms(prod):
        assert "Trouble" in as_text(alarm["AlarmActions"])
        assert alarm["OKActions"] == alarm["AlarmActions"]


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.full_name)
def test_each_function_is_watched_by_the_thresholds_of_the_stage(prod: Cloud, one: Any) -> None:
    said = prod.stage.functions[one.full_name]
    watched = {alarm["MetricName"]: alarm for alarm in prod.beside(one, "CloudWatch::Alarm")}
    assert watched["Errors"]["Threshold"] == said.alarm_errors
    assert watched["Duration"]["Threshold"] == said.alarm_slow_ms
    assert watched["Duration"]["ExtendedStatistic"] == "p95"
    assert ("Invocations" in watched) is isinstance(one.trigger, Timed)


def test_no_data_is_no_trouble_but_for_a_timed_function_that_did_not_run(prod: Cloud) -> None:
    for alarm in alarms(prod):
        silent = alarm.get("MetricName") == "Invocations"
        assert alarm["TreatMissingData"] == ("breaching" if silent else "notBreaching")


def test_what_the_functions_count_raises_alarms_under_the_same_names(prod: Cloud) -> None:
    counted = {alarm["MetricName"]: alarm for alarm in alarms(prod) if of_the_club(alarm)}
    assert set(counted) == {Metric.BOOKS_DIFFER, Metric.FAILURES, Metric.PROMISES_BROKEN}
    for alarm in counted.values():
        assert alarm["Dimensions"] == [{"Name": DIMENSION, "Value": "prod"}]
    assert section(counted[Metric.PROMISES_BROKEN]) == "promise-not-kept"
    assert section(counted[Metric.BOOKS_DIFFER]) == "books-differ"


def of_the_club(alarm: Any) -> bool:
    return bool(alarm.get("Namespace") == NAMESPACE)


def test_a_change_to_the_ledger_past_all_functions_is_seen(prod: Cloud) -> None:
    (meddled,) = [one for one in alarms(prod) if "changed or deleted" in one["AlarmDescription"]]
    said = as_text(meddled["Metrics"])
    for operation in ("UpdateItem", "DeleteItem", "BatchWriteItem"):
        assert f'"{operation}"' in said
    assert "stamkund-prod-ledger" in said


def test_the_throttles_of_a_table_are_counted_with_those_of_its_indexes(prod: Cloud) -> None:
    (accounts,) = [one for one in alarms(prod) if "table accounts" in one["AlarmDescription"]]
    said = as_text(accounts["Metrics"])
    for index in ("review", "waiting"):
        assert said.count(f'"{index}"') == 2, index
    assert said.count("ThrottleEvents") == 6


def test_the_dashboard_shows_everything_that_is_counted(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        dashboard = cloud.only("CloudWatch::Dashboard")
        assert dashboard["DashboardName"] == f"stamkund-{cloud.name}-club"
        for metric in Metric:
            assert metric in as_text(dashboard["DashboardBody"]), metric
