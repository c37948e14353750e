"""Makes some members' accounts again from the ledger and holds them against those there are.

Timed, nightly. Which members depends on the date alone: a run that is repeated looks at the same.
It writes nothing: what differs is told, and looked into by a person.
"""

from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger

from stamkund.rules.errors import Refused
from stamkund.rules.membership import Setting
from stamkund.rules.replaying import compared, replayed
from stamkund.rules.selection import Moment, moment
from stamkund.tables import Read, Scan, accounts, clock, ledger, programmes, sampling
from stamkund.tables.accounts import Accounts
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes, RegisteredShop
from stamkund.web.settings import connect_tables, settings

ACCESS = {Accounts: Read | Scan, Ledger: Read, Programmes: Read}
ROUNDS = 3

logger = Logger(service="operations", child=True)


def handler(_event: dict[str, Any], _context: object) -> dict[str, int]:
    """Looks at a sample of every shop; answers how many agree, differ, or would not stand still."""
    connect_tables()
    shops = {shop.shop: shop for shop in programmes.every_shop()}
    counts = {"agree": 0, "differ": 0, "moving": 0, "failed": 0}
    day = clock.real_time().date().isoformat()
    sample = sampling.members_on(day, shops.keys(), settings().reconcile_members)
    for shop, members in sample.items():
        _reconcile(shops[shop], members, counts)
    return counts


def _reconcile(shop: RegisteredShop, members: list[str], counts: dict[str, int]) -> None:
    now = clock.now_for(shop.shop, shop.sandbox)
    published = programmes.current_or_none(shop.shop, now)
    if published is None:
        return
    for member in members:
        counts[_looked_at(shop.shop, member, published.setting, now)] += 1


def _looked_at(shop: str, member: str, setting: Setting, now: datetime) -> str:
    at, ids = moment(now, setting.programme.time_zone), {"shop": shop, "member": member}
    try:
        found = differences(shop, member, setting, at)
    except Refused:
        return "agree"  # gone meanwhile
    except Exception:
        logger.exception("not reconciled", extra=ids)
        return "failed"
    if found is None:
        return "moving"
    if found:
        logger.error("books differ", extra={**ids, "differ": found})
    return "differ" if found else "agree"


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
