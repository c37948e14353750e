"""Reads the ledger's stream for all that tiers do not wait for: whoever bought, returned, merged or
left is looked at as a friend, what comes back takes its review with it, and about what is bought
somebody is asked later.

A stream has two readers at most, so this one knows the domains it reads for. Records may come
twice, late, out of order, or mixed, and before a review that is still being written; none of that
matters, since a record only says whose and which order to look at again.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback import reviewing, scheduling
from functions.referrals.following import look_at
from stamkund.rules.ledger import Kind
from stamkund.tables import Append, Delete, Read, Update, clock, keys, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import OnEntries
from stamkund.web.club import Club, club_at
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
    Threads: Read | Append | Update | Delete,
}


class Look(NamedTuple):
    """Who or what is looked at again, and by whom."""

    by: Callable[[Club, str], int]
    at: str


class Written(NamedTuple):
    """What of an entry says where to look; without an order where it is of none."""

    shop: str
    member: str
    kind: str
    order: str

    def looks(self) -> list[Look]:
        looks = [Look(look_at, self.member)]
        if self.order and self.kind == "earn":
            looks.append(Look(scheduling.plan, self.order))
        if self.order and self.kind == "reverse":
            looks.append(Look(reviewing.see_to_lines, self.order))
        return looks


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the first record that failed, from which to try again."""
    # All records of a batch were written before it came: one look sees them all.
    done: set[tuple[str, Look]] = set()
    processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)

    def look_again(record: DynamoDBRecord) -> None:
        run.looked_at += 1
        ids = {"record": str(record.event_id)}
        try:
            entry = _entry(record)
            if entry:
                ids |= {"shop": entry.shop, "member": entry.member}
                run.changed += _looked(entry, done)
        except Exception as error:
            run.failed_on(error, **ids)
            raise

    with running("operations", NAME, context) as run:
        return process_partial_response(event, look_again, processor, context)


def _entry(record: DynamoDBRecord) -> Written | None:
    image = record.dynamodb.new_image if record.dynamodb else None
    if not image or image["kind"] not in KINDS:
        return None
    key = str(image["pk"])
    shop, member = key.partition(keys.SEPARATOR)[0], keys.thing(key)
    return Written(shop, member, str(image["kind"]), str(image.get("order") or ""))


def _looked(entry: Written, done: set[tuple[str, Look]]) -> int:
    """How much was changed. What fails for one keeps nothing from the others; then the record comes
    again for all of them, which is no harm."""
    changed, failed = 0, None
    for look in entry.looks():
        try:
            if (entry.shop, look) not in done:
                changed += look.by(_club(entry.shop), look.at)
                done.add((entry.shop, look))
        except Exception as error:  # noqa: BLE001 -- whatever it is
            failed = failed or error
    if failed:
        raise failed
    return changed


def _club(shop: str) -> Club:
    registered = shops.find_shop(shop, now=clock.real_time())
    return club_at(shop, shops.now_for(shop, registered is not None and registered.sandbox))


def looked_at(shop: str, member: str) -> bool:
    """As a friend, where this is one."""
    return look_at(_club(shop), member)
