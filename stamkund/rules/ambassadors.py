"""Members who do something for each other: merit is counted, and comes to a badge."""

from stamkund.rules.account import Account
from stamkund.rules.referral_rules import AmbassadorLevel, Referrals

MERIT = "merit"  # in what an account has used; without a day it is counted for good


def merit_of(account: Account) -> int:
    return max(account.used.get(MERIT, 0), 0)


def level_of(rules: Referrals, merit: int) -> AmbassadorLevel | None:
    """The highest that so much merit comes to."""
    levels = rules.ambassadors.levels if rules.ambassadors else []
    reached = [level for level in levels if level.merit <= merit]
    return max(reached, key=lambda level: level.merit, default=None)
