"""What a stage file says, in the words of the CDK."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_lambda as lambdas
from aws_cdk import aws_logs as logs

from infrastructure.stage import LogDays, Stage

# The CDK calls them by words: ONE_DAY, TWO_WEEKS, TEN_YEARS.
_DAYS = {
    1: "ONE_DAY", 3: "THREE_DAYS", 5: "FIVE_DAYS", 7: "ONE_WEEK", 14: "TWO_WEEKS",
    30: "ONE_MONTH", 60: "TWO_MONTHS", 90: "THREE_MONTHS", 120: "FOUR_MONTHS", 150: "FIVE_MONTHS",
    180: "SIX_MONTHS", 365: "ONE_YEAR", 400: "THIRTEEN_MONTHS", 545: "EIGHTEEN_MONTHS",
    731: "TWO_YEARS", 1096: "THREE_YEARS", 1827: "FIVE_YEARS", 3653: "TEN_YEARS",
}  # fmt: skip


def log_days(days: LogDays) -> logs.RetentionDays:
    return logs.RetentionDays[_DAYS[days]]


def runtime(stage: Stage) -> lambdas.Runtime:
    known: lambdas.Runtime = getattr(lambdas.Runtime, stage.runtime.upper().replace("N3.", "N_3_"))
    return known


def lasting(stage: Stage) -> RemovalPolicy:
    """Of logs, too: who asks what happened asks after the stack has gone."""
    return RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY
