"""What a function is sent, in which order, and what becomes of that which it could not do."""

import json
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from stamkund.local.invocation import Handler
from stamkund.local.pump import ATTEMPTS, Checkpoint, Pump
from tests.unit.local.streams import ARN, AStream, item_of


class AFunction:
    """Writes down each batch; what is `poison` it reports as failed, and what is in `raises`
    takes it down altogether, as often as said."""

    def __init__(self, poison: str = "", raises: str = "", times: int = 10**6) -> None:
        self.batches: list[list[str]] = []
        self.done: list[str] = []
        self._poison, self._raises, self._times = poison, raises, times

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        items = [item_of(record) for record in event["Records"]]
        self.batches.append(items)
        if self._raises in items and self._again():
            raise RuntimeError("the function is down")
        failures = []
        for record in event["Records"]:
            if item_of(record) == self._poison and self._again():
                failures.append({"itemIdentifier": record["dynamodb"]["SequenceNumber"]})
            else:
                self.done.append(item_of(record))
        return {"batchItemFailures": failures}

    def _again(self) -> bool:
        self._times -= 1
        return self._times >= 0


def a_pump(stream: AStream, function: Handler, **how: Any) -> Pump:
    return Pump(stream, ARN, function, sleep=lambda _: None, **how)


def test_records_arrive_in_order_and_once() -> None:
    stream, function = AStream({"one": list("abc")}), AFunction()
    pump = a_pump(stream, function)
    assert pump.drain() == 3
    stream.shards["one"].append("d")
    assert pump.drain() == 1
    assert function.batches == [["a", "b", "c"], ["d"]]


def test_a_record_looks_as_lambda_sends_it() -> None:
    seen: list[dict[str, Any]] = []
    a_pump(AStream({"one": ["a"]}), lambda event, _: seen.append(event)).poll_once()
    (record,) = seen[0]["Records"]
    assert json.loads(json.dumps(record)) == record
    assert record["eventSourceARN"] == ARN
    assert record["dynamodb"]["NewImage"]["content"] == {"B": "AP8="}


def test_a_shard_waits_for_its_parent() -> None:
    stream = AStream({"a": ["new"], "b": ["old"]}, parents={"a": "b"}, page=1)
    function = AFunction()
    pump = a_pump(stream, function)
    pump.drain()
    assert function.done == ["old"]
    stream.closed.add("b")
    pump.drain()
    pump.drain()
    assert function.done == ["old", "new"]


def test_a_shard_that_appears_when_another_ends_is_found_at_once() -> None:
    stream, function = AStream({"a": ["old"]}, closed={"a"}), AFunction()
    pump = a_pump(stream, function)
    pump.drain()
    stream.shards["b"], stream.parents["b"] = ["new"], "a"
    pump.drain()
    assert function.done == ["old", "new"]


def test_what_failed_comes_again_with_all_that_follows_it() -> None:
    function = AFunction(poison="b", times=1)
    a_pump(AStream({"one": list("abc")}), function).poll_once()
    assert function.batches == [["a", "b", "c"], ["b"], ["c"]]


def test_poison_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    function = AFunction(raises="e")
    pump = a_pump(AStream({"one": list("abcdefgh")}), function, dead_letters=letters)
    pump.drain()
    assert function.done == list("abcdfgh")
    assert [item_of(json.loads(line)) for line in letters.read_text().splitlines()] == ["e"]
    assert len(function.batches) < 2 * ATTEMPTS + 4


def test_a_function_that_is_down_for_a_while_misses_nothing() -> None:
    function = AFunction(raises="a", times=ATTEMPTS - 1)
    a_pump(AStream({"one": ["a"]}), function).poll_once()
    assert function.done == ["a"]


def test_a_failure_that_nobody_sent_is_a_failure_of_all() -> None:
    answers: list[Any] = [{"batchItemFailures": [{"itemIdentifier": "999"}]}, None, None]
    batches: list[int] = []

    def confused(event: dict[str, Any], _: Any) -> dict[str, Any] | None:
        batches.append(len(event["Records"]))
        answer: dict[str, Any] | None = answers.pop(0)
        return answer

    a_pump(AStream({"one": list("ab")}), confused).poll_once()
    assert batches == [2, 1, 1]


def test_a_restart_goes_on_where_it_was(tmp_path: Path) -> None:
    stream, file = AStream({"one": list("ab")}), tmp_path / "checkpoint"
    a_pump(stream, AFunction(), checkpoint=Checkpoint(file)).drain()
    stream.shards["one"] += ["c"]
    function = AFunction()
    a_pump(stream, function, checkpoint=Checkpoint(file)).drain()
    assert function.done == ["c"]


def test_the_checkpoint_of_another_stream_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    Checkpoint(file).write("another", {"one": "1"})
    assert Checkpoint(file).read(ARN) == {}


def test_one_who_was_away_too_long_goes_on_with_the_oldest_there_is(tmp_path: Path) -> None:
    stream = AStream({"one": list("abcd")}, trimmed={"one": 2})
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.write(ARN, {"one": "1"})
    function = AFunction()
    a_pump(stream, function, checkpoint=checkpoint).drain()
    assert function.done == ["c", "d"]


def test_after_a_failed_read_the_next_goes_on_from_the_last_record() -> None:
    stream, function = AStream({"one": ["a"]}), AFunction()
    pump = a_pump(stream, function)
    pump.drain()
    stream.shards["one"].append("b")
    stream.trouble = "InternalServerError"
    with pytest.raises(ClientError):
        pump.poll_once()
    pump.poll_once()
    assert function.done == ["a", "b"]


@pytest.mark.parametrize("why", ["ExpiredIteratorException", "TrimmedDataAccessException"])
def test_an_iterator_that_is_worn_out_is_replaced(why: str) -> None:
    stream, function = AStream({"one": ["a"]}), AFunction()
    pump = a_pump(stream, function)
    pump.drain()
    stream.shards["one"].append("b")
    stream.trouble = why
    pump.poll_once()
    assert function.done == ["a", "b"]


def test_who_settles_waits_for_what_was_written_before() -> None:
    stream, function, stop = AStream(page=1), AFunction(), Event()
    pump = a_pump(stream, function)
    runner = Thread(target=pump.run, args=(stop,))
    runner.start()
    try:
        for item in "abcdef":
            stream.shards["one"].append(item)
            assert pump.settle(5)
            assert function.done[-1] == item
    finally:
        stop.set()
        runner.join()


def test_nobody_settles_for_ever() -> None:
    assert not a_pump(AStream(), AFunction()).settle(0.01)
