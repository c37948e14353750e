"""Merit for what members do for each other besides bringing friends and writing reviews.

    for_doing(club, member, "answer", reference="a-17")

is for whoever hears of it: an answer that somebody gave thanks for. Each counts once under its
reference, and in a club without ambassadors not at all. What a review is worth comes and goes in
the transaction that gives and takes its points.
"""

from typing import Literal

from stamkund.rules.account import with_entries
from stamkund.rules.ambassadors import MERIT
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import entry
from stamkund.tables import accounts, earnings
from stamkund.tables.earnings import Earned
from stamkund.tables.posting import Conflict
from stamkund.web import earning
from stamkund.web.club import Club

ROUNDS = 8
# What an endpoint declares that calls anything here.
ACCESS = earning.ACCESS
Doing = Literal["answer"]


def for_doing(club: Club, member: str, kind: Doing, reference: str) -> int:
    """How much it came to: nothing where it had counted before.

    Refused: member_not_found, member_not_active, member_merged, busy.
    """
    rules = club.file.referrals.ambassadors
    if rules is None:
        return 0
    merit = rules.merit.answer
    action = f"{MERIT}.{kind}"
    for _ in range(ROUNDS):
        account, known = earnings.find(club.shop, member, action, reference)
        accounts.refuse_inactive(account)
        if known:
            return 0
        done = entry(
            "bonus",
            {},
            reference=f"{action}.{reference}",
            reason=action.replace(".", "_"),
            occurred_at=club.at.at,
            used={MERIT: merit},
            version=club.published.version,
        )
        made = Earned(action, reference, 0, club.at.at)
        try:
            earnings.enter(account, with_entries(account, [done]), [done], made)
        except Conflict:
            continue
        return merit
    raise Refused("busy")
