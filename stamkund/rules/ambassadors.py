"""Members who do something for each other: merit is counted, and comes to a badge."""

from collections.abc import Mapping

from msgspec import Struct

from stamkund.rules.account import Account
from stamkund.rules.naming import named
from stamkund.rules.programme import AmbassadorLevel, Language, Offer, Programme

MERIT = "merit"  # in what an account has used; without a day it is counted for good


def merit_of(account: Account) -> int:
    return max(account.used.get(MERIT, 0), 0)


def level_of(programme: Programme, merit: int) -> AmbassadorLevel | None:
    """The highest that so much merit comes to."""
    ambassadors = programme.referrals.ambassadors
    levels = ambassadors.levels if ambassadors else []
    reached = [level for level in levels if level.merit <= merit]
    return max(reached, key=lambda level: level.merit, default=None)


class Badge(Struct, frozen=True):
    """Of an ambassador."""

    level: str
    name: str


def badge_of(programme: Programme, account: Account, language: Language) -> Badge | None:
    level = level_of(programme, merit_of(account))
    return badge(level, language, programme) if level else None


def badge(level: AmbassadorLevel, language: Language, programme: Programme) -> Badge:
    return Badge(level.id, named(level.name, language, programme))


def review_merit(programme: Programme) -> int:
    """For one that was let through."""
    ambassadors = programme.referrals.ambassadors
    return ambassadors.merit.review if ambassadors else 0


def is_for(offer: Offer, programme: Programme, used: Mapping[str, int]) -> bool:
    """Whether it is for everybody, or for ambassadors as somebody is who has used this much."""
    if not offer.ambassadors:
        return True
    level = level_of(programme, used.get(MERIT, 0))
    return level is not None and level.id in offer.ambassadors
