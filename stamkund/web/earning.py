"""Points for what members do besides buying.

    for_doing(club, member, "newsletter", reference="newsletter")

is for whoever hears of it: the consents, the details, the birthday. It is no reason to refuse what
somebody asked for that points for it are not to be had.
"""

from stamkund.rules import actions
from stamkund.rules.account import with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.programme_file import Action, ActionKind
from stamkund.tables import Append, Read, Update, accounts, earnings
from stamkund.tables.accounts import Accounts
from stamkund.tables.earnings import Earned
from stamkund.tables.ledger import Ledger
from stamkund.tables.posting import Conflict
from stamkund.tables.programmes import Programmes
from stamkund.web.club import Club

ROUNDS = 8
# What an endpoint declares that calls anything here.
ACCESS = {Accounts: Read | Append | Update, Ledger: Append, Programmes: Read}


def for_doing(club: Club, member: str, kind: ActionKind, reference: str) -> list[Earned]:
    """The points that the programme gives for an action of this kind: nothing where it gives none,
    where they were given for this reference before, or as often as they may be.

    Refused: member_not_found, member_not_active, member_merged, busy.
    """
    found: list[Earned] = []
    for action in club.file.actions:
        if action.kind == kind:
            found += _unless_capped(club, member, action, reference)
    return found


def _unless_capped(club: Club, member: str, action: Action, reference: str) -> list[Earned]:
    try:
        made, again = earn(club, member, action, reference)
    except Refused as refused:
        if refused.code != "limit_reached":
            raise
        return []
    return [] if again else [made]


def earn(club: Club, member: str, action: Action, reference: str) -> tuple[Earned, bool]:
    """The points, and whether they had been given before.

    Refused: limit_reached, no_points, member_not_found, member_not_active, member_merged, busy.
    """
    rules = club.programme.points
    if rules is None:
        raise Refused("no_points")
    for _ in range(ROUNDS):
        account, known = earnings.find(club.shop, member, action.id, reference)
        accounts.refuse_inactive(account)
        if known:
            return known, True
        version = club.published.version
        entry = actions.earned(action, account, reference, rules, club.at, version)
        made = Earned(action.id, reference, action.points, club.at.at)
        try:
            earnings.enter(account, with_entries(account, [entry]), [entry], made)
        except Conflict:
            continue
        return made, False
    raise Refused("busy")
