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
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.runs import running

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
            for thread, n in threads.untold(shop.shop, shop.now() - PATIENCE):
                with run.one(shop=shop.shop, thread_id=thread):
                    run.changed += tell(shop, thread, n)
    return {"told": run.changed, "left": run.left(), "failed": run.failed}
