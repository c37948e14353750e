"""The gateway as a WSGI server sees it, in front of two small domains."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from wsgiref.util import setup_testing_defaults

import msgspec
import pytest

from stamkund.local.controls import Controls
from stamkund.local.gateway import Gateway
from stamkund.web.app import App, build_app
from stamkund.web.endpoint import endpoint


class Note(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class Shelf(msgspec.Struct):
    name: str
    label: str = ""


@endpoint("GET", "/v1/shelves/{name}", caller=[], access={})
def shelf(name: str, label: str = "") -> Shelf:
    return Shelf(name, label)


@endpoint("GET", "/v1/shelves/top", caller=[], access={})
def top_shelf() -> Shelf:
    return Shelf("the top one")


@endpoint("POST", "/v1/notes", caller=[], access={})
def note(request: Note) -> Note:
    return request


class Answer(msgspec.Struct):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def a_gateway(jobs: dict[str, Any] | None = None, settled: bool = True) -> Gateway:
    builders: list[Callable[[], App]] = [
        lambda: build_app("shelves", shelf, top_shelf),
        lambda: build_app("notes", note),
    ]
    return Gateway(builders, Controls(jobs or {}, lambda _: settled))


def ask(method: str, uri: str, body: bytes = b"", gateway: Gateway | None = None) -> Answer:
    path, _, query = uri.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "REQUEST_URI": uri,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json",
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    heard: list[Any] = []
    chunks = (gateway or a_gateway())(environ, lambda *said: heard.extend(said))
    status, headers = heard
    return Answer(int(status.split()[0]), {k.lower(): v for k, v in headers}, b"".join(chunks))


def test_a_request_reaches_the_domain_that_knows_its_path() -> None:
    assert ask("GET", "/v1/shelves/shoes").json == {"name": "shoes", "label": ""}
    assert ask("POST", "/v1/notes", b'{"text":"hi"}').json == {"text": "hi"}


def test_a_path_said_in_full_goes_before_a_parameter() -> None:
    assert ask("GET", "/v1/shelves/top").json["name"] == "the top one"


@pytest.mark.parametrize(
    ("sent", "arrives"), [("sh%6Fes", "shoes"), ("a.b-c_D", "a.b-c_D"), ("%31", "1")]
)
def test_a_parameter_in_the_path_is_decoded(sent: str, arrives: str) -> None:
    assert ask("GET", f"/v1/shelves/{sent}").json["name"] == arrives


@pytest.mark.parametrize("sent", ["sh%256Fes", "a%2Fb", "%00", "%FF", "%E2%80%AE", "a b"])
def test_a_parameter_is_decoded_only_once_and_then_must_be_an_id(sent: str) -> None:
    answer = ask("GET", f"/v1/shelves/{sent}")
    assert (answer.status, answer.json["field"]) == (422, "name")


def test_a_query_arrives_decoded() -> None:
    assert ask("GET", "/v1/shelves/a?label=r%C3%B6d+hylla").json["label"] == "röd hylla"


def test_an_unknown_path_is_a_problem_document() -> None:
    answer = ask("GET", "/v1/nowhere")
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/", "//", "/v1", "/v1/shelves/", "/v1/shelves/a/b", "*", ""])
def test_half_a_path_is_not_found_either(path: str) -> None:
    assert ask("GET", path).status == 404


def test_a_method_that_the_path_does_not_know_is_told_which_it_does() -> None:
    answer = ask("DELETE", "/v1/notes")
    assert (answer.status, answer.headers["allow"]) == (405, "POST")


def test_head_is_get_without_the_body() -> None:
    whole, head = ask("GET", "/v1/shelves/a"), ask("HEAD", "/v1/shelves/a")
    assert head.body == b""
    assert head.headers["content-length"] == str(len(whole.body))


def test_a_browser_may_ask_first() -> None:
    answer = ask("OPTIONS", "/v1/notes")
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-length" not in answer.headers


def test_a_body_that_is_not_text_is_refused_by_the_function() -> None:
    assert ask("POST", "/v1/notes", b"\xff\xfe").json["code"] == "not_json"


def test_a_job_runs_when_asked() -> None:
    events: list[dict[str, Any]] = []

    def review(event: dict[str, Any], context: Any) -> dict[str, Any]:
        events.append(event)
        return {"reviewed": 3}

    answer = ask("POST", "/_local/jobs/review", gateway=a_gateway({"review": review}))
    assert answer.json == {"job": "review", "result": {"reviewed": 3}}
    assert events[0]["source"] == "aws.events"


def test_an_unknown_job_is_not_found_and_the_known_ones_are_named() -> None:
    answer = ask("POST", "/_local/jobs/sweep", gateway=a_gateway({"review": lambda *_: None}))
    assert (answer.status, answer.json["jobs"]) == (404, ["review"])


@pytest.mark.parametrize(("settled", "status"), [(True, 200), (False, 503)])
def test_who_waits_for_the_stream_is_told_whether_it_came(settled: bool, status: int) -> None:
    assert ask("POST", "/_local/settle", gateway=a_gateway(settled=settled)).status == status


def test_health_is_known_without_a_key() -> None:
    assert ask("GET", "/_local/health").json["status"] == "ok"
