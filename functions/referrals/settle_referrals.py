"""Makes available what friends have brought, once their orders can no longer be returned.

Timed. Points become spendable by their own day; this gives vouchers and merit, and looks once more
whether everything is still as it was. It goes through an index, day by day, and can be stopped and
run again at any point.
"""

from typing import Any

from functions.referrals.following import look_at
from stamkund.rules.calendar import add_days, days_from
from stamkund.tables import Append, Read, Update, programmes, referrals, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import KEPT_EVERY
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "settle_referrals"
TRIGGER = Timed("rate(1 hour)")
ACCESS = {
    Accounts: Read | Append | Update,
    Identities: Read | Update,
    Ledger: Read | Append,
    Orders: Read,
    Profiles: Read,
    Programmes: Read | Append | Update,
}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Looks at what is due in every shop; answers how many changed, and how many failed."""
    with running("referrals", JOB, context) as run:
        for shop in shops.every_shop():
            now = shops.now_for(shop.shop, shop.sandbox)
            if programmes.current_or_none(shop.shop, now):
                _settle_in(club_at(shop.shop, now), run)
    return {"changed": run.changed, "failed": run.failed}


def _settle_in(club: Club, run: Run) -> None:
    today, failed_before = club.at.day, run.failed
    for n, day in enumerate(days_from(_first_day(club), today), start=1):
        for friend in referrals.due(club.shop, day):
            _look_at(club, friend, run)
        if run.failed == failed_before and (day == today or n % KEPT_EVERY == 0):
            shops.set_reached(club.shop, JOB, day)


def _first_day(club: Club) -> str:
    """A day before the last that was finished: something may have come to it since."""
    reached = shops.reached(club.shop, JOB)
    return add_days(reached, -1) if reached else shops.first_day(club.shop, club.published)


def _look_at(club: Club, friend: str, run: Run) -> None:
    """One that fails must not keep the others waiting; the next run meets it again."""
    run.looked_at += 1
    try:
        run.changed += look_at(club, friend)
    except Exception as error:  # noqa: BLE001 -- whatever it is
        run.failed_on(error, shop=club.shop, member=friend)
