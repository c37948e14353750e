"""Points in lots: what is there, what it is worth today, and who takes from which lot first.

A lot's key says from which day it can be spent and how long it lives, fixed when it was earned:
`2026-05-15>2028-04` matures on that day and lives to the end of that month; `>2028-04` has matured
and was merged; `>never` stays; `>idle12` lives until twelve months pass without a purchase.
Because the key says it, the balance at any instant is a function of wallet and day alone: nothing
has to run for points to mature, to stop counting, or to repay a debt.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct

from stamkund.rules.calendar import add_days, add_months, days_between, first_day, last_day
from stamkund.rules.programme import ClawBack, PointRules

NEVER = "never"
IDLE = "idle"
END_OF_TIME = "9999-12"
DAILY_LOTS = 30  # beyond so many pending days lots are weekly, so that the wallet stays small
MONDAY_ZERO = "0001-01-01"  # a Monday


class Wallet(Struct, frozen=True):
    """All points of one member: lots by key, what is owed, and the day of the last purchase."""

    lots: dict[str, int] = {}
    debt: int = 0
    active_on: str = ""


class Take(Struct, frozen=True, array_like=True):
    """So many points out of one lot, of which `floor` must stay because a debt has a claim."""

    lot: str
    points: int
    floor: int = 0


class Balance(Struct, frozen=True):
    """What a member sees: spendable now, still pending, and owed."""

    available: int
    pending: int
    debt: int


class Taken(Struct, frozen=True):
    """Where a claw-back found its points; what no policy could reach is forgiven.

    `outlived`: lots that no longer count, which have to go when a debt begins. Left where they
    are they would repay it, as lots do that were there, or came, while it was owed.
    """

    lots: dict[str, int]
    debt: int
    forgiven: int
    outlived: dict[str, int] = {}


def lot_key(spendable_on: str, expires: str) -> str:
    return f"{spendable_on}>{expires}"


def earned_lot(rules: PointRules, day: str) -> str:
    """The lot that points earned on this day go to, by the rules of this moment."""
    return lot_after(rules, day, rules.pending_days)


def lot_after(rules: PointRules, day: str, pending_days: int) -> str:
    """The same, of points that are pending for another time."""
    return lot_key(_spendable_on(pending_days, day), _expires(rules, day[:7]))


def _spendable_on(pending_days: int, day: str) -> str:
    spendable = add_days(day, pending_days)
    return _next_monday(spendable) if pending_days > DAILY_LOTS else spendable


def _next_monday(day: str) -> str:
    return add_days(day, -days_between(MONDAY_ZERO, day) % 7)


def _expires(rules: PointRules, month: str) -> str:
    if rules.expiry is None:
        return NEVER
    if rules.expiry.inactive_months:
        return f"{IDLE}{rules.expiry.inactive_months}"
    return add_months(month, rules.expiry.months or 0)


def spendable_on(key: str) -> str:
    """The day on which the lot matures; empty when it has."""
    return key.partition(">")[0]


def last_month(key: str, active_on: str) -> str:
    """The last month in which the lot counts."""
    expires = key.partition(">")[2]
    if expires == NEVER or (expires.startswith(IDLE) and not active_on):
        return END_OF_TIME
    if expires.startswith(IDLE):
        return add_months(active_on[:7], int(expires[len(IDLE) :]))
    return expires


def is_matured(key: str, today: str) -> bool:
    return spendable_on(key) <= today


def is_idle(key: str) -> bool:
    """Whether it ends for want of a purchase."""
    return key.partition(">")[2].startswith(IDLE)


def bought_since(key: str, today: str) -> str:
    """The day since which something must have been bought for the lot to count; empty if none."""
    if not is_idle(key):
        return ""
    months = int(key.partition(">")[2][len(IDLE) :])
    return first_day(add_months(today[:7], -months))


def is_live(wallet: Wallet, key: str, today: str) -> bool:
    return today[:7] <= last_month(key, wallet.active_on)


def owed_by_lot(wallet: Wallet, today: str) -> dict[str, int]:
    """What the debt takes of each matured lot: the first to mature repays first."""
    owed, claims = wallet.debt, {}
    if not owed:
        return {}
    # By the day and not by the key, in which `>` would sort those already merged last.
    for key in sorted(wallet.lots, key=lambda key: (spendable_on(key), key)):
        if owed and is_matured(key, today):
            claims[key] = min(owed, wallet.lots[key])
            owed -= claims[key]
    return claims


def spendable_lots(wallet: Wallet, today: str) -> list[tuple[str, int, int]]:
    """(lot, free points, points a debt claims), the soonest to expire first."""
    claims = owed_by_lot(wallet, today)
    lots = [
        (key, points - claims.get(key, 0), claims.get(key, 0))
        for key, points in wallet.lots.items()
        if is_matured(key, today) and is_live(wallet, key, today)
    ]
    by_expiry = sorted(lots, key=lambda lot: (last_month(lot[0], wallet.active_on), lot[0]))
    return [lot for lot in by_expiry if lot[1] > 0]


def next_repayment(wallet: Wallet, today: str) -> str | None:
    """The first day on which a lot matures that a debt has a claim on."""
    days = [spendable_on(key) for key in wallet.lots if not is_matured(key, today)]
    return min(days, default=None) if wallet.debt else None


def balance(wallet: Wallet, today: str) -> Balance:
    pending = sum(
        points
        for key, points in wallet.lots.items()
        if not is_matured(key, today) and is_live(wallet, key, today)
    )
    repaid = sum(owed_by_lot(wallet, today).values())
    available = sum(free for _, free, _ in spendable_lots(wallet, today))
    return Balance(available, pending, wallet.debt - repaid)


def choose(wallet: Wallet, points: int, today: str) -> list[Take]:
    """Which lots pay, the soonest to expire first. Fewer points than asked if there are fewer."""
    takes, missing = [], points
    for key, free, floor in spendable_lots(wallet, today):
        if missing:
            takes.append(Take(key, min(free, missing), floor))
            missing -= takes[-1].points
    return takes


def merged(wallet: Wallet, today: str) -> Wallet:
    """The same wallet with matured lots put together and the debt repaid from them."""
    claims = owed_by_lot(wallet, today)
    lots: dict[str, int] = {}
    for key, points in wallet.lots.items():
        target = lot_key("", key.partition(">")[2]) if is_matured(key, today) else key
        lots[target] = lots.get(target, 0) + points - claims.get(key, 0)
    left = {key: points for key, points in lots.items() if points}
    return Wallet(left, wallet.debt - sum(claims.values()), wallet.active_on)


def expired_lots(wallet: Wallet, today: str) -> dict[str, int]:
    """Lots that no longer count, without what a debt had already taken of them."""
    claims = owed_by_lot(wallet, today)
    expired = {k: n - claims.get(k, 0) for k, n in wallet.lots.items()}
    return {k: n for k, n in expired.items() if n and not is_live(wallet, k, today)}


def next_expiry(wallet: Wallet) -> str | None:
    """The first day on which some lot no longer counts, if nothing happens before."""
    months = [last_month(key, wallet.active_on) for key, n in wallet.lots.items() if n]
    soonest = min(months, default=END_OF_TIME)
    return None if soonest == END_OF_TIME else first_day(add_months(soonest, 1))


class Due(Struct, frozen=True):
    """So many points that mature, or expire at the end of, a day."""

    day: str
    points: int


def maturing(wallet: Wallet, today: str) -> list[Due]:
    """When pending points become spendable."""
    return _summed(
        (spendable_on(key), points)
        for key, points in wallet.lots.items()
        if not is_matured(key, today) and is_live(wallet, key, today)
    )


def expiring(wallet: Wallet, today: str) -> list[Due]:
    """The whole schedule of expiry: the last day on which each part can still be spent."""
    return _summed(
        (last_day(last_month(key, wallet.active_on)), points)
        for key, points in _less(wallet.lots, owed_by_lot(wallet, today)).items()
        if is_live(wallet, key, today) and last_month(key, wallet.active_on) != END_OF_TIME
    )


def _less(lots: Mapping[str, int], claims: Mapping[str, int]) -> dict[str, int]:
    return {key: points - claims.get(key, 0) for key, points in lots.items()}


def _summed(dated: Iterable[tuple[str, int]]) -> list[Due]:
    by_day: dict[str, int] = {}
    for day, points in dated:
        by_day[day] = by_day.get(day, 0) + points
    return [Due(day, points) for day, points in sorted(by_day.items()) if points]


Reach = Literal["own", "pending", "spendable"]


def take_back(wallet: Wallet, points: int, own_lot: str, policy: ClawBack, today: str) -> Taken:
    """Claw-back: from the order's own lot, other pending ones, spendable ones, then debt."""
    free = _less(wallet.lots, owed_by_lot(wallet, today))
    taken: dict[str, int] = {}
    missing = points
    for key in _in_reach(wallet, own_lot, policy, today):
        part = min(missing, free[key])
        if part > 0:
            taken[key] = -part
            missing -= part
    debt = missing if policy == "debt" else 0
    gone = expired_lots(wallet, today) if debt else {}
    return Taken(taken, debt, missing - debt, {key: -n for key, n in gone.items()})


