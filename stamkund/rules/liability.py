"""What a shop owes its members in points, month by month, from their ledger entries alone.

Nothing here depends on when a job ran: points that have come to their end count as expired from the
month after their last, whether an entry says so by now or not.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import asdict

from stamkund.rules import wallet
from stamkund.rules.account import Account, with_entries
from stamkund.rules.calendar import add_months, last_day, month_of
from stamkund.rules.ledger import Entry, Kind
from stamkund.rules.money import round_half_up
from stamkund.rules.programme import Rate
from stamkund.rules.replaying import with_lots_netted

# What each kind of entry moves, and whether it is told as what came or as what went.
MOVES: Mapping[Kind, tuple[str, int]] = {
    "earn": ("issued", 1),
    "bonus": ("issued", 1),
    "import": ("issued", 1),
    "adjust": ("adjusted", 1),
    "merge": ("adjusted", 1),
    "restore": ("restored", 1),
    "spend": ("spent", -1),
    "gift": ("given_away", -1),
    "reverse": ("clawed_back", -1),
    "erase": ("expired", -1),
    "expire": ("expired", -1),
    "lapse": ("expired", -1),
}


class Month(Struct, kw_only=True):
    """Points that moved in a month, and what there was at its end. A debt is what members owe."""

    issued: int = 0
    adjusted: int = 0
    restored: int = 0
    spent: int = 0
    given_away: int = 0
    clawed_back: int = 0
    expired: int = 0
    available: int = 0
    pending: int = 0
    debt: int = 0

    @property
    def moved(self) -> int:
        came = self.issued + self.adjusted + self.restored
        return came - self.spent - self.given_away - self.clawed_back - self.expired

    @property
    def owed(self) -> int:
        """The sum of all that ever moved."""
        return self.available + self.pending - self.debt


class Member(Struct):
    """One member's part, by month without a gap; `ahead`: what will end in which month, at most."""

    months: dict[str, Month]
    ahead: dict[str, int]


def added(total: Month, more: Month) -> Month:
    mine, others = asdict(total), asdict(more)
    return Month(**{name: mine[name] + others[name] for name in mine})


def of_member(shop: str, member: str, entries: Sequence[Entry], zone: str, last: str) -> Member:
    """Up to the end of the last month; `entries` oldest first."""
    account, gone, months = Account(shop=shop, member=member, card=""), 0, dict[str, Month]()
    by_month = {
        month: list(group)
        for month, group in groupby(entries, key=lambda entry: month_of(entry.occurred_at, zone))
    }
    for month in _months(min(by_month, default=last), last):
        happened = by_month.get(month, [])
        account = with_lots_netted(with_entries(account, happened))
        gone_before, gone = gone, _gone(account, month)
        months[month] = _month(happened, account, month)
        months[month].expired += gone - gone_before
    return Member(months, _ahead(account, last))


def _months(first: str, last: str) -> Iterator[str]:
    while first <= last:
        yield first
        first = add_months(first, 1)


def _month(happened: Sequence[Entry], account: Account, month: str) -> Month:
    balance = wallet.balance(account.wallet, last_day(month))
    made = Month(available=balance.available, pending=balance.pending, debt=balance.debt)
    for entry in happened:
        if entry.kind in MOVES:
            name, sign = MOVES[entry.kind]
            setattr(made, name, getattr(made, name) + sign * entry.points)
    return made


def _gone(account: Account, month: str) -> int:
    """At its end, points that no longer count and of which no entry says so yet."""
    return sum(wallet.expired_lots(account.wallet, last_day(month)).values())


def _ahead(account: Account, last: str) -> dict[str, int]:
    due = wallet.expiring(account.wallet, last_day(last))
    ahead: dict[str, int] = {}
    for each in due:
        month = add_months(each.day[:7], 1)
        ahead[month] = ahead.get(month, 0) + each.points
    return ahead


def worth(points: int, value: Rate | None) -> int | None:
    """In minor units; None where points pay for nothing."""
    if value is None:
        return None
    sign = 1 if points >= 0 else -1
    return sign * round_half_up(abs(points) * value.amount, value.points)


def breakage(year: Sequence[Month]) -> int:
    """Of the points that came to an end in these months, how many of ten thousand expired."""
    expired = sum(month.expired for month in year)
    ended = expired + sum(month.spent + month.given_away - month.restored for month in year)
    return round_half_up(10_000 * max(expired, 0), ended) if ended > 0 else 0
