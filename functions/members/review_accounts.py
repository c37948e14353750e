"""Looks at every account whose day has come: expires points, reviews tiers.

Timed, nightly. It goes through an index of days, from the last one it finished, and can be stopped
and run again at any point: an account that was looked at is in the index under a later day, or not
at all.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from functions.members.settling import settle
from stamkund.rules.calendar import day_of, days_from
from stamkund.tables import Append, Read, Update, accounts, clock, programmes
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes, RegisteredShop
from stamkund.web.background import Timed
from stamkund.web.settings import connect_tables

JOB = "review_accounts"
TRIGGER = Timed("cron(30 1 * * ? *)")
ACCESS = {Accounts: Read | Update, Ledger: Append, Programmes: Read | Append}

logger = Logger(service="members", child=True)


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Reviews every shop; answers how many accounts changed, how many did not, and failures."""
    connect_tables()
    counts = {"changed": 0, "unchanged": 0, "failed": 0}
    for shop in programmes.every_shop():
        _review(shop, clock.now_for(shop.shop, shop.sandbox), counts)
    return counts


def _review(shop: RegisteredShop, now: datetime, counts: dict[str, int]) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    zone = published.programme.time_zone
    today, failed_before = day_of(now, zone), counts["failed"]
    first = programmes.reached(shop.shop, JOB) or programmes.first_day(shop.shop, published)
    # The day reached last is looked at again: it was not over then.
    for day in days_from(first, today):
        for member in accounts.due_for_review(shop.shop, day):
            counts[_looked_at(shop.shop, member, now)] += 1
    if counts["failed"] == failed_before:
        programmes.set_reached(shop.shop, JOB, today)


def _looked_at(shop: str, member: str, now: datetime) -> str:
    """One that fails must not keep the others waiting; the next night meets it again."""
    try:
        return "changed" if settle(shop, member, now) else "unchanged"
    except Exception:
        logger.exception("not reviewed", extra={"shop": shop, "member": member})
        return "failed"