def _in_reach(wallet: Wallet, own_lot: str, policy: ClawBack, today: str) -> list[str]:
    pending = [k for k in wallet.lots if not is_matured(k, today) and is_live(wallet, k, today)]
    spendable = [key for key, _, _ in spendable_lots(wallet, today)]
    reachable = set(pending) if policy == "only_pending" else {*pending, *spendable}
    order = [*_own(wallet, own_lot, today), *sorted(pending), *spendable]
    return [key for key in dict.fromkeys(order) if key in reachable]


def _own(wallet: Wallet, own_lot: str, today: str) -> list[str]:
    """The order's own lot; once that has matured it is one with those that end when it does,
    whether they have been put together yet or not."""
    if not is_matured(own_lot, today):
        return [own_lot]
    return [key for key in same_end(wallet.lots, own_lot) if is_matured(key, today)]


def same_end(lots: Iterable[str], key: str) -> list[str]:
    """Those that end when this one does, the first to mature first."""
    end = key.partition(">")[2]
    return sorted(each for each in lots if each.partition(">")[2] == end)


def given_back(key: str, today: str, grace_days: int = 30) -> str:
    """The lot that spent points return to: their own expiry, or 30 days from now if later.

    From today on, and not from ever: a debt that came in between was repaid by others.
    """
    expires = key.partition(">")[2]
    if expires == NEVER or expires.startswith(IDLE):
        return lot_key(today, expires)
    return lot_key(today, max(expires, add_days(today, grace_days)[:7]))
