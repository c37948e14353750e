"""What a stream or a queue brings, record by record: one that fails has a line of its own in the
log and comes again, and of a stream all that came after it as well.

    with running("members", NAME, context) as run:
        return worked_off(event, context, run, entry_of(MOVES_TIER), look)
"""

from collections.abc import Callable, Collection, Hashable
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import msgspec
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec import Struct

from stamkund.tables import keys
from stamkund.web.runs import Run

Record = DynamoDBRecord | SQSRecord


class Asked(Protocol):
    """What a record asks for; `ids` are the fields by which the log names it."""

    @property
    def ids(self) -> dict[str, str]: ...


A = TypeVar("A", bound=Asked)
M = TypeVar("M", bound=Struct)


class Entry(Struct, frozen=True):
    """What of a new entry of the ledger says where to look; `order` is empty where it is of none.

    Records come twice, late, out of order, or mixed: nothing else in one is to be believed.
    """

    shop: str
    member: str
    kind: str
    order: str

    @property
    def ids(self) -> dict[str, str]:
        return {"shop": self.shop, "member": self.member}


class Once:
    """All records of a batch were written before it came: one look sees them all."""

    def __init__(self) -> None:
        self._done: set[Hashable] = set()

    def changed(self, what: Hashable, look: Callable[[], int]) -> int:
        if what in self._done:
            return 0
        changed = look()
        self._done.add(what)
        return changed


def worked_off(
    event: dict[str, Any],
    context: LambdaContext,
    run: Run,
    read: Callable[[Any], A | None],
    look: Callable[[A], int],
) -> Any:
    """Answers `batchItemFailures`: of a stream the first record from which to try again, of a queue
    the messages that shall come again. `read` passes over a record by None; `look` answers how much
    it changed.
    """

    def done(record: Record) -> None:
        run.looked_at += 1
        _note_wait(record, run)
        ids = {"record": _id(record)}
        try:
            asked = read(record)
            if asked is not None:
                ids |= asked.ids
                run.changed += look(asked)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    processor = BatchProcessor(_source(event), raise_on_entire_batch_failure=False)
    return process_partial_response(event, done, processor, context)


def entry_of(kinds: Collection[str]) -> Callable[[DynamoDBRecord], Entry | None]:
    def read(record: DynamoDBRecord) -> Entry | None:
        image = record.dynamodb.new_image if record.dynamodb else None
        if not image or image["kind"] not in kinds:
            return None
        shop, member = keys.parts(str(image["pk"]))
        return Entry(shop, member, str(image["kind"]), str(image.get("order") or ""))

    return read


def message_of(type: type[M]) -> Callable[[SQSRecord], M]:
    return lambda record: msgspec.json.decode(record.body, type=type)


def _source(event: dict[str, Any]) -> EventType:
    of_stream = any("dynamodb" in record for record in event["Records"])
    return EventType.DynamoDBStreams if of_stream else EventType.SQS


def _id(record: Record) -> str:
    if isinstance(record, SQSRecord):
        return record.message_id
    return str(record.event_id)


def _note_wait(record: Record, run: Run) -> None:
    """By the clock on the wall, which is the stream's: a sandbox has its own."""
    if isinstance(record, SQSRecord):
        return
    written = record.dynamodb and record.dynamodb.approximate_creation_date_time
    if written:
        run.waited_since(datetime.fromtimestamp(written, UTC), datetime.now(UTC))
