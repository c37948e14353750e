"""Sends parts of announcements on their way again that should have been done by now: the queue has
lost them, or somebody died over them.

Timed. It goes through an index of what is not done, and leaves alone what is a few minutes old.
"""

from typing import Any

from functions.feedback.announcing import send_on
from stamkund.tables import Read, shops, threads
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import Run, running

JOB = "announce_again"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {Programmes: Read, Threads: Read}
QUEUES = ("announcements",)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many parts were sent on, and how many were not."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _send(shop, run)
    return {"sent": run.changed, "left": run.looked_at - run.changed}


def _send(shop: RegisteredShop, run: Run) -> None:
    now = shops.now_for(shop.shop, shop.sandbox)
    for announcement, part in threads.undone(shop.shop, now):
        run.looked_at += 1
        run.changed += send_on(shop.shop, announcement, part)
