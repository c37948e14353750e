import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stamkund.web.endpoint import Endpoint
from stamkund.web.openapi import as_text, document, every_app, problems_of
from stamkund.web.problems import PROBLEMS
from tests.builders import ROOT

APPS = every_app()
EVENTS = ROOT / "events"
DOCUMENT = document(APPS, EVENTS)
ENDPOINTS = [one for app in APPS for one in app.endpoints]
EACH = pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: str(one.name))

Json = dict[str, Any]


def operations() -> Iterator[Json]:
    for methods in DOCUMENT["paths"].values():
        yield from methods.values()


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    if isinstance(value, list):
        for item in value:
            yield from references(item)


def validate(example: object, schema: Json) -> None:
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole).validate(example)


def test_it_is_the_same_every_time() -> None:
    assert as_text(APPS, EVENTS) == as_text(every_app(), EVENTS)
    assert json.loads(as_text(APPS, EVENTS)) == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    for reference in references(DOCUMENT):
        place: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_every_schema_is_one() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in operations()]
    assert len(names) == len(set(names)) == len(ENDPOINTS)


@EACH
def test_every_endpoint_says_what_it_does(one: Endpoint) -> None:
    assert one.function.__doc__
    assert one.function.__name__ == one.name


@EACH
def test_every_problem_is_known(one: Endpoint) -> None:
    assert set(problems_of(one)) <= PROBLEMS.keys()


@EACH
def test_every_part_of_the_path_is_a_parameter(one: Endpoint) -> None:
    assert re.findall(r"{(\w+)}", one.path) == list(one.path_parameters)


def test_every_example_is_what_its_schema_says() -> None:
    for operation in operations():
        requests = operation.get("requestBody", {}).get("content", {}).values()
        answers = [
            content
            for response in operation["responses"].values()
            for content in response.get("content", {}).values()
        ]
        for content in (*requests, *answers):
            if "example" in content:
                validate(content["example"], content["schema"])


def test_an_endpoint_names_its_callers_and_what_they_are_refused() -> None:
    operation = DOCUMENT["paths"]["/v1/programme/clock"]["put"]
    assert operation["security"] == [{"shop": []}]
    assert "not_a_sandbox" in operation["responses"]["403"]["description"]
    assert operation["summary"] == "Set the clock of a sandbox shop"


def test_a_body_may_come_in_several_types() -> None:
    operation = DOCUMENT["paths"]["/v1/programme/versions"]["post"]
    assert list(operation["requestBody"]["content"]) == ["application/json", "application/yaml"]
    assert {"201", "200", "409", "413", "415", "422"} <= operation["responses"].keys()
