"""Reads the ledger's stream: what comes back takes its review with it, and about what is bought
somebody is asked later.

A record only says whose order to look at again. Records may come twice, late or out of order, and
before a review that is still being written: that one sees the refund by itself.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback import reviewing, scheduling
from stamkund.tables import Append, Delete, Read, Update, clock, keys, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import OnEntries
from stamkund.web.club import club_at
from stamkund.web.runs import running

NAME = "follow_up"
TRIGGER = OnEntries(("earn", "reverse"))
ACCESS = {
    Accounts: Read | Update,
    Ledger: Read | Append,
    Orders: Read,
    Programmes: Read,
    Threads: Read | Append | Update | Delete,
}


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def look_again(record: DynamoDBRecord) -> None:
        run.looked_at += 1
        ids = {"record": str(record.event_id)}
        try:
            which = _which(record)
            if which:
                ids |= {"shop": which[0], "order": which[1]}
                run.changed += _followed(*which)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    with running("feedback", NAME, context) as run:
        return process_partial_response(event, look_again, processor, context)


def _which(record: DynamoDBRecord) -> tuple[str, str, str] | None:
    """Shop, order and kind; None for an entry that is of no order."""
    image = record.dynamodb.new_image if record.dynamodb else None
    if not image or image["kind"] not in TRIGGER.kinds or not image.get("order"):
        return None
    shop = str(image["pk"]).partition(keys.SEPARATOR)[0]
    return shop, str(image["order"]), str(image["kind"])


def _followed(shop: str, order: str, kind: str) -> int:
    registered = shops.find_shop(shop, now=clock.real_time())
    now = shops.now_for(shop, registered is not None and registered.sandbox)
    club = club_at(shop, now)
    if kind == "earn":
        return scheduling.plan(club, order)
    return reviewing.see_to_lines(club, order)
