"""The year in numbers, all of them from the club's books."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from msgspec import Struct

from stamkund.local.replay.books import Book
from stamkund.rules import wallet
from stamkund.rules.calendar import add_days, add_months, day_of
from stamkund.rules.ledger import CANCELLED, Entry
from stamkund.rules.selection import Moment


class Points(Struct, kw_only=True):
    """What became of all points. `not_entered` have expired, and the night has yet to say so."""

    issued: int = 0
    welcome: int = 0
    spent: int = 0
    restored: int = 0
    clawed_back: int = 0
    undone: int = 0
    expired: int = 0
    live: int = 0
    pending: int = 0
    debt: int = 0
    not_entered: int = 0

    @property
    def came(self) -> int:
        return self.issued + self.welcome + self.restored

    @property
    def went(self) -> int:
        return self.spent + self.clawed_back + self.undone + self.expired

    @property
    def owed(self) -> int:
        """To the members, on this day."""
        return self.live + self.pending - self.debt

    @property
    def left(self) -> int:
        return self.owed + self.not_entered

    @property
    def add_up(self) -> bool:
        return self.came - self.went == self.left


def points_of(books: Iterable[Book], at: Moment) -> Points:
    total = Points()
    for book in books:
        for entry in book.entries:
            _count(total, entry)
        _count_wallet(total, book.account.wallet, at.day)
    return total


def _count(total: Points, entry: Entry) -> None:
    match entry.kind:
        case "earn":
            total.issued += entry.points
        case "bonus":
            total.welcome += entry.points
        case "spend":
            total.spent -= entry.points
        case "restore":
            total.restored += entry.points
        case "expire" | "lapse":
            total.expired -= entry.points
        case "reverse" if entry.reason == CANCELLED:
            total.undone -= entry.points
        case "reverse":
            total.clawed_back -= entry.points


def _count_wallet(total: Points, held: wallet.Wallet, day: str) -> None:
    balance = wallet.balance(held, day)
    total.live += balance.available
    total.pending += balance.pending
    total.debt += balance.debt
    total.not_entered += sum(wallet.expired_lots(held, day).values())


class Liability(Struct, frozen=True):
    """What the club owes its members at the end of each day, in points; debts are taken off."""

    days: list[str]
    spendable: list[int]
    pending: list[int]


def liability(books: Iterable[Book], first: str, last: str, zone: str) -> Liability:
    """By what the entries say of their lots: pending until the day in the key of the lot."""
    all_changes, pending_changes = Counter[str](), Counter[str]()
    for book in books:
        for entry in book.entries:
            day = day_of(entry.occurred_at, zone)
            all_changes[day] += entry.points
            _follow_pending(pending_changes, entry, day)
        # The night enters what has expired some days later, as of the day on which it did.
        all_changes[last] -= sum(wallet.expired_lots(book.account.wallet, last).values())
    days = list(_days(first, last))
    everything = list(accumulate(all_changes[day] for day in days))
    pending = list(accumulate(pending_changes[day] for day in days))
    spendable = [total - waiting for total, waiting in zip(everything, pending, strict=True)]
    return Liability(days, spendable, pending)


def _follow_pending(changes: Counter[str], entry: Entry, day: str) -> None:
    for lot, points in entry.lots.items():
        matures = wallet.spendable_on(lot)
        if matures > day:
            changes[day] += points
            changes[matures] -= points


def _days(first: str, last: str) -> Iterator[str]:
    day = first
    while day <= last:
        yield day
        day = add_days(day, 1)


def tiers_by_month(
    books: Sequence[Book], steps: Sequence[str], first: str, last: str, zone: str
) -> dict[str, list[int]]:
    """Members in each step at the end of each month, as they were told at the time."""
    months = {}
    month = first
    while month <= last:
        had = Counter(_tier_at_the_end(book, steps[0], month, zone) for book in books)
        months[month] = [had[step] for step in steps]
        month = add_months(month, 1)
    return months


def _tier_at_the_end(book: Book, lowest: str, month: str, zone: str) -> str | None:
    if book.account.joined_on[:7] > month:
        return None
    moves = [
        entry.tier_to
        for entry in book.entries
        if entry.kind == "tier" and day_of(entry.occurred_at, zone)[:7] <= month
    ]
    return moves[-1] if moves else lowest


def sales_by_member(books: Iterable[Book]) -> list[int]:
    """What each paid in money, less what was paid back; the largest first."""
    sales = (sum(entry.amount for entry in _money(book.entries)) for book in books)
    return sorted(sales, reverse=True)


def _money(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The amount of a spend entry is what points paid, and that is no money."""
    return (entry for entry in entries if entry.kind in {"earn", "reverse"})


def share_of_top(sales: Sequence[int], percent: int) -> float:
    """Of all sales, what the best so many per cent of the members bring."""
    top = -(-len(sales) * percent // 100)
    return sum(sales[:top]) / (sum(sales) or 1)
