"""The OpenAPI document, made from the declarations so that it cannot disagree with them:
`python -m stamkund.web.openapi > openapi.json`.

Examples are the sample events of `events/<domain>/<endpoint>.json`.
"""

import json
import types
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from inspect import Parameter, cleandoc
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Union, get_args, get_origin

import msgspec

from stamkund.web.app import App
from stamkund.web.callers import CallerKind
from stamkund.web.endpoint import Endpoint, Reply
from stamkund.web.problems import CONTENT_TYPE, PROBLEMS, Problem

Json = dict[str, Any]

SCHEMAS = "#/components/schemas/{name}"
OF_BODIES = (
    "not_json",
    "duplicate_key",
    "body_too_deep",
    "body_too_large",
    "unsupported_media_type",
    "invalid_field",
    "missing_field",
)
SECURITY = {
    CallerKind.SHOP: "A shop's server, with its key: `sk_<shop>.<id>.<secret>`.",
    CallerKind.STOREFRONT: "A shop's pages in a browser, with a public key: `pk_...`.",
    CallerKind.MEMBER: "A member who is logged in, with a session: a JWT of 15 minutes.",
    CallerKind.STAFF: "A shop's staff, with a key: `st_...`.",
    CallerKind.TILL: "A till, with a key of its store: `tk_...`.",
}
LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "description": "The language of texts: sv, nb, da, fi or en.",
    "required": False,
    "schema": {"type": "string"},
    "example": "sv",
}


def document(apps: Sequence[App], events: Path) -> Json:
    every = [(app.domain, one) for app in apps for one in app.endpoints]
    every.sort(key=lambda pair: (pair[1].path, pair[1].method))
    schemas = _Schemas([one for _, one in every])
    paths: dict[str, Json] = {}
    for domain, one in every:
        example = _example(events / domain / f"{one.name}.json")
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(
            domain, one, schemas, example
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "stamkund",
            "version": "1.0",
            "description": "The customer club of a webshop. Amounts are whole minor units of a "
            "currency, times RFC 3339 with an offset, errors RFC 9457 problem documents.",
        },
        "servers": [{"url": "/"}],
        "tags": [_tag(app.domain) for app in apps],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "parameters": {"Language": LANGUAGE},
            "securitySchemes": {kind.value: _security(kind) for kind in CallerKind},
        },
    }


class _Schemas:
    """All types of all endpoints, made at once so that equal names are told apart."""

    def __init__(self, endpoints: Sequence[Endpoint]) -> None:
        self._types: list[Any] = [Problem]
        for one in endpoints:
            self._types += [known for known in _types_of(one) if known not in self._types]
        made, components = msgspec.json.schema_components(self._types, ref_template=SCHEMAS)
        self._made = made
        self.components = dict(sorted(components.items()))

    def of(self, known: Any) -> Json:
        schema: Json = self._made[self._types.index(known)]
        return schema


def _types_of(one: Endpoint) -> Iterator[Any]:
    yield from one.path_parameters.values()
    yield from (parameter.annotation for parameter in one.query_parameters.values())
    yield from (known for known in (one.body_type, _answer_type(one)) if known is not None)


def _answer_type(one: Endpoint) -> Any:
    """What a body is made of, whether returned as it is, or in a Reply, or either."""
    returned = one.function.__annotations__["return"]
    if _origin(returned) in {Union, types.UnionType}:
        returned = next(known for known in get_args(returned) if known is not type(None))
    if _origin(returned) is Reply:
        returned = get_args(returned)[0]
    return None if returned in {None, type(None), Reply, str, bytes} else returned


def _origin(annotation: Any) -> Any:
    return get_origin(annotation)


def _operation(domain: str, one: Endpoint, schemas: _Schemas, example: Json) -> Json:
    summary, _, description = cleandoc(one.function.__doc__ or one.name).partition("\n")
    operation: Json = {
        "operationId": one.name,
        "tags": [domain],
        "summary": summary.strip().rstrip("."),
        "description": description.strip(),
        "security": [{kind.value: []} for kind in one.callers],
        "parameters": _parameters(one, schemas, example),
    }
    if one.body_type is not None:
        operation["requestBody"] = _body(one, schemas, example)
    operation["responses"] = _responses(one, schemas, example)
    return {name: value for name, value in operation.items() if value or name == "security"}


