"""Makes the report of how well what people say is answered, and who is silent.

Timed, nightly, for the last twelve months: what becomes of a thread counts in the month in which it
was opened, however late. It reads each thread, post and answer of these months once, by an index,
and the accounts of all shops in one scan, so nobody who asks for the report waits for either.
"""

from datetime import datetime
from typing import Any

from stamkund.rules.calendar import add_months, first_day, month_of, start_of
from stamkund.rules.engagement import Engagement, Silence, rows_of
from stamkund.rules.errors import Refused
from stamkund.rules.threads import Thread
from stamkund.tables import Append, Read, Scan, engagement, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.club import club_at
from stamkund.web.runs import running

JOB = "report_engagement"
TRIGGER = Timed("cron(10 2 * * ? *)")
ACCESS = {Accounts: Scan, Programmes: Read | Append, Threads: Read}
MONTHS = 12


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers for how many there is a report, and failures."""
    with running("feedback", JOB, context) as run:
        known = [shop for shop in shops.every_shop() if _has_programme(shop)]
        buyers = _buyers(known)
        for shop in known:
            with run.one(shop=shop.shop):
                engagement.keep(shop.shop, _made(shop, buyers[shop.shop]))
                run.changed += 1
    return {"reported": run.changed, "failed": run.failed}


def _has_programme(shop: RegisteredShop) -> bool:
    try:
        club_at(shop.shop, shop.now())
    except Refused:
        return False
    return True


def _buyers(known: list[RegisteredShop]) -> dict[str, set[str]]:
    """By shop. The zones of shops differ by hours, and a year has as many days for all."""
    since = {shop.shop: _since(shop)[1] for shop in known}
    found: dict[str, set[str]] = {shop.shop: set() for shop in known}
    if known:
        for shop, member in engagement.buyers(found.keys(), min(since.values())):
            found[shop].add(member)
    return found


def _since(shop: RegisteredShop) -> tuple[datetime, str]:
    """Now, and the first day that is reported of."""
    now = shop.now()
    zone = club_at(shop.shop, now).programme.time_zone
    return now, first_day(add_months(month_of(now, zone), 1 - MONTHS))


def _made(shop: RegisteredShop, buyers: set[str]) -> Engagement:
    now, since = _since(shop)
    zone = club_at(shop.shop, now).programme.time_zone
    start = start_of(since, zone)
    threads = list(engagement.opened_since(shop.shop, start))
    told = engagement.tellings(shop.shop, since[:7])
    elsewhere = set(engagement.speakers_elsewhere(shop.shop, start))
    silent = buyers - _speakers(threads) - elsewhere
    return Engagement(
        made_at=now,
        since=since,
        rows=rows_of(threads, told, zone, now),
        silence=Silence(len(buyers), len(silent)),
    )


def _speakers(threads: list[Thread]) -> set[str]:
    return {thread.author.id for thread in threads if thread.author.side == "member"}
