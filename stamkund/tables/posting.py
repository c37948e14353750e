"""How anything gets into the ledger: entries and the account they change, in one transaction.

`post` needs no read: it adds to the account, under conditions that name what must still be there.
`rewrite` has read the account and replaces it under its version. Both append entries only where
none is, so that each happens once.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from pynamodb.exceptions import CancellationReason, TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from stamkund.rules.account import Account, orders_in
from stamkund.rules.bill import Use
from stamkund.rules.ledger import Entry, summed
from stamkund.rules.wallet import Take
from stamkund.tables import keys, ledger, orders, transact
from stamkund.tables.accounts import (
    ACCOUNT,
    BENEFIT,
    AccountItem,
    BenefitItem,
    account_from,
    item_from,
)
from stamkund.tables.ledger import EntryItem
from stamkund.tables.lots import stored
from stamkund.tables.orders import OrderItem, Placed
from stamkund.tables.table import Table

# Only together do they say what a month came to.
TOTALS = {"past", "spend", "qualifying"}


class Change(Struct, frozen=True, kw_only=True):
    """What an order does to a member, and what must still be there for it.

    `account` None: it was not read and may be anything, only the conditions count; otherwise it
    must still be of that version, which stands for them all. `debt`: what the debt must be for the
    takes to be right, where it has a say in them. `reopened`: vouchers that are given back.
    """

    shop: str
    member: str
    entries: list[Entry]
    takes: list[Take] = []
    debt: int | None = None
    uses: list[Use] = []
    vouchers: list[str] = []
    claimed: list[str] = []
    reopened: list[str] = []
    order: str = ""
    active_on: str = ""
    active_since: str = ""
    account: Account | None = None


class Contested(Exception):  # noqa: N818 -- news, not a fault
    """Something was no longer as expected; with it comes what there is instead.

    `order`: the same order key is taken, by this. `account`: as it stands now; None when it is not
    the account that refused, or there is none (`account_gone`). `benefits`: the vouchers and offers
    that are used or gone.
    """

    def __init__(
        self,
        order: Placed | None,
        account: Account | None,
        benefits: list[str],
        *,
        account_gone: bool,
    ) -> None:
        super().__init__("contested")
        self.order, self.account, self.benefits = order, account, benefits
        self.account_gone = account_gone


def post(shop: str, order: "Placed | OrderChange", change: Change | None, now: datetime) -> None:
    """Order, entries, account and benefits; nothing at all if any of them refuses.

    A new order is put where none is, a known one changed under its version; `change` is None for
    a guest. Raises Contested.
    """

    def fill(transaction: TransactWrite) -> None:
        _write_order(transaction, shop, order)
        if change:
            _put_entries(transaction, shop, change.member, change.entries)
            _add_to_account(transaction, change)
            _use_benefits(transaction, change, now)

    try:
        transact.write(fill, change.entries if change else ())
    except TransactWriteError as error:
        raise _contested(error, order, change) or error from error


def _write_order(transaction: TransactWrite, shop: str, order: "Placed | OrderChange") -> None:
    if isinstance(order, OrderChange):
        _change_order(transaction, shop, order)
    else:
        _put_order(transaction, shop, order)


def _put_order(transaction: TransactWrite, shop: str, placed: Placed) -> None:
    item = orders.item_from(shop, placed)
    transaction.save(item, OrderItem.pk.does_not_exist(), return_values=transact.RETURN_OLD)


def _put_entries(
    transaction: TransactWrite, shop: str, member: str, entries: Iterable[Entry]
) -> None:
    for entry in entries:
        item = ledger.item_from(shop, member, entry)
        transaction.save(item, EntryItem.pk.does_not_exist(), return_values=transact.RETURN_OLD)


def _add_to_account(transaction: TransactWrite, change: Change) -> None:
    transaction.update(
        AccountItem(keys.of(change.shop, change.member), ACCOUNT),
        _additions(change),
        _still_there(change),
        return_values=transact.RETURN_OLD,
    )


def _additions(change: Change) -> list[Action]:
    item = AccountItem
    spend = summed({entry.month: entry.spend} for entry in change.entries if entry.month)
    points = summed({entry.month: entry.qualifying} for entry in change.entries if entry.month)
    actions: list[Action] = [item.version.set(item.version + 1), *_lots_and_counters(change)]
    owed = sum(entry.debt for entry in change.entries)
    if owed:
        actions.append(item.debt.set(item.debt + owed))
    actions += [item.spend[key].set((item.spend[key] | 0) + n) for key, n in spend.items()]
    actions += [item.qualifying[k].set((item.qualifying[k] | 0) + n) for k, n in points.items()]
    orders = orders_in(change.entries)
    if orders:
        actions.append(item.orders.set((item.orders | 0) + orders))
    if change.active_on:
        actions.append(item.active_on.set(change.active_on))
    return actions


def _lots_and_counters(change: Change) -> list[Action]:
    """One action per path: an earn and a spend of the same lot are netted. Whole maps where they
    are known, as there may be more paths than an expression has room for."""
    lots, used = AccountItem.lots, AccountItem.used
    if change.account:
        added = [change.account.lots, *(entry.lots for entry in change.entries)]
        moved = [change.account.used, *({use.key: use.n} for use in change.uses)]
        return [lots.set(summed(added)), used.set(summed(moved))]
    by_lot = {stored(key): n for key, n in summed(e.lots for e in change.entries).items()}
    return [
        *(lots[key].set((lots[key] | 0) + n) for key, n in by_lot.items()),
        *(used[use.key].set((used[use.key] | 0) + use.n) for use in change.uses),
    ]


def _still_there(change: Change) -> Condition:
    item = AccountItem
    # A missing map would be a validation error, so existence is always part of the condition.
    condition: Any = item.pk.exists() & (item.status == "active")
    if change.account:
        return condition & (item.version == change.account.version)  # type: ignore[no-any-return]
    for take in change.takes:
        condition &= item.lots[stored(take.lot)] >= take.points + take.floor
    if change.takes and change.debt is not None:
        condition &= item.debt == change.debt
    for use in change.uses:
        used = item.used[use.key]
        condition &= used.does_not_exist() | (used <= use.limit - use.n)
    if change.active_since:
        condition &= item.active_on.does_not_exist() | (item.active_on >= change.active_since)
    if change.active_on:
        # Of two clocks the later day stays, whichever of them writes last.
        condition &= item.active_on.does_not_exist() | (item.active_on <= change.active_on)
    return condition  # type: ignore[no-any-return]


def _use_benefits(transaction: TransactWrite, change: Change, now: datetime) -> None:
    _set_benefits(transaction, change.shop, change.member, [(id, "open") for id in change.reopened])
    for id in [*change.vouchers, *change.claimed]:
        transaction.update(
            BenefitItem(keys.of(change.shop, change.member), BENEFIT + id),
            [BenefitItem.status.set("used"), BenefitItem.order.set(change.order)],
            (BenefitItem.status == "open")
            & (
                BenefitItem.expires_at.does_not_exist() | (BenefitItem.expires_at > now.isoformat())
            ),
        )


def _set_benefits(
    transaction: TransactWrite, shop: str, member: str, benefits: Iterable[tuple[str, str]]
) -> None:
    for id, status in benefits:
        benefit = BenefitItem(keys.of(shop, member), BENEFIT + id)
        transaction.update(benefit, [BenefitItem.status.set(status)], BenefitItem.pk.exists())


def _contested(
    error: TransactWriteError, order: "Placed | OrderChange", change: Change | None
) -> Contested | None:
    """What the refusal brought back; None if it was no condition that refused."""
    if not _any_condition(error):
        return None
    entries = len(change.entries) if change else 0
    # A new order is the first of the puts, a known one the first of the updates that follow.
    taken = transact.refused(error, entries if isinstance(order, OrderChange) else 0)
    account = transact.refused(error, entries + 1) if change else None
    ids = [*change.vouchers, *change.claimed] if change else []
    return Contested(
        order=_order_in(taken),
        account=_account_in(account),
        account_gone=account is not None and not account.raw_item,
        benefits=[id for n, id in enumerate(ids) if transact.refused(error, entries + 2 + n)],
    )


def _order_in(reason: CancellationReason | None) -> Placed | None:
    if reason is None or not reason.raw_item:
        return None
    return orders.placed_from(OrderItem.from_raw_data(reason.raw_item))


def _account_in(reason: CancellationReason | None) -> Account | None:
    if reason is None or not reason.raw_item:
        return None
    return account_from(AccountItem.from_raw_data(reason.raw_item))


class Conflict(Exception):  # noqa: N818 -- news, not a fault
    """Somebody else was faster: read again."""


class OrderChange(NamedTuple):
    """An order as it was read, and as it shall be."""

    before: Placed
    after: Placed


class Rewriting(NamedTuple):
    """An account as it was read, as it shall be, and the entries that say why."""

    before: Account
    after: Account
    entries: Sequence[Entry]


def rewrite_together(
    changes: Sequence[Rewriting], also: Callable[[TransactWrite], None] | None = None
) -> None:
    """Several accounts, each under its version, or none of them. Raises Conflict."""

    def fill(transaction: TransactWrite) -> None:
        for change in changes:
            _rewrite_account(transaction, change)
        if also:
            also(transaction)

    written_or_conflict(fill, [entry for change in changes for entry in change.entries])


def rewrite(
    before: Account,
    after: Account,
    entries: Sequence[Entry] = (),
    order: "Placed | OrderChange | None" = None,
    benefits: Sequence[tuple[str, str]] = (),
    also: Callable[[TransactWrite], None] | None = None,
) -> None:
    """The account as it shall be, under the version that was read, with the entries that say why.

    `benefits`: (id, the status it shall have). `also` adds what has to happen with it or not at
    all. Raises Conflict when somebody else was faster, with any of it.
    """

    def fill(transaction: TransactWrite) -> None:
        if order:
            _write_order(transaction, before.shop, order)
        _rewrite_account(transaction, Rewriting(before, after, entries))
        _set_benefits(transaction, before.shop, before.member, benefits)
        if also:
            also(transaction)

    written_or_conflict(fill, entries)


def _rewrite_account(transaction: TransactWrite, change: Rewriting) -> None:
    before, after, entries = change
    _put_entries(transaction, before.shop, before.member, entries)
    item = AccountItem(keys.of(before.shop, before.member), ACCOUNT)
    transaction.update(item, differences(before, after), AccountItem.version == before.version)


def written_or_conflict(
    fill: Callable[[TransactWrite], None], entries: Sequence[Entry] = ()
) -> None:
    """Raises Conflict when a condition said no."""
    try:
        transact.write(fill, entries)
    except TransactWriteError as error:
        raise (Conflict() if _any_condition(error) else error) from error


def rewrite_account(before: Account, after: Account) -> None:
    """The account alone, where nothing happened that an entry would tell of: half the price of a
    transaction. Raises Conflict."""
    item = AccountItem(keys.of(before.shop, before.member), ACCOUNT)
    _update_alone(item, differences(before, after), AccountItem.version == before.version)


def rewrite_order(shop: str, order: OrderChange) -> None:
    """The order alone, under its version: a guest's, or a change that moves no points."""
    item = OrderItem(keys.of(shop, order.before.order.key))
    _update_alone(item, _order_actions(order), _order_condition(order))


