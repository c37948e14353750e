"""Opens the periods of the lottery among reviews, draws those that are over, and tells the winner.

Timed. Each of the three is safe to do again, and to be killed at: what is chosen is kept before it
is published, what is drawn is drawn once, and whoever won is told by a step in their own thread.
"""

from datetime import timedelta
from typing import Any

from stamkund.rules import threads as rules
from stamkund.rules.calendar import add_days, start_of
from stamkund.rules.errors import Refused
from stamkund.rules.lottery import ends_on, period_of
from stamkund.rules.naming import named
from stamkund.rules.threads import Step
from stamkund.tables import Append, Read, lottery, shops, threads
from stamkund.tables.identities import Identities
from stamkund.tables.lottery import Kept
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "draw_lottery"
TRIGGER = Timed("rate(15 minutes)")
ACCESS = {Identities: Read | Append, Programmes: Read, Threads: Read | Append}

# What was let through in the last second of a period has been written by then.
PATIENCE = timedelta(hours=1)


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers what was done, what had been, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            try:
                _in(shop, run)
            except Refused as refused:
                if refused.code != "no_programme":
                    run.failed_on(refused, shop=shop.shop)
            except Exception as error:  # noqa: BLE001 -- the others are not kept waiting
                run.failed_on(error, shop=shop.shop)
    return {"done": run.changed, "left": max(0, run.left()), "failed": run.failed}


def _in(shop: RegisteredShop, run: Run) -> None:
    club = club_at(shop.shop, shop.now())
    known = lottery.every(club.shop)
    _open(club, {kept.draw.period for kept in known}, run)
    for kept in known:
        if kept.draw.drawn_at is None and _is_over(club, kept.draw.period):
            run.looked_at += 1
            run.changed += _done(club, kept)
        elif kept.draw.winner and not kept.draw.told:
            run.looked_at += 1
            run.changed += _told(club, kept)


def _open(club: Club, known: set[str], run: Run) -> None:
    """Today's, and tomorrow's: the hash is there before the first ticket."""
    asked = club.file.lottery
    if asked is None:
        return
    days = (club.at.day, add_days(club.at.day, 1))
    for period in sorted({period_of(day, asked.every) for day in days} - known):
        run.looked_at += 1
        run.changed += lottery.open_period(club.shop, period, asked.prize, club.at.at)


def _is_over(club: Club, period: str) -> bool:
    after = start_of(add_days(ends_on(period), 1), club.programme.time_zone)
    return club.at.at >= after + PATIENCE


def _done(club: Club, kept: Kept) -> bool:
    """Drawn, and told of at once; whoever is slower leaves it to the other."""
    try:
        drawn = lottery.draw(club.shop, kept, club.at.at)
    except Conflict:
        return False
    return _told(club, Kept(drawn, kept.version + 1)) or True


def _told(club: Club, kept: Kept) -> bool:
    """A step in the thread of the review that won, of which the member is told as of any other."""
    if not kept.draw.winner:
        return False
    try:
        _step(club, kept)
        lottery.set_told(club.shop, kept)
    except Conflict:
        return False  # somebody wrote in it; the next run tells
    return True


def _step(club: Club, kept: Kept) -> None:
    reference = f"won.{kept.draw.period}"
    thread, known = threads.find_for(club.shop, kept.draw.thread, "club", reference)
    if known:
        return
    step = Step(
        reference=reference,
        what="won",
        side="club",
        by="",
        at=club.at.at,
        text=named(kept.draw.prize, thread.author.language, club.programme),
    )
    after, event = rules.moved(thread, step, club.file.feedback)
    threads.step(club.shop, thread, after, event)
