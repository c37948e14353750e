"""Functions that nobody calls over HTTP, and what runs them.

    TRIGGER = Timed("rate(1 minute)")
    ACCESS = {Accounts: Read | Update, Ledger: Append}

    def handler(event: dict[str, Any], context: object) -> dict[str, int]: ...

The laptop and the cloud both go by this. Which modules there are stands in
`functions/background.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from stamkund.rules.ledger import Kind
from stamkund.rules.login import Channel
from stamkund.tables import Access, Nothing, Table
from stamkund.web.queue import Queue


@dataclass(frozen=True)
class OnEntries:
    """New entries of these kinds in the ledger, in batches; answers `batchItemFailures`."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class OnItems:
    """New items of a table whose sort key begins so, in batches; answers `batchItemFailures`.

    There are no dead letters: what could not be done has to be met by something timed.
    """

    table: type[Table]
    begins: str


@dataclass(frozen=True)
class OnMessages:
    """What a queue brings, in batches; answers `batchItemFailures`. A message may come twice, and
    what is lost of them has to be met by something timed."""

    queue: Queue


@dataclass(frozen=True)
class Timed:
    """`when` as EventBridge writes it, in UTC: `rate(1 minute)`, `cron(30 1 * * ? *)`."""

    when: str


@dataclass(frozen=True)
class OnRotation:
    """Secrets Manager, once for each step in which it replaces the secret; what the function does
    with it, in the words of IAM."""

    actions: tuple[str, ...]


Reading = OnEntries | OnItems  # of a stream
Trigger = Reading | OnMessages | Timed | OnRotation


@dataclass(frozen=True, kw_only=True)
class Background:
    module: str
    handler: Callable[[dict[str, Any], Any], Any]
    access: Mapping[type[Table], Access]
    trigger: Trigger
    secrets: bool
    sends: tuple[Channel, ...] = ()
    tells: bool = False
    queues: tuple[Queue, ...] = ()
    pictures: Access = Nothing

    @property
    def name(self) -> str:
        return self.module.rpartition(".")[2]


def background(module: str) -> Background:
    """What a module declares.

    `NEEDS_SECRETS` is for those that sign, or look people up; `SENDS` are the ways in which it
    writes to people; what `TELLS` puts events on the bus; `QUEUES` are those that it
    puts work into, and `PICTURES` is what it does with pictures.
    """
    declared = import_module(module)
    return Background(
        module=module,
        handler=declared.handler,
        access=declared.ACCESS,
        trigger=declared.TRIGGER,
        secrets=getattr(declared, "NEEDS_SECRETS", False),
        sends=getattr(declared, "SENDS", ()),
        tells=getattr(declared, "TELLS", False),
        queues=getattr(declared, "QUEUES", ()),
        pictures=getattr(declared, "PICTURES", Nothing),
    )
