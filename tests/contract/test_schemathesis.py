"""Schemathesis reads openapi.json and asks whatever may and may not be asked, through the gateway:
no fault of ours, and no answer that the document does not have. `make prove` asks for longer."""

import json
from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from stamkund.local.controls import Controls
from stamkund.local.functions import builders
from stamkund.local.gateway import Gateway
from tests.builders import Clock
from tests.documented import Json, Operation, operation_named, the_document
from tests.samples import MEMBER, Club, first_caller, sample

DOCUMENT = "/openapi.json"
CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
]
KNOWN = {"member": MEMBER, "order": "web:1001", "version": 1, "offer": "running-20"}


class Published:
    """The gateway as schemathesis finds it: with the document beside it."""

    def __init__(self) -> None:
        self._gateway = Gateway(builders(), Controls({}, lambda _: True))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        if environ["PATH_INFO"] != DOCUMENT:
            return self._gateway(environ, start_response)
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(without_security()).encode()]


def without_security() -> Json:
    """Every request has its credential here; those that have not have a test of their own."""
    document = deepcopy(the_document())
    for methods in document["paths"].values():
        for described in methods.values():
            described.pop("security", None)
    return document


# A body may break its schema by being too large.
REFUSED = {"expected-statuses": ["4xx"]}
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": REFUSED}})
SCHEMA = schemathesis.openapi.from_wsgi(DOCUMENT, Published(), config=CONFIG)


@pytest.fixture(scope="module")
def clubs(local: Clock) -> dict[str, Club]:
    """One for those who publish programmes, which would make poor ones of the others."""
    found = {"programme": Club(), "other": Club()}
    found["other"].run("checkout/confirm")
    return found


# Every bound of every field of a programme would be tried, which takes longer than all the rest.
MANY_FIELDS = "publish_programme"
FEW = settings(
    max_examples=max(10, settings().max_examples // 25), suppress_health_check=list(HealthCheck)
)


@SCHEMA.exclude(operation_id=MANY_FIELDS).parametrize()
@FEW
def test_no_fault_of_ours_and_nothing_undocumented(case: Case[Any], clubs: dict[str, Club]) -> None:
    ask(case, clubs)


@FEW
@given(case=SCHEMA.find_operation_by_id(MANY_FIELDS).as_strategy())
def test_a_programme_of_any_kind_is_published_or_refused(
    case: Case[Any], clubs: dict[str, Club]
) -> None:
    ask(case, clubs)


def ask(case: Case[Any], clubs: dict[str, Club]) -> None:
    one = operation_named(case.operation.definition.raw["operationId"])
    club = clubs.get(one.domain, clubs["other"])
    if is_allowed(case):
        # By chance alone nobody would ever meet a member.
        case.path_parameters |= {n: v for n, v in KNOWN.items() if n in case.path_parameters}
    kind = first_caller(one, sample(f"{one.domain}/{one.name}"))
    headers = club.shop.credential(club.member if kind == "member" else kind)
    case.call_and_validate(headers=headers, checks=checks_for(one))


def checks_for(one: Operation) -> Any:
    """A batch is taken though one of its orders is wrong: that one is refused within the answer,
    which the tests of bad input look at."""
    return [check for check in CHECKS if one.name != "batch" or check != negative_data_rejection]


def is_allowed(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
