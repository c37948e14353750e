"""Gives what is due for answers in the forum: points for one that was chosen, once for each topic,
and merit for one that somebody said thanks for.

Timed. It goes through an index of what is due, and can be stopped and run again at any point: what
was given is no longer in it, and given once under its reference.
"""

from typing import Any

from stamkund.rules.errors import Refused
from stamkund.tables import Append, Read, Update, accounts, forum, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.forum import Owed
from stamkund.tables.ledger import Ledger
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web import earning, merits
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "reward_answers"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {
    Accounts: Read | Append | Update,
    Ledger: Append,
    Programmes: Read,
    Threads: Read | Update,
}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers for how many answers it was given, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _reward(shop, run)
    return {"rewarded": run.changed, "failed": run.failed}


def _reward(shop: RegisteredShop, run: Run) -> None:
    now = shops.now_for(shop.shop, shop.sandbox)
    for owed in forum.unrewarded(shop.shop, now):
        run.looked_at += 1
        try:
            _give(club_at(shop.shop, now), owed)
            run.changed += 1
        except Exception as error:  # noqa: BLE001 -- the others are not kept waiting
            run.failed_on(error, shop=shop.shop, thread_id=owed.answer)


def _give(club: Club, owed: Owed) -> None:
    member = _writer(club, owed.answer)
    if member and owed.chosen:
        earning.for_doing(club, member, "answer", owed.topic)
    elif member:
        merits.for_doing(club, member, "answer", owed.answer)
    forum.rewarded(club.shop, owed)


def _writer(club: Club, answer: str) -> str | None:
    """Whose answer it is now; who has left is given nothing."""
    known = forum.find(club.shop, answer)
    if known is None or known.thread.author.side != "member":
        return None
    try:
        account = accounts.surviving(accounts.find(club.shop, known.thread.author.id))
    except Refused:
        return None
    return account.member if account.status == "active" else None
