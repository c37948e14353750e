import json
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

import botocore.exceptions
import msgspec
import pytest
from chalice.test import Client
from msgspec import Meta, Struct
from pynamodb.exceptions import GetError

from stamkund.rules.errors import Refused
from stamkund.web.app import App, build_app
from stamkund.web.endpoint import RawBody, Reply, endpoint
from tests.builders import Answer, http_event


class Wish(Struct, forbid_unknown_fields=True):
    text: str


class Echo(Struct):
    said: Any


@endpoint("POST", "/v1/wishes", caller=[], access={}, status=201)
def make_wish(request: Wish) -> Echo:
    return Echo(request.text)


@endpoint("GET", "/v1/wishes", caller=[], access={})
def list_wishes(
    limit: Annotated[int, Meta(ge=1, le=100)] = 20,
    kind: list[Literal["big", "small"]] = [],  # noqa: B006 -- it is never changed
    since: datetime | None = None,
    deep: bool = False,
) -> Echo:
    return Echo([limit, kind, since, deep])


@endpoint("GET", "/v1/wishes/{wish}/of/{member}", caller=[], access={})
def read_wish(wish: str, member: str) -> Echo:
    return Echo([wish, member])


@endpoint("GET", "/v1/wishes/newest/of/{member}", caller=[], access={})
def newest_wish(member: str, language: str) -> Echo:
    return Echo(["newest", member, language])


@endpoint("PUT", "/v1/picture", caller=[], access={}, media_types=["image/png"], produces="image/x")
def draw(request: RawBody) -> Reply[bytes]:
    return Reply(request.content, headers={"Cache-Control": "no-store"})


@endpoint("DELETE", "/v1/wishes/{wish}", caller=[], access={}, status=204)
def drop_wish(wish: str) -> None:
    raise FAULTS[wish]


@endpoint("DELETE", "/v1/wishes", caller=[], access={}, status=204)
def drop_all() -> None:
    return None


def aws_error(code: str) -> botocore.exceptions.ClientError:
    return botocore.exceptions.ClientError({"Error": {"Code": code, "Message": "Åsa"}}, "GetItem")


FAULTS: dict[str, Exception] = {
    "bug": ValueError("Åsa's secret wish"),
    "refused": Refused("points_not_enough", "points", available=5, detail="You have 5"),
    "new": Refused("never_heard_of"),
    "spoken": Refused("offer_not_available"),
    "short": Refused("voucher_needs_more"),
    "throttled": GetError(cause=aws_error("ThrottlingException")),
    "denied": GetError(cause=aws_error("AccessDeniedException")),
    "unreachable": GetError(cause=botocore.exceptions.ReadTimeoutError(endpoint_url="x")),
    "later": Refused("too_many_attempts", retry_after=30),
}

ENDPOINTS = (make_wish, list_wishes, read_wish, newest_wish, draw, drop_wish, drop_all)
APP: App = build_app("wishes", *ENDPOINTS)


def call(method: str, path: str, body: Any = None, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = APP(http_event(method, path, body, named), None)
    lower = {name.lower(): value for name, value in answer["headers"].items()}
    return Answer(answer["statusCode"], answer["body"], lower)


def said(path: str) -> Any:
    return call("GET", path).json["said"]


def test_a_body_comes_in_and_an_answer_goes_out_as_json() -> None:
    answer = call("POST", "/v1/wishes", {"text": "snö"})
    assert (answer.status, answer.json) == (201, {"said": "snö"})
    assert answer.headers["content-type"] == "application/json"


def test_a_body_without_a_content_type_is_taken_for_json() -> None:
    event = http_event("POST", "/v1/wishes", {"text": "a"}, {})
    del event["headers"]["content-type"]
    assert APP(event, None)["statusCode"] == 201


def test_a_content_type_may_name_its_charset() -> None:
    answer = call("POST", "/v1/wishes", {"text": "a"}, content_type="Application/JSON; charset=x")
    assert answer.status == 201


def test_an_unknown_content_type_is_refused() -> None:
    answer = call("POST", "/v1/wishes", {"text": "a"}, content_type="text/plain")
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


def test_a_problem_names_the_field() -> None:
    answer = call("POST", "/v1/wishes", {"text": 5})
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json == {
        "type": "urn:stamkund:problem:invalid_field",
        "title": "A field has a value that is not allowed",
        "status": 422,
        "code": "invalid_field",
        "request_id": answer.headers["x-request-id"],
        "field": "text",
        "detail": "Expected `str`, got `int`",
    }


def test_the_query_is_read_by_its_types() -> None:
    path = "/v1/wishes?limit=5&kind=big&kind=small&since=2026-03-10T12:00:00%2B01:00&deep=true"
    assert said(path) == [5, ["big", "small"], "2026-03-10T12:00:00+01:00", True]


def test_what_the_query_leaves_out_has_its_default() -> None:
    assert said("/v1/wishes") == [20, [], None, False]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("limit=0", "invalid_field", "limit"),
        ("limit=x", "invalid_field", "limit"),
        ("limit=", "invalid_field", "limit"),
        ("limit=1&limit=2", "invalid_field", "limit"),
        ("kind=medium", "invalid_field", "kind[0]"),
        ("deep=perhaps", "invalid_field", "deep"),
        ("since=soon", "invalid_field", "since"),
        ("colour=red", "unknown_field", "colour"),
    ],
)
def test_a_query_that_is_wrong_is_refused(query: str, code: str, field: str) -> None:
    answer = call("GET", f"/v1/wishes?{query}")
    assert (answer.status, answer.code, answer.json["field"]) == (422, code, field)


