"""Who says something, as staff will see them beside it."""

from stamkund.rules import membership, threads
from stamkund.rules.account import Account
from stamkund.rules.programme import Language
from stamkund.rules.threads import Author
from stamkund.tables.accounts import refuse_inactive
from stamkund.web.club import Club


def member_author(club: Club, account: Account, language: Language) -> Author:
    """Refused: member_not_active, member_merged."""
    refuse_inactive(account)
    rules = club.file.feedback
    return Author(
        side="member",
        id=account.member,
        tier=membership.tier_of(account, club.published.tier_history, club.at.month),
        orders=account.orders,
        new=threads.is_new(account, rules, club.at.day),
        language=language,
    )
