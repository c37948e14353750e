"""What is kept: tables as the models have them, keys, secrets, pictures."""

import json
from typing import Any

import boto3
import pytest

from infrastructure.stage import Ceiling
from stamkund.tables import every_table
from stamkund.web.queue import ATTEMPTS, QUEUES, Queue
from tests.builders import mocked_tables
from tests.infrastructure.clouds import Cloud, as_text

TABLES = [table.short_name() for table in every_table()]


def table(cloud: Cloud, name: str) -> Any:
    full = f"{cloud.stage.table_prefix or f'stamkund-{cloud.name}'}-{name}"
    (found,) = [one for one in cloud.every("DynamoDB::Table") if one["TableName"] == full]
    return found


def test_there_is_a_table_for_each_model(prod: Cloud) -> None:
    assert len(prod.every("DynamoDB::Table")) == len(TABLES)


@pytest.fixture(scope="module")
def created() -> dict[str, Any]:
    """What PynamoDB makes of the models, as DynamoDB describes it."""
    with mocked_tables():
        client = boto3.client("dynamodb")
        names = client.list_tables()["TableNames"]
        tables = [client.describe_table(TableName=name)["Table"] for name in names]
    return {one["TableName"].rpartition("-")[2]: one for one in tables}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_the_one_that_its_model_creates(
    prod: Cloud, created: dict[str, Any], name: str
) -> None:
    made, model = table(prod, name), created[name]
    assert made["KeySchema"] == model["KeySchema"]
    assert by_name(made["AttributeDefinitions"]) == by_name(model["AttributeDefinitions"])
    assert indexes(made) == indexes(model)
    assert made.get("StreamSpecification", {}).get("StreamViewType") == (
        model.get("StreamSpecification", {}).get("StreamViewType")
    )


def by_name(attributes: list[dict[str, str]]) -> dict[str, str]:
    return {one["AttributeName"]: one["AttributeType"] for one in attributes}


def indexes(described: Any) -> dict[str, Any]:
    return {
        one["IndexName"]: (
            sorted(one["KeySchema"], key=lambda key: key["KeyType"]),
            one["Projection"]["ProjectionType"],
        )
        for one in described.get("GlobalSecondaryIndexes", [])
    }


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_paid_by_use_up_to_a_ceiling_that_holds_for_its_indexes_too(
    prod: Cloud, name: str
) -> None:
    made, said = table(prod, name), prod.stage.tables[name]
    ceiling = {"MaxReadRequestUnits": said.reads, "MaxWriteRequestUnits": said.writes}
    assert made["BillingMode"] == "PAY_PER_REQUEST"
    assert said != Ceiling()
    assert made["OnDemandThroughput"] == ceiling
    for index in made.get("GlobalSecondaryIndexes", []):
        assert index["OnDemandThroughput"] == ceiling


