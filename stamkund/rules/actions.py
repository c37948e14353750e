"""Points for what is no order: how much, and how often."""

from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.programme import PointRules
from stamkund.rules.programme_file import Action
from stamkund.rules.selection import Moment
from stamkund.rules.wallet import earned_lot


def counter(action: Action, day: str) -> str:
    """In what an account has used. A year is written as its last month: what is over for more than
    a month is forgotten."""
    period = {"day": day, "month": day[:7], "year": f"{day[:4]}-12", "ever": ""}[action.per]
    return f"earn.{action.id}" + (f"@{period}" if period else "")


def earned(
    action: Action, account: Account, reference: str, rules: PointRules, at: Moment, version: int
) -> Entry:
    """Pending and ending as points of an order. Refused: limit_reached."""
    key = counter(action, at.day)
    if account.used.get(key, 0) >= action.most:
        raise Refused("limit_reached", "action", limit=action.most, per=action.per)
    return entry(
        "bonus",
        {earned_lot(rules, at.day): action.points},
        reference=f"{action.id}.{reference}",
        reason=action.id,
        occurred_at=at.at,
        used={key: 1},
        version=version,
    )
