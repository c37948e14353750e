"""The reader of the ledger's stream in a process of its own, as long as somebody holds its standard
input: `python -m benchmarks.load.reader <folder>`. A line there means: say when all is read."""

import sys
import time
from io import FileIO
from pathlib import Path
from threading import Event, Thread
from typing import Any

import boto3
import msgspec

from benchmarks.load.plan import Looked
from stamkund import tables
from stamkund.local import functions
from stamkund.local.invocation import Handler
from stamkund.local.pump import Pump
from stamkund.local.stream import stream_of
from stamkund.web.settings import settings

PATIENCE = 600.0


def main(folder: Path) -> None:
    prefix = settings().table_prefix
    tables.connect(prefix)
    stop = Event()
    with (folder / "looked.jsonl").open("ab", buffering=0) as notes:
        pump = Pump(
            boto3.client("dynamodbstreams"),
            stream_of(f"{prefix}-ledger", boto3.client("dynamodb")),
            timed(functions.ledger_readers()["recalculate_tier"], notes),
            dead_letters=folder / "dead-letters.jsonl",
        )
        Thread(target=pump.run, args=(stop,), daemon=True).start()
        print("reading", flush=True)
        for _ in sys.stdin:
            print("settled" if pump.settle(PATIENCE) else "behind", flush=True)
        stop.set()


def timed(handler: Handler, notes: FileIO) -> Handler:
    """Writes down when each order's entry has been looked at."""

    def look(event: dict[str, Any], context: Any) -> dict[str, Any] | None:
        answer = handler(event, context)
        if not (answer or {}).get("batchItemFailures"):
            now = time.time()
            notes.write(b"".join(_line(record, now) for record in event["Records"]))
        return answer

    return look


def _line(record: dict[str, Any], now: float) -> bytes:
    image = record["dynamodb"].get("NewImage", {})
    if image.get("kind", {}).get("S") != "earn" or "order" not in image:
        return b""
    return msgspec.json.encode(Looked(image["order"]["S"], now)) + b"\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
