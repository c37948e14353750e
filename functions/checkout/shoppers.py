"""The member at the counter, as pricing needs to know them."""

from msgspec import Struct

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.bill import Shopper
from stamkund.rules.errors import Refused
from stamkund.rules.selection import Moment
from stamkund.tables import accounts, ledger
from stamkund.tables.accounts import Benefits
from stamkund.web.club import Club


class Known(Struct, frozen=True):
    """A member at the counter."""

    account: Account
    shopper: Shopper


def known(club: Club, member: str) -> Known:
    """One query: account, vouchers and offers. Refused: member_not_found, member_not_active."""
    try:
        account, benefits = accounts.find_with_benefits(club.shop, member)
    except Refused as refused:
        raise Refused(refused.code, "member") from None
    accounts.refuse_inactive(account)
    return Known(account, shopper_of(club, account, benefits))


def tier_then(club: Club, who: Known, at: Moment) -> str:
    """The tier at an instant that may be past; the ledger is asked only if it has changed since."""
    account = who.account
    if at.at >= club.at.at or account.tier_since < at.day:
        return who.shopper.tier
    before = ledger.tier_before_change(account.shop, account.member, at.at)
    return who.shopper.tier if before is None else before


def shopper_of(club: Club, account: Account, benefits: Benefits) -> Shopper:
    history = club.published.tier_history
    return membership.shopper_of(
        account, history, club.at.month, benefits.offers, benefits.used_offers, benefits.vouchers
    )
