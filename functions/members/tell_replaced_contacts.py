"""Tells contacts that were replaced of that, where it could not be done with the change itself.

Timed. It goes through an index of what is untold, and leaves alone what is only a moment old. After
a day nobody tries any more.
"""

from datetime import datetime
from typing import Any

from functions.members import telling
from stamkund.tables import (
    Delete,
    Read,
    Update,
    changed_contacts,
    clock,
    programmes,
    shops,
)
from stamkund.tables.profiles import Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.web.background import Timed
from stamkund.web.club import club_at
from stamkund.web.runs import Run, running

JOB = "tell_replaced_contacts"
TRIGGER = Timed("rate(15 minutes)")
SENDS = ("email", "sms")
ACCESS = {Profiles: Read | Update | Delete, Programmes: Read}


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Answers how many were told, and how many failed."""
    with running("members", JOB, context) as run:
        for shop in shops.every_shop():
            _look_in(shop, clock.real_time(), run)
    return {"told": run.changed, "failed": run.failed}


def _look_in(shop: RegisteredShop, now: datetime, run: Run) -> None:
    due = changed_contacts.due(shop.shop, now)
    if not due:
        return
    here = shop.now()
    if programmes.current_or_none(shop.shop, here) is None:
        return
    club = club_at(shop.shop, here)
    for member, id in due:
        with run.one(shop=club.shop, member=member):
            run.changed += telling.tell_who_was_replaced(club, member, id, now)
