"""The member at the counter, as pricing needs to know them."""

from msgspec import Struct

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.bill import Shopper
from stamkund.rules.errors import Refused
from stamkund.tables import accounts
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


def shopper_of(club: Club, account: Account, benefits: Benefits) -> Shopper:
    history = club.published.tier_history
    return membership.shopper_of(
        account, history, club.at.month, benefits.offers, benefits.vouchers
    )
