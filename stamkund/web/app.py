"""A domain's endpoints as one Chalice app: what Lambda, the laptop and the tests all run."""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cached_property
from time import perf_counter
from typing import Any

import msgspec
from chalice.app import Chalice, Response

from stamkund.rules.errors import Refused
from stamkund.tables import work
from stamkund.tables.work import Work
from stamkund.web import log, metrics
from stamkund.web.callers import Caller, CallerKind, identify, language_of
from stamkund.web.endpoint import Endpoint, Reply, endpoint_of
from stamkund.web.events import Event, Incoming, as_payload_1, incoming
from stamkund.web.metrics import Metric
from stamkund.web.origin import address_of
from stamkund.web.problems import headers_of, problem_of
from stamkund.web.settings import connect_tables

# Tokens are sent by scripts and never by the browser itself, so any page may ask.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Idempotent-Replayed, Retry-After, X-Request-Id",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept-Language, Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
}
BROWSER = {CallerKind.STOREFRONT, CallerKind.MEMBER}

# Chalice keeps the request on the app, where threads would meet; here each has its own.
_request: ContextVar[Incoming] = ContextVar("request")


class App(Chalice):
    """Takes events of an HTTP API and of a REST API, and answers every error as a problem."""

    def __init__(self, domain: str, endpoints: tuple[Endpoint, ...]) -> None:
        # Chalice would otherwise write into the environment and set up a logger of its own.
        super().__init__(domain, configure_logs=False, env={})
        self.api.binary_types = []
        self.domain = domain
        self.endpoints = endpoints
        for one in endpoints:
            self.route(one.path, methods=[one.method], content_types=[], name=one.name)(
                self._view(one)
            )

    def __call__(self, event: Event, context: Any) -> dict[str, Any]:
        connect_tables()
        template, parameters = self._matched(event)
        if event.get("version") == "2.0":
            event = as_payload_1(event, template, parameters)
        request = incoming(event, context)
        methods = self.routes.get(template, {})
        if request.method not in methods:
            return self._unrouted(request, sorted(methods)).to_dict()
        token = _request.set(request)
        try:
            return _sendable(super().__call__(event, context))
        finally:
            _request.reset(token)

    def knows(self, path: str) -> bool:
        return bool(self._match(path)[0])

    def _view(self, one: Endpoint) -> Callable[..., Response]:
        def view(**_: str) -> Response:
            return self._answer(one, _request.get())

        view.__name__ = one.name
        return view

    def _answer(self, one: Endpoint, request: Incoming) -> Response:
        started = perf_counter()
        line: dict[str, Any] = {"endpoint": one.name, "request_id": request.request_id}
        with work.noted() as done:
            response = _handled(one, request, line)
        response.headers["X-Request-Id"] = request.request_id
        if not one.callers or BROWSER & set(one.callers):
            response.headers.update(CORS)
        line["duration_ms"] = round((perf_counter() - started) * 1000, 2)
        self._log(line, response, done)
        return response

    def _unrouted(self, request: Incoming, methods: list[str]) -> Response:
        allowed = ", ".join(methods)
        if methods and request.method == "OPTIONS":
            return _plain("", CORS | PREFLIGHT | {"Access-Control-Allow-Methods": allowed}, 204)
        code = "method_not_allowed" if methods else "not_found"
        response = _refusal(Refused(code), request)
        response.headers |= {"X-Request-Id": request.request_id, **CORS}
        if methods:
            response.headers["Allow"] = allowed
        line = {"endpoint": None, "request_id": request.request_id, "code": code}
        self._log(line, response, Work())
        return response

    def _log(self, line: dict[str, Any], response: Response, done: Work) -> None:
        status = response.status_code
        line |= {"status": status, "outcome": _outcome_of(response)}
        level = logging.ERROR if status >= 500 else logging.INFO
        log.write(self.domain, "request", line, done, level)

    def _matched(self, event: Event) -> tuple[str, Mapping[str, str]]:
        """The route's template and its parameters, as the gateway says, or else by the path."""
        context = event.get("requestContext", {})
        given = context.get("resourcePath") or event.get("routeKey", "").partition(" ")[2]
        if given in self.routes:
            return given, event.get("pathParameters") or {}
        return self._match(event.get("rawPath", "/"))

    def _match(self, path: str) -> tuple[str, Mapping[str, str]]:
        parts = path.rstrip("/").split("/")
        for template, wanted in self._templates:
            captured = _captured(wanted, parts)
            if captured is not None:
                return template, captured
        return "", {}

    @cached_property
    def _templates(self) -> list[tuple[str, list[str]]]:
        """Every route in parts, those that say a part in full before those that capture it."""
        split = [(template, template.split("/")) for template in self.routes]
        return sorted(split, key=lambda one: [part.startswith("{") for part in one[1]])


