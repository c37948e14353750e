"""Reads the ledger's stream: whoever bought, returned, merged or left is looked at as a friend.

Records may come twice, late, out of order, or mixed; none of that matters, since nothing in a
record is used but whose it is. Most are of nobody who was brought, which one read tells.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.referrals.following import look_at
from stamkund.rules.ledger import Kind
from stamkund.tables import Append, Read, Update, clock, keys, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.web.background import OnEntries
from stamkund.web.club import club_at
from stamkund.web.runs import running

NAME = "follow_up"
KINDS: tuple[Kind, ...] = ("earn", "reverse", "merge", "erase")
TRIGGER = OnEntries(KINDS)
ACCESS = {
    Accounts: Read | Append | Update,
    Identities: Read | Update,
    Ledger: Read | Append,
    Orders: Read,
    Profiles: Read,
    Programmes: Read | Update,
}


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    done: set[str] = set()
    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def look_again(record: DynamoDBRecord) -> None:
        run.looked_at += 1
        ids = {"record": str(record.event_id)}
        try:
            key = _whose(record)
            # All records of a batch were written before it came: one look sees them all.
            if key and key not in done:
                ids |= {"shop": key.partition(keys.SEPARATOR)[0], "member": keys.thing(key)}
                run.changed += looked_at(ids["shop"], ids["member"])
                done.add(key)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    with running("referrals", NAME, context) as run:
        return process_partial_response(event, look_again, processor, context)


def _whose(record: DynamoDBRecord) -> str | None:
    image = record.dynamodb.new_image if record.dynamodb else None
    if not image or image["kind"] not in KINDS:
        return None
    return str(image["pk"])


def looked_at(shop: str, member: str) -> bool:
    """As a friend, where this is one."""
    registered = shops.find_shop(shop, now=clock.real_time())
    now = shops.now_for(shop, registered is not None and registered.sandbox)
    return look_at(club_at(shop, now), member)
