"""Tells a part of an announcement to those who asked for it, and sends the next one on its way.

The next part is made first, so that many of these work at once, and what is said to be left is
never too little. A message that comes again finds what was done.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.feedback.announcing import PartWaits, send_on, tell_part
from functions.feedback.telling import shop_of
from stamkund.tables import Append, Read, Update, announcements
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import OnMessages
from stamkund.web.batches import message_of, worked_off
from stamkund.web.club import club_at
from stamkund.web.runs import running

NAME = "announce"
TRIGGER = OnMessages("announcements")
ACCESS = {Programmes: Read | Update, Threads: Read | Append | Update}
NEEDS_SECRETS = True
QUEUES = ("announcements",)


def handler(event: dict[str, Any], context: LambdaContext) -> Any:
    """Answers `batchItemFailures`: the messages that shall come again."""
    with running("feedback", NAME, context) as run:
        return worked_off(event, context, run, message_of(PartWaits), tell)


def tell(waits: PartWaits) -> int:
    shop = shop_of(waits.shop)
    part = announcements.part(waits.shop, waits.announcement, waits.part)
    if shop is None or part is None or part.done:
        return 0
    now = shop.now()
    if announcements.go_on(part, now):
        send_on(waits.shop, waits.announcement, waits.part + 1)
    return tell_part(club_at(shop.shop, now), part, now)
