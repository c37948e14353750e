"""What is said at the end: a table, whether the books agree, and where the pictures are."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from stamkund.local.replay import charts
from stamkund.local.replay.audit import differences
from stamkund.local.replay.books import Book
from stamkund.local.replay.checkpoint import Checkpoint
from stamkund.local.replay.figures import (
    Points,
    liability,
    points_of,
    sales_by_member,
    share_of_top,
    tiers_by_month,
)
from stamkund.local.replay.tally import Tally
from stamkund.rules import membership
from stamkund.rules.calendar import day_of
from stamkund.rules.membership import Setting
from stamkund.rules.programme import Programme
from stamkund.rules.selection import Moment

Row = tuple[str, str]


class Year(Struct, frozen=True):
    """Everything there is to tell of."""

    books: Sequence[Book]
    setting: Setting
    at: Moment
    done: Checkpoint

    @property
    def programme(self) -> Programme:
        return self.setting.programme


def disagreements(year: Year) -> list[str]:
    """Between ledger, wallet and tier of a member, and between the shop's count and the books."""
    found = [words for book in year.books for words in differences(book, year.setting, year.at)]
    points = points_of(year.books, year.at)
    if not points.add_up:
        found.append(f"all points: {points.came} came, {points.went} went, {points.left} are left")
    return [*found, *_miscounted(points, year.done.tally)]


def _miscounted(points: Points, tally: Tally) -> Iterator[str]:
    """What the receipts of the shop say, against what the club has entered."""
    told = {
        "earned": (tally.delivered_points, points.issued - points.undone),
        "taken back": (tally.reversed_points - tally.forgiven_points, points.clawed_back),
    }
    for what, (receipts, entries) in told.items():
        if receipts != entries:
            yield f"points {what}: {receipts} by the receipts, {entries} by the ledger"


def table(year: Year) -> str:
    sections = {
        "Members": _members(year),
        "Orders": _orders(year),
        "Promised and delivered": _promises(year.done.tally),
        "Points": _points(year),
        "How fast": _speed(year.done),
    }
    return "\n".join(line for title, rows in sections.items() for line in _section(title, rows))


def _section(title: str, rows: Iterator[Row]) -> Iterator[str]:
    yield f"\n{title}"
    for name, value in rows:
        yield f"  {name:<46}{value:>20}"


def _members(year: Year) -> Iterator[Row]:
    yield "members", f"{len(year.books):,}"
    history, month = year.setting.history, year.at.month
    now = Counter(membership.tier_of(book.account, history, month) for book in year.books)
    steps = year.programme.tiers.steps if year.programme.tiers else []
    for step in steps:
        yield f"  {step.name['en']}", f"{now[step.id]:,}"
    moves = [e for book in year.books for e in book.entries if e.kind == "tier"]
    ids = [step.id for step in steps]
    up = sum(ids.index(move.tier_to) > ids.index(move.tier_from) for move in moves)
    yield "steps up, steps down", f"{up:,}, {len(moves) - up:,}"
    share = share_of_top(sales_by_member(year.books), 20)
    yield "share of sales of the best 20 %", f"{share:.1%}"


def _orders(year: Year) -> Iterator[Row]:
    tally = year.done.tally
    yield "orders", f"{tally.orders:,}"
    yield "at the shop's prices", _money(tally.full, year)
    yield "  less member prices and offers", _money(-tally.saved, year)
    yield "  less what points paid", _money(-tally.by_points, year)
    yield "  paid in money", _money(tally.charged, year)
    yield "refunds, in part or whole", f"{tally.refunds:,}"
    yield "  paid back in money", _money(tally.refunded, year)
    yield "never confirmed, reversed by the night", f"{tally.forsaken:,}"


def _promises(tally: Tally) -> Iterator[Row]:
    yield "to pay: promised", f"{tally.promised_to_pay:,}"
    yield "to pay: charged", f"{tally.charged:,}"
    yield "points: promised", f"{tally.promised_points:,}"
    yield "points: delivered", f"{tally.delivered_points:,}"
    yield "orders with any difference, shortfalls", f"{tally.broken_promises:,}, {tally.shortfalls}"


def _points(year: Year) -> Iterator[Row]:
    points = points_of(year.books, year.at)
    yield "issued for orders", f"{points.issued:,}"
    yield "issued for joining", f"{points.welcome:,}"
    yield "spent", f"{-points.spent:,}"
    yield "  given back with what they paid for", f"{points.restored:,}"
    yield "clawed back", f"{-points.clawed_back:,}"
    yield "  of them owed, there being no others", f"{-year.done.tally.debt_points:,}"
    yield "undone with orders never confirmed", f"{-points.undone:,}"
    yield "expired", f"{-points.expired:,}"
    yield "left", f"{points.left:,}"
    yield "  live, can be spent", f"{points.live:,}"
    yield "  pending", f"{points.pending:,}"
    yield "  owed back by members", f"{-points.debt:,}"
    yield "  expired, to be entered in a night or two", f"{points.not_entered:,}"
    yield "what the club owes", _money(round(points.owed * 100 * worth(year)), year)


def _speed(done: Checkpoint) -> Iterator[Row]:
    yield "minutes", f"{done.seconds / 60:.1f}"
    yield "orders per second, nights included", f"{done.tally.orders / (done.seconds or 1):.1f}"
    yield "repeats, sent again", f"{done.tally.repeats:,}, {done.tally.tried_again:,}"


def _money(minor: int, year: Year) -> str:
    return f"{minor / 100:,.2f} {year.programme.currency}"


def worth(year: Year) -> float:
    """Of one point, in whole units of the currency."""
    pay = year.programme.points.pay if year.programme.points else None
    return pay.value.amount / pay.value.points / 100 if pay else 0.0


def draw(year: Year, folder: Path, first: str) -> list[Path]:
    """`first` is the day on which the year began."""
    programme = year.programme
    zone, last = programme.time_zone, f"{first[:4]}-12-31"
    steps = programme.tiers.steps if programme.tiers else []
    months = tiers_by_month(
        year.books, [step.id for step in steps], first[:7], min(last, year.at.day)[:7], zone
    )
    owed = liability(year.books, first, day_of(year.at.at, zone), zone)
    files = [folder / name for name in ("tiers.png", "liability.png", "top-members.png")]
    charts.tiers(files[0], months, [step.name["en"] for step in steps])
    charts.points_liability(files[1], owed, worth(year), programme.currency)
    charts.top_members(files[2], sales_by_member(year.books))
    return files