@pytest.mark.parametrize("name", TABLES)
def test_a_table_in_production_cannot_be_deleted_and_can_be_restored(
    prod: Cloud, name: str
) -> None:
    made = table(prod, name)
    assert made["DeletionProtectionEnabled"] is True
    recovery = made["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert recovery["RecoveryPeriodInDays"] == prod.stage.retention.point_in_time


def test_what_is_precious_outlives_its_stack_in_production_only(prod: Cloud, dev: Cloud) -> None:
    kinds = {"DynamoDB::Table", "KMS::Key", "S3::Bucket", "SecretsManager::Secret"}
    for cloud, policy in ((prod, "Retain"), (dev, "Delete")):
        found = [one for one in cloud.resources if one["Type"].removeprefix("AWS::") in kinds]
        assert {one["DeletionPolicy"] for one in found} == {policy}
        assert {one["UpdateReplacePolicy"] for one in found} == {policy}


def test_personal_data_and_nothing_else_is_under_a_key_of_its_own(prod: Cloud) -> None:
    own = [one["TableName"] for one in prod.every("DynamoDB::Table") if "SSESpecification" in one]
    assert own == ["stamkund-prod-profiles", "stamkund-prod-threads"]
    assert prod.only("KMS::Key")["EnableKeyRotation"] is True


def test_a_restored_table_is_another_one_and_the_old_ones_stay(
    clouds: dict[str, Cloud],
) -> None:
    ids = {name: set(tables_of(cloud)) for name, cloud in clouds.items()}
    assert ids["prod"] == ids["test"]
    assert not ids["unusual"] & ids["test"]
    assert {one["TableName"] for one in clouds["unusual"].every("DynamoDB::Table")} == {
        f"restored-{name}" for name in TABLES
    }


def tables_of(cloud: Cloud) -> list[str]:
    stack = cloud.templates[f"stamkund-{cloud.name}-data"]["Resources"]
    return [id for id, one in stack.items() if one["Type"] == "AWS::DynamoDB::Table"]


def test_buckets_are_closed_encrypted_and_speak_tls_only(prod: Cloud) -> None:
    buckets = prod.every("S3::Bucket")
    assert len(buckets) == len(prod.every("S3::BucketPolicy")) == 3
    for bucket in buckets:
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketEncryption" in bucket
    for policy in prod.every("S3::BucketPolicy"):
        refused = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"]
        assert any("aws:SecureTransport" in as_text(one["Condition"]) for one in refused)


def test_a_picture_that_is_deleted_is_gone_and_one_of_nothing_goes_by_itself(prod: Cloud) -> None:
    (bucket,) = [one for one in prod.every("S3::Bucket") if "CorsConfiguration" in one]
    assert "VersioningConfiguration" not in bucket
    rules = {rule.get("Prefix"): rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["incoming/"]["ExpirationInDays"] == 1
    (cors,) = bucket["CorsConfiguration"]["CorsRules"]
    assert cors["AllowedOrigins"] == prod.stage.allowed_origins


def test_what_generates_a_secret_never_changes(prod: Cloud) -> None:
    """CloudFormation would make a new pepper, and nobody would be found by e-mail any more."""
    (secret,) = [one for one in prod.every("SecretsManager::Secret") if "secrets" in one["Name"]]
    generated = dict(secret["GenerateSecretString"])
    (first, _, last) = generated.pop("SecretStringTemplate")["Fn::Join"][1]
    assert json.loads(f"{first}ARN{last}") == {"origin": "{{resolve:secretsmanager:ARN}}"}
    assert generated == {
        "ExcludePunctuation": True,
        "GenerateStringKey": "pepper",
        "PasswordLength": 48,
    }


def queue_of(cloud: Cloud, name: str) -> Any:
    full = f"stamkund-{cloud.name}-{name}"
    (found,) = [one for one in cloud.every("SQS::Queue") if one["QueueName"] == full]
    return found


def test_work_waits_encrypted_for_an_hour_and_is_hidden_for_longer_than_it_takes(
    prod: Cloud,
) -> None:
    queue = queue_of(prod, "announcements")
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] == 3600
    assert queue["VisibilityTimeout"] >= 6 * prod.stage.functions["feedback-announce"].timeout


@pytest.mark.parametrize("name", QUEUES)
def test_what_fails_each_time_is_set_aside_before_it_is_forgotten(prod: Cloud, name: Queue) -> None:
    queue, aside = queue_of(prod, name), queue_of(prod, "undone-work")
    assert queue["RedrivePolicy"]["maxReceiveCount"] == ATTEMPTS
    assert queue["MessageRetentionPeriod"] > ATTEMPTS * queue["VisibilityTimeout"]
    assert aside["MessageRetentionPeriod"] == prod.stage.retention.dead_letters * 86400
    assert aside["SqsManagedSseEnabled"] is True


def test_dead_letters_wait_encrypted_for_as_long_as_the_stage_says(prod: Cloud) -> None:
    queue = queue_of(prod, "dead-letters")
    assert queue["MessageRetentionPeriod"] == prod.stage.retention.dead_letters * 86400
    assert queue["SqsManagedSseEnabled"] is True
