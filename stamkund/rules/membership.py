"""A member on a given day: the account seen through the programme, and what time alone changes.

`settled` is the only thing that has to happen to an account by itself: matured lots are put
together, expired ones entered and removed, the tier entered when it is another, the checkpoint
moved on. Everything it does could wait for ever without anybody seeing a wrong balance or tier.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from stamkund.rules import tiers, wallet
from stamkund.rules.account import Account, with_entries, with_wallet
from stamkund.rules.bill import Shopper, Voucher
from stamkund.rules.calendar import add_days, add_months, start_of
from stamkund.rules.ledger import Entry, entry
from stamkund.rules.programme import Late, Programme
from stamkund.rules.selection import Moment
from stamkund.rules.tiers import History, Ladder, Standing
from stamkund.rules.wallet import Take

# A quote may name a lot for as long as it lives; a day more, and clocks may differ as they like.
EXPIRED_LOTS_STAY_DAYS = 2
MATURED_LOTS_UNMERGED = 6
MONTHS_UNPRUNED = 6


class Setting(Struct, frozen=True):
    """The programme in force, its version, and the tier rules of every month."""

    programme: Programme
    version: int
    history: History


def standing(account: Account, history: History) -> Standing:
    """Where the fold starts."""
    return account.standing or tiers.newcomer(history, account.joined_on[:7])


def with_purchase(account: Account, month: str, spend: int, points: int) -> Account:
    """The account as if this much more had been bought."""
    return replace(
        account,
        spend=_plus(account.spend, month, spend),
        qualifying=_plus(account.qualifying, month, points),
    )


def _plus(totals: Mapping[str, int], month: str, amount: int) -> dict[str, int]:
    return {**totals, month: totals.get(month, 0) + amount}


def ladder_after(account: Account, after: Account, history: History, month: str) -> Ladder | None:
    """The ladder as it would be with the totals of `after`; None without tiers."""
    return tiers.ladder(history, after.record, standing(account, history), month)


def shopper_of(
    account: Account,
    history: History,
    month: str,
    switched_on: frozenset[str] = frozenset(),
    used_up: frozenset[str] = frozenset(),
    vouchers: Mapping[str, Voucher] | None = None,
) -> Shopper:
    """The member as pricing needs to know them."""
    return Shopper(
        tier=tier_of(account, history, month),
        wallet=account.wallet,
        used=account.used,
        switched_on=switched_on,
        used_up=used_up,
        vouchers=dict(vouchers or {}),
        first_order=account.orders == 0,
    )


def tier_of(account: Account, history: History, month: str) -> str:
    """The tier of this month; true at once, whenever the ledger gets to know of it."""
    return tiers.fold(history, account.record, standing(account, history), month).tier


def horizon(late: Late, day: str) -> str:
    """The first month that an order or a return can still change on this day."""
    return add_days(day, -(late.return_days + late.upload_days))[:7]


def counting_month(late: Late, order_day: str, today: str) -> str:
    """The month whose totals an order counts in: its own, or none if that is closed by now."""
    month = order_day[:7]
    return month if month >= horizon(late, today) else ""


def settled(account: Account, setting: Setting, at: Moment) -> tuple[Account, list[Entry]]:
    """The account as it should be written now, and why; the same account if nothing is worth it."""
    entries = [
        *_expiries(account, setting, at),
        *repayment(account, at),
        *_tier_change(account, setting, at),
    ]
    after = _tidy(with_entries(account, entries), setting, at)
    if entries or _worth_writing(account, after, at):
        return after, entries
    return account, []


def _expiries(account: Account, setting: Setting, at: Moment) -> list[Entry]:
    margin = add_days(at.day, -EXPIRED_LOTS_STAY_DAYS)
    by_month: dict[str, dict[str, int]] = {}
    for lot, points in wallet.expired_lots(account.wallet, margin).items():
        month = wallet.last_month(lot, account.active_on)
        by_month.setdefault(month, {})[lot] = -points
    zone = setting.programme.time_zone
    return [
        entry(
            "lapse" if all(wallet.is_idle(lot) for lot in lots) else "expire",
            lots,
            reference=f"{month}.v{account.version}",
            occurred_at=start_of(f"{add_months(month, 1)}-01", zone),
        )
        for month, lots in sorted(by_month.items())
    ]


def repayment(account: Account, at: Moment) -> list[Entry]:
    """Which lots paid a debt. They do so without it, but once they are put together, and others
    that matured before them have been brought in late, nobody could tell any more."""
    claims = wallet.owed_by_lot(account.wallet, at.day)
    lots = {lot: -points for lot, points in claims.items() if points}
    if not lots:
        return []
    reference = f"v{account.version:09}"
    return [entry("repay", lots, sum(lots.values()), reference=reference, occurred_at=at.at)]


def lapse(
    account: Account, at: Moment, occurred_at: datetime, promised: Sequence[Take]
) -> list[Entry]:
    """Points that ran out for want of a purchase, entered together with the purchase that came.

    What a quote had promised while they still counted is left for it to take.
    """
    expired = wallet.expired_lots(account.wallet, at.day)
    kept = {take.lot: take.points for take in promised}
    left = {
        lot: points - kept.get(lot, 0) for lot, points in expired.items() if wallet.is_idle(lot)
    }
    lots = {lot: -points for lot, points in left.items() if points > 0}
    reference = f"{at.day}.v{account.version}"
    return [entry("lapse", lots, reference=reference, occurred_at=occurred_at)] if lots else []


def _tier_change(account: Account, setting: Setting, at: Moment) -> list[Entry]:
    tier = tier_of(account, setting.history, at.month)
    if tier == account.tier:
        return []
    return [
        Entry(
            kind="tier",
            # Of two moves in one instant the later one comes last: entries are told in this order.
            reference=f"v{account.version:09}.{tier or 'none'}",
            occurred_at=at.at,
            tier_from=account.tier,
            tier_to=tier,
            tier_since=at.day,
            version=setting.version,
        )
    ]


def _tidy(account: Account, setting: Setting, at: Moment) -> Account:
    merged = with_wallet(account, wallet.merged(account.wallet, at.day))
    # One day earlier than orders are judged by: clocks that differ must not close a month too soon.
    closed_before = horizon(setting.programme.late, add_days(at.day, -1))
    start = standing(account, setting.history)
    closed = tiers.settle(setting.history, account.record, start, closed_before)
    return replace(
        merged,
        standing=closed.standing,
        spend=_from_month(account.spend, closed.keep_from),
        qualifying=_from_month(account.qualifying, closed.keep_from),
        used=_still_counted(account.used, at),
        review_on=_review_on(merged, setting, at),
    )


def _from_month(totals: dict[str, int], first: str) -> dict[str, int]:
    return {month: total for month, total in totals.items() if month >= first}


def _still_counted(used: dict[str, int], at: Moment) -> dict[str, int]:
    """Counters of a day or month that is over by more than a month have nothing to limit."""
    before = add_months(at.month, -1)
    return {key: n for key, n in used.items() if "@" not in key or key.split("@")[1][:7] >= before}


def _review_on(account: Account, setting: Setting, at: Moment) -> str:
    """A day no later than the next change by itself.

    A day that is stored and still to come is kept even if nothing will happen on it: looking once
    in vain costs less than moving it at every purchase.
    """
    start = standing(account, setting.history)
    tier_day = tiers.next_change(setting.history, account.record, start, at.month)
    expiry_day = wallet.next_expiry(account.wallet)
    repaid_on = wallet.next_repayment(account.wallet, at.day)
    days = [day for day in (tier_day, expiry_day and _entered_on(expiry_day), repaid_on) if day]
    if not days:
        return account.review_on if account.review_on > at.day else ""
    soonest = max(min(days), add_days(at.day, 1))
    return account.review_on if at.day < account.review_on <= soonest else soonest


def _entered_on(expiry_day: str) -> str:
    return add_days(expiry_day, EXPIRED_LOTS_STAY_DAYS)


def _worth_writing(before: Account, after: Account, at: Moment) -> bool:
    stale: Sequence[str] = [lot for lot in before.lots if wallet.is_matured(lot, at.day)]
    return (
        before.review_on != after.review_on
        or len(stale) - len([lot for lot in after.lots if lot in stale]) >= MATURED_LOTS_UNMERGED
        or len(before.spend) - len(after.spend) >= MONTHS_UNPRUNED
        or len(before.used) - len(after.used) >= MATURED_LOTS_UNMERGED
    )
