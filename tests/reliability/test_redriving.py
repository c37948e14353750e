"""Dead letters are looked at again: what succeeds is gone, what fails stays."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from stamkund.local.dead_letters import DeadLetters
from stamkund.local.stream import Stream, stream_of
from stamkund.tables import cache
from stamkund.tables.programmes import CurrentItem
from tests.builders import Clock, Shop, a_shop
from tests.members import a_member, has_bought, the_account
from tests.operations_desk import Desk
from tests.reliability import books


@pytest.fixture
def told(time: Clock, capsys: pytest.CaptureFixture[str]) -> Desk:
    books.wipe()
    return Desk(capsys)


def bought(shop: Shop, time: Clock) -> str:
    """Enough for another tier, which nobody has looked at yet."""
    member = a_member(shop)
    has_bought(shop, member, month=f"{time.now:%Y-%m}", spend=900_000)
    assert the_account(shop, member).tier == "bas"
    return member


def closed() -> Shop:
    """A shop without a programme: to look at its members fails."""
    return a_shop(published=False)


def record(key: str, number: int = 1) -> dict[str, Any]:
    image = {"pk": {"S": key}, "kind": {"S": "earn"}}
    change = {"NewImage": image, "SequenceNumber": str(number)}
    return {"eventID": str(number), "eventName": "INSERT", "dynamodb": change}


def test_on_a_laptop_what_succeeds_is_removed_and_what_fails_stays(
    told: Desk, time: Clock, tmp_path: Path
) -> None:
    shop, file = a_shop(), tmp_path / "dead-letters.jsonl"
    member, letters = bought(shop, time), DeadLetters(file)
    letters.add(record(f"{shop.id}#{member}"))
    letters.add(record(f"{closed().id}#m1", 2))
    assert told("redrive", "--file", str(file)) == {
        "letters": 2, "succeeded": 1, "left": 1, "from_ledger": 0,
    }  # fmt: skip
    assert the_account(shop, member).tier == "guld"
    assert [json.loads(line)["eventID"] for line in letters.lines()] == ["2"]


def test_what_the_stream_adds_meanwhile_is_not_lost(tmp_path: Path) -> None:
    letters = DeadLetters(tmp_path / "dead-letters.jsonl")
    letters.add(record("a#b", 1))
    before = letters.lines()
    letters.add(record("a#b", 2))
    letters.remove(before)
    assert [json.loads(line)["eventID"] for line in letters.lines()] == ["2"]


class Queue:
    """The queue that a mapping sends to when it gives up."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.url: str = client.create_queue(QueueName="dead-letters")["QueueUrl"]

    def send(self, **where: Any) -> None:
        """As Lambda writes it: where the records are, and not what they were."""
        body = {
            "requestContext": {"condition": "RetryAttemptsExhausted"},
            "version": "1.0",
            "DDBStreamBatchInfo": where,
        }
        self.client.send_message(QueueUrl=self.url, MessageBody=json.dumps(body))

    def left(self) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)
        return sum(int(number) for number in found["Attributes"].values())


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", f"http://{host}:{port}")
    yield Queue(boto3.client("sqs"))
    server.stop()


def in_stream(prefix: str, key: str) -> dict[str, Any]:
    """Where the stream has the entries of this member."""
    stream = stream_of(f"{prefix}-ledger", boto3.client("dynamodb"))
    for shard in Stream(boto3.client("dynamodbstreams"), stream, {}).readable():
        found = []
        while records := shard.read():
            shard.passed(records)
            found += [one for one in records if one["dynamodb"]["Keys"]["pk"]["S"] == key]
        if found:
            numbers = [one["dynamodb"]["SequenceNumber"] for one in found]
            return {
                "shardId": shard.id,
                "streamArn": stream,
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "batchSize": len(numbers),
            }
    raise AssertionError(key)


def arrived(time: Clock) -> dict[str, str]:
    """The stream's own clock is the real one; here it is the one that entries go by."""
    return {
        "approximateArrivalOfFirstRecord": (time.now - timedelta(minutes=1)).isoformat(),
        "approximateArrivalOfLastRecord": time.now.isoformat(),
    }


def test_in_the_cloud_the_records_are_read_from_the_stream_again(
    told: Desk, time: Clock, prefix: str, queue: Queue
) -> None:
    shop = a_shop()
    member = bought(shop, time)
    queue.send(**in_stream(prefix, f"{shop.id}#{member}"), **arrived(time))
    result = told("redrive", "--queue", queue.url)
    assert result == {"letters": 1, "succeeded": 1, "left": 0, "from_ledger": 0}
    assert the_account(shop, member).tier == "guld"
    assert queue.left() == 0


def test_records_that_are_gone_are_made_up_for_from_the_ledger(
    told: Desk, time: Clock, prefix: str, queue: Queue
) -> None:
    shop = a_shop()
    earlier = bought(shop, time)
    time.advance(days=30)
    member = bought(shop, time)
    where = in_stream(prefix, f"{shop.id}#{member}") | {"shardId": f"shardId-{'0' * 20}-{'0' * 8}"}
    queue.send(**where, **arrived(time))
    result = told("redrive", "--queue", queue.url)
    assert result == {"letters": 1, "succeeded": 1, "left": 0, "from_ledger": 1}
    assert the_account(shop, member).tier == "guld"
    assert the_account(shop, earlier).tier == "bas"  # it was not about them


def test_a_letter_that_fails_again_stays_in_the_queue(
    told: Desk, time: Clock, prefix: str, queue: Queue
) -> None:
    shop, good = a_shop(), a_shop()
    lost, member = bought(shop, time), bought(good, time)
    for each, whose in ((shop, lost), (good, member)):
        queue.send(**in_stream(prefix, f"{each.id}#{whose}"), **arrived(time))
    CurrentItem(shop.id, "CURRENT").delete()
    cache.forget()
    result = told("redrive", "--queue", queue.url)
    assert (result["succeeded"], result["left"]) == (1, 1)
    assert queue.left() == 1
