"""Sends pictures on their way again that somebody should have looked at by now.

Timed. It goes through an index of what is not looked at, and leaves alone what has just come.
"""

from typing import Any

from functions.feedback.picturing import send_on
from stamkund.tables import Read, shops, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import Run, running

JOB = "look_again"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {Programmes: Read, Threads: Read}
QUEUES = ("pictures",)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were sent on, and how many were not."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _send(shop, run)
    return {"sent": run.changed, "left": run.looked_at - run.changed}


def _send(shop: RegisteredShop, run: Run) -> None:
    now = shops.now_for(shop.shop, shop.sandbox)
    for thread, picture in threads.unseen(shop.shop, now):
        run.looked_at += 1
        run.changed += send_on(shop.shop, thread, [picture])
