"""Reads the stream of the threads: whoever a step concerns is told of it, within a second.

Records may come twice, late or out of order. Nothing in a record is used but its key: the notice
is read, taken by one, and told once. What cannot be told now is met by `tell_again`.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback.telling import shop_of, tell
from stamkund.tables import Read, Update, keys
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import NOTICE, Threads
from stamkund.web.background import OnItems
from stamkund.web.runs import running

NAME = "tell_people"
TRIGGER = OnItems(Threads, NOTICE)
ACCESS = {
    Accounts: Read,
    Profiles: Read,
    Programmes: Read | Update,
    Threads: Read | Update,
}
SENDS = ("email", "sms")
TELLS = True


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def told(record: DynamoDBRecord) -> None:
        run.looked_at += 1
        ids = {"record": str(record.event_id)}
        try:
            where = _where(record)
            if where:
                ids |= {"shop": where[0], "thread_id": where[1]}
                run.changed += _told(*where)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    with running("feedback", NAME, context) as run:
        return process_partial_response(event, told, processor, context)


def _where(record: DynamoDBRecord) -> tuple[str, str, int] | None:
    """Shop, thread and number of a new notice; None for any other record."""
    key = record.dynamodb.keys if record.dynamodb else None
    if (
        not key
        or not str(key["sk"]).startswith(NOTICE)
        or record.raw_event["eventName"] != "INSERT"
    ):
        return None
    shop = str(key["pk"]).partition(keys.SEPARATOR)[0]
    return shop, keys.thing(str(key["pk"])), int(str(key["sk"]).removeprefix(NOTICE))


def _told(shop: str, thread: str, n: int) -> bool:
    registered = shop_of(shop)
    return registered is not None and tell(registered, thread, n)
