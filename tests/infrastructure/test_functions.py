"""What runs: a function for each declaration, called by what it says."""

import json
from collections import Counter
from importlib import import_module

import pytest

from functions.operations import follow_up
from infrastructure.declared import Declared, Route
from stamkund.rules.ledger import MOVES_TIER
from stamkund.tables.threads import NOTICE
from stamkund.web.background import OnEntries, OnItems, OnMessages, OnRotation, Reading, Timed
from tests.infrastructure.clouds import FUNCTIONS, Cloud, as_text

ROUTED = [one for one in FUNCTIONS if isinstance(one.trigger, Route)]
TIMED = [one for one in FUNCTIONS if isinstance(one.trigger, Timed)]
READERS = [one for one in FUNCTIONS if isinstance(one.trigger, Reading)]
OF_THE_LEDGER = [one for one in FUNCTIONS if isinstance(one.trigger, OnEntries)]
DOERS = [one for one in FUNCTIONS if isinstance(one.trigger, OnMessages)]
(TELLER,) = [one for one in FUNCTIONS if isinstance(one.trigger, OnItems)]

every_function = pytest.mark.parametrize("one", FUNCTIONS, ids=lambda one: one.full_name)


def test_each_declaration_is_one_function_and_there_is_no_other(prod: Cloud) -> None:
    names = Counter(one["FunctionName"] for one in prod.every("Lambda::Function"))
    assert names == {f"stamkund-prod-{one.full_name}": 1 for one in FUNCTIONS}


