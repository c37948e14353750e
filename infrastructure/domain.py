"""The functions of a domain or a part of it: each with its own role, log, alarms and trigger."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, assert_never

from aws_cdk import ArnFormat, Duration, Stack
from aws_cdk import aws_apigatewayv2 as gateway
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambdas
from aws_cdk import aws_logs as logs
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infrastructure import alarms
from infrastructure.acknowledged import acknowledge
from infrastructure.data import Data, pictures_name
from infrastructure.declared import Declared, Route
from infrastructure.grants import Grant, grants, read_by
from infrastructure.naming import Names, identifier
from infrastructure.stage import NEWEST, FunctionSettings, Messages
from infrastructure.stage import Stage as Settings
from infrastructure.taken import lasting, log_days, runtime
from stamkund.tables import Scan
from stamkund.web.background import OnEntries, OnMessages, OnRotation, Reading, Timed
from stamkund.web.queue import Queue

ALIAS = "live"
INVOKE = "lambda:InvokeFunction"


class Domain(Stack):
    def __init__(  # noqa: PLR0913 -- what every function of it needs
        self,
        scope: Construct,
        name: str,
        *,
        names: Names,
        stage: Settings,
        data: Data,
        api: gateway.CfnApi,
        functions: Iterable[Declared],
        package: Path,
        **options: Any,
    ) -> None:
        super().__init__(scope, names.of(name), **options)
        self._names, self._stage, self._data, self._api = names, stage, data, api
        self._code = lambdas.Code.from_asset(str(package))
        for one in functions:
            self._function(one, stage.functions[one.full_name])

    def _function(self, one: Declared, settings: FunctionSettings) -> None:
        within = Construct(self, identifier(one.name))
        log = self._log(within, one)
        made = lambdas.Function(
            within,
            "Function",
            function_name=self._names.function(one),
            description=_what_runs(one),
            code=self._code,
            handler=one.handler,
            runtime=runtime(self._stage),
            architecture=lambdas.Architecture.ARM_64,
            role=self._role(within, one).without_policy_updates(),
            log_group=log,
            # What Powertools writes is JSON already, and left as it is.
            logging_format=lambdas.LoggingFormat.JSON,
            system_log_level_v2=lambdas.SystemLogLevel[settings.system_log_level],
            # Below which Lambda drops lines, those with metrics as well: how much we write is said
            # by POWERTOOLS_LOG_LEVEL. Never lower: botocore would write what is in requests.
            application_log_level_v2=lambdas.ApplicationLogLevel.INFO,
            environment=self._environment(one, settings),
            memory_size=settings.memory,
            timeout=Duration.seconds(settings.timeout),
            reserved_concurrent_executions=settings.reserved_concurrency,
            snap_start=_snap_start(settings),
            tracing=lambdas.Tracing.ACTIVE if self._stage.tracing else lambdas.Tracing.DISABLED,
        )
        if self._stage.runtime != NEWEST:
            acknowledge(made, "AwsSolutions-L1", RUNTIME)
        live = _live(made, settings)
        self._run_by(within, one, live, settings)
        alarms.of_function(within, one, made, settings, self._data.trouble)

    def _log(self, within: Construct, one: Declared) -> logs.LogGroup:
        return logs.LogGroup(
            within,
            "Log",
            log_group_name=self._names.log_group(one),
            retention=log_days(self._stage.retention.logs),
            removal_policy=lasting(self._stage),
        )

    def _role(self, within: Construct, one: Declared) -> iam.Role:
        granted = grants(one, _Arns(self, self._names, self._data), self._stage)
        role = iam.Role(
            within,
            "Role",
            description=f"What {one.full_name} declares",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
            inline_policies={
                "declared": iam.PolicyDocument(statements=[_statement(one) for one in granted])
            },
        )
        self._explain_stars(role, one, granted)
        return role

    def _explain_stars(self, role: iam.Role, one: Declared, granted: list[Grant]) -> None:
        mine = "<AWS::AccountId>"
        if one.pictures & ~Scan:
            bucket = f"arn:<AWS::Partition>:s3:::{self._names.of('pictures')}-{mine}"
            acknowledge(role, f"AwsSolutions-IAM5[Resource::{bucket}/*]", KEYS)
        account = self._stage.account or "<AWS::AccountId>"
        streams = f"{self._names.log_group(one)}:log-stream:*"
        arn = f"arn:<AWS::Partition>:logs:{self._stage.region}:{account}:log-group:{streams}"
        acknowledge(role, f"AwsSolutions-IAM5[Resource::{arn}]", STREAMS)
        why = {"Traces": XRAY, "Texts": PHONES}
        stars = [why[grant.because] for grant in granted if grant.resources == ("*",)]
        if stars:
            acknowledge(role, "AwsSolutions-IAM5[Resource::*]", " ".join(stars))

    def _environment(self, one: Declared, settings: FunctionSettings) -> dict[str, str]:
        secrets = {"STAMKUND_SECRETS": self._data.secret.secret_arn} if one.secrets else {}
        behind = isinstance(one.trigger, Route) and self._stage.domain
        return {
            "POWERTOOLS_LOG_LEVEL": settings.log_level,
            "STAMKUND_STAGE": self._names.stage,
            "STAMKUND_TABLE_PREFIX": self._names.table_prefix,
            **secrets,
            **({"STAMKUND_BEHIND_EDGE": "true"} if behind else {}),
            **({"STAMKUND_EVENT_BUS": self._names.bus} if one.tells else {}),
            **{
                f"STAMKUND_QUEUE_{name.upper()}": self._data.queues[name].queue_url
                for name in one.queues
            },
            **({"STAMKUND_PICTURES": pictures_name(self._names)} if one.pictures else {}),
            **_to_send(one, self._stage.messages),
            **settings.settings,
        }

    def _run_by(
        self, within: Construct, one: Declared, live: lambdas.IFunction, settings: FunctionSettings
    ) -> None:
        trigger = one.trigger
        if isinstance(trigger, Route):
            self._routed(within, trigger, live)
        elif isinstance(trigger, Timed):
            self._timed(within, one, settings.schedule or trigger.when, live)
        elif isinstance(trigger, Reading):
            self._streamed(within, one, trigger, live)
        elif isinstance(trigger, OnMessages):
            self._queued(within, trigger, live)
        elif isinstance(trigger, OnRotation):
            self._rotated(within, live)
        else:
            assert_never(trigger)

    def _routed(self, within: Construct, route: Route, live: lambdas.IFunction) -> None:
        integration = gateway.CfnIntegration(
            within,
            "Integration",
            api_id=self._api.ref,
            integration_type="AWS_PROXY",
            integration_uri=live.function_arn,
            payload_format_version="2.0",
        )
        made = gateway.CfnRoute(
            within,
            "Route",
            api_id=self._api.ref,
            route_key=route.key,
            authorization_type="NONE",
            target=f"integrations/{integration.ref}",
        )
        acknowledge(made, "AwsSolutions-APIG4", PROVED)
        lambdas.CfnPermission(
            within,
            "MayCall",
            action=INVOKE,
            function_name=live.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.format_arn(
                service="execute-api",
                resource=self._api.ref,
                resource_name=f"*/{route.method}{_any_parameters(route.path)}",
            ),
        )

    def _timed(self, within: Construct, one: Declared, when: str, live: lambdas.IFunction) -> None:
        # Nothing is tried twice: the next run meets what this one did not do.
        live.configure_async_invoke(retry_attempts=0)
        events.Rule(
            within,
            "When",
            rule_name=self._names.function(one),
            schedule=events.Schedule.expression(when),
            targets=[targets.LambdaFunction(live, retry_attempts=0)],
        )

    def _streamed(
        self, within: Construct, one: Declared, trigger: Reading, live: lambdas.IFunction
    ) -> None:
        how, entries = self._stage.streams[one.full_name], isinstance(trigger, OnEntries)
        lambdas.CfnEventSourceMapping(
            within,
            "Entries" if entries else "Items",
            function_name=live.function_arn,
            event_source_arn=_stream(self, self._names, read_by(trigger)),
            starting_position="TRIM_HORIZON",
            batch_size=how.batch,
            maximum_batching_window_in_seconds=how.wait_seconds,
            parallelization_factor=how.parallel,
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=how.retries,
            maximum_record_age_in_seconds=how.age_hours * 3600,
            destination_config=self._set_aside() if entries else None,
            filter_criteria=lambdas.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambdas.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(_of(trigger)))
                ]
            ),
        )

    def _queued(self, within: Construct, trigger: OnMessages, live: lambdas.IFunction) -> None:
        lambdas.CfnEventSourceMapping(
            within,
            "Messages",
            function_name=live.function_arn,
            event_source_arn=self._data.queues[trigger.queue].queue_arn,
            # Each is a piece of work of its own.
            batch_size=1,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=lambdas.CfnEventSourceMapping.ScalingConfigProperty(
                maximum_concurrency=self._stage.at_once
            ),
        )

    def _set_aside(self) -> lambdas.CfnEventSourceMapping.DestinationConfigProperty:
        return lambdas.CfnEventSourceMapping.DestinationConfigProperty(
            on_failure=lambdas.CfnEventSourceMapping.OnFailureProperty(
                destination=self._data.dead_letters.queue_arn
            )
        )

    def _rotated(self, within: Construct, live: lambdas.IFunction) -> None:
        allowed = lambdas.CfnPermission(
            within,
            "MayCall",
            action=INVOKE,
            function_name=live.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_arn=self._data.secret.secret_arn,
        )
        rotation = secretsmanager.CfnRotationSchedule(
            within,
            "Rotation",
            secret_id=self._data.secret.secret_arn,
            rotation_lambda_arn=live.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                schedule_expression=f"rate({self._stage.rotation_days} days)"
            ),
        )
        rotation.add_resource_dependency(allowed)
        acknowledge(self._data.secret, "AwsSolutions-SMG4", ROTATED)


RUNTIME = "The runtime is the stage's to choose: packages are compiled by the very same Python."
STREAMS = "Lambda itself names the streams within the function's own log group."
KEYS = "Each picture has a name of its own, and a function is there for all of them."
XRAY = "X-Ray has no resources: IAM takes nothing but a star for its two actions."
PHONES = "A phone has no ARN. Topics have, and are refused; a limit of the account is on the cost."
ROTATED = "It is rotated: the schedule is in another stack, beside the function that does it."
PROVED = (
    "The function proves the caller by the credential, before anything else: there are four kinds"
    " of it, and an authorizer would be a second call for every request."
)


class _Arns:
    """`grants.Where`, as seen from one stack."""

    def __init__(self, stack: Stack, names: Names, data: Data) -> None:
        self._stack, self._names, self._data = stack, names, data

    @property
    def region(self) -> str:
        return self._stack.region

    def table(self, name: str) -> str:
        return self._stack.format_arn(
            service="dynamodb", resource="table", resource_name=self._names.table(name)
        )

    def index(self, table: str, index: str) -> str:
        return f"{self.table(table)}/index/{index}"

    def key_of(self, table: str) -> str | None:
        return self._data.personal_key.key_arn if table in self._data.personal else None

    def log_streams(self, function: Declared) -> str:
        name = self._names.log_group(function)
        return self._stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"{name}:log-stream:*",
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def stream(self, table: str) -> str:
        return _stream(self._stack, self._names, table)

    @property
    def bus(self) -> str:
        return self._stack.format_arn(
            service="events", resource="event-bus", resource_name=self._names.bus
        )

    @property
    def dead_letters(self) -> str:
        return self._data.dead_letters.queue_arn

    def queue(self, name: Queue) -> str:
        return self._data.queues[name].queue_arn

    @property
    def pictures(self) -> str:
        return f"arn:{self._stack.partition}:s3:::{pictures_name(self._names)}"

    @property
    def secret(self) -> str:
        return self._data.secret.secret_arn

    def identities(self, address: str) -> tuple[str, ...]:
        """Either may be what SES has verified; that it is sent from this address is a condition."""
        return tuple(
            self._stack.format_arn(service="ses", resource="identity", resource_name=name)
            for name in (address, address.partition("@")[2])
        )

    @property
    def every_topic(self) -> str:
        return f"arn:{self._stack.partition}:sns:*:*:*"


def _stream(stack: Stack, names: Names, table: str) -> str:
    return ssm.StringParameter.value_for_string_parameter(stack, names.stream(table))


def _statement(grant: Grant) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid=grant.because,
        effect=iam.Effect.ALLOW if grant.allowed else iam.Effect.DENY,
        actions=sorted(grant.actions),
        resources=list(grant.resources),
        conditions={"StringEquals": dict([grant.only_if])} if grant.only_if else None,
    )


def _to_send(one: Declared, messages: Messages) -> dict[str, str]:
    said = {}
    if "email" in one.sends:
        said["STAMKUND_MAIL_FROM"] = messages.mail_from
    if "sms" in one.sends:
        said["STAMKUND_SMS_SENDER"] = messages.sms_sender
        said["STAMKUND_SMS_COUNTRIES"] = ",".join(messages.sms_countries)
    return {name: value for name, value in said.items() if value}


def _what_runs(one: Declared) -> str:
    trigger = one.trigger
    if isinstance(trigger, Route):
        return trigger.key
    if isinstance(trigger, Timed):
        return "Runs by the time"
    if isinstance(trigger, Reading):
        return f"Reads the stream of {read_by(trigger)}"
    if isinstance(trigger, OnMessages):
        return f"Does what waits in the queue {trigger.queue}"
    return "Replaces the signing keys"


def _live(made: lambdas.Function, settings: FunctionSettings) -> lambdas.IFunction:
    """What is called: the newest version where something is kept ready for it, else the function
    itself, so that versions do not pile up for nothing."""
    if not settings.snap_start and not settings.provisioned_concurrency:
        return made
    return lambdas.Alias(
        made,
        "Live",
        alias_name=ALIAS,
        version=made.current_version,
        provisioned_concurrent_executions=settings.provisioned_concurrency or None,
    )


def _snap_start(settings: FunctionSettings) -> lambdas.SnapStartConf | None:
    return lambdas.SnapStartConf.ON_PUBLISHED_VERSIONS if settings.snap_start else None


def _of(trigger: Reading) -> dict[str, Any]:
    """The ledger is only ever added to; of what is added, the kinds that matter."""
    if not isinstance(trigger, OnEntries):
        begins = {"S": [{"prefix": trigger.begins}]}
        return {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": begins}}}
    kind = {"S": list(trigger.kinds)}
    return {"eventName": ["INSERT"], "dynamodb": {"NewImage": {"kind": kind}}}


def _any_parameters(path: str) -> str:
    """As API Gateway writes a route when it asks for permission."""
    return "/".join("*" if part.startswith("{") else part for part in path.split("/"))
