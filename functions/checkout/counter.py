"""What every checkout function stands on: the programme in force, the moment, and the member."""

from datetime import datetime

from msgspec import Struct

from stamkund.rules import membership
from stamkund.rules.account import Account
from stamkund.rules.bill import Shopper
from stamkund.rules.selection import Moment, moment
from stamkund.tables import accounts, programmes
from stamkund.tables.accounts import Benefits
from stamkund.tables.programmes import Published


class Counter(Struct, frozen=True):
    """A shop at an instant, by its programme of that instant."""

    shop: str
    published: Published
    at: Moment


class Known(Struct, frozen=True):
    """A member at the counter."""

    account: Account
    shopper: Shopper


def counter(shop: str, now: datetime) -> Counter:
    """Refused: no_programme."""
    published = programmes.current(shop, now)
    return Counter(shop, published, moment(now, published.programme.time_zone))


def known(desk: Counter, member: str) -> Known:
    """One query: account, vouchers and offers. Refused: member_not_found, member_not_active."""
    account, benefits = accounts.find_with_benefits(desk.shop, member)
    accounts.refuse_inactive(account)
    return Known(account, shopper_of(desk, account, benefits))


def shopper_of(desk: Counter, account: Account, benefits: Benefits) -> Shopper:
    history = desk.published.tier_history
    return Shopper(
        tier=membership.tier_of(account, history, desk.at.month),
        wallet=account.wallet,
        used=account.used,
        switched_on=benefits.offers,
        vouchers=benefits.vouchers,
        first_order=not account.first_order,
    )
