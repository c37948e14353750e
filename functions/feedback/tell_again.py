"""Tells what nobody was told of yet: because it could not be sent, or somebody died over it.

Timed. It goes through an index of what is untold, and leaves alone what is only a moment old.
"""

from datetime import timedelta
from typing import Any

from functions.feedback.telling import tell
from stamkund.tables import Read, Update, shops, threads
from stamkund.tables.accounts import Accounts
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import Run, running

JOB = "tell_again"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {
    Accounts: Read,
    Profiles: Read,
    Programmes: Read | Update,
    Threads: Read | Update,
}
SENDS = ("email", "sms")
TELLS = True

# By then the stream has come to it, if it does.
PATIENCE = timedelta(minutes=2)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were told, how many not, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _tell(shop, run)
    left = run.looked_at - run.changed - run.failed
    return {"told": run.changed, "left": left, "failed": run.failed}


def _tell(shop: RegisteredShop, run: Run) -> None:
    until = shops.now_for(shop.shop, shop.sandbox) - PATIENCE
    for thread, n in threads.untold(shop.shop, until):
        run.looked_at += 1
        try:
            run.changed += tell(shop, thread, n)
        except Exception as error:  # noqa: BLE001 -- the others are not kept waiting
            run.failed_on(error, shop=shop.shop, thread_id=thread)