@every_function
def test_a_function_runs_as_the_stage_says(prod: Cloud, one: Declared) -> None:
    made, said = prod.function(one), prod.stage.functions[one.full_name]
    assert made["Architectures"] == ["arm64"]
    assert made["Runtime"] == prod.stage.runtime
    assert (made["MemorySize"], made["Timeout"]) == (said.memory, said.timeout)
    assert made.get("ReservedConcurrentExecutions") == said.reserved_concurrency
    assert made["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == said.log_level


@every_function
def test_lambda_drops_no_line_of_ours_and_adds_as_many_as_the_stage_says(
    clouds: dict[str, Cloud], one: Declared
) -> None:
    for cloud in clouds.values():
        logging = cloud.function(one)["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        assert logging["ApplicationLogLevel"] == "INFO"
        assert logging["SystemLogLevel"] == cloud.stage.functions[one.full_name].system_log_level


@every_function
def test_a_function_begins_with_something_that_can_be_called(prod: Cloud, one: Declared) -> None:
    module, _, name = prod.function(one)["Handler"].rpartition(".")
    assert callable(getattr(import_module(module), name))


@every_function
def test_a_function_has_a_log_of_its_own_that_ends(prod: Cloud, one: Declared) -> None:
    (log,) = prod.beside(one, "Logs::LogGroup")
    assert log["LogGroupName"] == f"/stamkund/prod/{one.full_name}"
    assert log["RetentionInDays"] == prod.stage.retention.logs


@every_function
def test_a_function_is_told_what_it_needs_and_no_more(prod: Cloud, one: Declared) -> None:
    told = set(prod.function(one)["Environment"]["Variables"])
    needed = {"POWERTOOLS_LOG_LEVEL", "STAMKUND_STAGE", "STAMKUND_TABLE_PREFIX"}
    needed |= {"STAMKUND_SECRETS"} if one.secrets else set()
    needed |= {"STAMKUND_BEHIND_EDGE"} if one in ROUTED else set()
    needed |= {"STAMKUND_EVENT_BUS"} if one.tells else set()
    needed |= {"STAMKUND_MAIL_FROM"} if "email" in one.sends else set()
    needed |= {"STAMKUND_PICTURES"} if one.pictures else set()
    needed |= {f"STAMKUND_QUEUE_{name.upper()}" for name in one.queues}
    if "sms" in one.sends:
        needed |= {"STAMKUND_SMS_SENDER", "STAMKUND_SMS_COUNTRIES"}
    assert told == needed


def test_who_sends_is_told_from_whom_and_where_to(clouds: dict[str, Cloud]) -> None:
    (sender,) = [one for one in FUNCTIONS if one.name == "request_login_code"]
    told = {
        name: {
            key.removeprefix("STAMKUND_"): value
            for key, value in cloud.function(sender)["Environment"]["Variables"].items()
            if "MAIL" in key or "SMS" in key
        }
        for name, cloud in clouds.items()
    }
    mail = {"MAIL_FROM": "club@test.example.com"}
    texts = {"SMS_SENDER": "Club", "SMS_COUNTRIES": "SWE,NOR,DNK,FIN"}
    prod = {"MAIL_FROM": "club@example.com", **texts}
    assert told == {"dev": {}, "test": mail, "prod": prod, "unusual": mail | texts}


def test_a_setting_that_the_stage_has_for_one_function_reaches_that_one(unusual: Cloud) -> None:
    told = {
        function["FunctionName"]: function["Environment"]["Variables"].get(
            "STAMKUND_RECONCILE_MEMBERS"
        )
        for function in unusual.every("Lambda::Function")
    }
    assert {name for name, value in told.items() if value == "500"} == {
        "stamkund-unusual-operations-reconcile"
    }


def test_without_cloudfront_no_function_expects_what_it_would_show(dev: Cloud) -> None:
    assert "STAMKUND_BEHIND_EDGE" not in as_text(dev.templates)


@pytest.mark.parametrize("one", ROUTED, ids=lambda one: one.full_name)
def test_a_route_leads_to_the_function_that_declares_it(prod: Cloud, one: Declared) -> None:
    assert isinstance(one.trigger, Route)
    (route,), (integration,) = prod.beside(one, "ApiGatewayV2::Route"), _integrations(prod, one)
    assert route["RouteKey"] == f"{one.trigger.method} {one.trigger.path}"
    assert integration["PayloadFormatVersion"] == "2.0"
    assert "Function" in as_text(integration["IntegrationUri"])


def test_there_is_no_route_beside_those(prod: Cloud) -> None:
    keys = [route["RouteKey"] for route in prod.every("ApiGatewayV2::Route")]
    assert len(keys) == len(set(keys)) == len(ROUTED)


@pytest.mark.parametrize("one", ROUTED, ids=lambda one: one.full_name)
def test_only_the_own_route_may_call_a_function(prod: Cloud, one: Declared) -> None:
    assert isinstance(one.trigger, Route)
    (permission,) = prod.beside(one, "Lambda::Permission")
    assert permission["Principal"] == "apigateway.amazonaws.com"
    source = as_text(permission["SourceArn"])
    assert f"/*/{one.trigger.method}/v1/" in source
    assert source.count("*") == 1 + one.trigger.path.count("{")


@pytest.mark.parametrize("one", TIMED, ids=lambda one: one.full_name)
def test_a_timed_function_runs_when_it_says_or_when_the_stage_says(
    clouds: dict[str, Cloud], one: Declared
) -> None:
    assert isinstance(one.trigger, Timed)
    for cloud in clouds.values():
        (rule,) = cloud.beside(one, "Events::Rule")
        said = cloud.stage.functions[one.full_name].schedule
        assert rule["ScheduleExpression"] == (said or one.trigger.when)
        (asynchronous,) = cloud.beside(one, "Lambda::EventInvokeConfig")
        assert asynchronous["MaximumRetryAttempts"] == 0


of_the_ledger = pytest.mark.parametrize("reader", OF_THE_LEDGER, ids=lambda one: one.full_name)


@of_the_ledger
def test_the_stream_brings_new_entries_of_the_kinds_that_matter_and_no_others(
    prod: Cloud, reader: Declared
) -> None:
    (mapping,) = prod.beside(reader, "Lambda::EventSourceMapping")
    (filtered,) = mapping["FilterCriteria"]["Filters"]
    pattern = json.loads(filtered["Pattern"])
    assert isinstance(reader.trigger, OnEntries)
    assert pattern["eventName"] == ["INSERT"]
    assert pattern["dynamodb"]["NewImage"]["kind"]["S"] == list(reader.trigger.kinds)
    # Neither a step nor a credit comes back to who wrote it.
    assert "tier" not in MOVES_TIER
    assert "bonus" not in follow_up.KINDS


def test_two_read_the_ledger_which_is_as_many_as_a_stream_bears() -> None:
    assert sorted(one.name for one in OF_THE_LEDGER) == ["follow_up", "recalculate_tier"]


def test_of_the_threads_new_notices_are_brought_and_no_others(prod: Cloud) -> None:
    (mapping,) = prod.beside(TELLER, "Lambda::EventSourceMapping")
    (filtered,) = mapping["FilterCriteria"]["Filters"]
    pattern = json.loads(filtered["Pattern"])
    assert pattern == {
        "eventName": ["INSERT"],
        "dynamodb": {"Keys": {"sk": {"S": [{"prefix": NOTICE}]}}},
    }
    assert "OnFailure" not in as_text(mapping)  # what is not told is in an index


@pytest.mark.parametrize("one", DOERS, ids=lambda one: one.full_name)
def test_a_message_is_brought_alone_and_so_many_at_once_as_the_stage_says(
    clouds: dict[str, Cloud], one: Declared
) -> None:
    for cloud in clouds.values():
        (mapping,) = cloud.beside(one, "Lambda::EventSourceMapping")
        assert mapping["BatchSize"] == 1
        assert mapping["ScalingConfig"] == {"MaximumConcurrency": cloud.stage.at_once}
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_who_tells_knows_the_bus_that_there_is(prod: Cloud) -> None:
    (bus,) = prod.every("Events::EventBus")
    assert prod.function(TELLER)["Environment"]["Variables"]["STAMKUND_EVENT_BUS"] == bus["Name"]


@pytest.mark.parametrize("reader", READERS, ids=lambda one: one.full_name)
def test_records_are_gathered_as_the_stage_says(clouds: dict[str, Cloud], reader: Declared) -> None:
    for cloud in clouds.values():
        (mapping,) = cloud.beside(reader, "Lambda::EventSourceMapping")
        how = cloud.stage.streams[reader.full_name]
        assert mapping["BatchSize"] == how.batch
        assert mapping["MaximumBatchingWindowInSeconds"] == how.wait_seconds
        assert mapping["ParallelizationFactor"] == how.parallel


@of_the_ledger
def test_what_fails_in_the_stream_is_tried_in_halves_for_a_while_and_then_put_aside(
    prod: Cloud, reader: Declared
) -> None:
    (mapping,) = prod.beside(reader, "Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    how = prod.stage.streams[reader.full_name]
    assert mapping["MaximumRetryAttempts"] == how.retries
    assert mapping["MaximumRecordAgeInSeconds"] == how.age_hours * 3600
    assert "DeadLetters" in as_text(mapping["DestinationConfig"]["OnFailure"])
    assert len(prod.every("Lambda::EventSourceMapping")) == len(READERS) + len(DOERS)


def test_signing_keys_are_rotated(prod: Cloud) -> None:
    (rotating,) = [one for one in FUNCTIONS if isinstance(one.trigger, OnRotation)]
    rotation = prod.only("SecretsManager::RotationSchedule")
    days = prod.stage.rotation_days
    assert rotation["RotationRules"]["ScheduleExpression"] == f"rate({days} days)"
    (permission,) = prod.beside(rotating, "Lambda::Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"


def test_what_is_kept_ready_is_called_by_its_alias(unusual: Cloud) -> None:
    quote, card, plain = (_called(unusual, name) for name in ("quote", "read_card", "prices"))
    assert "Alias" in quote
    assert "Alias" in card
    assert "Alias" not in plain
    aliases = unusual.every("Lambda::Alias")
    ready = [one.get("ProvisionedConcurrencyConfig") for one in aliases]
    assert {"ProvisionedConcurrentExecutions": 5} in ready
    snapped = [one for one in unusual.every("Lambda::Function") if "SnapStart" in one]
    assert [one["FunctionName"] for one in snapped] == ["stamkund-unusual-members-read_card"]


def _called(cloud: Cloud, name: str) -> str:
    (one,) = [function for function in FUNCTIONS if function.name == name]
    (integration,) = _integrations(cloud, one)
    uri = integration["IntegrationUri"]
    return "Alias" if "Ref" in uri else as_text(uri)


def _integrations(cloud: Cloud, one: Declared) -> list[dict[str, str]]:
    return cloud.beside(one, "ApiGatewayV2::Integration")


def test_no_stack_has_so_much_that_a_few_more_would_be_refused(clouds: dict[str, Cloud]) -> None:
    for cloud in clouds.values():
        for name, template in cloud.templates.items():
            assert len(template["Resources"]) <= 400, name
