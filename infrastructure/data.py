"""What must outlive every deployment: tables, keys, secrets, pictures; and who hears of trouble."""

from typing import Any

from aws_cdk import Aws, CfnDeletionPolicy, CfnResource, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from infrastructure.acknowledged import acknowledge
from infrastructure.naming import EDGE_REGION, SERVICE, Names, identifier
from infrastructure.stage import Ceiling
from infrastructure.stage import Stage as Settings
from infrastructure.taken import lasting
from stamkund.tables import Shape, Table, every_table
from stamkund.web.queue import ATTEMPTS, QUEUES

SECRET_LENGTH = 48
# Longer than the function that is brought a message may take for it.
HIDDEN = Duration.minutes(6)


class Data(Stack):
    def __init__(self, scope: Construct, names: Names, stage: Settings, **options: Any) -> None:
        super().__init__(scope, names.of("data"), termination_protection=stage.protected, **options)
        self._names, self._stage = names, stage
        self._lasting = lasting(stage)
        self.personal_key = self._personal_key()
        self.tables = [self._table(table) for table in every_table()]
        self.personal = {one.short_name() for one in every_table() if one.shape().personal}
        self.dead_letters = self._dead_letters()
        self.undone = self._undone()
        self.queues = {name: self._queue(name) for name in QUEUES}
        self.trouble = self._trouble()
        self.logs = self._logs()
        self.pictures = self._pictures()
        self.origin = self._origin()
        self.secret = self._secret()
        events.EventBus(
            self, "Events", event_bus_name=names.bus, description=f"What {SERVICE} tells"
        )

    def _personal_key(self) -> kms.Key:
        return kms.Key(
            self,
            "PersonalKey",
            alias=self._names.of("personal"),
            description="Names and contacts of members. Without it they cannot be read by anybody.",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=self._lasting,
        )

    def _table(self, table: type[Table]) -> dynamodb.CfnTable:
        """Keys, indexes, TTL and stream are what the model says."""
        name, shape = table.short_name(), table.shape()
        ceiling = _ceiling(self._stage.tables[name])
        made = dynamodb.CfnTable(
            self,
            self._identifier(name),
            table_name=self._names.table(name),
            billing_mode="PAY_PER_REQUEST",
            attribute_definitions=_attributes(shape),
            key_schema=_keys(shape.keys),
            global_secondary_indexes=_indexes(shape, ceiling),
            on_demand_throughput=ceiling,
            deletion_protection_enabled=self._stage.protected,
            point_in_time_recovery_specification=self._recovery(),
            sse_specification=self._encryption(shape),
            stream_specification=_stream(shape),
            time_to_live_specification=_expiry(shape),
        )
        self._keep(made)
        if shape.stream:
            self._tell_stream(name, made)
        return made

    def _identifier(self, table: str) -> str:
        """Another prefix is another table, not the same one by a new name."""
        usual = f"{SERVICE}-{self._names.stage}"
        prefix = self._names.table_prefix
        return identifier("table", table, *([] if prefix == usual else [prefix]))

    def _keep(self, made: CfnResource) -> None:
        kept = CfnDeletionPolicy.RETAIN if self._stage.protected else CfnDeletionPolicy.DELETE
        made.cfn_options.deletion_policy = made.cfn_options.update_replace_policy = kept

    def _recovery(self) -> dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty:
        return dynamodb.CfnTable.PointInTimeRecoverySpecificationProperty(
            point_in_time_recovery_enabled=True,
            recovery_period_in_days=self._stage.retention.point_in_time,
        )

    def _encryption(self, shape: Shape) -> dynamodb.CfnTable.SSESpecificationProperty | None:
        if not shape.personal:
            return None  # DynamoDB's own key
        return dynamodb.CfnTable.SSESpecificationProperty(
            sse_enabled=True, sse_type="KMS", kms_master_key_id=self.personal_key.key_arn
        )

    def _tell_stream(self, table: str, made: dynamodb.CfnTable) -> None:
        # Not as an export: those cannot change while somebody uses them, and a restored table has
        # another stream.
        ssm.StringParameter(
            self,
            identifier(table, "stream", "is"),
            parameter_name=self._names.stream(table),
            description=f"The stream of the table {table}",
            string_value=made.attr_stream_arn,
        )

    def _dead_letters(self) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            "DeadLetters",
            queue_name=self._names.of("dead-letters"),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(self._stage.retention.dead_letters),
            visibility_timeout=Duration.minutes(5),
            removal_policy=self._lasting,
        )
        acknowledge(queue, "AwsSolutions-SQS3", "It is itself where what fails ends up.")
        return queue

    def _undone(self) -> sqs.Queue:
        """Apart from dead letters, which are read again from a stream: this is the work itself."""
        return sqs.Queue(
            self,
            "Undone",
            queue_name=self._names.of("undone-work"),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.days(self._stage.retention.dead_letters),
            removal_policy=RemovalPolicy.DESTROY,
        )

    def _queue(self, name: str) -> sqs.Queue:
        """A message is kept no longer than it takes to be met by the time instead, which is long
        enough to be tried to the end."""
        return sqs.Queue(
            self,
            identifier("queue", name),
            queue_name=self._names.of(name),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
            retention_period=Duration.hours(1),
            visibility_timeout=HIDDEN,
            removal_policy=RemovalPolicy.DESTROY,
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=ATTEMPTS, queue=self.undone),
        )

    def _trouble(self) -> sns.Topic:
        topic = sns.Topic(self, "Trouble", topic_name=self._names.of("trouble"), enforce_ssl=True)
        for address in self._stage.alarms.email:
            topic.add_subscription(subscriptions.EmailSubscription(address))
        return topic

    def _logs(self) -> s3.Bucket:
        """Addresses of people are in them, so they stay in the stage's own region, and not long."""
        return s3.Bucket(
            self,
            "Logs",
            bucket_name=logs_name(self._names),
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,  # as CloudFront wants it
            lifecycle_rules=[
                s3.LifecycleRule(expiration=Duration.days(self._stage.retention.access_logs))
            ],
            **self._closed(),
        )

    def _pictures(self) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Pictures",
            bucket_name=pictures_name(self._names),
            # What is deleted is gone, as somebody who leaves is promised.
            versioned=False,
            cors=[
                s3.CorsRule(
                    allowed_methods=[s3.HttpMethods.GET, s3.HttpMethods.POST],
                    allowed_origins=self._stage.allowed_origins,
                    allowed_headers=["*"],
                    max_age=7200,
                )
            ],
            lifecycle_rules=[
                # What was put there and never said to belong to anything.
                s3.LifecycleRule(prefix="incoming/", expiration=Duration.days(1)),
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=Duration.days(1)),
            ],
            server_access_logs_bucket=self.logs,
            server_access_logs_prefix="pictures/",
            **self._closed(),
        )

    def _closed(self) -> dict[str, Any]:
        return {
            "block_public_access": s3.BlockPublicAccess.BLOCK_ALL,
            "encryption": s3.BucketEncryption.S3_MANAGED,
            "enforce_ssl": True,
            "minimum_tls_version": 1.2,
            "removal_policy": self._lasting,
        }

    def _origin(self) -> secretsmanager.Secret:
        """What CloudFront sends along. It reads it in its own region, so there is a copy there."""
        secret = secretsmanager.Secret(
            self,
            "Origin",
            secret_name=self._names.of("origin"),
            description="CloudFront shows this to the API, which answers nobody else",
            generate_secret_string=_random(),
            replica_regions=(
                [secretsmanager.ReplicaRegion(region=EDGE_REGION)] if self._stage.domain else None
            ),
            removal_policy=self._lasting,
        )
        reason = "It is exchanged by hand, in two deployments: docs/cloud.md says how."
        acknowledge(secret, "AwsSolutions-SMG4", reason)
        return secret

    def _secret(self) -> secretsmanager.Secret:
        """The first content; from then on the rotation function writes it.

        Nothing here may ever change: CloudFormation would make a new pepper, and nobody would be
        found by e-mail, phone or card any more.
        """
        origin = f"{{{{resolve:secretsmanager:{self.origin.secret_arn}}}}}"
        return secretsmanager.Secret(
            self,
            "Secrets",
            secret_name=self._names.of("secrets"),
            description="Signing keys, pepper, and what CloudFront shows to the API",
            generate_secret_string=_random(
                generate_string_key="pepper",
                secret_string_template=self.to_json_string({"origin": origin}),
            ),
            removal_policy=self._lasting,
        )


