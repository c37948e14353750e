"""Holds answers to the OpenAPI document: every answer that a test gets is one that it promises."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema_rs import Draft202012Validator

from stamkund.web.openapi import document, every_app

Json = dict[str, Any]

EVENTS = Path(__file__).parent.parent / "events"
UNROUTED = {404: "not_found", 405: "method_not_allowed"}


class Operation(NamedTuple):
    """One endpoint as the document has it."""

    method: str
    path: str
    described: Json

    @property
    def name(self) -> str:
        return str(self.described["operationId"])

    @property
    def domain(self) -> str:
        return str(self.described["tags"][0])

    @property
    def body(self) -> Json | None:
        """The schema of a JSON body."""
        content = self.described.get("requestBody", {}).get("content", {})
        return content["application/json"]["schema"] if content else None

    @property
    def example(self) -> Any:
        """A JSON body that is answered with a success."""
        return self.described["requestBody"]["content"]["application/json"].get("example")

    def parameters(self, place: str) -> list[Json]:
        """Of the path or of the query."""
        return [known for known in self.described["parameters"] if known.get("in") == place]


@cache
def the_document() -> Json:
    """As the declarations make it; that openapi.json says the same is a test of its own."""
    return document(every_app(), EVENTS)


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(method.upper(), path, described)
        for path, methods in the_document()["paths"].items()
        for method, described in methods.items()
    )


def operation_named(name: str) -> Operation:
    return next(one for one in operations() if one.name == name)


def operation_of(method: str, path: str) -> Operation | None:
    raw = path.partition("?")[0].rstrip("/")
    for template, by_method in _templates():
        if template.fullmatch(raw):
            return by_method.get(method)
    return None


@cache
def _templates() -> list[tuple[re.Pattern[str], dict[str, Operation]]]:
    """Those that say a part in full before those that leave it open, as the router does."""
    by_path: dict[str, dict[str, Operation]] = {}
    for one in operations():
        by_path.setdefault(one.path, {})[one.method] = one
    open_last = sorted(by_path, key=lambda path: [part[:1] == "{" for part in path.split("/")])
    return [(re.compile(re.sub(r"{\w+}", "[^/]*", path)), by_path[path]) for path in open_last]


def assert_documented(method: str, path: str, status: int, content_type: str, text: str) -> None:
    """The status, the content type and the shape are documented for what was asked."""
    operation = operation_of(method, path)
    if operation is None:
        _assert_unrouted(method, status, text)
        return
    responses = operation.described["responses"]
    where = f"{method} {path} answered {status} {text[:500]}"
    assert str(status) in responses, f"not documented: {where}"
    content = responses[str(status)].get("content")
    media_type = content_type.partition(";")[0]
    if content is None:
        assert not text, f"documented as empty: {where}"
        return
    assert media_type in content, f"not documented as {media_type}: {where}"
    if media_type.endswith("json"):
        mistakes = list(mistakes_in(json.loads(text), operation, str(status), media_type))
        assert not mistakes, f"{mistakes}: {where}"


def mistakes_in(body: object, operation: Operation, status: str, media_type: str) -> Iterator[str]:
    for error in _answers(operation.method, operation.path, status, media_type).iter_errors(body):
        yield f"{error.instance_path}: {error.message[:200]}"


def _assert_unrouted(method: str, status: int, text: str) -> None:
    if method == "OPTIONS":
        assert (status, text) == (204, "")
        return
    problem = json.loads(text)
    assert UNROUTED.get(status) == problem["code"], text
    assert not list(_validator({"$ref": "#/components/schemas/Problem"}).iter_errors(problem))


@cache
def _answers(method: str, path: str, status: str, media_type: str) -> Draft202012Validator:
    described = the_document()["paths"][path][method.lower()]["responses"][status]
    return _validator(described["content"][media_type]["schema"])


def accepts(schema: Json, value: object) -> bool:
    """Whether a request may say this."""
    try:
        return _requests(json.dumps(schema)).is_valid(value)
    except (ValueError, OverflowError):
        return False  # half a character, or a number beyond all numbers


@cache
def _requests(schema: str) -> Draft202012Validator:
    return Draft202012Validator({**json.loads(schema), "components": the_document()["components"]})


def _validator(schema: Json) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": _complete()})


@cache
def _complete() -> Json:
    """The components for answers: what is not documented is not said."""
    schemas = the_document()["components"]["schemas"]
    return {"schemas": {name: _closed(schema) for name, schema in schemas.items()}}


def _closed(schema: Json) -> Json:
    return {"additionalProperties": False, **schema} if "properties" in schema else schema
