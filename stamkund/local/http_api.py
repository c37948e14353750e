"""An HTTP request as an HTTP API of API Gateway hands it to a function, and the answer back."""

import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

Environ = dict[str, Any]
Answer = Mapping[str, Any]


def path_of(environ: Environ) -> str:
    """The path as it was sent: WSGI's own has been decoded, and a %2F in it is a slash by now."""
    return str(environ["REQUEST_URI"]).partition("?")[0]


def event_of(environ: Environ, template: str | None, parameters: Mapping[str, str]) -> Answer:
    """Payload format 2.0. Path parameters are left as they were sent; the function decodes them."""
    method = method_of(environ)
    route = f"{method} {template}" if template else "$default"
    text, encoded = _body(environ)
    headers = dict(_headers(environ))
    cookies = headers.pop("cookie", "")
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path_of(environ),
        "rawQueryString": environ["QUERY_STRING"],
        "cookies": [cookie.strip() for cookie in cookies.split(";") if cookie],
        "headers": headers,
        "queryStringParameters": _query(environ["QUERY_STRING"]),
        "pathParameters": dict(parameters),
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "local",
            "domainName": headers.get("host", ""),
            "http": {
                "method": method,
                "path": path_of(environ),
                "protocol": environ["SERVER_PROTOCOL"],
                "sourceIp": environ.get("REMOTE_ADDR", ""),
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": str(uuid4()),
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": int(time.time() * 1000),
        },
        "body": text,
        "isBase64Encoded": encoded,
    }


def method_of(environ: Environ) -> str:
    """HEAD is GET whose body nobody wants."""
    method = str(environ["REQUEST_METHOD"])
    return "GET" if method == "HEAD" else method


def status_of(answer: Answer) -> str:
    status = int(answer["statusCode"])
    known = {one.value: one.phrase for one in HTTPStatus}
    return f"{status} {known.get(status, 'Unknown')}"


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    single = answer.get("headers") or {}
    several = answer.get("multiValueHeaders") or {}
    pairs = [(name, str(value)) for name, value in single.items()]
    pairs += [(name, str(value)) for name, values in several.items() for value in values]
    length = [] if answer["statusCode"] == 204 else [("Content-Length", str(len(body_of(answer))))]
    return pairs + length


def body_of(answer: Answer) -> bytes:
    body = answer.get("body") or ""
    if answer.get("isBase64Encoded"):
        return b64decode(body)
    return body.encode() if isinstance(body, str) else bytes(body)


def _headers(environ: Environ) -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-").lower(), value
        elif name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value:
            yield name.replace("_", "-").lower(), value


def _query(text: str) -> dict[str, str] | None:
    together: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        together.setdefault(name, []).append(value)
    return {name: ",".join(values) for name, values in together.items()} or None


def _body(environ: Environ) -> tuple[str | None, bool]:
    content: bytes = environ["wsgi.input"].read()
    try:
        return content.decode() or None, False
    except UnicodeDecodeError:
        return b64encode(content).decode(), True
