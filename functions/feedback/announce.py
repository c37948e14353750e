"""Tells a part of an announcement to those who asked for it, and sends the next one on its way.

The next part is made first, so that many of these work at once, and what is said to be left is
never too little. A message that comes again finds what was done. A part of which one thread always
fails keeps nobody else waiting: it is tried again, and its message ends up where somebody sees it.
"""

from typing import Any

import msgspec
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback.announcing import PartWaits, send_on, tell_part
from functions.feedback.telling import shop_of
from stamkund.tables import Append, Read, Update, announcements, shops
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import OnMessages
from stamkund.web.club import club_at
from stamkund.web.runs import Run, running

NAME = "announce"
TRIGGER = OnMessages("announcements")
ACCESS = {Programmes: Read | Update, Threads: Read | Append | Update}
NEEDS_SECRETS = True
QUEUES = ("announcements",)


class PartNotDone(Exception):  # noqa: N818 -- told of already, thread by thread
    """The message shall come again."""


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the messages that shall come again."""
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)

    def done(record: SQSRecord) -> None:
        waits = msgspec.json.decode(record.body, type=PartWaits)
        run.looked_at += 1
        try:
            whole = tell(waits, run)
        except Exception as error:
            run.failed_on(error, shop=waits.shop, announcement=waits.announcement)
            raise
        if not whole:
            raise PartNotDone

    with running("feedback", NAME, context) as run:
        return process_partial_response(event, done, processor, context)


def tell(waits: PartWaits, run: Run) -> bool:
    """Whether nothing of it is left to be done."""
    shop = shop_of(waits.shop)
    part = announcements.part(waits.shop, waits.announcement, waits.part)
    if shop is None or part is None or part.done:
        return True

    def failed(thread: str, error: Exception) -> None:
        about = {"announcement": waits.announcement, "part": str(waits.part), "thread_id": thread}
        run.failed_on(error, shop=waits.shop, **about)

    now = shops.now_for(shop.shop, shop.sandbox)
    if announcements.go_on(part, now):
        send_on(waits.shop, waits.announcement, waits.part + 1)
    moved = tell_part(club_at(shop.shop, now), part, now, failed)
    run.changed += moved or 0
    return moved is not None
