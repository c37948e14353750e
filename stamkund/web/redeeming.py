"""Gives back what a reward cost, when nobody used it: what a member may ask for, and time does."""

from datetime import datetime, timedelta

from stamkund.rules.account import with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.redeeming import restored
from stamkund.tables import accounts, benefits, orders, redemptions
from stamkund.tables.accounts import BENEFIT, BenefitItem, redeemed_in
from stamkund.tables.benefits import Beside
from stamkund.tables.posting import Conflict
from stamkund.tables.redemptions import RELEASED
from stamkund.web.club import Club

ROUNDS = 8
# Silence about an order is heard within a minute of its end.
AFTER_THE_ORDER = timedelta(minutes=2)


def redemption(club: Club, member: str, id: str) -> tuple[Beside, BenefitItem]:
    """The account, and a voucher that was paid for; both of who the member is now.

    Refused: not_found, member_not_found, member_not_active.
    """
    beside = benefits.find_following(club.shop, member, id)
    accounts.refuse_inactive(beside.account)
    if beside.benefit is None or redeemed_in(beside.benefit) is None:
        raise Refused("not_found")
    return beside, beside.benefit


def release(club: Club, member: str, id: str) -> tuple[BenefitItem, bool]:
    """The voucher as it stands, and whether it was released now.

    Refused: not_found, member_not_found, member_not_active, reward_closed (it is used, or kept),
    busy.
    """
    for _ in range(ROUNDS):
        beside, item = redemption(club, member, id)
        if item.status == RELEASED:
            return item, False
        if item.status != "open" or not item.valid_until:
            raise Refused("reward_closed")
        try:
            return _released(club, beside, item), True
        except Conflict:
            continue
    raise Refused("busy")


def look_at(club: Club, member: str, id: str, now: datetime) -> bool:
    """A voucher whose time is over: whether anything had to be done.

    Unused, its points go back. If an order has used it, that may still come to nothing: then it is
    looked at again. Of a membership that has ended nothing is left to give back to.
    Refused: busy.
    """
    for _ in range(ROUNDS):
        try:
            return _looked_at(club, member, id, now)
        except Conflict:
            continue
    raise Refused("busy")


def _looked_at(club: Club, member: str, id: str, now: datetime) -> bool:
    """Raises Conflict."""
    beside = _still_there(club, member, id)
    item = beside.benefit if beside else None
    if beside is None or item is None or not redemptions.is_due(item, now):
        return False
    if item.status == "used":
        _look_at_order(club, item)
    elif item.status == "open" and beside.account.status == "active":
        _released(club, beside, item)
    else:
        redemptions.settle_used(item)
    return True


def _still_there(club: Club, member: str, id: str) -> Beside | None:
    try:
        return benefits.find(club.shop, member, id)
    except Refused:
        return None


def _released(club: Club, beside: Beside, item: BenefitItem) -> BenefitItem:
    before, id = beside.account, item.sk.removeprefix(BENEFIT)
    entries = [restored(item.redeemed, id, club.at, club.published.version)]
    redemptions.release(before, with_entries(before, entries), entries, item)
    item.status = RELEASED
    return item


def _look_at_order(club: Club, item: BenefitItem) -> None:
    placed = orders.look_up(club.shop, item.order) if item.order else None
    if placed and placed.status == "held" and placed.hold_until:
        later = max(placed.hold_until, club.at.at) + AFTER_THE_ORDER
        redemptions.postpone(item, later)
    else:
        redemptions.settle_used(item)
