"""A queue on a laptop brings each message until it is done, and says when nothing is left."""

from threading import Event, Thread
from typing import Any

from stamkund.local.queues import Queues
from stamkund.web.queue import ATTEMPTS


class Worker:
    """Fails as often as it is told to, in the one way or the other."""

    def __init__(self, failures: int = 0, *, dies: bool = False) -> None:
        self.failures, self.dies = failures, dies
        self.seen: list[str] = []

    def __call__(self, event: dict[str, Any], context: object) -> dict[str, Any]:
        (record,) = event["Records"]
        self.seen.append(record["body"])
        if len(self.seen) > self.failures:
            return {"batchItemFailures": []}
        if self.dies:
            raise RuntimeError("gone")
        return {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}


def queues(worker: Worker) -> Queues:
    return Queues({"pictures": worker}, sleep=lambda _: None)


def test_each_message_is_brought_once_where_it_is_done_at_once() -> None:
    worker = Worker()
    one = queues(worker)
    for text in "abc":
        one.put("pictures", text)
    assert one.drain() == 3
    assert worker.seen == ["a", "b", "c"]
    assert one.drain() == 0


def test_what_fails_comes_again_whether_it_said_so_or_died() -> None:
    for dies in (False, True):
        worker = Worker(failures=2, dies=dies)
        one = queues(worker)
        one.put("pictures", "a")
        one.drain()
        assert worker.seen == ["a"] * 3


def test_what_fails_for_ever_is_left_to_what_runs_by_the_time() -> None:
    worker = Worker(failures=100)
    one = queues(worker)
    one.put("pictures", "a")
    one.drain()
    assert len(worker.seen) == ATTEMPTS
    assert one.settle(0)


def test_it_has_settled_when_nothing_is_left_to_be_brought() -> None:
    one = queues(Worker())
    one.put("pictures", "a")
    assert not one.settle(0)
    stop = Event()
    running = Thread(target=one.run, args=(stop,))
    running.start()
    assert one.settle(10)
    stop.set()
    running.join(5)
    assert not running.is_alive()
