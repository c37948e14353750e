"""Who may what: every role, held against what its function declares."""

from collections.abc import Iterator
from typing import Any

import pytest

from infrastructure.declared import Declared
from stamkund.tables import Read, Scan, Update, actions_of
from stamkund.web.background import OnEntries, OnMessages, OnRotation, Reading
from tests.infrastructure.clouds import FUNCTIONS, Cloud, plain, several

# IAM leaves no other way. Nothing else may have a star.
STARS = {
    # Lambda itself names the streams in the function's own log group.
    "logs:CreateLogStream": ":log-stream:*",
    "logs:PutLogEvents": ":log-stream:*",
    # X-Ray has no resources.
    "xray:PutTraceSegments": "*",
    "xray:PutTelemetryRecords": "*",
    # Nor have phones.
    "sns:Publish": "*",
    # Pictures are of all shops, and each has a name of its own.
    "s3:DeleteObject": "/*",
    "s3:GetObject": "/*",
    "s3:PutObject": "/*",
}
OF_THE_KEY = {"kms:Decrypt", "kms:DescribeKey"}
TO_WRITE = {"kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"}

Right = tuple[str, str]


@pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.full_name)
def test_a_role_allows_what_its_function_declares_and_nothing_else(
    clouds: dict[str, Cloud], one: Declared
) -> None:
    for cloud in clouds.values():
        assert set(rights(role_of(cloud, one))) == set(declared(cloud, one)), cloud.name


def test_every_role_is_that_of_one_function(prod: Cloud) -> None:
    roles = [role for one in FUNCTIONS for role in prod.beside(one, "IAM::Role")]
    assert len(roles) == len(prod.every("IAM::Role")) == len(FUNCTIONS)
    for role in roles:
        assert set(role) <= {"AssumeRolePolicyDocument", "Description", "Policies", "Tags"}
        (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}
    for kind in ("IAM::Policy", "IAM::ManagedPolicy", "IAM::User", "IAM::Group"):
        assert prod.every(kind) == []


def test_no_right_has_a_star_but_those_that_iam_has_no_other_way_for(
    clouds: dict[str, Cloud],
) -> None:
    for cloud in clouds.values():
        for role in cloud.every("IAM::Role"):
            for action, resource in rights(role):
                assert "*" not in action
                allowed = STARS.get(action)
                assert "*" not in resource or (allowed and resource.endswith(allowed)), action
                assert resource.count("*") <= 1


def test_a_right_too_many_would_be_noticed(prod: Cloud) -> None:
    role = dict(role_of(prod, FUNCTIONS[0]))
    more = {
        "Effect": "Allow",
        "Action": "dynamodb:Scan",
        "Resource": "arn:aws:dynamodb:x:y:table/z",
    }
    role["Policies"] = [*role["Policies"], {"PolicyDocument": {"Statement": [more]}}]
    assert set(rights(role)) != set(declared(prod, FUNCTIONS[0]))


def test_nothing_in_the_cloud_may_change_or_delete_an_entry_of_the_ledger(prod: Cloud) -> None:
    writing = {
        action
        for role in prod.every("IAM::Role")
        for action, resource in rights(role)
        if resource.endswith("table/stamkund-prod-ledger")
    }
    reading = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}
    assert writing <= reading | {"dynamodb:PutItem"}
    assert "dynamodb:PutItem" in writing


def test_the_checkout_reads_nobodys_name(prod: Cloud) -> None:
    for one in FUNCTIONS:
        if one.domain == "checkout":
            touched = {resource for _, resource in rights(role_of(prod, one))}
            assert not [r for r in touched if "profiles" in r or "PersonalKey" in r]


def test_the_key_of_personal_data_is_used_through_dynamodb_only(prod: Cloud) -> None:
    using = [one for one in statements(prod) if "kms:Decrypt" in one["Action"]]
    assert using
    for statement in using:
        via = statement["Condition"]["StringEquals"]["kms:ViaService"]
        assert via == f"dynamodb.{prod.stage.region}.amazonaws.com"


