"""Every function there is, from its own declaration: what runs it, and what it may do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from functions.background import MODULES
from infrastructure.stage import Known
from stamkund.local.functions import builders
from stamkund.rules.login import Channel
from stamkund.tables import Access, Table, every_table
from stamkund.web.background import Background, OnEntries, OnRotation, Timed, background
from stamkund.web.endpoint import Endpoint


@dataclass(frozen=True, kw_only=True)
class Route:
    """A request to an HTTP API."""

    method: str
    path: str

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """`secrets` says whether it reads the secret that signs and hashes, `sends` in which ways it
    writes to people."""

    domain: str
    name: str
    access: Mapping[type[Table], Access]
    trigger: Route | OnEntries | Timed | OnRotation
    secrets: bool
    sends: tuple[Channel, ...] = ()

    @property
    def full_name(self) -> str:
        """As stage files, alarms and people call it."""
        return f"{self.domain}-{self.name}"

    @property
    def handler(self) -> str:
        """Where Lambda enters; functions/start.py takes it from there."""
        return f"functions.start.{self.full_name}"


def every_function() -> list[Declared]:
    return [*_endpoints(), *map(_background, map(background, MODULES))]


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
    )


def _background(one: Background) -> Declared:
    return Declared(
        domain=one.module.split(".")[1],
        name=one.name,
        access=one.access,
        trigger=one.trigger,
        secrets=one.secrets,
        sends=one.sends,
    )


def known(functions: list[Declared]) -> Known:
    """Everything that a stage file may speak of."""
    return Known(
        functions=frozenset(one.full_name for one in functions),
        routes=frozenset(one.full_name for one in functions if isinstance(one.trigger, Route)),
        timed=frozenset(one.full_name for one in functions if isinstance(one.trigger, Timed)),
        tables=frozenset(table.short_name() for table in every_table()),
    )
