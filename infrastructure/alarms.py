"""Alarms that say what is the matter, and where it stands what to do about it."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_lambda as lambdas
from aws_cdk import aws_sns as sns
from constructs import Construct

from infrastructure.declared import Declared
from infrastructure.stage import FunctionSettings
from stamkund.web.background import Timed

GUIDE = "docs/operations.md"
FIVE_MINUTES = Duration.minutes(5)
Compared = cloudwatch.ComparisonOperator
Missing = cloudwatch.TreatMissingData
# Hours without a run after which somebody should look, by the unit of `rate(...)`.
_SILENT_FOR: Mapping[str, Duration] = {
    "minute": Duration.minutes(15), "hour": Duration.hours(3), "day": Duration.hours(24),
}  # fmt: skip


def alarm(  # noqa: PLR0913 -- the words of an alarm, given by name
    within: Construct,
    id: str,
    *,
    says: str,
    see: str,
    metric: cloudwatch.IMetric,
    at_least: float,
    tell: sns.ITopic,
    periods: int = 1,
    below: bool = False,
) -> cloudwatch.Alarm:
    """`see` is the section of the guide. No data is no trouble, but where too few is."""
    made = cloudwatch.Alarm(
        within,
        id,
        alarm_description=f"{says} What to do: {GUIDE}#{see}",
        metric=metric,
        threshold=at_least,
        evaluation_periods=periods,
        comparison_operator=(
            Compared.LESS_THAN_THRESHOLD if below else Compared.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        ),
        treat_missing_data=Missing.BREACHING if below else Missing.NOT_BREACHING,
    )
    made.add_alarm_action(actions.SnsAction(tell))
    made.add_ok_action(actions.SnsAction(tell))
    return made


def of_function(
    within: Construct,
    one: Declared,
    made: lambdas.IFunction,
    settings: FunctionSettings,
    tell: sns.ITopic,
) -> None:
    name = one.full_name
    alarm(
        within,
        "Errors",
        says=f"Function {name} ends without an answer.",
        see="errors",
        metric=made.metric_errors(period=FIVE_MINUTES, statistic="Sum"),
        at_least=settings.alarm_errors,
        tell=tell,
    )
    alarm(
        within,
        "Slow",
        says=f"One in twenty calls of {name} takes longer than {settings.alarm_slow_ms} ms.",
        see="slow",
        metric=made.metric_duration(period=FIVE_MINUTES, statistic="p95"),
        at_least=settings.alarm_slow_ms,
        periods=3,
        tell=tell,
    )
    if isinstance(one.trigger, Timed):
        _silent(within, one, made, settings.schedule or one.trigger.when, tell)


def _silent(
    within: Construct, one: Declared, made: lambdas.IFunction, when: str, tell: sns.ITopic
) -> None:
    """A night in which nothing ran looks like one in which nothing failed."""
    patience = next(
        (time for unit, time in _SILENT_FOR.items() if unit in when), _SILENT_FOR["day"]
    )
    alarm(
        within,
        "Silent",
        says=f"Function {one.full_name} has not run, though it should: {when}.",
        see="errors",
        metric=made.metric_invocations(period=patience, statistic="Sum"),
        at_least=1,
        below=True,
        tell=tell,
    )
