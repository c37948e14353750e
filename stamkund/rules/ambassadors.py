"""Members who do something for each other: merit is counted, and comes to a badge."""

from msgspec import Struct

from stamkund.rules.account import Account
from stamkund.rules.naming import named
from stamkund.rules.programme import Language
from stamkund.rules.programme_file import ProgrammeFile
from stamkund.rules.referral_rules import AmbassadorLevel, Referrals

MERIT = "merit"  # in what an account has used; without a day it is counted for good


def merit_of(account: Account) -> int:
    return max(account.used.get(MERIT, 0), 0)


def level_of(rules: Referrals, merit: int) -> AmbassadorLevel | None:
    """The highest that so much merit comes to."""
    levels = rules.ambassadors.levels if rules.ambassadors else []
    reached = [level for level in levels if level.merit <= merit]
    return max(reached, key=lambda level: level.merit, default=None)


class Badge(Struct, frozen=True):
    """Of an ambassador."""

    level: str
    name: str


def badge_of(file: ProgrammeFile, account: Account, language: Language) -> Badge | None:
    level = level_of(file.referrals, merit_of(account))
    return Badge(level.id, named(level.name, language, file)) if level else None
