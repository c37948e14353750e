"""Reverses orders that nobody confirmed in time, and gives back what rewards cost that nobody used:
silence gives everything back.

Timed. It looks through an index of orders that are held, and one of rewards, day by day, and can be
stopped and run again at any point: what is reversed is no longer in the index.
"""

from datetime import datetime
from typing import Any

from functions.checkout import returning
from stamkund.rules.calendar import add_days, days_from
from stamkund.tables import Append, Read, Update, orders, programmes, redemptions, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.programmes import Programmes
from stamkund.tables.redemptions import Due
from stamkund.tables.shops import KEPT_EVERY
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
            _reverse_in(shop.shop, shops.now_for(shop.shop, shop.sandbox), run)
    return {"reversed": run.looked_at - run.failed, "failed": run.failed}


def _reverse_in(shop: str, now: datetime, run: Run) -> None:
    today, failed_before = now.date().isoformat(), run.failed
    for n, day in enumerate(days_from(_first_day(shop, now), today), start=1):
        for held in orders.held_until(shop, day, now):
            run.waited_since(held.until, now)
            _reverse(shop, held.order, now, run)
        # After the orders: one that is reversed leaves the reward that it used as it was before.
        for due in redemptions.due(shop, day, now):
            run.waited_since(due.since, now)
            _look_at(shop, due, now, run)
        if run.failed == failed_before and (day == today or n % KEPT_EVERY == 0):
            shops.set_reached(shop, JOB, day)


def _first_day(shop: str, now: datetime) -> str:
    """A day before the last that was finished: an order held by a clock that is behind may have
    come since. There are no orders before the first programme."""
    reached = shops.reached(shop, JOB)
    if reached:
        return add_days(reached, -1)
    published = programmes.current_or_none(shop, now)
    return shops.first_day(shop, published) if published else now.date().isoformat()


def _reverse(shop: str, order: str, now: datetime, run: Run) -> None:
    """One that fails must not keep the others waiting; the next run meets it again."""
    run.looked_at += 1
    try:
        _, now_done = returning.cancel(club_at(shop, now), order, only_after=now)
    except Exception as error:  # noqa: BLE001 -- whatever it is
        run.failed_on(error, shop=shop, order=order)
    else:
        run.changed += now_done


def _look_at(shop: str, due: Due, now: datetime, run: Run) -> None:
    run.looked_at += 1
    try:
        now_done = redeeming.look_at(club_at(shop, now), due.member, due.id, now)
    except Exception as error:  # noqa: BLE001 -- whatever it is
        run.failed_on(error, shop=shop, member=due.member)
    else:
        run.changed += now_done
