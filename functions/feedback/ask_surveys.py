"""Asks members about what they bought, when it is due.

Timed. It goes through an index of what is due, and can be stopped and run again at any point: what
has been asked is no longer in it. Who asks takes it first, as with notices, so that nobody is asked
twice; only who dies between sending and noting it sends the same message once more.
"""

from datetime import datetime
from typing import Any

from stamkund.rules import surveys as rules
from stamkund.rules import text
from stamkund.rules.errors import Refused
from stamkund.rules.naming import named
from stamkund.rules.programme import Survey
from stamkund.rules.surveys import Ask
from stamkund.tables import Append, Read, Update, clock, orders, profiles, shops, surveys
from stamkund.tables.leases import MOST_ATTEMPTS
from stamkund.tables.orders import Orders, Placed
from stamkund.tables.profiles import Profile, Profiles
from stamkund.tables.programmes import Programmes
from stamkund.tables.shops import RegisteredShop
from stamkund.tables.threads import Threads
from stamkund.web import asking, messages
from stamkund.web.background import Timed
from stamkund.web.club import Club, club_at
from stamkund.web.messages import Message
from stamkund.web.runs import Run, running

JOB = "ask_surveys"
TRIGGER = Timed("rate(15 minutes)")
ACCESS = {Orders: Read, Profiles: Read, Programmes: Read, Threads: Read | Append | Update}
SENDS = ("email",)
NEEDS_SECRETS = True


def handler(_event: dict[str, Any], context: object) -> dict[str, int]:
    """Goes through every shop; answers how many were asked, how many not, and failures."""
    with running("feedback", JOB, context) as run:
        for shop in shops.every_shop():
            _ask_in(shop, run)
    return {"asked": run.changed, "left": run.left(), "failed": run.failed}


def _ask_in(shop: RegisteredShop, run: Run) -> None:
    now = shop.now()
    for order, group in surveys.due(shop.shop, now):
        with run.one(shop=shop.shop, order=order):
            run.changed += _asked(shop.shop, order, group, now)


def _asked(shop: str, order: str, group: str, now: datetime) -> bool:
    taken = surveys.take(shop, order, group, clock.real_time())
    if taken is None:
        return False
    ask, attempts = taken
    club, placed = club_at(shop, now), orders.look_up(shop, order)
    profile = profiles.find_or_none(shop, ask.member)
    if placed is None or profile is None or not _is_to_be_asked(club, ask, placed):
        surveys.drop(shop, ask)
        return False
    left = rules.those(club.file, set(ask.surveys) - surveys.asked_about(shop, order).answered)
    try:
        _write_to(club, ask, placed, profile, left)
    except Refused:
        if attempts >= MOST_ATTEMPTS:
            surveys.drop(shop, ask)
        else:
            surveys.put_back(shop, ask)
        raise
    surveys.asked(shop, ask, [one.id for one in left], now)
    return True


def _is_to_be_asked(club: Club, ask: Ask, placed: Placed) -> bool:
    """Not about what came back, nor what the programme asks no more."""
    still = rules.those(club.file, set(ask.surveys))
    return placed.status == "confirmed" and bool(still) and not _all_came_back(placed)


def _all_came_back(placed: Placed) -> bool:
    from stamkund.rules.refunds import units_left

    return not units_left(placed.order, placed.refunds)


def _write_to(club: Club, ask: Ask, placed: Placed, profile: Profile, left: list[Survey]) -> None:
    """Who has no address is asked on their page alone. Refused: not_sent."""
    if left and profile.email and club.file.feedback.page:
        messages.send(_message(club, ask, placed, profile, left))


def _message(
    club: Club, ask: Ask, placed: Placed, profile: Profile, asked: list[Survey]
) -> Message:
    language, name, page = profile.language, club.programme.name, club.file.feedback.page
    link = asking.link_for(club.shop, placed.order)
    parts = [
        text.say("survey_intro", language, shop=name),
        *(named(survey.question, language, club.programme) for survey in asked),
        f"{text.say('survey_answer', language)} {page}#survey={link}",
    ]
    subject = text.say("survey_subject", language, shop=name)
    id = f"{club.shop}.{ask.order}.{ask.group}"
    return Message("email", profile.email, name, subject, "\n\n".join(parts), id)
