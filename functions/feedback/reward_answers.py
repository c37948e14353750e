"""Gives what is due for answers in the forum: points for one that was chosen, once for each topic,
and merit for one that somebody said thanks for. The points of one that staff has taken away since
go back.

Timed. It goes through an index of what is due, and can be stopped and run again at any point: what
was done is no longer in it. Points come and go with the answer that says so, as those of a review
do, and merit is given once under its reference.
"""

from collections.abc import Callable
from typing import Any

from stamkund.rules import forum as rules
from stamkund.rules import paid
from stamkund.rules.account import Account, with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.paid import At
from stamkund.rules.threads import Thread
from stamkund.tables import Append, Read, Update, accounts, forum, shops
from stamkund.tables.accounts import Accounts
from stamkund.tables.forum import Known, Owed
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web import merits
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "reward_answers"
TRIGGER = Timed("rate(5 minutes)")
ACCESS = {
    Accounts: Read | Append | Update,
    Ledger: Append,
    Programmes: Read,
    Threads: Read | Append | Update,
}
ROUNDS = 8


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers for how many answers something was done, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _reward(shop, run)
    return {"rewarded": run.changed, "failed": run.failed}


def _reward(shop: RegisteredShop, run: Run) -> None:
    now = shops.now_for(shop.shop, shop.sandbox)
    for owed in forum.unrewarded(shop.shop, now):
        run.looked_at += 1
        try:
            _see_to(club_at(shop.shop, now), owed)
            run.changed += 1
        except Exception as error:  # noqa: BLE001 -- the others are not kept waiting
            run.failed_on(error, shop=shop.shop, thread_id=owed.answer)


def _see_to(club: Club, owed: Owed) -> None:
    """Raises Conflict when others were faster all the time."""
    if owed.why == "refused":
        _as_it_is(club, owed.answer, _take_back)
        return
    _as_it_is(club, owed.answer, _pay if owed.why == "chosen" else _honour)
    forum.rewarded(club.shop, owed)


def _as_it_is(club: Club, answer: str, act: Callable[[Club, Known], None]) -> None:
    for _ in range(ROUNDS):
        known = forum.find(club.shop, answer)
        if known is None:
            return
        try:
            act(club, known)
        except Conflict:
            continue
        return
    raise Conflict


def _honour(club: Club, known: Known) -> None:
    account = _writer(club, known.thread)
    if account:
        merits.for_doing(club, account.member, "answer", known.thread.id)


def _pay(club: Club, known: Known) -> None:
    """Raises Conflict."""
    post, account = known.post, _writer(club, known.thread)
    if account is None or post.paid is not None or post.state == "refused":
        return
    entries = _earned(club, account, known.topic)
    if entries:
        after = with_entries(account, entries)
        forum.pay(account, after, entries, known, rules.with_payment(post, entries))


def _earned(club: Club, account: Account, topic: str) -> list[Entry]:
    points = club.programme.points
    actions = [one for one in club.file.actions if one.kind == "answer"]
    setting = At(club.at, club.published.version)
    return paid.earned(actions, account, topic, points, setting) if points else []


def _take_back(club: Club, known: Known) -> None:
    """Unless staff shows it again meanwhile. Raises Conflict."""
    post, account, points = known.post, _writer(club, known.thread), club.programme.points
    if not post.owes:
        return
    after = rules.with_points_back(post)
    if account is None:
        forum.settle(club.shop, known, after)
        return
    policy = points.claw_back if points else "within_balance"
    entries = paid.taken_back(post.paid or [], account, known.topic, policy, club.at)
    forum.pay(account, with_entries(account, entries), entries, known, after)


def _writer(club: Club, thread: Thread) -> Account | None:
    """Whose answer it is now; of who has left nothing is given or taken."""
    if thread.author.side != "member":
        return None
    try:
        account = accounts.surviving(accounts.find(club.shop, thread.author.id))
    except Refused:
        return None
    return account if account.status == "active" else None