def test_a_required_part_of_the_query_may_not_be_missing() -> None:
    answer = call("GET", "/v1/wishes/newest/of/m1")
    assert (answer.code, answer.json["field"]) == ("missing_field", "language")


def test_a_path_said_in_full_goes_before_a_parameter() -> None:
    assert said("/v1/wishes/newest/of/m1?language=sv") == ["newest", "m1", "sv"]
    assert said("/v1/wishes/w1/of/m1") == ["w1", "m1"]


def test_path_parameters_are_decoded_once() -> None:
    assert said("/v1/wishes/a%2Db/of/%6D1") == ["a-b", "m1"]


@pytest.mark.parametrize(
    "part", ["%2e%2e%2f", "a%23b", "%00", "a%0A", "%C3%A5", "a%20b", "a%25", "x" * 65, "%"]
)
def test_an_id_has_only_the_characters_of_ids(part: str) -> None:
    answer = call("GET", f"/v1/wishes/{part}/of/m1")
    assert (answer.status, answer.code) == (422, "invalid_field")


def test_an_unknown_path_is_not_found() -> None:
    answer = call("GET", "/v1/nothing")
    assert (answer.status, answer.code) == (404, "not_found")


def test_an_unknown_method_is_told_the_known_ones() -> None:
    answer = call("PATCH", "/v1/wishes")
    assert (answer.status, answer.code) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "DELETE, GET, POST"


def test_a_browser_may_ask_first() -> None:
    answer = call("OPTIONS", "/v1/wishes", origin="https://shop.example")
    assert answer.status == 204
    assert answer.headers["access-control-allow-methods"] == "DELETE, GET, POST"
    assert "Authorization" in answer.headers["access-control-allow-headers"]


def test_a_browser_may_read_the_answer() -> None:
    assert call("GET", "/v1/wishes").headers["access-control-allow-origin"] == "*"


def test_bytes_travel_as_base64() -> None:
    event = http_event("PUT", "/v1/picture", None, {"content-type": "image/png"})
    event |= {"body": "iVBORw==", "isBase64Encoded": True}
    answer = APP(event, None)
    assert (answer["statusCode"], answer["body"]) == (200, "iVBORw==")
    assert answer["isBase64Encoded"] is True
    assert answer["headers"]["Content-Type"] == "image/x"
    assert answer["headers"]["Cache-Control"] == "no-store"


def test_nothing_is_an_answer_too() -> None:
    answer = call("DELETE", "/v1/wishes")
    assert (answer.status, answer.text) == (204, "")


def test_a_refusal_carries_its_parameters() -> None:
    answer = call("DELETE", "/v1/wishes/refused")
    assert answer.status == 409
    assert (answer.json["field"], answer.json["detail"]) == ("points", "You have 5")
    assert answer.json["params"] == {"available": 5}


def test_a_refusal_nobody_listed_keeps_its_code() -> None:
    answer = call("DELETE", "/v1/wishes/new")
    assert (answer.status, answer.code) == (422, "never_heard_of")


