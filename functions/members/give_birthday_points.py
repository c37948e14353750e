"""Gives members the points that the programme has for their birthday, once a year.

Timed, nightly, for shops whose programme has an action of the kind `birthday`. It goes through an
index by day, and can be stopped and run again at any point. The points are those of the day itself,
whenever it runs: a birthday on 31 December that is met in January is one of the old year.
"""

from datetime import datetime
from typing import Any

from functions.members import birthdays
from stamkund.rules.calendar import add_days, start_of
from stamkund.rules.programme_file import Action
from stamkund.rules.selection import moment
from stamkund.tables import Append, Read, profiles, programmes, shops
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.web import earning
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.runs import Run, running

JOB = "give_birthday_points"
TRIGGER = Timed("cron(0 5 * * ? *)")
NEEDS_SECRETS = True
ACCESS = {**earning.ACCESS, Profiles: Read, Programmes: Read | Append}
# A programme that has just begun to give them does not give those of the whole year.
MOST_DAYS_LATE = 7


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Answers how many were given points, and how many failed: the next night meets those again."""
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _look_in(shop, shop.now(), run)
    return {"changed": run.changed, "failed": run.failed}


def _look_in(shop: RegisteredShop, now: datetime, run: Run) -> None:
    published = programmes.current_or_none(shop.shop, now)
    if published is None or not _gives(published.file.actions):
        return
    club = club_at(shop.shop, now)
    # The day reached last is looked at again: somebody may have said so only on the day itself.
    for day in run.days(club.shop, _first_day(club), club.at.day):
        for member in birthdays.have_it_on(club.shop, day):
            with run.one(shop=club.shop, member=member):
                run.changed += _given(_on(club, day), member)


def _gives(actions: list[Action]) -> bool:
    return any(action.kind == "birthday" for action in actions)


def _first_day(club: Club) -> str:
    reached = shops.reached(club.shop, JOB)
    if reached is None:
        # Whoever fails on this first day is met again as well.
        shops.set_reached(club.shop, JOB, club.at.day)
        return club.at.day
    return max(reached, add_days(club.at.day, -MOST_DAYS_LATE))


def _on(club: Club, day: str) -> Club:
    """The club as it is, at the beginning of a day."""
    zone = club.programme.time_zone
    at = moment(start_of(day, zone), zone)
    return Club(club.shop, programmes.in_month(club.published, at.month), at)


def _given(club: Club, member: str) -> bool:
    """Whether anything was: an index may be behind."""
    profile = profiles.find_or_none(club.shop, member)
    if profile is None or not birthdays.has_it_on(profile, club.at.day):
        return False
    return bool(earning.for_doing(club, member, "birthday", reference=club.at.day[:4]))
