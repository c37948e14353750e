"""Sends parts of announcements on their way again that should have been done by now: the queue has
lost them, or somebody died over them.

Timed. It goes through an index of what is not done, and leaves alone what is a few minutes old.
"""

from typing import Any

from functions.feedback.announcing import send_on
from stamkund.tables import Read, shops, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import running

JOB = "announce_again"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {Programmes: Read, Threads: Read}
QUEUES = ("announcements",)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many parts were sent on, how many not, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            for announcement, part in threads.undone(shop.shop, shop.now()):
                with run.one(shop=shop.shop):
                    run.changed += send_on(shop.shop, announcement, part)
    return {"sent": run.changed, "left": run.left(), "failed": run.failed}
