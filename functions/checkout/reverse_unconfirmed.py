"""Reverses orders that nobody confirmed in time: silence gives everything back.

Timed. It looks through an index of orders that are held, day by day, and can be stopped and run
again at any point: what is reversed is no longer in the index.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from functions.checkout import returning
from functions.checkout.counter import counter
from stamkund.rules.calendar import add_days
from stamkund.rules.errors import Refused
from stamkund.tables import clock, orders, programmes
from stamkund.web.settings import connect_tables

# Longer than any hold lasts, so that a day on which nothing ran is made up for.
DAYS_BACK = 30

logger = Logger(service="checkout", child=True)


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Reverses what is due in every shop; answers how many, and how many failed."""
    connect_tables()
    counts = {"reversed": 0, "failed": 0}
    for shop in programmes.every_shop():
        now = clock.now_for(shop.shop, shop.sandbox)
        for order in _due(shop.shop, now):
            counts["reversed" if _reversed(shop.shop, order, now) else "failed"] += 1
    return counts


def _due(shop: str, now: datetime) -> Iterator[str]:
    today = now.date().isoformat()
    for back in range(DAYS_BACK, -1, -1):
        yield from orders.held_until(shop, add_days(today, -back), now)


def _reversed(shop: str, order: str, now: datetime) -> bool:
    """One that fails must not keep the others waiting; the next run meets it again."""
    try:
        returning.cancel(counter(shop, now), order, only_after=now)
    except Refused as refused:
        logger.exception("not reversed", extra={"shop": shop, "order": order, "code": refused.code})
        return False
    return True
