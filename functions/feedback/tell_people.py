"""Reads the stream of the threads: whoever a step concerns is told of it, within a second.

Records may come twice, late or out of order. Nothing in a record is used but its key: the notice
is read, taken by one, and told once. What cannot be told now is met by `tell_again`.
"""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec import Struct

from functions.feedback.telling import shop_of, tell
from stamkund.tables import Read, Update, keys
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import NOTICE, Threads
from stamkund.web.background import OnItems
from stamkund.web.batches import worked_off
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


class NoticeWaits(Struct, frozen=True):
    shop: str
    thread: str
    n: int

    @property
    def ids(self) -> dict[str, str]:
        return {"shop": self.shop, "thread_id": self.thread}


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    with running("feedback", NAME, context) as run:
        return worked_off(event, context, run, _waiting, _told)


def _waiting(record: DynamoDBRecord) -> NoticeWaits | None:
    """A new notice; None for any other record."""
    key = record.dynamodb.keys if record.dynamodb else None
    if (
        not key
        or not str(key["sk"]).startswith(NOTICE)
        or record.raw_event["eventName"] != "INSERT"
    ):
        return None
    shop, thread = keys.parts(str(key["pk"]))
    return NoticeWaits(shop, thread, int(str(key["sk"]).removeprefix(NOTICE)))


def _told(waits: NoticeWaits) -> bool:
    shop = shop_of(waits.shop)
    return shop is not None and tell(shop, waits.thread, waits.n)
