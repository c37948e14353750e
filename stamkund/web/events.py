"""What API Gateway sends, in either of its formats, as one plain request."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote
from uuid import uuid4

from msgspec import Struct

Event = dict[str, Any]


class Incoming(Struct, frozen=True):
    """Header names are lower case; path parameters are decoded; a query name may repeat. `address`
    is who has the connection to the API."""

    method: str
    path: Mapping[str, str]
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes
    request_id: str
    address: str


def as_payload_1(event: Event, template: str, parameters: Mapping[str, str]) -> Event:
    """An HTTP API's event (payload format 2.0) as Chalice reads it (1.0).

    `template` is the route that it matched, such as `/v1/members/{member}`.
    """
    context = event["requestContext"]
    headers = dict(event.get("headers") or {})
    if event.get("cookies"):
        headers["cookie"] = "; ".join(event["cookies"])
    query = parse_qs(event.get("rawQueryString", ""), keep_blank_values=True)
    return {
        "requestContext": {
            "httpMethod": context["http"]["method"],
            "resourcePath": template,
            "requestId": context.get("requestId"),
            "identity": {"sourceIp": context["http"].get("sourceIp", "")},
        },
        "headers": headers,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": dict(parameters),
        "stageVariables": event.get("stageVariables"),
        "body": event.get("body"),
        "isBase64Encoded": event.get("isBase64Encoded", False),
    }


def incoming(event: Event, lambda_context: object) -> Incoming:
    """A request out of an event in payload format 1.0."""
    context = event["requestContext"]
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    own_id = getattr(lambda_context, "aws_request_id", None)
    return Incoming(
        method=context["httpMethod"],
        path={name: unquote(value) for name, value in (event.get("pathParameters") or {}).items()},
        query=event.get("multiValueQueryStringParameters") or {},
        headers=headers,
        body=_body(event),
        request_id=context.get("requestId") or own_id or str(uuid4()),
        address=(context.get("identity") or {}).get("sourceIp") or "",
    )


def _body(event: Event) -> bytes:
    body = event.get("body") or b""
    if event.get("isBase64Encoded"):
        return b64decode(body)
    # The test client of Chalice sends bytes, API Gateway text.
    return body if isinstance(body, bytes) else str(body).encode("utf-8", "surrogatepass")
