"""What a member begins with."""

from msgspec.structs import replace

from stamkund.rules import membership
from stamkund.rules.account import Account, with_entries
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.membership import Setting
from stamkund.rules.selection import Moment
from stamkund.rules.wallet import earned_lot, is_idle


def newcomer(
    shop: str, member: str, card: str, setting: Setting, at: Moment
) -> tuple[Account, list[Entry]]:
    """The account on its first day: the lowest tier, the welcome points, the day to look again."""
    entries = _welcome(setting, at)
    account = Account(shop=shop, member=member, card=card, joined_on=at.day)
    tier = membership.tier_of(account, setting.history, at.month)
    placed = replace(account, tier=tier, tier_since=at.day if tier else "")
    return membership.settled(with_entries(placed, entries), setting, at)[0], entries


def _welcome(setting: Setting, at: Moment) -> list[Entry]:
    rules = setting.programme.points
    if rules is None or not rules.welcome:
        return []
    lots = {earned_lot(rules, at.day): rules.welcome}
    given = entry(
        "bonus",
        lots,
        reference="welcome",
        reason="welcome",
        occurred_at=at.at,
        version=setting.version,
        active_on=at.day if any(map(is_idle, lots)) else "",
    )
    return [given]


def newcomer_now(setting: Setting, at: Moment) -> Account:
    """Anybody who might join at this moment, with what they would have then."""
    return newcomer("", "", "", setting, at)[0]
