"""What will be asked about an order: decided once, when it is first heard of."""

from datetime import timedelta

from stamkund.rules import surveys as rules
from stamkund.rules.order import Order
from stamkund.rules.surveys import Ask
from stamkund.tables import ledger, orders, surveys
from stamkund.web.club import Club

# Nobody is asked about what they have forgotten: an order that was told of late, or brought along.
LATE = timedelta(days=30)


def plan(club: Club, member: str, order: str) -> bool:
    """Whether anything will be asked that was not planned yet. Again is no harm. An order about
    which nothing is asked is not read."""
    # None that is known yet: then it is this one.
    first = ledger.first_order(club.shop, member) in {None, order}
    groups = rules.groups(club.file, first=first)
    placed = orders.look_up(club.shop, order) if groups else None
    if placed is None or not placed.order.member or placed.status == "cancelled":
        return False
    asks = [
        ask
        for group, ids in groups.items()
        if (ask := _ask(club, placed.order, group, ids)).due > club.at.at - LATE
    ]
    return bool(asks) and surveys.plan(club.shop, asks, at_once=rules.CHECKOUT)


def _ask(club: Club, order: Order, group: str, ids: list[str]) -> Ask:
    now = order.occurred_at
    due = now if group == rules.CHECKOUT else rules.due(order, group, club.file.surveys)
    return Ask(
        order=order.key,
        member=order.member,
        surveys=ids,
        cell=rules.cell_of(order, club.programme.time_zone),
        group=group,
        due=due,
    )
