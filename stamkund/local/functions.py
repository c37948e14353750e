"""What runs where: the domains behind the gateway, the reader of the ledger, the timed jobs."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import functions
from functions.background import MODULES
from stamkund.local.invocation import Handler
from stamkund.web.app import App
from stamkund.web.background import Background, OnEntries, Timed, Trigger, background

Builder = Callable[[], App]


def builders() -> list[Builder]:
    domains = [f"functions.{found.name}" for found in iter_modules(functions.__path__)]
    return [import_module(f"{one}.app").build for one in domains if _answers_http(one)]


def _answers_http(domain: str) -> bool:
    package = import_module(domain)
    return hasattr(package, "__path__") and find_spec(f"{domain}.app") is not None


def ledger_reader() -> Handler:
    (reader,) = run_by(OnEntries)
    return reader.handler


def jobs() -> dict[str, Handler]:
    return {job.name: job.handler for job in run_by(Timed)}


def run_by(trigger: type[Trigger]) -> Iterator[Background]:
    return (one for one in map(background, MODULES) if isinstance(one.trigger, trigger))