@pytest.mark.parametrize(
    ("wish", "language", "detail"),
    [
        ("spoken", "sv", "Erbjudandet finns inte kvar."),
        ("spoken", "de", "The offer is gone."),
        ("new", "sv", None),
        ("short", "sv", None),
    ],
)
def test_a_refusal_is_said_in_the_readers_language_where_there_are_words(
    wish: str, language: str, detail: str | None
) -> None:
    answer = call("DELETE", f"/v1/wishes/{wish}", accept_language=language)
    assert answer.json.get("detail") == detail


def test_a_refusal_for_a_while_says_how_long() -> None:
    assert call("DELETE", "/v1/wishes/later").headers["retry-after"] == "30"


@pytest.mark.parametrize("fault", ["throttled", "unreachable"])
def test_a_database_that_is_busy_asks_for_patience(fault: str) -> None:
    answer = call("DELETE", f"/v1/wishes/{fault}")
    assert (answer.status, answer.code) == (503, "busy")
    assert answer.headers["retry-after"] == "1"


@pytest.mark.parametrize("fault", ["bug", "denied"])
def test_a_fault_of_ours_is_a_problem_document_too(fault: str) -> None:
    answer = call("DELETE", f"/v1/wishes/{fault}")
    assert (answer.status, answer.code) == (500, "unexpected")
    assert answer.json["request_id"] == answer.headers["x-request-id"]
    assert "sa" not in answer.json.get("detail", "")


def rest_event(method: str, path: str, template: str, **parameters: str) -> dict[str, Any]:
    return {
        "httpMethod": method,
        "path": path,
        "resource": template,
        "headers": {"Accept-Language": "sv"},
        "multiValueQueryStringParameters": None,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": template,
            "requestId": "r1",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "body": None,
        "isBase64Encoded": False,
    }


def test_a_rest_apis_event_is_understood_as_well() -> None:
    template = "/v1/wishes/{wish}/of/{member}"
    answer = APP(rest_event("GET", "/v1/wishes/w/of/m", template, wish="w", member="m"), None)
    assert json.loads(answer["body"]) == {"said": ["w", "m"]}
    assert answer["headers"]["X-Request-Id"] == "r1"


def test_an_http_apis_own_route_counts_before_the_path() -> None:
    event = http_event("GET", "/stage/v1/wishes/w/of/m", None, {})
    event["routeKey"] = "GET /v1/wishes/{wish}/of/{member}"
    event["pathParameters"] = {"wish": "w", "member": "m"}
    assert json.loads(APP(event, None)["body"]) == {"said": ["w", "m"]}


def test_the_test_client_of_chalice_can_be_used() -> None:
    with Client(APP) as client:
        answer = client.http.post(
            "/v1/wishes", headers={"Content-Type": "application/json"}, body=b'{"text":"a"}'
        )
        assert (answer.status_code, answer.json_body) == (201, {"said": "a"})
        assert client.http.get("/v1/wishes?limit=3").json_body == {"said": [3, [], None, False]}


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def lines() -> Iterator[list[logging.LogRecord]]:
    call("GET", "/v1/wishes")
    logger, handler = logging.getLogger("wishes"), Lines()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler.records
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_a_request_is_one_line_without_what_was_said(lines: list[logging.LogRecord]) -> None:
    call("POST", "/v1/wishes", {"text": "Åsa"})
    (line,) = lines
    fields = vars(line)
    assert (fields["endpoint"], fields["status"]) == ("test_app", 201)
    assert fields["duration_ms"] >= 0
    assert "Åsa" not in str(fields)


def test_a_fault_is_logged_with_its_place_but_not_its_words(
    lines: list[logging.LogRecord],
) -> None:
    call("DELETE", "/v1/wishes/bug")
    (line,) = lines
    fields = vars(line)
    assert (line.levelname, fields["error"], fields["code"]) == (
        "ERROR",
        "ValueError",
        "unexpected",
    )
    assert any("drop_wish" in frame for frame in fields["stack"])
    assert "Åsa" not in str(fields)


def test_building_an_app_leaves_the_surroundings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EXECUTION_ENV", raising=False)
    build_app("wishes", *ENDPOINTS)
    import os

    assert "AWS_EXECUTION_ENV" not in os.environ


def test_an_endpoint_is_still_a_function() -> None:
    assert make_wish(Wish("a")) == Echo("a")
    assert msgspec.json.encode(read_wish("a", "b")) == b'{"said":["a","b"]}'
