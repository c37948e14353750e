"""Reads the ledger's stream: whoever has a new entry is looked at again, within a second.

Records may come twice, late, out of order, or mixed; none of that matters, since nothing in a
record is used but whose it is.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.members.settling import settle
from stamkund.rules.ledger import MOVES_TIER
from stamkund.tables import Append, Read, Update, clock, keys, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.web.background import OnEntries
from stamkund.web.runs import Run, running

NAME = "recalculate_tier"
TRIGGER = OnEntries(MOVES_TIER)
ACCESS = {Accounts: Read | Update, Ledger: Append, Programmes: Read}


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    done: set[str] = set()
    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def look_again(record: DynamoDBRecord) -> None:
        _note(run, record)
        ids = {"record": str(record.event_id)}
        try:
            key = _whose(record)
            # All records of a batch were written before it came: one look sees them all.
            if key and key not in done:
                ids |= {"shop": key.partition(keys.SEPARATOR)[0], "member": keys.thing(key)}
                run.changed += _settled(ids["shop"], ids["member"])
                done.add(key)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    with running("members", NAME, context) as run:
        return process_partial_response(event, look_again, processor, context)


def _note(run: Run, record: DynamoDBRecord) -> None:
    run.looked_at += 1
    written = record.dynamodb and record.dynamodb.approximate_creation_date_time
    if written:
        # By the clock on the wall, which is the stream's: a sandbox has its own.
        run.waited_since(datetime.fromtimestamp(written, UTC), datetime.now(UTC))


def _whose(record: DynamoDBRecord) -> str | None:
    """The key of the account; None for what a recalculation itself has written."""
    image = record.dynamodb.new_image if record.dynamodb else None
    if not image or image["kind"] not in MOVES_TIER:
        return None
    return str(image["pk"])


def _settled(shop: str, member: str) -> bool:
    registered = shops.find_shop(shop, now=clock.real_time())
    return settle(shop, member, shops.now_for(shop, registered is not None and registered.sandbox))
