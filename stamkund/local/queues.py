"""What a queue is on a laptop: messages in memory, each brought to its function until it is done.

In the cloud a message is not lost when a process dies. Here it is, and comes again as there too:
by the timed function that looks for what was not done.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from threading import Condition, Event
from typing import Any, NamedTuple
from uuid import uuid4

from stamkund.local.invocation import Context, Handler
from stamkund.web.queue import ATTEMPTS, Queue

_PAUSE = 0.1
_AFTER_TROUBLE = 0.5

log = logging.getLogger(__name__)


class Message(NamedTuple):
    queue: Queue
    text: str
    attempt: int = 1


class Queues:
    """Answered by these functions, by the name of their queue; in any order, as in the cloud."""

    def __init__(
        self, readers: dict[Queue, Handler], sleep: Callable[[float], object] = time.sleep
    ) -> None:
        self._readers = readers
        self._sleep = sleep
        self._waiting: deque[Message] = deque()
        self._busy = 0
        self._changed = Condition()

    def put(self, queue: Queue, text: str) -> None:
        self._add(Message(queue, text))

    def run(self, stop: Event) -> None:
        while not stop.is_set():
            if not self.bring_one():
                stop.wait(_PAUSE)

    def drain(self) -> int:
        """Until nothing waits: what was brought may have put more into a queue."""
        brought = 0
        while self.bring_one():
            brought += 1
        return brought

    def settle(self, patience: float) -> bool:
        """Waits, in another thread, until nothing is left to be brought."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._busy, patience)

    def bring_one(self) -> bool:
        """Whether there was any."""
        with self._changed:
            if not self._waiting:
                return False
            message = self._waiting.popleft()
            self._busy += 1
        try:
            if not self._done(message):
                self._again(message)
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()
        return True

    def _add(self, message: Message) -> None:
        with self._changed:
            self._waiting.append(message)
            self._changed.notify_all()

    def _done(self, message: Message) -> bool:
        event = {"Records": [record(message.text)]}
        try:
            answer = self._readers[message.queue](event, Context(message.queue))
        except Exception:
            log.exception("The function of the queue %s failed", message.queue)
            return False
        return not (answer or {}).get("batchItemFailures")

    def _again(self, message: Message) -> None:
        if message.attempt >= ATTEMPTS:
            log.error("Given up on a message in %s, which is met by the time", message.queue)
            return
        self._sleep(_AFTER_TROUBLE)
        self._add(message._replace(attempt=message.attempt + 1))


def record(text: str) -> dict[str, Any]:
    """A message as SQS hands it over."""
    return {"messageId": str(uuid4()), "body": text, "attributes": {}, "messageAttributes": {}}
