"""Gateway, stream pump, queues and timed jobs of one club, over a database that runs already."""

import logging
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any, Self

import boto3

from stamkund import tables
from stamkund.local import functions, my_page
from stamkund.local.controls import Controls, run
from stamkund.local.gateway import Gateway
from stamkund.local.invocation import Handler
from stamkund.local.mailbox import Mailbox
from stamkund.local.picture_folder import PictureFolder, pictures_in
from stamkund.local.pump import Checkpoint, Pump
from stamkund.local.queues import Queues
from stamkund.local.server import Server
from stamkund.local.stream import stream_of
from stamkund.web import messages, pictures, queue

log = logging.getLogger(__name__)


class Club:
    """Listens from the moment it is made; answers between entering it and leaving it."""

    def __init__(
        self,
        prefix: str,
        port: int = 0,
        folder: Path | None = None,
        jobs_every: float | None = None,
    ) -> None:
        """A free port unless one is given; no jobs but on demand unless told how often."""
        self.pumps = [*ledger_pumps(prefix, folder), *item_pumps(prefix, folder)]
        self.queues = Queues(functions.queue_readers())
        self.mailbox = Mailbox(folder / "mailbox.jsonl" if folder else None)
        pages = {**self.mailbox.pages(), **my_page.pages()}
        self._temporary = None if folder else TemporaryDirectory(prefix="stamkund-pictures-")
        kept = pictures_in(folder) if folder else Path(self._temporary.name)  # type: ignore[union-attr]
        self.pictures = PictureFolder(kept)
        gateway = Gateway(functions.builders(), self._controls(), pages, self.pictures.answer)
        self._server = Server(gateway, port)
        self.url = self.pictures.url = self._server.url
        self._stop = Event()
        self._threads: Sequence[Thread] = (
            Thread(target=self._server.run, name="gateway", daemon=True),
            *[
                Thread(target=pump.run, args=(self._stop,), name="pump", daemon=True)
                for pump in self.pumps
            ],
            Thread(target=self.queues.run, args=(self._stop,), name="queues", daemon=True),
            Thread(target=self._keep_time, args=(jobs_every,), name="jobs", daemon=True),
        )

    def __enter__(self) -> Self:
        messages.use(self.mailbox.put)
        queue.use(self.queues.put)
        pictures.use(self.pictures)
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.stop()
        for thread in self._threads:
            thread.join(timeout=5)
        if self._temporary:
            self._temporary.cleanup()

    def _controls(self) -> Controls:
        return Controls(functions.jobs(), self._settle, tables.endpoint())

    def _settle(self, patience: float) -> bool:
        # What a queue brings may write what a stream tells of.
        return self.queues.settle(patience) and all(pump.settle(patience) for pump in self.pumps)

    def _keep_time(self, every: float | None) -> None:
        while every and not self._stop.wait(every):
            for name, job in functions.jobs().items():
                try:
                    run(name, job)
                except Exception:
                    log.exception("The job %s failed", name)


def ledger_pumps(prefix: str, folder: Path | None = None, **how: Any) -> list[Pump]:
    """One for each reader of the ledger's stream. With a folder they go on after a restart where
    they were; what any of them sets aside lies in one place, and redriving asks them all."""
    return [_ledger_pump(prefix, name, folder, how) for name in functions.ledger_readers()]


def _ledger_pump(prefix: str, name: str, folder: Path | None, how: dict[str, Any]) -> Pump:
    stream = stream_of(f"{prefix}-ledger", boto3.client("dynamodb"))
    reader = functions.ledger_readers()[name]
    if folder:
        how = {
            **how,
            "checkpoint": Checkpoint(folder / f"{name}-checkpoint.json"),
            "dead_letters": folder / "dead-letters.jsonl",
        }
    return Pump(boto3.client("dynamodbstreams"), stream, reader, **how)


def item_pumps(prefix: str, folder: Path | None = None, **how: Any) -> list[Pump]:
    """Those of other tables. What is set aside here is met by something timed."""
    return [
        _item_pump(f"{prefix}-{table}", reader, folder and folder / f"{table}-checkpoint.json", how)
        for table, reader in functions.item_readers().items()
    ]


def _item_pump(table: str, reader: Handler, checkpoint: Path | None, how: dict[str, Any]) -> Pump:
    stream = stream_of(table, boto3.client("dynamodb"))
    client = boto3.client("dynamodbstreams")
    return Pump(client, stream, reader, checkpoint=Checkpoint(checkpoint), **how)
