"""Makes some members' accounts again from the ledger and holds them against those there are.

Timed, nightly. Which members depends on the date alone: a run that is repeated looks at the same.
It writes nothing: what differs is told, and looked into by a person.
"""

from datetime import datetime
from typing import Any

from stamkund.rules.errors import Refused
from stamkund.rules.membership import Setting
from stamkund.rules.replaying import compared, replayed
from stamkund.rules.selection import Moment, moment
from stamkund.tables import Read, Scan, accounts, clock, ledger, programmes, sampling, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.web import log, metrics
from stamkund.web.background import Timed
from stamkund.web.metrics import Metric
from stamkund.web.runs import Run, running
from stamkund.web.settings import settings

TRIGGER = Timed("cron(30 2 * * ? *)")
ACCESS = {Accounts: Read | Scan, Ledger: Read, Programmes: Read}
JOB, ROUNDS = "reconcile", 3


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Looks at a sample of every shop; answers how many agree, differ, or would not stand still."""
    counts = {"agree": 0, "differ": 0, "moving": 0, "failed": 0}
    with running("operations", JOB, context) as run:
        every = {shop.shop: shop for shop in shops.every_shop()}
        day = clock.real_time().date().isoformat()
        sample = sampling.members_on(day, every.keys(), settings().reconcile_members)
        for shop, members in sample.items():
            _reconcile(every[shop], members, run, counts)
    return counts


def _reconcile(shop: RegisteredShop, members: list[str], run: Run, counts: dict[str, int]) -> None:
    now = shop.now()
    if shop.sandbox and shops.has_seen_the_future(shop.shop, now):
        return
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    for member in members:
        run.looked_at += 1
        counts[_looked_at(shop.shop, member, published.setting, now, run)] += 1


def _looked_at(shop: str, member: str, setting: Setting, now: datetime, run: Run) -> str:
    """One that fails must not keep the others waiting."""
    try:
        found = differences(shop, member, setting, moment(now, setting.programme.time_zone))
    except Refused:
        return "agree"  # gone meanwhile
    except Exception as error:  # noqa: BLE001 -- whatever it is
        run.failed_on(error, shop=shop, member=member)
        return "failed"
    if found:
        metrics.count(Metric.BOOKS_DIFFER)
        fields = {"function": JOB, "shop": shop, "member": member, "differ": found}
        log.logger_of("operations").error("books differ", extra=fields)
        return "differ"
    return "moving" if found is None else "agree"


def differences(shop: str, member: str, setting: Setting, at: Moment) -> list[str] | None:
    """What of the account its entries make otherwise; None if it changed while it was read.

    Refused: member_not_found.
    """
    for _ in range(ROUNDS):
        before = accounts.find(shop, member)
        entries = ledger.everything(shop, member, consistent=True)
        # Whatever is entered moves the version with it: the same one, and these are its entries.
        if accounts.find(shop, member).version == before.version:
            return sorted(compared(before, replayed(before, entries, setting), setting, at))
    return None
