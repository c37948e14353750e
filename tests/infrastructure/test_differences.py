"""What would change, in words."""

import json
import subprocess
import sys
from copy import deepcopy
from typing import Any

import boto3
from botocore.stub import Stubber

from infrastructure.deployed import deployed
from infrastructure.differences import differences
from tests.infrastructure.clouds import Cloud


def changed(cloud: Cloud, kind: str, name: str) -> tuple[Any, Any]:
    """The templates again, and in them the properties of the one resource of that name."""
    templates = deepcopy(dict(cloud.templates))
    (found,) = [
        one
        for stack in templates.values()
        for one in stack["Resources"].values()
        if one["Type"] == f"AWS::{kind}" and name in str(one["Metadata"]["aws:cdk:path"])
    ]
    return templates, found["Properties"]


def test_nothing_changed_is_nothing_to_say(prod: Cloud) -> None:
    assert differences(prod.templates, deepcopy(prod.templates)) == []


def test_the_memory_of_a_function(prod: Cloud) -> None:
    after, quote = changed(prod, "Lambda::Function", "/Quote/")
    quote["MemorySize"] = 2048
    assert differences(prod.templates, after) == ["function checkout-quote: memory 512 -> 2048"]


def test_the_ceiling_of_a_table_and_of_its_index(prod: Cloud) -> None:
    after, accounts = changed(prod, "DynamoDB::Table", "TableAccounts")
    accounts["OnDemandThroughput"]["MaxWriteRequestUnits"] = 100
    accounts["GlobalSecondaryIndexes"][0]["OnDemandThroughput"]["MaxWriteRequestUnits"] = 50
    assert differences(prod.templates, after) == [
        "table accounts: ceiling of writes 8000 -> 100",
        "table accounts: review: ceiling of writes 8000 -> 50",
    ]


def test_a_right_that_is_given_and_one_that_is_taken(prod: Cloud) -> None:
    after, role = changed(prod, "IAM::Role", "/Explain/Role")
    (tables, *_) = role["Policies"][0]["PolicyDocument"]["Statement"]
    tables["Action"].remove("dynamodb:Query")
    tables["Action"].append("dynamodb:DeleteItem")
    given, taken = differences(prod.templates, after)
    assert given.startswith("role checkout/Explain/Role: may no longer dynamodb:Query on table/")
    assert taken.startswith("role checkout/Explain/Role: may now dynamodb:DeleteItem on table/")


def test_the_throttle_of_a_route(prod: Cloud) -> None:
    after, entry = changed(prod, "ApiGatewayV2::Stage", "Live")
    entry["RouteSettings"]["POST /v1/checkout/quotes"]["ThrottlingRateLimit"] = 10
    (said,) = differences(prod.templates, after)
    assert said == "entry entry/Live: POST /v1/checkout/quotes: requests per second 1400 -> 10"


def test_new_code_is_said_of_each_function_that_gets_it(prod: Cloud) -> None:
    after, quote = changed(prod, "Lambda::Function", "/Quote/")
    before = quote["Code"]["S3Key"]
    quote["Code"]["S3Key"] = "new.zip"
    assert differences(prod.templates, after) == [
        f"function checkout-quote: code {before} -> new.zip"
    ]


def test_a_table_that_goes_cannot_be_overlooked(prod: Cloud, dev: Cloud) -> None:
    for cloud, said in ((prod, "it stays in the account"), (dev, "ITS CONTENT IS DELETED")):
        after = deepcopy(dict(cloud.templates))
        del after[f"stamkund-{cloud.name}-data"]["Resources"]["TableLedger"]
        (line,) = differences(cloud.templates, after)
        assert line.startswith("GONE: table ledger: ")
        assert said in line


def test_what_cannot_be_changed_in_place_is_said_to_be_replaced(prod: Cloud) -> None:
    after, ledger = changed(prod, "DynamoDB::Table", "TableLedger")
    ledger["TableName"] = "other"
    (line,) = differences(prod.templates, after)
    assert line.endswith("TableName stamkund-prod-ledger -> other REPLACED BY A NEW ONE")


def test_a_secret_that_would_be_made_anew_is_shouted(prod: Cloud) -> None:
    after, secret = changed(prod, "SecretsManager::Secret", "/Secrets/")
    secret["GenerateSecretString"]["PasswordLength"] = 64
    (line,) = differences(prod.templates, after)
    assert line.endswith("THE SECRET IS MADE ANEW")


def test_a_whole_function_that_is_new_comes_with_what_belongs_to_it(prod: Cloud) -> None:
    before = deepcopy(dict(prod.templates))
    resources = before["stamkund-prod-checkout"]["Resources"]
    for id in [id for id in resources if id.startswith("Explain")]:
        del resources[id]
    said = differences(before, prod.templates)
    assert "new: function checkout-explain" in said
    assert "new: route GET /v1/checkout/orders/{source}/{order}/explanation" in said or any(
        line.startswith("new: route ") for line in said
    )
    assert all(line.startswith("new: ") for line in said)


def cloudformation(region: str) -> Any:
    """Answers as CloudFormation does, in words of its own where a stack does not exist."""
    client = boto3.client("cloudformation", region_name=region)
    stub = Stubber(client)
    if region == "us-east-1":
        missing = "Stack with id stamkund-prod-edge does not exist"
        stub.add_client_error("get_template", "ValidationError", missing)
    else:
        stub.add_response("get_template", {"TemplateBody": json.dumps({"Resources": {}})})
    stub.activate()
    return client


def test_what_is_deployed_is_read_from_cloudformation_in_both_regions() -> None:
    stacks = ["stamkund-prod-data", "stamkund-prod-edge"]
    found = deployed(stacks, "eu-north-1", cloudformation)
    assert found == {"stamkund-prod-data": {"Resources": {}}}


def test_a_wrong_stage_is_refused_by_the_command_before_anything_is_made() -> None:
    command = [sys.executable, "-m", "infrastructure", "synth", "nowhere"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "nowhere: there is no such stage; there are dev, prod, test\n"
