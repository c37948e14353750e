"""What runs where: the domains behind the gateway, the reader of the ledger, the timed jobs."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import functions
from stamkund.local.invocation import Handler
from stamkund.web.app import App

LEDGER_READER = "functions.members.recalculate_tier"
TIMED = (
    "functions.members.review_accounts",
    "functions.checkout.reverse_unconfirmed",
    "functions.operations.reconcile",
)

Builder = Callable[[], App]


def builders() -> list[Builder]:
    domains = [found.name for found in iter_modules(functions.__path__) if found.ispkg]
    apps = [f"functions.{domain}.app" for domain in domains]
    return [import_module(app).build for app in apps if find_spec(app)]


def ledger_reader() -> Handler:
    return handler(LEDGER_READER)


def jobs() -> dict[str, Handler]:
    return {module.rpartition(".")[2]: handler(module) for module in TIMED}


def handler(module: str) -> Handler:
    found: Handler = import_module(module).handler
    return found
