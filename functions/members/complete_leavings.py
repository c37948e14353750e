"""Looks once more at everybody who left the day before, or became part of another membership: what
was cut off is completed.

Timed, nightly. A session holds for minutes after its member has left, and a call may have been on
its way; by now none is. It goes through an index of days, as `review_accounts` does.
"""

from datetime import datetime
from typing import Any

from functions.members import forgetting
from stamkund.rules.calendar import day_of, days_from, start_of
from stamkund.rules.leaving import LAST_LOOK
from stamkund.tables import Append, Delete, Read, Update, accounts, programmes, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import KEPT_EVERY, RegisteredShop
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
    Threads: Read | Append | Update | Delete,
}
PICTURES = Delete


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Answers how many were looked at, and how many failed: the next night meets those again."""
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _complete(shop, shops.now_for(shop.shop, shop.sandbox), run)
    return {"completed": run.changed, "failed": run.failed}


def _complete(shop: RegisteredShop, now: datetime, run: Run) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    zone = published.programme.time_zone
    today, failed_before = day_of(now, zone), run.failed
    first = shops.reached(shop.shop, JOB) or shops.first_day(shop.shop, published)
    for n, day in enumerate(days_from(first, today), start=1):
        for member in accounts.due_for_review(shop.shop, LAST_LOOK + day):
            run.waited_since(start_of(day, zone), now)
            _look_at(shop.shop, member, run)
        if run.failed == failed_before and (day == today or n % KEPT_EVERY == 0):
            shops.set_reached(shop.shop, JOB, day)


def _look_at(shop: str, member: str, run: Run) -> None:
    """One that fails must not keep the others waiting."""
    run.looked_at += 1
    try:
        forgetting.look_last(shop, member)
    except Exception as error:  # noqa: BLE001 -- whatever it is
        run.failed_on(error, shop=shop, member=member)
    else:
        run.changed += 1
