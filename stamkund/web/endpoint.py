"""One endpoint is one function; `@endpoint` writes down what HTTP needs to know about it.

    @endpoint("POST", "/v1/checkout/quotes", caller=[Shop, Member], access={Accounts: Read})
    def quote(request: QuoteRequest, caller: Caller, now: datetime) -> Quote: ...

The function stays an ordinary function. Its parameters are filled by name: `request` from the JSON
body, `caller` and `now`, those in the path, and all others from the query.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, get_origin

import msgspec
from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.rules.ids import OutsideId
from stamkund.rules.login import Channel
from stamkund.tables import Access, Nothing, Table, clock, shops
from stamkund.web import body
from stamkund.web.callers import Caller, CallerKind
from stamkund.web.events import Incoming
from stamkund.web.queue import Queue

Body = TypeVar("Body")
Function = TypeVar("Function", bound=Callable[..., Any])
Source = Callable[[Incoming, Caller | None], Any]

JSON = "application/json"
PathId = OutsideId


class Reply(Struct, Generic[Body], frozen=True):
    """An answer with a status or headers of its own. Bytes and text are sent as they are."""

    body: Body
    status: int | None = None
    headers: dict[str, str] = {}


class RawBody(Struct, frozen=True):
    """A body that is not JSON, or not only: what came, and its media type."""

    content: bytes
    media_type: str


class Endpoint(Struct, frozen=True, kw_only=True, dict=True):
    """The declaration, from which routes, roles, tests and documentation are made."""

    function: Callable[..., Any]
    method: str
    path: str
    callers: tuple[CallerKind, ...]
    access: Mapping[type[Table], Access]
    problems: tuple[str, ...]
    statuses: tuple[int, ...]
    media_types: tuple[str, ...]
    largest_body: int
    raw_type: Any
    produces: str
    sends: tuple[Channel, ...]
    queues: tuple[Queue, ...]
    pictures: Access
    lines: frozenset[str]

    @property
    def name(self) -> str:
        """That of the module, which holds this one endpoint."""
        return self.function.__module__.rpartition(".")[2]

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        return inspect.signature(self.function).parameters

    @cached_property
    def body_type(self) -> Any:
        """The type of the body, or None without one."""
        if self.raw_type is None and "request" in self.parameters:
            return self.parameters["request"].annotation
        return self.raw_type

    @property
    def path_parameters(self) -> dict[str, Any]:
        return {
            name: PathId if parameter.annotation is str else parameter.annotation
            for name, parameter in self.parameters.items()
            if self._in_path(name)
        }

    @property
    def query_parameters(self) -> dict[str, inspect.Parameter]:
        return {
            name: parameter
            for name, parameter in self.parameters.items()
            if name not in {"request", "caller", "now"} and not self._in_path(name)
        }

    def call(self, incoming: Incoming, caller: Caller | None) -> Reply[Any]:
        for name in incoming.query:
            if name not in self.query_parameters:
                raise Refused("unknown_field", name)
        arguments = {name: source(incoming, caller) for name, source in self._sources.items()}
        result = self.function(**arguments)
        return result if isinstance(result, Reply) else Reply(result)

    @cached_property
    def _sources(self) -> dict[str, Source]:
        # Built when first called: a process answers one endpoint of the many in its domain.
        return {name: self._source(name) for name in self.parameters}

    def _source(self, name: str) -> Source:
        if name == "request":
            return self._request_source()
        if name == "caller":
            return lambda _, caller: caller
        if name == "now":
            return lambda _, caller: _now(caller)
        if self._in_path(name):
            return _path_source(name, self.path_parameters[name])
        return _query_source(name, self.parameters[name])

    def _request_source(self) -> Source:
        annotation = self.parameters["request"].annotation
        if annotation is RawBody:
            return lambda incoming, _: RawBody(self._content(incoming), media_type_of(incoming))
        decoder = msgspec.json.Decoder(annotation)
        return lambda incoming, _: body.decode(
            self._content(incoming), decoder, largest=self.largest_body, lines=self.lines
        )

    def _content(self, incoming: Incoming) -> bytes:
        if media_type_of(incoming) not in self.media_types:
            raise Refused("unsupported_media_type", expected=list(self.media_types))
        if len(incoming.body) > self.largest_body:
            raise Refused("body_too_large", largest=self.largest_body)
        return incoming.body

    def _in_path(self, name: str) -> bool:
        return f"{{{name}}}" in self.path


def endpoint(  # noqa: PLR0913 -- the words of a declaration, given by name
    method: str,
    path: str,
    *,
    caller: Sequence[CallerKind],
    access: Mapping[type[Table], Access],
    problems: Sequence[str] = (),
    status: int | tuple[int, ...] = 200,
    media_types: Sequence[str] = (JSON,),
    largest_body: int = body.LARGEST,
    raw_type: Any = None,
    produces: str = JSON,
    sends: Sequence[Channel] = (),
    queues: Sequence[Queue] = (),
    pictures: Access = Nothing,
    lines: Sequence[str] = (),
) -> Callable[[Function], Function]:
    """Declares; changes nothing about the function.

    An empty `caller` is anybody. `problems` are those that the function itself may answer with.
    Of several `status` the first is what a plain result gets. `raw_type` documents a RawBody,
    `produces` is the content type of an answer that is not JSON. `sends` are the ways in which it
    writes to people, and `queues` those that it puts work into, which its role must allow, as
    what it does with `pictures`. Of
    fields in `lines` a text may have several.
    """
    statuses = (status,) if isinstance(status, int) else status

    def declare(function: Function) -> Function:
        declaration = Endpoint(
            function=function,
            method=method,
            path=path,
            callers=tuple(caller),
            access=access,
            problems=tuple(problems),
            statuses=statuses,
            media_types=tuple(media_types),
            largest_body=largest_body,
            raw_type=raw_type,
            produces=produces,
            sends=tuple(sends),
            queues=tuple(queues),
            pictures=pictures,
            lines=frozenset(lines),
        )
        function.__endpoint__ = declaration  # type: ignore[attr-defined]
        return function

    return declare


def endpoint_of(function: Callable[..., Any]) -> Endpoint:
    declared: Endpoint = function.__endpoint__  # type: ignore[attr-defined]
    return declared


def media_type_of(incoming: Incoming) -> str:
    """A body without a content type is taken for JSON."""
    return incoming.headers.get("content-type", JSON).partition(";")[0].strip().lower()


def _now(caller: Caller | None) -> datetime:
    if caller is None:
        return clock.real_time()
    return shops.now_for(caller.shop, caller.sandbox)


def _path_source(name: str, annotation: Any) -> Source:
    def read(incoming: Incoming, _: Caller | None) -> Any:
        return _converted(incoming.path[name], annotation, name)

    return read


def _query_source(name: str, parameter: inspect.Parameter) -> Source:
    def read(incoming: Incoming, _: Caller | None) -> Any:
        values = incoming.query.get(name)
        if values is None:
            if parameter.default is parameter.empty:
                raise Refused("missing_field", name)
            return parameter.default
        if get_origin(parameter.annotation) is list:
            return _converted(values, parameter.annotation, name)
        if len(values) > 1:
            raise Refused("invalid_field", name, detail="Expected one value")
        return _converted(values[0], parameter.annotation, name)

    return read


def _converted(value: str | list[str], annotation: Any, name: str) -> Any:
    for text in [value] if isinstance(value, str) else value:
        body.refuse_control_characters(text, name)
    try:
        return msgspec.convert(value, annotation, strict=False)
    except msgspec.ValidationError as error:
        raise body.invalid(error, within=name) from None