def build_app(domain: str, *functions: Callable[..., Any]) -> App:
    return App(domain, tuple(endpoint_of(function) for function in functions))


def _handled(one: Endpoint, request: Incoming, line: dict[str, Any]) -> Response:
    """The answer, whatever happens; `line` is told who asked, and what went wrong."""
    caller: Caller | None = None
    try:
        caller = _admitted(one, request)
        line |= _who(caller)
        response = _response(one.call(request, caller), one)
        return _as_it_was(response, request) if 304 in one.statuses else response
    except Refused as refused:
        line["code"] = refused.code
        return _refusal(refused, request, caller)
    except Exception as unforeseen:  # noqa: BLE001 -- whatever it is, the caller gets an answer
        line |= log.fault_of(unforeseen)
        response = _refusal(Refused(line["code"]), request, caller)
        if response.status_code == 500:
            metrics.count(Metric.FAILURES)
        return response


def _outcome_of(response: Response) -> str:
    status = response.status_code
    if status >= 400:
        return "fault" if status == 500 else "busy" if status == 503 else "refused"
    return "replayed" if "Idempotent-Replayed" in response.headers else "done"


def _admitted(one: Endpoint, request: Incoming) -> Caller | None:
    address = address_of(request.headers, request.address)
    if not one.callers:
        return None
    caller = identify(request.headers, address)
    if caller.kind not in one.callers:
        raise Refused("forbidden")
    return caller


def _who(caller: Caller | None) -> dict[str, str]:
    if caller is None:
        return {}
    return {"shop": caller.shop, "caller": caller.kind.value, "key": caller.key}


def _response(reply: Reply[Any], one: Endpoint) -> Response:
    status = reply.status or one.statuses[0]
    if reply.body is None:
        return _plain("", reply.headers, status)
    headers = {"Content-Type": one.produces, **reply.headers}
    if isinstance(reply.body, str | bytes):
        return _plain(reply.body, headers, status)
    # As text: Chalice's test client cannot carry JSON as bytes.
    return _plain(msgspec.json.encode(reply.body).decode(), headers, status)


def _as_it_was(response: Response, request: Incoming) -> Response:
    # Of no use to the checkout, whose answers nobody keeps.
    from stamkund.web import caching

    return caching.unless_known(response, request)


def _refusal(refused: Refused, request: Incoming, caller: Caller | None = None) -> Response:
    accepted = request.headers.get("accept-language", "")
    language = caller.language if caller else language_of(accepted, "en")
    problem = problem_of(refused, request.request_id, language)
    return _plain(msgspec.json.encode(problem).decode(), headers_of(problem), problem.status)


def _plain(body: str | bytes, headers: Mapping[str, str], status: int) -> Response:
    return Response(body, dict(headers), status)


def _sendable(answer: dict[str, Any]) -> dict[str, Any]:
    if isinstance(answer["body"], bytes):
        answer["body"] = b64encode(answer["body"]).decode()
        answer["isBase64Encoded"] = True
    return answer


def _captured(wanted: list[str], parts: list[str]) -> dict[str, str] | None:
    if len(wanted) != len(parts):
        return None
    pairs = list(zip(wanted, parts, strict=True))
    if any(want != part for want, part in pairs if not want.startswith("{")):
        return None
    return {want[1:-1]: part for want, part in pairs if want.startswith("{")}
