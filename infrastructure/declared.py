"""Every function there is, from its own declaration: what runs it, and what it may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from zlib import crc32

from functions.background import MODULES
from infrastructure.stage import Known
from stamkund.local.functions import builders
from stamkund.rules.login import Channel
from stamkund.tables import Access, Nothing, Table, every_table
from stamkund.web.background import (
    Background,
    OnMessages,
    OnRotation,
    Reading,
    Timed,
    background,
)
from stamkund.web.endpoint import Endpoint
from stamkund.web.queue import Queue


@dataclass(frozen=True, kw_only=True)
class Route:
    """A request to an HTTP API."""

    method: str
    path: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


# CloudFormation takes 500 resources in a stack, and a function has eight or so.
STACKS = {"members": 4}


@dataclass(frozen=True, kw_only=True)
class Declared:
    """`secrets` says whether it reads the secret that signs and hashes, `sends` in which ways it
    writes to people, `tells` whether it puts events on the bus, `queues` into which it puts
    work, `pictures` what it does with those."""

    domain: str
    name: str
    access: Mapping[type[Table], Access]
    trigger: Route | Reading | OnMessages | Timed | OnRotation
    secrets: bool
    sends: tuple[Channel, ...] = ()
    tells: bool = False
    queues: tuple[Queue, ...] = ()
    pictures: Access = Nothing

    @property
    def full_name(self) -> str:
        """As stage files, alarms and people call it."""
        return f"{self.domain}-{self.name}"

    @property
    def stack(self) -> str:
        """By its name alone: one that moved from stack to stack would be made where it goes before
        it is gone where it was, and there cannot be two of a name."""
        parts = STACKS.get(self.domain, 1)
        part = crc32(self.name.encode()) % parts + 1
        return self.domain if parts == 1 else f"{self.domain}-{part}"

    @property
    def handler(self) -> str:
        """Where Lambda enters; functions/start.py takes it from there."""
        return f"functions.start.{self.full_name}"


def every_function() -> list[Declared]:
    return [*_endpoints(), *map(_background, map(background, MODULES))]


def stacks(functions: list[Declared]) -> dict[str, list[Declared]]:
    """The functions of each stack, which are of one domain."""
    in_order = sorted(functions, key=lambda one: one.stack)
    return {name: list(some) for name, some in groupby(in_order, key=lambda one: one.stack)}


def domains(functions: list[Declared]) -> list[str]:
    return sorted({one.domain for one in functions})


def _endpoints() -> Iterator[Declared]:
    for build in builders():
        app = build()
        yield from (_endpoint(app.domain, one) for one in app.endpoints)


def _endpoint(domain: str, one: Endpoint) -> Declared:
    return Declared(
        domain=domain,
        name=one.name,
        access=one.access,
        trigger=Route(method=one.method, path=one.path),
        secrets=True,  # sessions are signed, and what CloudFront sends along is compared
        sends=one.sends,
        queues=one.queues,
        pictures=one.pictures,
    )


def _background(one: Background) -> Declared:
    return Declared(
        domain=one.module.split(".")[1],
        name=one.name,
        access=one.access,
        trigger=one.trigger,
        secrets=one.secrets,
        sends=one.sends,
        tells=one.tells,
        queues=one.queues,
        pictures=one.pictures,
    )


def known(functions: list[Declared]) -> Known:
    """Everything that a stage file may speak of."""
    return Known(
        functions=frozenset(one.full_name for one in functions),
        routes=frozenset(one.full_name for one in functions if isinstance(one.trigger, Route)),
        timed=frozenset(one.full_name for one in functions if isinstance(one.trigger, Timed)),
        streams=frozenset(one.full_name for one in functions if isinstance(one.trigger, Reading)),
        tables=frozenset(table.short_name() for table in every_table()),
    )
