"""What is to be seen of a stage: alarms on what all functions share, and one dashboard."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infrastructure.alarms import FIVE_MINUTES, alarm
from infrastructure.data import Data
from infrastructure.declared import Declared
from infrastructure.naming import Names, identifier
from infrastructure.stage import Stage as Settings
from stamkund.tables import Table, every_table
from stamkund.tables.ledger import Ledger
from stamkund.web.background import Reading
from stamkund.web.metrics import DIMENSION, NAMESPACE, Metric

# What nobody has a right to do with the ledger; if it happens, it was past all functions.
NEVER = ("UpdateItem", "DeleteItem", "BatchWriteItem")
HOUR = Duration.hours(1)
MOST_IN_AN_ALARM = 10  # metrics
HALF, WHOLE = 12, 24


class Watch(Stack):
    def __init__(
        self,
        scope: Construct,
        names: Names,
        stage: Settings,
        data: Data,
        api: gateway.CfnApi,
        functions: Iterable[Declared],
        **options: Any,
    ) -> None:
        super().__init__(scope, names.of("watch"), **options)
        self._names, self._stage, self._data, self._api = names, stage, data, api
        self._readers = [one for one in functions if isinstance(one.trigger, Reading)]
        self._alarms = [
            self._failing(),
            *self._behind(),
            self._dead_letters(),
            self._undone(),
            *[alarm for table in every_table() for alarm in self._throttled(table)],
            self._functions_throttled(),
            self._promises(),
            self._work_failing(),
            self._books(),
            self._meddled(),
            self._texts(),
        ]
        self._dashboard()

    # Alarms

    def _failing(self) -> cloudwatch.Alarm:
        failed, all_of_them = self._of_api("5xx", "Sum"), self._of_api("Count", "Sum")
        return self._alarm(
            "Failing",
            says=f"Of all requests, {self._stage.alarms.failed_percent} % get a 5xx.",
            see="errors",
            metric=cloudwatch.MathExpression(
                # A single failure in a quiet night is no trouble.
                expression="IF(failed >= 5, 100 * failed / all, 0)",
                using_metrics={"failed": failed, "all": all_of_them},
                label="failed, percent",
                period=FIVE_MINUTES,
            ),
            at_least=self._stage.alarms.failed_percent,
        )

    def _behind(self) -> list[cloudwatch.Alarm]:
        return [self._is_behind(one) for one in self._readers]

    def _is_behind(self, one: Declared) -> cloudwatch.Alarm:
        seconds = self._stage.streams[one.full_name].alarm_behind_seconds
        return self._alarm(
            identifier(one.name, "behind"),
            says=f"Function {one.full_name} is {seconds} seconds behind its stream.",
            see="stream-behind",
            metric=self._of_function(one, "IteratorAge", "Maximum"),
            at_least=seconds * 1000,
        )

    def _dead_letters(self) -> cloudwatch.Alarm:
        return self._alarm(
            "DeadLettersWait",
            says="Entries of the ledger could not be dealt with, and wait as dead letters.",
            see="dead-letters",
            metric=_waiting(self._data.dead_letters),
            at_least=1,
        )

    def _undone(self) -> cloudwatch.Alarm:
        return self._alarm(
            "WorkUndone",
            says="A part of an announcement, or a picture, fails however often it is tried.",
            see="undone-work",
            metric=_waiting(self._data.undone),
            at_least=1,
        )

    def _throttled(self, table: type[Table]) -> Iterator[cloudwatch.Alarm]:
        """As many alarms as it takes: one may look at ten metrics, which is five places."""
        name, every = table.short_name(), self._throttles_of(table)
        for first in range(0, len(every), MOST_IN_AN_ALARM):
            metrics = every[first : first + MOST_IN_AN_ALARM]
            yield self._alarm(
                identifier(name, "throttled", *([str(first)] if first else [])),
                says=f"The table {name} refuses calls: its ceiling, or one hot key.",
                see="throttling",
                metric=cloudwatch.MathExpression(
                    expression="+".join(f"FILL(m{n}, 0)" for n in range(len(metrics))),
                    using_metrics={f"m{n}": metric for n, metric in enumerate(metrics)},
                    label="throttled",
                    period=FIVE_MINUTES,
                ),
                at_least=self._stage.alarms.throttled,
            )

    def _throttles_of(self, table: type[Table]) -> list[cloudwatch.Metric]:
        name = self._names.table(table.short_name())
        places = [{"TableName": name}]
        places += [{**places[0], "GlobalSecondaryIndexName": one} for one in table.shape().indexes]
        kinds = ("ReadThrottleEvents", "WriteThrottleEvents")
        return [_of_dynamodb(kind, place, "Sum") for place in places for kind in kinds]

    def _functions_throttled(self) -> cloudwatch.Alarm:
        return self._alarm(
            "FunctionsThrottled",
            says="Lambda refuses calls: the concurrency of the account, or what is reserved.",
            see="throttling",
            metric=cloudwatch.Metric(
                namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum",
                period=FIVE_MINUTES,
            ),
            at_least=self._stage.alarms.throttled,
        )  # fmt: skip

    def _promises(self) -> cloudwatch.Alarm:
        return self._alarm(
            "PromisesBroken",
            says="Orders did not get what their quotes had promised.",
            see="promise-not-kept",
            metric=self._counted(Metric.PROMISES_BROKEN, HOUR),
            at_least=self._stage.alarms.promises_broken,
        )

    def _work_failing(self) -> cloudwatch.Alarm:
        """A job goes on when one account of many fails: Lambda sees no error then."""
        return self._alarm(
            "WorkFailing",
            says="Requests, entries or accounts met a fault, each with a line in the log.",
            see="errors",
            metric=self._counted(Metric.FAILURES),
            at_least=self._stage.alarms.failures,
        )

    def _books(self) -> cloudwatch.Alarm:
        return self._alarm(
            "BooksDiffer",
            says="A wallet and the ledger disagree.",
            see="books-differ",
            metric=self._counted(Metric.BOOKS_DIFFER, HOUR),
            at_least=1,
        )

    def _meddled(self) -> cloudwatch.Alarm:
        """IAM cannot say append-only; that nothing else happened can be seen."""
        table = {"TableName": self._names.table(Ledger.short_name())}
        calls = {
            f"m{n}": _of_dynamodb("SuccessfulRequestLatency", {**table, "Operation": name}, "n")
            for n, name in enumerate(NEVER)
        }
        return self._alarm(
            "LedgerMeddledWith",
            says="Somebody changed or deleted entries of the ledger, which is only added to.",
            see="books-differ",
            metric=cloudwatch.MathExpression(
                expression="+".join(f"FILL({one}, 0)" for one in calls),
                using_metrics=calls,
                label="changes",
                period=FIVE_MINUTES,
            ),
            at_least=1,
        )

    def _texts(self) -> cloudwatch.Alarm:
        return self._alarm(
            "TextsNearLimit",
            says="Text messages have cost four fifths of what they may cost in a month.",
            see="text-messages",
            metric=cloudwatch.Metric(
                namespace="AWS/SNS", metric_name="SMSMonthToDateSpentUSD", statistic="Maximum",
                period=HOUR,
            ),
            at_least=max(0.8 * self._stage.messages.sms_monthly_usd, 0.01),
        )  # fmt: skip

    def _alarm(self, id: str, **how: Any) -> cloudwatch.Alarm:
        return alarm(self, id, tell=self._data.trouble, **how)

    # Metrics

    def _of_api(self, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name=name,
            dimensions_map={"ApiId": self._api.ref},
            statistic=statistic,
            period=FIVE_MINUTES,
        )

    def _of_function(self, one: Declared, name: str, statistic: str) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name=name,
            dimensions_map={"FunctionName": self._names.function(one)},
            statistic=statistic,
            period=FIVE_MINUTES,
        )

    def _counted(self, metric: Metric, period: Duration = FIVE_MINUTES) -> cloudwatch.Metric:
        return cloudwatch.Metric(
            namespace=NAMESPACE,
            metric_name=str(metric),
            dimensions_map={DIMENSION: self._names.stage},
            statistic="Sum",
            period=period,
        )

    # Dashboard

    def _dashboard(self) -> None:
        cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=self._names.of("club"),
            default_interval=Duration.hours(24),
            widgets=[
                [cloudwatch.AlarmStatusWidget(title="Alarms", alarms=self._alarms, width=WHOLE)],
                [
                    _graph("Requests", [self._of_api("Count", "Sum")]),
                    _graph("Refused and failed", [self._of_api(n, "Sum") for n in ("4xx", "5xx")]),
                ],
                [
                    _graph("How long, ms", [self._of_api("Latency", s) for s in ("p50", "p95")]),
                    _graph(
                        "Behind the streams, ms; dead letters and undone work",
                        [
                            *self._lags(),
                            *map(_waiting, (self._data.dead_letters, self._data.undone)),
                        ],
                    ),
                ],
                [
                    _graph("Points", [self._counted(one) for one in POINTS]),
                    _graph("Quotes, orders and promises", [self._counted(one) for one in ORDERS]),
                ],
                [
                    _graph("Tiers", [self._counted(Metric.TIER_MOVES)]),
                    _graph("Threads", [self._counted(one) for one in THREADS]),
                ],
                [
                    _graph("What must stay at nothing", [self._counted(one) for one in NOTHING]),
                ],
                [
                    _graph(f"{word} units per table", [*self._units(word)])
                    for word in ("Read", "Write")
                ],
            ],
        )

    def _lags(self) -> Sequence[cloudwatch.IMetric]:
        return [self._of_function(one, "IteratorAge", "Maximum") for one in self._readers]

    def _units(self, word: str) -> Iterable[cloudwatch.IMetric]:
        for table in every_table():
            name = self._names.table(table.short_name())
            yield _of_dynamodb(f"Consumed{word}CapacityUnits", {"TableName": name}, "Sum")


POINTS = (
    Metric.POINTS_ISSUED, Metric.POINTS_SPENT, Metric.POINTS_RESTORED, Metric.POINTS_EXPIRED,
    Metric.POINTS_CLAWED_BACK,
)  # fmt: skip
ORDERS = (Metric.QUOTES, Metric.COMMITS, Metric.PROMISES_KEPT)
THREADS = (Metric.THREADS_OPENED, Metric.THREADS_OVERDUE)
NOTHING = (Metric.PROMISES_BROKEN, Metric.BOOKS_DIFFER, Metric.FAILURES)


def _waiting(queue: sqs.Queue) -> cloudwatch.Metric:
    return queue.metric_approximate_number_of_messages_visible(
        period=FIVE_MINUTES, statistic="Maximum"
    )


def _of_dynamodb(name: str, place: dict[str, str], statistic: str) -> cloudwatch.Metric:
    return cloudwatch.Metric(
        namespace="AWS/DynamoDB",
        metric_name=name,
        dimensions_map=place,
        statistic=statistic,
        period=FIVE_MINUTES,
    )


def _graph(title: str, metrics: Sequence[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), width=HALF)
