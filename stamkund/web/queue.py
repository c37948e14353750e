"""Work that is put off: a message in a queue, which brings it to the function that does it.

A message may come twice, or not at all: what has to be done is written down before, where it is
found again. Without a queue nothing is brought.
"""

from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.web import aws
from stamkund.web.settings import settings

Queue = Literal["announcements", "pictures"]

QUEUES: tuple[Queue, ...] = ("announcements", "pictures")

Sender = Callable[[Queue, str], None]


def send(queue: Queue, message: Struct) -> None:
    """Returns when it has been taken over. Refused: not_sent."""
    _sender[0](queue, msgspec.json.encode(message).decode())


def use(sender: Sender) -> None:
    _sender[0] = sender


def by_aws(queue: Queue, text: str) -> None:
    address = settings().queues.get(queue)
    if not address:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        aws.client("sqs").send_message(QueueUrl=address, MessageBody=text)
    except (BotoCoreError, ClientError):
        raise Refused("not_sent") from None


_sender: list[Sender] = [by_aws]
