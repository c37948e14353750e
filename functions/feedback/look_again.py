"""Sends pictures on their way again that somebody should have looked at by now.

Timed. It goes through an index of what is not looked at, and leaves alone what has just come.
"""

from typing import Any

from functions.feedback.picturing import send_on
from stamkund.tables import Read, shops, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import running

JOB = "look_again"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {Programmes: Read, Threads: Read}
QUEUES = ("pictures",)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were sent on, how many not, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            for thread, picture in threads.unseen(shop.shop, shop.now()):
                with run.one(shop=shop.shop, thread_id=thread):
                    run.changed += send_on(shop.shop, thread, [picture])
    return {"sent": run.changed, "left": run.left(), "failed": run.failed}
