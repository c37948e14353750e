"""Places an order: on the happy path one transaction and no read.

A refusal brings the order and the account back with it, so what happens next is decided on what
there really is: a repeat gets its receipt, lots that were merged since the quote are chosen anew,
and of things that are gone a web order is refused whole, while a paid order stands and says what
could not be given.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import calendar, membership
from stamkund.rules.account import Account
from stamkund.rules.errors import Refused
from stamkund.rules.ledger import Entry
from stamkund.rules.order import Order
from stamkund.rules.placing import (
    exhausted,
    order_entries,
    reallocated,
    takes_stand,
    within_limits,
    without_benefits,
    without_points,
)
from stamkund.tables import accounts, orders, posting
from stamkund.tables.orders import Placed
from stamkund.tables.posting import Change, Contested
from stamkund.web.club import Club

ROUNDS = 5
# Each counter and each lot is a condition and an action of some forty characters, and DynamoDB
# takes expressions of 4 kB. With more the account is read, and written under its version.
MOST_UNREAD = 60


class Placing(Struct, frozen=True):
    """An order on its way in, under the version of the account when one was seen."""

    order: Order
    digest: bytes
    debt: int
    day: str = ""  # of the quote, if that spends points
    account: Account | None = None
    lapsed: list[Entry] = []
    contact: str = ""  # of a guest


class Outcome(Struct, frozen=True):
    """The order as it stands, and whether it stood already."""

    placed: Placed
    replayed: bool


def place(club: Club, placing: Placing) -> Outcome:
    """Refused: order_mismatch, member_not_found, member_not_active, member_merged,
    points_not_enough, voucher_not_open, offer_not_available, limit_reached, changed_meanwhile."""
    if placing.order.member and _is_much(placing.order):
        known = orders.look_up(club.shop, placing.order.key)
        if known:
            return Outcome(_same_order(known, placing), replayed=True)
        placing = _with_account(club, placing, accounts.find(club.shop, placing.order.member))
    for _ in range(ROUNDS):
        placed = _placed(club, placing)
        try:
            posting.post(club.shop, placed, _change(club, placing), club.at.at)
        except Contested as contested:
            if contested.order:
                return Outcome(_same_order(contested.order, placing), replayed=True)
            placing = _after(club, placing, contested)
        else:
            return Outcome(placed, replayed=False)
    raise Refused("changed_meanwhile")


def _is_much(order: Order) -> bool:
    return len(order.uses) + len(order.takes) > MOST_UNREAD


def _placed(club: Club, placing: Placing) -> Placed:
    order = placing.order
    if order.paid:
        return Placed(order, "confirmed", 0, placing.digest, None, [], placing.contact)
    hold = timedelta(minutes=club.published.programme.hold_minutes)
    return Placed(order, "held", 0, placing.digest, club.at.at + hold, [], placing.contact)


def _change(club: Club, placing: Placing) -> Change | None:
    order, account = placing.order, placing.account
    if not order.member:
        return None
    return Change(
        shop=club.shop,
        member=order.member,
        entries=[*placing.lapsed, *order_entries(order, club.at.day)],
        takes=order.takes,
        debt=placing.debt,
        uses=order.uses,
        vouchers=order.vouchers,
        claimed=order.claimed,
        order=order.key,
        # There may be a later purchase, by a clock that is ahead of ours.
        active_on=max(club.at.day, account.active_on if account else ""),
        # Once the account was seen, what has lapsed is known, and its version says it all.
        active_since="" if account else _oldest_activity(club),
        account=account,
    )


def _oldest_activity(club: Club) -> str:
    """If the last purchase lies before this day, points may have lapsed in between."""
    months = club.published.idle_months
    return calendar.first_day(calendar.add_months(club.at.month, -months)) if months else ""


def _same_order(known: Placed, placing: Placing) -> Placed:
    if known.digest != placing.digest:
        raise Refused("order_mismatch", "order_id", order=placing.order.key)
    return known


def _after(club: Club, placing: Placing, contested: Contested) -> Placing:
    """How to go on with what there is now, or the reason why not."""
    if contested.account_gone:
        raise Refused("member_not_found", "member")
    if contested.benefits:
        placing = _without_benefits(placing, contested.benefits)
    if contested.account:
        accounts.refuse_inactive(contested.account)
        placing = _with_account(club, placing, contested.account)
    return placing


def _without_benefits(placing: Placing, gone: list[str]) -> Placing:
    order = placing.order
    if not order.paid:
        code = "voucher_not_open" if set(gone) & set(order.vouchers) else "offer_not_available"
        raise Refused(code, "quote", benefits=gone)
    return replace(placing, order=without_benefits(order, gone))


def _with_account(club: Club, placing: Placing, account: Account) -> Placing:
    order = _with_points(club, placing, account)
    lapsed = membership.lapse(account, club.at, order.occurred_at, order.takes)
    if exhausted(order, account):
        if not order.paid:
            limits = [use.key for use in exhausted(order, account)]
            raise Refused("limit_reached", "quote", limits=limits)
        order = within_limits(order, account)
    return replace(
        placing,
        order=order,
        debt=account.debt,
        account=account,
        lapsed=lapsed,
    )


def _with_points(club: Club, placing: Placing, account: Account) -> Order:
    """The order with lots to take its points from, if there are enough in any."""
    order = placing.order
    if takes_stand(order, account, placing.debt):
        return order
    # Those that were there at the time of the quote first: they may have ended since.
    for day in (placing.day or club.at.day, club.at.day):
        chosen = reallocated(order, account, day)
        if chosen is not None:
            return chosen
    if not order.paid:
        raise Refused("points_not_enough", "quote", points=order.spent)
    return without_points(order)


def occurred(club: Club, at: datetime | None) -> datetime:
    """When the order happened; now if nobody says. Refused: too_early, too_late."""
    if at is None:
        return club.at.at
    late = club.published.programme.late
    if at > club.at.at + timedelta(minutes=5):
        raise Refused("too_early", "occurred_at", now=club.at.at.isoformat())
    if at < club.at.at - timedelta(days=late.upload_days):
        raise Refused("too_late", "occurred_at", most_days=late.upload_days)
    return at
