"""What runs where: the domains behind the gateway, the readers of streams, the timed jobs."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import functions
from functions.background import MODULES
from stamkund.local.invocation import Handler
from stamkund.web.app import App
from stamkund.web.background import (
    Background,
    OnEntries,
    OnItems,
    OnMessages,
    Timed,
    Trigger,
    background,
)
from stamkund.web.queue import Queue

Builder = Callable[[], App]


def builders() -> list[Builder]:
    domains = [found.name for found in iter_modules(functions.__path__) if found.ispkg]
    apps = [f"functions.{domain}.app" for domain in domains]
    return [import_module(app).build for app in apps if find_spec(app)]


def ledger_readers() -> dict[str, Handler]:
    """By name. A stream of DynamoDB has two at most."""
    return {reader.name: reader.handler for reader in run_by(OnEntries)}


def item_readers() -> dict[str, Handler]:
    """By the name of the table whose stream they read."""
    return {_table_of(reader.trigger): reader.handler for reader in run_by(OnItems)}


def _table_of(trigger: Trigger) -> str:
    assert isinstance(trigger, OnItems)
    return trigger.table.short_name()


def queue_readers() -> dict[Queue, Handler]:
    return {_queue_of(reader.trigger): reader.handler for reader in run_by(OnMessages)}


def _queue_of(trigger: Trigger) -> Queue:
    assert isinstance(trigger, OnMessages)
    return trigger.queue


def jobs() -> dict[str, Handler]:
    return {job.name: job.handler for job in run_by(Timed)}


def run_by(trigger: type[Trigger]) -> Iterator[Background]:
    return (one for one in map(background, MODULES) if isinstance(one.trigger, trigger))
