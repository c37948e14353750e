"""Forgets members who have been away for as long as the programme says, having told them before.

Timed, nightly, for shops whose programme has `retention`. Who was seen when is an index by the
month of the last login, so a programme may change its mind without anybody being written again; who
was told is in it by the day until which they have time. Purchases are looked at when somebody's
month has come, and move them on. It can be stopped and run again at any point.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from functions.members import forgetting
from functions.members.telling import tell_of_the_end
from stamkund.rules import retention as rules
from stamkund.rules.calendar import days_from, first_day, month_number, month_numbered
from stamkund.rules.retention import Retention
from stamkund.tables import (
    Append,
    Delete,
    Read,
    Update,
    accounts,
    profiles,
    programmes,
    shops,
)
from stamkund.tables.accounts import Accounts
from stamkund.tables.identities import Identities
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import KEPT_EVERY, RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "forget_inactive"
TRIGGER = Timed("cron(0 4 * * ? *)")
NEEDS_SECRETS = True
SENDS = ("email", "sms")
ACCESS = {
    Accounts: Read | Update | Delete,
    Profiles: Read | Update | Delete,
    Identities: Read | Delete,
    Ledger: Append,
    Programmes: Read | Append,
    Threads: Read | Append | Delete,
}
PICTURES = Delete
# In one shop and run; the rest waits for the next night. Each takes some ten calls.
MOST = 2_000


class Place(NamedTuple):
    """One in the index, and what is kept of it as progress."""

    place: str
    day: str


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Answers for how many something was done (moved on, told, forgotten), and how many failed.

    Whoever runs it by hand may say `most`.
    """
    most = int(event.get("most", MOST))
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _look_in(shop, shop.now(), most, run)
    return {"changed": run.changed, "failed": run.failed}


def _look_in(shop: RegisteredShop, now: datetime, most: int, run: Run) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None or published.file.retention is None:
        return
    club, retention = club_at(shop.shop, now), published.file.retention
    for name, places in (("told", _told(club)), ("away", _away(club, retention))):
        for place, member in islice(_in(club.shop, f"{JOB}.{name}", places, run), most):
            with run.one(shop=club.shop, member=member), suppress(Conflict):
                # Of a conflict: they are doing something at this moment, and so they are here.
                run.changed += _done(club, retention, place, member)


def _told(club: Club) -> Iterator[Place]:
    """Whose day has come."""
    for day in days_from(_first_day(club, "told"), club.at.day):
        yield Place(rules.told_until(day), day)


def _away(club: Club, retention: Retention) -> Iterator[Place]:
    """Who was seen for the last time so many months ago."""
    first = month_number(_first_day(club, "away")[:7])
    for number in range(first, month_number(rules.last_month(retention, club.at.month)) + 1):
        month = month_numbered(number)
        yield Place(month, first_day(month))


def _first_day(club: Club, name: str) -> str:
    known = shops.reached(club.shop, f"{JOB}.{name}")
    return known or shops.first_day(club.shop, club.published)


def _in(shop: str, progress: str, places: Iterable[Place], run: Run) -> Iterator[tuple[str, str]]:
    """Everybody there, place by place. Progress ends where somebody failed, or at the last."""
    failed_before, last = run.failed, ""
    for n, (place, day) in enumerate(places, start=1):
        for member in profiles.seen_in(shop, place):
            yield place, member
        if run.failed == failed_before:
            last = day
            if n % KEPT_EVERY == 0:
                shops.set_reached(shop, progress, day)
    if last:
        shops.set_reached(shop, progress, last)


def _done(club: Club, retention: Retention, place: str, member: str) -> bool:
    """Whether anything was: an index may be behind. Raises Conflict."""
    profile = profiles.find_or_none(club.shop, member)
    account = accounts.find(club.shop, member)
    if profile is None or profile.seen != place or account.status != "active":
        return False
    seen = rules.last_seen(place, account.active_on)
    if seen > rules.last_month(retention, club.at.month):
        profiles.move(club.shop, member, place, seen)
    elif place.startswith(rules.TOLD):
        forgetting.close(account, profile, club.at, seen=place)
        forgetting.sweep(club.shop, member)
    else:
        until = rules.end_of(retention, club.at.day)
        tell_of_the_end(club, profile, until)
        profiles.move(club.shop, member, place, rules.told_until(until))
    return True