def test_a_code_is_mailed_from_the_address_of_the_stage_and_from_no_other(
    clouds: dict[str, Cloud],
) -> None:
    for cloud in clouds.values():
        mailing = [one for one in statements(cloud) if "ses:SendEmail" in several(one["Action"])]
        address = cloud.stage.messages.mail_from
        senders = [one for one in FUNCTIONS if address and "email" in one.sends]
        assert len(mailing) == len(senders), cloud.name
        for one in mailing:
            assert one["Condition"] == {"StringEquals": {"ses:FromAddress": address}}


def test_a_text_goes_to_a_phone_and_to_no_topic(prod: Cloud, dev: Cloud) -> None:
    texts = [one for one in statements(prod) if "sns:Publish" in several(one["Action"])]
    assert {(one["Effect"], plain(one["Resource"])) for one in texts} == {
        ("Allow", "*"),
        ("Deny", "arn:aws:sns:*:*:*"),
    }
    assert not [one for one in statements(dev) if "sns:Publish" in several(one["Action"])]


def test_only_who_sends_may(prod: Cloud) -> None:
    sending = {
        one.full_name
        for one in FUNCTIONS
        for action, _ in rights(role_of(prod, one))
        if action in {"ses:SendEmail", "sns:Publish"}
    }
    assert sending == {one.full_name for one in FUNCTIONS if one.sends}
    assert "members-request_login_code" in sending


def statements(cloud: Cloud) -> Iterator[Any]:
    for role in cloud.every("IAM::Role"):
        for policy in role["Policies"]:
            yield from policy["PolicyDocument"]["Statement"]


def role_of(cloud: Cloud, one: Declared) -> Any:
    (role,) = cloud.beside(one, "IAM::Role")
    return role


def rights(role: Any) -> Iterator[Right]:
    for policy in role["Policies"]:
        for statement in policy["PolicyDocument"]["Statement"]:
            assert not {"NotAction", "NotResource"} & set(statement)
            if statement["Effect"] == "Deny":
                continue
            for action in several(statement["Action"]):
                for resource in several(statement["Resource"]):
                    yield action, plain(resource)


def declared(cloud: Cloud, one: Declared) -> Iterator[Right]:
    """Once more, from what the function says and how AWS writes names."""
    yield from of_tables(cloud, one)
    account = cloud.stage.account or "ACCOUNT"
    log = f"arn:aws:logs:{cloud.stage.region}:{account}:log-group:/stamkund/{cloud.name}"
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        yield action, f"{log}/{one.full_name}:log-stream:*"
    if cloud.stage.tracing:
        yield from (("xray:PutTraceSegments", "*"), ("xray:PutTelemetryRecords", "*"))
    yield from of_messages(cloud, one)
    if one.secrets:
        yield "secretsmanager:GetSecretValue", imported(cloud, "RefSecrets")
    if one.tells:
        account = cloud.stage.account or "ACCOUNT"
        bus = f"event-bus/stamkund-{cloud.name}-events"
        yield "events:PutEvents", f"arn:aws:events:{cloud.stage.region}:{account}:{bus}"
    yield from of_pictures(cloud, one)
    for name in one.queues:
        yield "sqs:SendMessage", queue(cloud, name)
    yield from of_trigger(cloud, one)


def of_pictures(cloud: Cloud, one: Declared) -> Iterator[Right]:
    bucket = f"arn:aws:s3:::stamkund-{cloud.name}-pictures-ACCOUNT"
    words = {"Read": "GetObject", "Append": "PutObject", "Delete": "DeleteObject"}
    for verb in one.pictures:
        if verb == Scan:
            yield "s3:ListBucket", bucket
        else:
            yield f"s3:{words[str(verb.name).title()]}", f"{bucket}/*"


