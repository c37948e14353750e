"""Looks once more at everybody who left the day before, or became part of another membership: what
was cut off is completed.

Timed, nightly. A session holds for minutes after its member has left, and a call may have been on
its way; by now none is. It goes through an index of days, as `review_accounts` does.
"""

from datetime import datetime
from typing import Any

from functions.members import forgetting
from stamkund.rules.calendar import day_of, start_of
from stamkund.rules.leaving import LAST_LOOK
from stamkund.tables import Append, Delete, Read, Update, accounts, programmes, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import Run, running

JOB = "complete_leavings"
TRIGGER = Timed("cron(30 3 * * ? *)")
ACCESS = {
    Accounts: Read | Append | Update | Delete,
    Profiles: Read | Append | Update | Delete,
    Identities: Read | Delete,
    Programmes: Read | Append,
    Threads: Read | Append | Delete,
}
PICTURES = Delete


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Answers how many were looked at, and how many failed: the next night meets those again."""
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _complete(shop, shop.now(), run)
    return {"completed": run.changed, "failed": run.failed}


def _complete(shop: RegisteredShop, now: datetime, run: Run) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    zone = published.programme.time_zone
    first = shops.reached(shop.shop, JOB) or shops.first_day(shop.shop, published)
    for day in run.days(shop.shop, first, day_of(now, zone)):
        for member in accounts.due_for_review(shop.shop, LAST_LOOK + day):
            run.waited_since(start_of(day, zone), now)
            with run.one(shop=shop.shop, member=member):
                forgetting.look_last(shop.shop, member)
                run.changed += 1