def pictures_name(names: Names) -> str:
    return f"{names.of('pictures')}-{Aws.ACCOUNT_ID}"


def logs_name(names: Names) -> str:
    return f"{names.of('logs')}-{Aws.ACCOUNT_ID}"


def _random(**more: Any) -> secretsmanager.SecretStringGenerator:
    return secretsmanager.SecretStringGenerator(
        exclude_punctuation=True, password_length=SECRET_LENGTH, **more
    )


def _attributes(shape: Shape) -> list[dynamodb.CfnTable.AttributeDefinitionProperty]:
    return [
        dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=name, attribute_type=kind)
        for name, kind in shape.types.items()
    ]


def _keys(names: tuple[str, ...]) -> list[dynamodb.CfnTable.KeySchemaProperty]:
    return [
        dynamodb.CfnTable.KeySchemaProperty(attribute_name=name, key_type=kind)
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]


Throughput = dynamodb.CfnTable.OnDemandThroughputProperty


def _ceiling(ceiling: Ceiling) -> Throughput | None:
    if ceiling.reads is None and ceiling.writes is None:
        return None
    return Throughput(max_read_request_units=ceiling.reads, max_write_request_units=ceiling.writes)


def _indexes(
    shape: Shape, ceiling: Throughput | None
) -> list[dynamodb.CfnTable.GlobalSecondaryIndexProperty] | None:
    return [
        dynamodb.CfnTable.GlobalSecondaryIndexProperty(
            index_name=name,
            key_schema=_keys(index.keys),
            projection=dynamodb.CfnTable.ProjectionProperty(projection_type=index.projection),
            on_demand_throughput=ceiling,
        )
        for name, index in shape.indexes.items()
    ] or None


def _stream(shape: Shape) -> dynamodb.CfnTable.StreamSpecificationProperty | None:
    if shape.stream is None:
        return None
    return dynamodb.CfnTable.StreamSpecificationProperty(stream_view_type=shape.stream)


def _expiry(shape: Shape) -> dynamodb.CfnTable.TimeToLiveSpecificationProperty | None:
    if shape.expires_by is None:
        return None
    return dynamodb.CfnTable.TimeToLiveSpecificationProperty(
        enabled=True, attribute_name=shape.expires_by
    )