def queue(cloud: Cloud, name: str) -> str:
    return imported(cloud, f"Queue{name.title()}")


def of_trigger(cloud: Cloud, one: Declared) -> Iterator[Right]:
    if isinstance(one.trigger, Reading):
        table = "ledger" if isinstance(one.trigger, OnEntries) else "threads"
        for action in ("DescribeStream", "GetRecords", "GetShardIterator"):
            yield f"dynamodb:{action}", stream(cloud, one.stack, table)
    if isinstance(one.trigger, OnEntries):
        yield "sqs:SendMessage", imported(cloud, "DeadLetters")
    if isinstance(one.trigger, OnMessages):
        for action in ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage"):
            yield f"sqs:{action}", queue(cloud, one.trigger.queue)
    if isinstance(one.trigger, OnRotation):
        for action in (
            "DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage",
        ):  # fmt: skip
            yield f"secretsmanager:{action}", imported(cloud, "RefSecrets")


def of_messages(cloud: Cloud, one: Declared) -> Iterator[Right]:
    said, account = cloud.stage.messages, cloud.stage.account or "ACCOUNT"
    if "email" in one.sends and said.mail_from:
        for identity in (said.mail_from, said.mail_from.partition("@")[2]):
            yield "ses:SendEmail", f"arn:aws:ses:{cloud.stage.region}:{account}:identity/{identity}"
    if "sms" in one.sends and said.sms_countries:
        yield "sns:Publish", "*"


def of_tables(cloud: Cloud, one: Declared) -> Iterator[Right]:
    account = cloud.stage.account or "ACCOUNT"
    prefix = cloud.stage.table_prefix or f"stamkund-{cloud.name}"
    for table, access in one.access.items():
        name = table.short_name()
        arn = f"arn:aws:dynamodb:{cloud.stage.region}:{account}:table/{prefix}-{name}"
        yield from ((f"dynamodb:{action}", arn) for action in actions_of(access))
        if Read in access:
            indexes = {
                "accounts": ("review", "waiting"),
                "orders": ("holds",),
                "identities": ("owner",),
                "profiles": ("birthday", "seen", "untold", "wished"),
                "threads": (
                    "waiting", "state", "kind", "owner", "article", "tag", "author", "due",
                    "thanked",
                ),
            }  # fmt: skip
            for index in indexes.get(name, ()):
                yield "dynamodb:Query", f"{arn}/index/{index}"
        if name in {"profiles", "threads"}:
            actions = OF_THE_KEY if access == Read else OF_THE_KEY | TO_WRITE
            yield from ((action, imported(cloud, "PersonalKey")) for action in actions)


def test_only_who_puts_work_into_a_queue_may(prod: Cloud) -> None:
    putting = {
        one.full_name
        for one in FUNCTIONS
        for action, resource in rights(role_of(prod, one))
        if action == "sqs:SendMessage" and resource == queue(prod, "announcements")
    }
    assert putting == {one.full_name for one in FUNCTIONS if "announcements" in one.queues}
    assert "feedback-publish_announcement" in putting


def imported(cloud: Cloud, part: str) -> str:
    (name,) = {
        export["Export"]["Name"]
        for export in cloud.templates[f"stamkund-{cloud.name}-data"]["Outputs"].values()
        if part in export["Export"]["Name"]
        and not any(other in export["Export"]["Name"] for other in ("QueueName", "RefQueue"))
    }
    return f"<{name}>"


def stream(cloud: Cloud, stack: str, table: str) -> str:
    (name,) = [
        name
        for name, parameter in cloud.templates[f"stamkund-{cloud.name}-{stack}"][
            "Parameters"
        ].items()
        if parameter["Default"] == f"/stamkund/{cloud.name}/{table}-stream"
    ]
    return f"<{name}>"


def test_no_declaration_says_that_the_ledger_is_changed() -> None:
    for one in FUNCTIONS:
        for table, access in one.access.items():
            assert table.short_name() != "ledger" or not access & Update
