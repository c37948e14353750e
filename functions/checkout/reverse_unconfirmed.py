"""Reverses orders that nobody confirmed in time, and gives back what rewards cost that nobody used:
silence gives everything back.

Timed. It looks through an index of orders that are held, and one of rewards, day by day, and can be
stopped and run again at any point: what is reversed is no longer in the index.
"""

from datetime import datetime
from typing import Any

from functions.checkout import returning
from stamkund.rules.calendar import add_days
from stamkund.tables import Append, Read, Update, orders, programmes, redemptions, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.web import redeeming
from stamkund.web.background import Timed
from stamkund.web.club import club_at
from stamkund.web.runs import Run, running

JOB = "reverse_unconfirmed"
TRIGGER = Timed("rate(1 minute)")
ACCESS = {
    Accounts: Read | Update,
    Orders: Read | Update,
    Ledger: Append,
    Programmes: Read | Append,
}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Reverses what is due in every shop; answers how many, and how many failed."""
    with running("checkout", JOB, context) as run:
        for shop in shops.every_shop():
            _reverse_in(shop.shop, shop.now(), run)
    return {"reversed": run.looked_at - run.failed, "failed": run.failed}


def _reverse_in(shop: str, now: datetime, run: Run) -> None:
    for day in run.days(shop, _first_day(shop, now), now.date().isoformat()):
        for held in orders.held_until(shop, day, now):
            run.waited_since(held.until, now)
            with run.one(shop=shop, order=held.order):
                _, now_done = returning.cancel(club_at(shop, now), held.order, only_after=now)
                run.changed += now_done
        # After the orders: one that is reversed leaves the reward that it used as it was before.
        for due in redemptions.due(shop, day, now):
            run.waited_since(due.since, now)
            with run.one(shop=shop, member=due.member):
                run.changed += redeeming.look_at(club_at(shop, now), due.member, due.id, now)


def _first_day(shop: str, now: datetime) -> str:
    """A day before the last that was finished: an order held by a clock that is behind may have
    come since. There are no orders before the first programme."""
    reached = shops.reached(shop, JOB)
    if reached:
        return add_days(reached, -1)
    published = programmes.current_or_none(shop, now)
    return shops.first_day(shop, published) if published else now.date().isoformat()
