"""A DynamoDB stream read shard by shard, as records in the shape that a function receives."""

import base64
import time
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

Record = dict[str, Any]

BATCH = 100
_LOOK_AGAIN = 10.0

# An iterator goes stale while the laptop sleeps.
_TRIMMED = "TrimmedDataAccessException"
_WORN_OUT = {_TRIMMED, "ExpiredIteratorException"}


class Shard:
    """One shard, read on from `position`: the last sequence number that was dealt with."""

    def __init__(self, client: Any, stream: str, described: Record, position: str | None) -> None:
        self.id: str = described["ShardId"]
        self.parent: str | None = described.get("ParentShardId")
        self.position = position
        self.ended = False
        self._client = client
        self._stream = stream
        self._iterator: str | None = None
        self._next: str | None = None

    def read(self) -> list[Record]:
        """What comes next. It comes again until `passed` is told of it."""
        answer = self._records()
        self._next = answer.get("NextShardIterator")
        if not answer["Records"]:
            self._advance()
        return [as_delivered(record, self._stream) for record in answer["Records"]]

    def passed(self, records: list[Record]) -> None:
        self.position = records[-1]["dynamodb"]["SequenceNumber"]
        self._advance()

    def _records(self) -> Record:
        """Whatever fails here, the next read begins at `position` again."""
        iterator, self._iterator = self._iterator, None
        try:
            return self._get(iterator or self._iterator_at(self.position))
        except ClientError as error:
            if _code(error) not in _WORN_OUT:
                raise
        return self._get(self._iterator_at(self.position))

    def _get(self, iterator: str) -> Record:
        return dict(self._client.get_records(ShardIterator=iterator, Limit=BATCH))

    def _advance(self) -> None:
        self._iterator = self._next
        self.ended = self._next is None

    def _iterator_at(self, position: str | None) -> str:
        where = {"ShardIteratorType": "TRIM_HORIZON"}
        if position:
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": position}
        try:
            answer = self._client.get_shard_iterator(
                StreamArn=self._stream, ShardId=self.id, **where
            )
        except ClientError as error:
            if position is None or _code(error) != _TRIMMED:
                raise
            return self._iterator_at(None)  # older than what the stream remembers
        return str(answer["ShardIterator"])


class Stream:
    """The stream of one table, with its shards as they come and go."""

    def __init__(self, client: Any, arn: str, positions: dict[str, str]) -> None:
        self.arn = arn
        self._client = client
        self._positions = positions
        self._shards: dict[str, Shard] = {}
        self._looked: float | None = None

    def readable(self) -> list[Shard]:
        """A shard is read after its parent only, so that what befell an item stays in order."""
        if self._time_to_look():
            self._look()
        unread = [shard for shard in self._shards.values() if not shard.ended]
        waited_for = {shard.id for shard in unread}
        return [shard for shard in unread if shard.parent not in waited_for]

    def positions(self) -> dict[str, str]:
        return {shard.id: shard.position for shard in self._shards.values() if shard.position}

    def _time_to_look(self) -> bool:
        if self._looked is None or time.monotonic() - self._looked > _LOOK_AGAIN:
            return True
        parents = {shard.parent for shard in self._shards.values()}
        return any(shard.ended and shard.id not in parents for shard in self._shards.values())

    def _look(self) -> None:
        self._positions |= self.positions()
        described = self._describe()
        self._shards = {
            one["ShardId"]: self._shards.get(one["ShardId"]) or self._shard(one)
            for one in described
        }
        self._looked = time.monotonic()

    def _shard(self, described: Record) -> Shard:
        position = self._positions.get(described["ShardId"])
        return Shard(self._client, self.arn, described, position)

    def _describe(self) -> list[Record]:
        shards: list[Record] = []
        after: dict[str, str] = {}
        while True:
            answer = self._client.describe_stream(StreamArn=self.arn, **after)["StreamDescription"]
            shards += answer["Shards"]
            if "LastEvaluatedShardId" not in answer:
                return shards
            after = {"ExclusiveStartShardId": answer["LastEvaluatedShardId"]}


def stream_of(table: str, dynamodb: Any) -> str:
    """The address of the newest stream of a table."""
    return str(dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"])


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def as_delivered(record: Record, stream: str) -> Record:
    """botocore has read times and bytes; Lambda delivers them as JSON can hold them."""
    return {**_plain(record), "eventSourceARN": stream}


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.timestamp()
        case _:
            return value
