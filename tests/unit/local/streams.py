# ruff: noqa: N803 -- the names are those of AWS
"""A stream to test with, in memory; it answers as botocore's client does."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

ARN = "arn:aws:dynamodb:local:000000000000:table/ledger/stream/1"


@dataclass
class AStream:
    """`shards` are lists of items by shard; a closed shard says so when read to its end."""

    shards: dict[str, list[str]] = field(default_factory=lambda: {"one": []})
    parents: dict[str, str] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    trimmed: dict[str, int] = field(default_factory=dict)
    page: int = 100
    trouble: str = ""

    def describe_stream(
        self,
        *,
        StreamArn: str,
        ExclusiveStartShardId: str = "",
    ) -> dict[str, Any]:
        """One shard a page, so that whoever forgets to turn it misses something."""
        after = [name for name in sorted(self.shards) if name > ExclusiveStartShardId]
        described = [self._described(name) for name in after[:1]]
        more = {"LastEvaluatedShardId": after[0]} if len(after) > 1 else {}
        return {"StreamDescription": {"Shards": described, **more}}

    def get_shard_iterator(
        self,
        *,
        StreamArn: str,
        ShardId: str,
        ShardIteratorType: str,
        SequenceNumber: str = "0",
    ) -> dict[str, Any]:
        oldest = self.trimmed.get(ShardId, 0)
        if ShardIteratorType == "AFTER_SEQUENCE_NUMBER" and int(SequenceNumber) < oldest:
            raise an_error("TrimmedDataAccessException", "GetShardIterator")
        place = max(int(SequenceNumber), oldest)
        return {"ShardIterator": f"{ShardId}:{place}"}

    def get_records(self, *, ShardIterator: str, Limit: int) -> dict[str, Any]:
        if self.trouble:
            code, self.trouble = self.trouble, ""
            raise an_error(code, "GetRecords")
        name, place = ShardIterator.split(":")
        start, items = int(place), self.shards[name]
        found = items[start : start + min(self.page, Limit)]
        end = start + len(found)
        ended = name in self.closed and end == len(items)
        return {
            "Records": [a_record(item, start + n + 1) for n, item in enumerate(found)],
            **({} if ended else {"NextShardIterator": f"{name}:{end}"}),
        }

    def _described(self, name: str) -> dict[str, Any]:
        parent = self.parents.get(name)
        return {"ShardId": name, **({"ParentShardId": parent} if parent else {})}


def a_record(item: str, number: int = 1) -> dict[str, Any]:
    """As botocore gives it, with times and bytes of Python's own."""
    return {
        "eventID": f"event-{number}",
        "eventName": "INSERT",
        "dynamodb": {
            "ApproximateCreationDateTime": datetime(2026, 3, 10, tzinfo=UTC),
            "Keys": {"pk": {"S": item}},
            "NewImage": {"pk": {"S": item}, "content": {"B": b"\x00\xff"}},
            "SequenceNumber": f"{number:021d}",
        },
    }


def item_of(record: dict[str, Any]) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"])


def an_error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)
