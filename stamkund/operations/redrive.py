"""Look again at what the stream's function could not do: the dead letters.

In the cloud they lie in a queue (--queue, its URL) and say where in the stream the records are, not
what they were. The records are read again from there while they live, a day; after that, everybody
who got entries at that time is looked at again, which comes to the same. On this machine they are
in dead-letters.jsonl (--file). A letter goes when all of it has succeeded, and stays otherwise.
"""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError
from botocore.session import get_session
from msgspec import Struct

from functions.members.settling import settle
from functions.operations.follow_up import looked_at
from stamkund.local.dead_letters import DeadLetters
from stamkund.local.functions import ledger_readers
from stamkund.local.home import home
from stamkund.local.invocation import Context
from stamkund.local.stream import BATCH, as_delivered
from stamkund.operations.command import tell
from stamkund.operations.rebuilding import Settings
from stamkund.rules.ledger import TIME_FORMAT
from stamkund.tables import keys
from stamkund.tables.exported import items_of
from stamkund.tables.ledger import Ledger

Record = dict[str, Any]
# What the stream answers of records that it no longer has.
GONE = {"TrimmedDataAccessException", "ResourceNotFoundException"}
# Of who wrote an entry, and of the stream.
CLOCKS_DIFFER = timedelta(minutes=5)
HIDDEN = 300  # seconds in which nobody else gets a letter that is being looked at


class Redriven(Struct):
    """`from_ledger`: letters whose records were gone."""

    letters: int = 0
    succeeded: int = 0
    left: int = 0
    from_ledger: int = 0


def arguments(parser: ArgumentParser) -> None:
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--queue", metavar="URL", help="the queue of the stream's mapping")
    place.add_argument("--file", type=Path, help="default: dead-letters.jsonl of this machine")


def run(options: Namespace) -> Redriven:
    result = Redriven()
    if options.queue:
        _redrive_queue(options.queue, result)
    else:
        _redrive_file(options.file or home().data / "dead-letters.jsonl", result)
    result.left = result.letters - result.succeeded
    return result


def _redrive_file(file: Path, result: Redriven) -> None:
    letters = DeadLetters(file)
    lines = letters.lines()
    done = {line for line in dict.fromkeys(lines) if _succeeded([json.loads(line)])}
    letters.remove(done)
    result.letters, result.succeeded = len(lines), sum(line in done for line in lines)


def _succeeded(records: Sequence[Record]) -> bool:
    """As the mappings would have asked all that read the stream, since nothing says whose letter it
    is, and again is no harm; what fails again is logged by the function."""
    event = {"Records": list(records)}
    answers = [reader(event, Context("redrive")) or {} for reader in ledger_readers().values()]
    return not any(answer.get("batchItemFailures") for answer in answers)


def _redrive_queue(url: str, result: Redriven) -> None:
    queue = get_session().create_client("sqs")
    for message in _messages(queue, url):
        result.letters += 1
        if _letter_succeeded(json.loads(message["Body"])["DDBStreamBatchInfo"], result):
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            result.succeeded += 1


def _messages(queue: Any, url: str) -> Iterator[Any]:
    """Each once: what stays in the queue is hidden for a while, and then comes again."""
    seen: set[str] = set()
    while True:
        received = queue.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=HIDDEN, WaitTimeSeconds=1
        )
        fresh = [one for one in received.get("Messages", []) if one["MessageId"] not in seen]
        if not fresh:
            return
        seen.update(one["MessageId"] for one in fresh)
        yield from fresh


def _letter_succeeded(where: Record, result: Redriven) -> bool:
    try:
        records = list(_records(where))
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        result.from_ledger += 1
        return _looked_at_again(where)
    return _succeeded(records)


def _records(where: Record) -> Iterator[Record]:
    """From the first to the last that the letter names."""
    stream, last = get_session().create_client("dynamodbstreams"), int(where["endSequenceNumber"])
    iterator: str | None = stream.get_shard_iterator(
        StreamArn=where["streamArn"],
        ShardId=where["shardId"],
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=where["startSequenceNumber"],
    )["ShardIterator"]
    reached = 0
    while iterator and reached < last:
        answer = stream.get_records(ShardIterator=iterator, Limit=BATCH)
        iterator = answer.get("NextShardIterator")
        for record in answer["Records"]:
            reached = int(record["dynamodb"]["SequenceNumber"])
            if reached <= last:
                yield as_delivered(record, where["streamArn"])


def _looked_at_again(where: Record) -> bool:
    """Everybody with an entry of that time; one that fails does not keep the others waiting."""
    failed = 0
    for key, now in sorted(_whose(where)):
        try:
            shop, member = keys.parts(key)
            settle(shop, member, now)
            looked_at(shop, member)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the letter stays
            tell(f"{key}: {type(error).__name__}")
            failed += 1
    return not failed


def _whose(where: Record) -> set[tuple[str, datetime]]:
    """Entries may be told of days after they occurred, as many as the shop's programme allows."""
    first = _moment(where["approximateArrivalOfFirstRecord"]) - CLOCKS_DIFFER
    last = f"{_moment(where['approximateArrivalOfLastRecord']) + CLOCKS_DIFFER:{TIME_FORMAT}}"
    settings, found = Settings(), set[tuple[str, datetime]]()
    for item in items_of(Ledger):
        key = item["pk"]["S"]
        known = settings.of(key.partition(keys.SEPARATOR)[0])
        if known:
            setting, at = known
            since = first - timedelta(days=setting.programme.late.upload_days)
            if f"{since:{TIME_FORMAT}}" <= item["sk"]["S"] <= last:
                found.add((key, at.at))
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
