"""Brings the records of a stream to a function, as Lambda does: in batches, again when it fails.

What the function could not do is tried again from the first record that failed, in halves, later
and later; a record that fails to the end is set aside and the rest goes on.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Condition, Event
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from stamkund.local.dead_letters import DeadLetters
from stamkund.local.invocation import Context, Handler
from stamkund.local.stream import Record, Shard, Stream

ATTEMPTS = 8
_AFTER_TROUBLE = 1.0
# Half a second of nothing and it looks less often: a laptop is on all day.
_PAUSE, _LONG_PAUSE, _QUIET = 0.05, 0.15, 10

log = logging.getLogger(__name__)

Deliveries = Callable[[list[Record]], Iterable[list[Record]]]


class Checkpoint:
    """How far a stream has been read, in a file that survives a restart."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file

    def read(self, stream: str) -> dict[str, str]:
        if self._file is None or not self._file.exists():
            return {}
        kept = json.loads(self._file.read_text())
        return dict(kept["shards"]) if kept["stream"] == stream else {}

    def write(self, stream: str, shards: dict[str, str]) -> None:
        if self._file is None:
            return
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({"stream": stream, "shards": shards}))
        fresh.replace(self._file)


def as_read(records: list[Record]) -> list[list[Record]]:
    return [records]


class Pump:
    def __init__(  # noqa: PLR0913 -- each is a thing that a test sets
        self,
        client: Any,
        stream: str,
        handler: Handler,
        *,
        checkpoint: Checkpoint | None = None,
        dead_letters: Path | None = None,
        deliveries: Deliveries = as_read,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._checkpoint = checkpoint or Checkpoint()
        self._stream = Stream(client, stream, self._checkpoint.read(stream))
        self._handler = handler
        self._dead_letters = dead_letters
        self._deliveries = deliveries
        self._sleep = sleep
        self._round = 0
        self._quiet_round = 0
        self._heard = Condition()

    def run(self, stop: Event) -> None:
        """Goes on until told to stop, whatever happens to the database meanwhile."""
        quiet = 0
        while not stop.is_set():
            try:
                quiet = 0 if self.poll_once() else quiet + 1
                pause = 0 if not quiet else _PAUSE if quiet < _QUIET else _LONG_PAUSE
            except (BotoCoreError, ClientError) as trouble:
                log.warning("The stream could not be read: %s", trouble)
                pause = _AFTER_TROUBLE
            stop.wait(pause)

    def poll_once(self) -> int:
        """Reads every shard once; the number of records that were delivered."""
        with self._heard:
            self._round += 1
        delivered = sum(self._pass_on(shard) for shard in self._stream.readable())
        if not delivered:
            with self._heard:
                self._quiet_round = self._round
                self._heard.notify_all()
        return delivered

    def drain(self) -> int:
        """Polls until nothing comes: what was delivered may have made new records."""
        total = 0
        while delivered := self.poll_once():
            total += delivered
        return total

    def settle(self, patience: float) -> bool:
        """Waits, in another thread than the pump's, until all that was written by now is read."""
        with self._heard:
            now = self._round
            return self._heard.wait_for(lambda: self._quiet_round > now, patience)

    def _pass_on(self, shard: Shard) -> int:
        records = shard.read()
        if records:
            for batch in self._deliveries(records):
                self._deliver(batch)
            shard.passed(records)
            self._checkpoint.write(self._stream.arn, self._stream.positions())
        return len(records)

    def _deliver(self, records: list[Record]) -> None:
        waiting = [(records, 1)]
        while waiting:
            batch, attempt = waiting.pop()
            left = self._left_undone(batch)
            if len(left) == 1 and attempt >= ATTEMPTS:
                self._set_aside(left[0])
            elif left:
                self._sleep(min(2.0, 0.05 * 2**attempt))
                waiting += [(part, attempt + 1) for part in reversed(_halves(left))]

    def _left_undone(self, batch: list[Record]) -> list[Record]:
        try:
            answer = self._handler({"Records": batch}, Context("stream"))
        except Exception:
            log.exception("The function failed on %d records", len(batch))
            return batch
        failures = {one["itemIdentifier"] for one in (answer or {}).get("batchItemFailures", [])}
        return _from_first(failures, batch) if failures else []

    def _set_aside(self, record: Record) -> None:
        log.error("Given up on record %s", record["eventID"])
        if self._dead_letters:
            DeadLetters(self._dead_letters).add(record)


def _from_first(failures: set[str], batch: list[Record]) -> list[Record]:
    """A failure nobody sent is a failure of them all; that is Lambda's rule too."""
    for place, record in enumerate(batch):
        if record["dynamodb"]["SequenceNumber"] in failures:
            return batch[place:]
    return batch


def _halves(records: list[Record]) -> list[list[Record]]:
    middle = len(records) // 2
    return [half for half in (records[:middle], records[middle:]) if half]
