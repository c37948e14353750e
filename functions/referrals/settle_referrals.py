"""Makes available what friends have brought, once their orders can no longer be returned.

Timed. Points become spendable by their own day; this gives vouchers and merit, and looks once more
whether everything is still as it was. It goes through an index, day by day, and can be stopped and
run again at any point.
"""

from typing import Any

from functions.referrals.following import look_at
from stamkund.rules.calendar import add_days
from stamkund.tables import Append, Read, Update, programmes, referrals, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.orders import Orders
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
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
            now = shop.now()
            if programmes.current_or_none(shop.shop, now):
                _settle_in(club_at(shop.shop, now), run)
    return {"changed": run.changed, "failed": run.failed}


def _settle_in(club: Club, run: Run) -> None:
    for day in run.days(club.shop, _first_day(club), club.at.day):
        for friend in referrals.due(club.shop, day):
            with run.one(shop=club.shop, member=friend):
                run.changed += look_at(club, friend)


def _first_day(club: Club) -> str:
    """A day before the last that was finished: something may have come to it since."""
    reached = shops.reached(club.shop, JOB)
    return add_days(reached, -1) if reached else shops.first_day(club.shop, club.published)
