"""What should have been answered by now becomes more pressing, and the shop is told.

Timed. It goes through an index of when somebody has to be told, and never through the threads. Two
runs at once, or one that is killed and comes again, tell of a thread once: how often it has been
told of is in the thread.
"""

from datetime import datetime
from typing import Any

from stamkund.rules.threads import escalated
from stamkund.tables import Append, Read, shops, threads
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web import metrics
from stamkund.web.background import Timed
from stamkund.web.club import club_at
from stamkund.web.metrics import Metric
from stamkund.web.runs import Run, running

JOB = "escalate_overdue"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {Programmes: Read, Threads: Read | Append}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were escalated, how many were not, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _escalate(shop, run)
    return {"escalated": run.changed, "left": run.left(), "failed": run.failed}


def _escalate(shop: RegisteredShop, run: Run) -> None:
    now = shop.now()
    for thread in threads.overdue(shop.shop, now):
        with run.one(shop=shop.shop, thread_id=thread):
            run.changed += _told_of(shop.shop, thread, now)


def _told_of(shop: str, id: str, now: datetime) -> bool:
    """Whether it was still overdue: an index may be behind."""
    thread = threads.find(shop, id)
    found = escalated(thread, now, club_at(shop, now).file.feedback)
    if found is None:
        return False
    try:
        threads.step(shop, thread, *found)
    except Conflict:
        return False  # somebody is at it, or another run was faster
    if thread.escalations == 0:
        metrics.count(Metric.THREADS_OVERDUE)
    return True