def _parameters(one: Endpoint, schemas: _Schemas, example: Json) -> list[Json]:
    in_path: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": schemas.of(annotation)}
        for name, annotation in one.path_parameters.items()
    ]
    in_query: list[Json] = [
        {
            "name": name,
            "in": "query",
            "required": parameter.default is Parameter.empty,
            "schema": schemas.of(parameter.annotation),
        }
        for name, parameter in one.query_parameters.items()
    ]
    for known in in_path + in_query:
        values = example.get(known["in"], {})
        if known["name"] in values:
            known["example"] = values[known["name"]]
    return [*in_path, *in_query, {"$ref": "#/components/parameters/Language"}]


def _body(one: Endpoint, schemas: _Schemas, example: Json) -> Json:
    content: Json = {"schema": schemas.of(one.body_type)}
    if "body" in example:
        content["example"] = example["body"]
    return {"required": True, "content": dict.fromkeys(one.media_types, content)}


def _responses(one: Endpoint, schemas: _Schemas, example: Json) -> Json:
    responses: Json = {}
    for status in one.statuses:
        response: Json = {"description": HTTPStatus(status).phrase}
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            response["content"] = {one.produces: _answer(one, schemas, example)}
        responses[str(status)] = response
    by_status: dict[int, list[str]] = {}
    for code in problems_of(one):
        by_status.setdefault(PROBLEMS[code][0], []).append(code)
    for status, codes in sorted(by_status.items()):
        responses[str(status)] = _problem(status, codes)
    return responses


def _answer(one: Endpoint, schemas: _Schemas, example: Json) -> Json:
    known = _answer_type(one)
    content: Json = {"schema": {"type": "string"} if known is None else schemas.of(known)}
    if "response" in example:
        content["example"] = example["response"]
    return content


def problems_of(one: Endpoint) -> list[str]:
    """Every code that the endpoint may answer with: its own, and those of the way to it."""
    codes = {"unknown_field", "wrong_entrance", "busy", "unexpected", *one.problems}
    if one.callers:
        # A key from the wrong website is refused before anybody looks at what kind of key it is.
        codes |= {"unauthenticated", "forbidden", "origin_not_allowed"}
    if one.body_type is not None:
        codes.update(OF_BODIES)
    if one.path_parameters or one.query_parameters:
        codes.add("invalid_field")
    if any(known.default is Parameter.empty for known in one.query_parameters.values()):
        codes.add("missing_field")
    if "member" in one.path_parameters:
        codes.add("not_found")
    return sorted(codes)


def _problem(status: int, codes: list[str]) -> Json:
    titles = "; ".join(f"`{code}`: {PROBLEMS[code][1]}" for code in codes)
    of_these = {"properties": {"code": {"enum": codes}}}
    schema = {"allOf": [{"$ref": SCHEMAS.format(name="Problem")}, of_these]}
    response: Json = {"description": titles, "content": {CONTENT_TYPE: {"schema": schema}}}
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        response["headers"] = {"Retry-After": seconds}
    return response


def _tag(domain: str) -> Json:
    package = import_module(f"functions.{domain}")
    return {"name": domain, "description": cleandoc(package.__doc__ or "")}


def _security(kind: CallerKind) -> Json:
    return {"type": "http", "scheme": "bearer", "description": SECURITY[kind]}


def _example(path: Path) -> Json:
    example: Json = json.loads(path.read_text()) if path.exists() else {}
    return example


def every_app(package: str = "functions") -> list[App]:
    """The apps of all domains, found by their place: nothing here may know them by name."""
    modules = iter_modules(import_module(package).__path__)
    domains = sorted(module.name for module in modules if module.ispkg)
    places = [f"{package}.{domain}.app" for domain in domains]
    return [import_module(place).app for place in places if find_spec(place)]


def as_text(apps: Sequence[App], events: Path) -> str:
    return json.dumps(document(apps, events), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(as_text(every_app(), Path("events")), end="")