def _update_alone(item: Table, actions: list[Action], condition: Condition) -> None:
    if not item.update_if(actions, condition, gives_way=True):
        raise Conflict


def _change_order(transaction: TransactWrite, shop: str, order: OrderChange) -> None:
    item = OrderItem(keys.of(shop, order.before.order.key))
    transaction.update(
        item,
        _order_actions(order),
        _order_condition(order),
        return_values=transact.RETURN_OLD,
    )


def _order_condition(order: OrderChange) -> Condition:
    return OrderItem.version == order.before.version


def _order_actions(order: OrderChange) -> list[Action]:
    after = order.after
    actions: list[Action] = [
        OrderItem.version.set(OrderItem.version + 1),
        OrderItem.status.set(after.status),
    ]
    if after.order is not order.before.order:
        actions.append(OrderItem.order.set(after.order))
    if order.before.contact and not after.contact:
        actions.append(OrderItem.contact.remove())
    if after.refunds != order.before.refunds:
        actions.append(OrderItem.refunds.set(after.refunds))
    if after.status != "held":
        actions += [OrderItem.hold_key.remove(), OrderItem.hold_until.remove()]
    return actions


def differences(before: Account, after: Account) -> list[Action]:
    """Only what changed is written, so that an index is touched only when its key moves."""
    old, new = item_from(before).attribute_values, item_from(after).attribute_values
    changed = {
        name for name in {*old, *new} - {"pk", "sk", "version"} if old.get(name) != new.get(name)
    }
    if changed & TOTALS:
        changed |= TOTALS
    actions: list[Action] = [AccountItem.version.set(AccountItem.version + 1)]
    for name in sorted(changed):
        attribute, value = getattr(AccountItem, name), new.get(name)
        actions.append(attribute.remove() if value is None else attribute.set(value))
    return actions


def _any_condition(error: TransactWriteError) -> bool:
    return any(transact.refused(error, index) for index in range(len(error.cancellation_reasons)))
