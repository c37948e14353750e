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
from stamkund.tables import Read, Update, clock, orders, profiles, shops, surveys
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
ACCESS = {Orders: Read, Profiles: Read, Programmes: Read, Threads: Read | Update}
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
    message = _message(club_at(shop, now), ask, orders.look_up(shop, order))
    if message is None:
        surveys.drop(shop, ask)
        return False
    try:
        messages.send(message)
    except Refused:
        if attempts >= MOST_ATTEMPTS:
            surveys.drop(shop, ask)
        else:
            surveys.put_back(shop, ask)
        raise
    surveys.asked(shop, ask)
    return True


def _message(club: Club, ask: Ask, placed: Placed | None) -> Message | None:
    """None where nothing is left to ask about, there is no way to ask, or nowhere to answer."""
    page = club.file.feedback.page
    if placed is None or placed.status != "confirmed" or not page:
        return None
    profile = profiles.find_or_none(club.shop, ask.member)
    every = {one.id: one for one in [*club.programme.checkout_questions, *rules.later(club.file)]}
    asked = [every[id] for id in ask.surveys if id in every]
    if profile is None or not profile.email or not asked or _all_came_back(placed):
        return None
    return _written(club, ask, placed, profile, asked, page)


def _all_came_back(placed: Placed) -> bool:
    from stamkund.rules.refunds import units_left

    return not units_left(placed.order, placed.refunds)


def _written(
    club: Club, ask: Ask, placed: Placed, profile: Profile, asked: list[Survey], page: str
) -> Message:
    language, name = profile.language, club.programme.name
    link = asking.link_for(club.shop, placed.order)
    parts = [
        text.say("survey_intro", language, shop=name),
        *(named(survey.question, language, club.programme) for survey in asked),
        f"{text.say('survey_answer', language)} {page}#survey={link}",
    ]
    subject = text.say("survey_subject", language, shop=name)
    id = f"{club.shop}.{ask.order}.{ask.group}"
    return Message("email", profile.email, name, subject, "\n\n".join(parts), id)
