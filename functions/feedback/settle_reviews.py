"""Sees to reviews that have moved: points for those that are shown, and whether what they are about
is still there.

Timed. It goes through an index of those that have to be seen to, and can be stopped and run again
at any point: what has been seen to is no longer in it.
"""

from typing import Any

from functions.feedback import reviewing
from stamkund.tables import Append, Delete, Read, Update, reviews, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.club import club_at
from stamkund.web.runs import Run, running

JOB = "settle_reviews"
TRIGGER = Timed("rate(1 minute)")
ACCESS = {
    Accounts: Read | Update,
    Ledger: Append,
    Orders: Read,
    Programmes: Read,
    Threads: Read | Append | Update | Delete,
}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were seen to, how many had been, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _settle(shop, run)
    return {"settled": run.changed, "left": run.left(), "failed": run.failed}


def _settle(shop: RegisteredShop, run: Run) -> None:
    now = shop.now()
    for id in reviews.unsettled(shop.shop, now):
        with run.one(shop=shop.shop, thread_id=id):
            run.changed += reviewing.see_to(club_at(shop.shop, now), id)
