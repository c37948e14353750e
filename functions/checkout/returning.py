"""Takes an order back, in part or whole: what refund, cancel and silence share.

The order is read, and the refund written as if the order's own lot still had its points, which is
so as long as they are pending. Where it is not, the refusal brings the account along, and the
refund is worked out on that. Two at once: one wins, and the other reads again.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import membership, wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.errors import Refused
from stamkund.rules.leaving import with_nothing_kept
from stamkund.rules.ledger import CANCELLED, Entry
from stamkund.rules.order import Order, OrderStatus, Refund
from stamkund.rules.refunds import (
    Policy,
    Return,
    points_to_take,
    refund_of,
    units_left,
)
from stamkund.rules.wallet import Take, Wallet
from stamkund.tables import accounts, orders, posting, programmes
from stamkund.tables.accounts import BENEFIT, BenefitItem
from stamkund.tables.orders import Placed
from stamkund.tables.posting import Change, Conflict, Contested, OrderChange
from stamkund.web.club import Club

ROUNDS = 8


class Asked(Struct, frozen=True):
    """A return as it was asked for; `units` tells what of the order, as it now stands."""

    reference: str
    digest: bytes
    units: Callable[[Placed], Mapping[int, int]]
    store: str = ""


class Done(NamedTuple):
    """The order after the return, which of its refunds this is, and whether it was done before."""

    placed: Placed
    refund: Refund
    replayed: bool


def take_back(club: Club, key: str, asked: Asked) -> Done:
    """Refused: order_not_found, order_not_confirmed, order_closed, refund_mismatch,
    refund_too_large, line_not_found, changed_meanwhile."""
    for _ in range(ROUNDS):
        placed = orders.find(club.shop, key)
        known = next((r for r in placed.refunds if r.reference == asked.reference), None)
        if known:
            return _repeated(placed, known, asked)
        _refuse_unless_confirmed(placed)
        try:
            return _refunded(club, placed, asked)
        except Conflict:
            continue
    raise Refused("changed_meanwhile")


def _repeated(placed: Placed, known: Refund, asked: Asked) -> Done:
    if known.digest != asked.digest:
        raise Refused("refund_mismatch", "reference", reference=asked.reference)
    return Done(placed, known, replayed=True)


def _refuse_unless_confirmed(placed: Placed) -> None:
    if placed.status == "held":
        raise Refused("order_not_confirmed", order=placed.order.key)
    if placed.status == "cancelled":
        raise Refused("order_closed", order=placed.order.key)


def _refunded(club: Club, placed: Placed, asked: Asked) -> Done:
    order = placed.order
    wanted = Return(
        order=order,
        refunds=placed.refunds,
        units=asked.units(placed),
        reference=asked.reference,
        at=club.at.at,
        digest=asked.digest,
        store=asked.store,
    )
    policy = policy_of(club, order)
    if not order.member:
        returned = refund_of(wanted, None, policy)
        after = _with_refund(placed, returned.refund)
        posting.rewrite_order(club.shop, OrderChange(placed, after))
        return Done(after, returned.refund, replayed=False)
    return _from_own_lot(club, placed, wanted, policy)


def policy_of(club: Club, order: Order) -> Policy:
    """By the programme of the order: what is agreed is not changed by what is published later."""
    programme = programmes.version(club.shop, order.version)
    horizon = membership.horizon(club.published.programme.late, club.at.day)
    return Policy(
        claw_back=programme.points.claw_back if programme.points else "debt",
        today=club.at.day,
        counts=order.month >= horizon,
    )


def _from_own_lot(club: Club, placed: Placed, wanted: Return, policy: Policy) -> Done:
    order = wanted.order
    points = points_to_take(order, wanted.refunds, wanted.units)
    matured = wallet.is_matured(order.lot, club.at.day)
    assumed = Wallet({order.lot: points} if points else {})
    ended = not wallet.is_live(assumed, order.lot, club.at.day)
    if points and (ended or (matured and policy.claw_back == "only_pending")):
        return _from_wallet(placed, wanted, policy, _owner(club, order))
    returned = refund_of(wanted, assumed, policy)
    after = _with_refund(placed, returned.refund)
    change = Change(
        shop=club.shop,
        member=order.member,
        entries=returned.entries,
        takes=[Take(order.lot, points)] if points else [],
        # A debt has a claim on what has matured, and none on what is pending.
        debt=0 if matured else None,
        active_since=wallet.bought_since(order.lot, club.at.day) if points else "",
        reopened=_vouchers_back(after),
    )
    try:
        posting.post(club.shop, OrderChange(placed, after), change, club.at.at)
    except Contested as contested:
        return _contested(placed, wanted, policy, contested)
    return Done(after, returned.refund, replayed=False)


def _contested(placed: Placed, wanted: Return, policy: Policy, contested: Contested) -> Done:
    if contested.order or contested.account is None:
        raise Conflict
    return _from_wallet(placed, wanted, policy, accounts.surviving(contested.account))


def _owner(club: Club, order: Order) -> Account:
    """Whose order it is now."""
    return accounts.surviving(accounts.find(club.shop, order.member))


def _from_wallet(placed: Placed, wanted: Return, policy: Policy, account: Account) -> Done:
    if account.status == "closed":
        return _of_who_left(placed, wanted, policy, account)
    order, returned = wanted.order, refund_of(wanted, account.wallet, policy)
    after = _with_refund(placed, returned.refund)
    entries = returned.entries
    vouchers = [(id, "open") for id in _where_they_are(account, order, _vouchers_back(after))]
    change = OrderChange(placed, after)
    posting.rewrite(account, with_entries(account, entries), entries, change, vouchers)
    return Done(after, returned.refund, replayed=False)


def _of_who_left(
    placed: Placed,
    wanted: Return,
    policy: Policy,
    account: Account,
    status: OrderStatus = "confirmed",
) -> Done:
    """Money comes back, and counts in the month's totals. What is owed is forgiven, points that
    had paid for something end as they come back, and nobody has vouchers any more."""
    forgiving = replace(policy, claw_back="within_balance")
    returned = refund_of(wanted, account.wallet, forgiving)
    after = _with_refund(placed, returned.refund, status)
    entries = with_nothing_kept(account, returned.entries, wanted.at)
    change = OrderChange(placed, after)
    posting.rewrite(account, with_entries(account, entries), entries, change)
    return Done(after, returned.refund, replayed=False)


def _vouchers_back(after: Placed) -> list[str]:
    """A voucher cannot be given back in part: it is there again when everything has come back."""
    return [] if units_left(after.order, after.refunds) else after.order.vouchers


def _where_they_are(account: Account, order: Order, ids: Sequence[str]) -> Sequence[str]:
    """The same ids, unless the member has been merged into another since, who may have had one by
    the same id. Raises Conflict where they are still on their way."""
    if account.member == order.member or not ids:
        return ids
    if any(accounts.beside(account.shop, order.member)):
        raise Conflict
    theirs = accounts.beside(account.shop, account.member, BenefitItem.order == order.key)
    used = {item.sk.removeprefix(BENEFIT): item.kind for item in theirs}
    return [id for id, kind in used.items() if kind == "voucher" or id in ids]


def _with_refund(placed: Placed, refund: Refund, status: OrderStatus = "confirmed") -> Placed:
    return placed._replace(refunds=[*placed.refunds, refund], status=status)


# A whole order, as if it had never been


def cancel(club: Club, key: str, *, only_after: datetime | None = None) -> tuple[Placed, bool]:
    """Everything the order did is undone, vouchers and limits included; whether it was now.

    `only_after`: leave it alone unless its hold has run out by then.
    Refused: order_not_found, order_closed (it is confirmed), changed_meanwhile.
    """
    for _ in range(ROUNDS):
        placed = orders.find(club.shop, key)
        if placed.status == "cancelled" or (only_after and not _silent(placed, only_after)):
            return placed, False
        if placed.status != "held":
            raise Refused("order_closed", order=key)
        try:
            return _cancelled(club, placed), True
        except Conflict:
            continue
    raise Refused("changed_meanwhile")


def _silent(placed: Placed, by: datetime) -> bool:
    return placed.status == "held" and placed.hold_until is not None and placed.hold_until <= by


def _cancelled(club: Club, placed: Placed) -> Placed:
    order = placed.order
    wanted = Return(
        order=order,
        refunds=placed.refunds,
        units=units_left(order, placed.refunds),
        reference=CANCELLED,
        at=club.at.at,
    )
    # Nothing is forgiven of an order that never was, whatever has become of its points.
    policy = replace(policy_of(club, order), claw_back="debt", reason=CANCELLED)
    account = _owner(club, order) if order.member else None
    if account and account.status == "closed":
        return _of_who_left(placed, wanted, policy, account, "cancelled").placed
    returned = refund_of(wanted, account.wallet if account else None, policy)
    after = _with_refund(placed, returned.refund, "cancelled")
    change = OrderChange(placed, after)
    if account is None:
        posting.rewrite_order(club.shop, change)
        return after
    entries = _with_limits_freed(returned.entries, order)
    ids = [*order.vouchers, *order.claimed]
    reopened = [(id, "open") for id in _where_they_are(account, order, ids)]
    posting.rewrite(account, with_entries(account, entries), entries, change, reopened)
    return after


def _with_limits_freed(entries: list[Entry], order: Order) -> list[Entry]:
    """What the order had used of limits and caps is free again."""
    reverse, *others = entries
    return [replace(reverse, used={use.key: -use.n for use in order.uses}), *others]
