"""What is told to other systems: events on the shop's bus, ids and no names.

Whoever listens may be told twice, and knows an event by its `id`. Without a bus nobody listens.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from stamkund.rules.errors import Refused
from stamkund.web import aws
from stamkund.web.settings import settings

SOURCE = "stamkund"


class Happened(Struct, frozen=True):
    """`kind` is such as `thread.answered`."""

    id: str
    kind: str
    shop: str
    at: datetime
    detail: dict[str, Any]


Listener = Callable[[Happened], None]


def tell(happened: Happened) -> None:
    """Returns when it has been taken over. Refused: not_sent."""
    _listener[0](happened)


def use(listener: Listener) -> None:
    _listener[0] = listener


def by_aws(happened: Happened) -> None:
    if not settings().event_bus:
        return
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        answer = aws.client("events").put_events(Entries=[entry(happened)])
    except (BotoCoreError, ClientError):
        raise Refused("not_sent") from None
    if answer["FailedEntryCount"]:
        raise Refused("not_sent")


def entry(happened: Happened) -> dict[str, Any]:
    said = {"id": happened.id, "shop": happened.shop, **happened.detail}
    return {
        "Source": SOURCE,
        "DetailType": happened.kind,
        "Time": happened.at,
        "Detail": msgspec.json.encode(said).decode(),
        "EventBusName": settings().event_bus,
    }


_listener: list[Listener] = [by_aws]
