"""Looks at every account whose day has come: expires points, reviews tiers.

Timed, nightly. It goes through an index of days, from the last one it finished, and can be stopped
and run again at any point: an account that was looked at is in the index under a later day, or not
at all.
"""

from datetime import datetime
from typing import Any

from functions.members.settling import settle
from stamkund.rules.calendar import day_of, start_of
from stamkund.tables import Append, Read, Update, accounts, programmes, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.web.background import Timed
from stamkund.web.runs import Run, running

JOB = "review_accounts"
TRIGGER = Timed("cron(30 1 * * ? *)")
ACCESS = {Accounts: Read | Update, Ledger: Append, Programmes: Read | Append}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Reviews every shop; answers how many accounts changed, how many did not, and failures."""
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _review(shop, shop.now(), run)
    return {"changed": run.changed, "unchanged": run.left(), "failed": run.failed}


def _review(shop: RegisteredShop, now: datetime, run: Run) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    zone = published.programme.time_zone
    first = shops.reached(shop.shop, JOB) or shops.first_day(shop.shop, published)
    # The day reached last is looked at again: it was not over then.
    for day in run.days(shop.shop, first, day_of(now, zone)):
        for member in accounts.due_for_review(shop.shop, day):
            run.waited_since(start_of(day, zone), now)
            with run.one(shop=shop.shop, member=member):
                run.changed += settle(shop.shop, member, now)
